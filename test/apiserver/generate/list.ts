// Lists of a few objects that change between the pages: selectors, limits, versions, continuation.

import type { Script, Step } from '../script.ts';
import { type Random, randomFrom } from './random.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const LABELS = ['x', 'y'];
const VALUES = ['1', '2'];

/** A script of writes and lists. */
export function listScript(seed: number): Script {
  const random = randomFrom(seed);
  const namespace = `list-${seed}`;
  const base = `/api/v1/namespaces/${namespace}/configmaps`;
  const steps: Step[] = [{ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } }];
  for (const name of NAMES) if (random.chance(0.8)) steps.push(applyStep(random, base, name));
  let lastPage = -1;
  for (let count = 0; count < 14; count += 1) {
    const isList = random.chance(0.6);
    steps.push(isList ? listStep(random, base, lastPage) : writeStep(random, base));
    if (isList && steps.at(-1)?.query?.['limit'] !== undefined) lastPage = steps.length - 1;
  }
  return { name: namespace, steps };
}

function writeStep(random: Random, base: string): Step {
  const name = random.pick(NAMES);
  switch (random.below(4)) {
    case 0:
      return { method: 'DELETE', path: `${base}/${name}` };
    case 1:
      return {
        method: 'DELETE',
        path: base,
        query: {
          labelSelector: `${random.pick(LABELS)}=${random.pick(VALUES)}`,
          fieldSelector: `metadata.name=${name}`,
        },
      };
    default:
      return applyStep(random, base, name);
  }
}

function applyStep(random: Random, base: string, name: string): Step {
  const labels = Object.fromEntries(LABELS.filter(() => random.chance(0.6)).map((key) => [key, random.pick(VALUES)]));
  return {
    method: 'PATCH',
    path: `${base}/${name}`,
    query: { fieldManager: 'm', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } },
  };
}

// Pages follow one another, also after what was the last one.
function listStep(random: Random, base: string, lastPage: number): Step {
  const query: { [name: string]: string } = {};
  if (random.chance(0.6)) query['limit'] = String(random.below(3) + 1);
  if (random.chance(0.4)) query['labelSelector'] = selector(random);
  if (random.chance(0.2)) query['fieldSelector'] = random.pick(['metadata.name=a', 'metadata.name!=b', 'data.x=y']);
  if (lastPage > 0 && random.chance(0.5)) {
    query['limit'] = '2';
    query['continue'] = `{{${lastPage}.metadata.continue}}`;
  } else if (random.chance(0.2)) query['resourceVersion'] = random.pick(['0', '1', 'x', '99999999999']);
  if (random.chance(0.1)) query['resourceVersionMatch'] = random.pick(['Exact', 'NotOlderThan', 'Sometimes']);
  return { method: 'GET', path: base, query };
}

function selector(random: Random): string {
  const [key, value] = [random.pick(LABELS), random.pick(VALUES)];
  return random.pick([
    key,
    `!${key}`,
    `${key}=${value}`,
    `${key}==${value}`,
    `${key}!=${value}`,
    `${key} in (1,2)`,
    `${key} notin (${value})`,
    `x=${value},y`,
    `${key} in (1`,
    '=x',
    `${key}=a b`,
  ]);
}
