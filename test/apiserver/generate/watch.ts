// Watches that begin at every version of a short history, through selectors.

import type { Script, Step } from '../script.ts';
import { type Random, randomFrom } from './random.ts';

const NAMES = ['a', 'b', 'c'];

/** A script of writes, and of watches that see them. */
export function watchScript(seed: number): Script {
  const random = randomFrom(seed);
  const namespace = `watch-${seed}`;
  const base = `/api/v1/namespaces/${namespace}/configmaps`;
  const steps: Step[] = [{ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } }];
  const writes = 8;
  for (let count = 0; count < writes; count += 1) steps.push(writeStep(random, base));
  // The first write makes an object, so that there is a version to begin at.
  steps[1] = applyStep(base, 'a', { x: '1' });
  for (let count = 0; count < 3; count += 1) {
    const from = random.pick(['{{1.metadata.resourceVersion}}', '{{1.metadata.resourceVersion}}', '0', '']);
    steps.push({ method: 'GET', path: base, query: watchQuery(random, from) });
  }
  return { name: namespace, steps };
}

function writeStep(random: Random, base: string): Step {
  const name = random.pick(NAMES);
  if (random.chance(0.25)) return { method: 'DELETE', path: `${base}/${name}` };
  return applyStep(base, name, random.chance(0.5) ? { x: random.pick(['1', '2']) } : {});
}

function applyStep(base: string, name: string, labels: { readonly [key: string]: string }): Step {
  return {
    method: 'PATCH',
    path: `${base}/${name}`,
    query: { fieldManager: 'm', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { ...labels, all: 'yes' } } },
  };
}

function watchQuery(random: Random, from: string): { readonly [name: string]: string } {
  const initial = random.chance(0.3);
  return {
    watch: 'true',
    timeoutSeconds: '1',
    ...(from === '' ? {} : { resourceVersion: from }),
    ...(random.chance(0.4) ? { labelSelector: random.pick(['x=1', 'x', '!x', 'x!=2']) } : {}),
    ...(random.chance(0.2) ? { fieldSelector: 'metadata.name=a' } : {}),
    ...(initial ? { sendInitialEvents: 'true', allowWatchBookmarks: 'true' } : {}),
    ...(initial && random.chance(0.8) ? { resourceVersionMatch: 'NotOlderThan' } : {}),
  };
}
