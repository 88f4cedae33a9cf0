// Definitions with random schemas: refused or not, and objects under those that are right: created, changed in all ways.

import { loadFacts } from '../../../apiserver/facts/facts.ts';
import type { ApiObject } from '../../../apiserver/model/api-object.ts';
import { isList, isObject, type Json, type JsonObject } from '../../../apiserver/model/json.ts';
import { Definitions } from '../../../apiserver/registry/definition-check.ts';
import { Codec } from '../../../apiserver/schema/codec.ts';
import { ValuePlans } from '../../../apiserver/schema/value-plan.ts';
import type { Script, Step } from '../script.ts';
import { type Random, randomFrom } from './random.ts';
import { randomSpec } from './schema.ts';
import { breakSchema } from './schema-break.ts';
import { randomValue } from './schema-value.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const IN_ONE = 40;

interface Names {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

function definition({ group, plural, kind }: Names, versions: readonly JsonObject[]): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      conversion: { strategy: 'None' },
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions,
    },
  };
}

function version(name: string, spec: JsonObject, more: JsonObject = {}): JsonObject {
  const schema = { type: 'object', properties: { spec } };
  return { name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: schema }, ...more };
}

/** Definitions that are asked for and not made; most are wrong. */
export function brokenSchemaScript(seed: number): Script {
  const random = randomFrom(seed * 7919 + 1);
  const names = { group: 'broken.example.com', plural: 'brokens', kind: 'Broken' };
  const steps = Array.from({ length: IN_ONE }, (): Step => {
    let root: JsonObject = { type: 'object', properties: { spec: randomSpec(random) } };
    const breaks = random.below(4);
    for (let left = breaks; left > 0; left -= 1) root = breakSchema(random, root);
    const first = { ...version('v1', {}, someParts(random, breaks > 0)), schema: { openAPIV3Schema: root } };
    const second = version('v2', randomSpec(random));
    const versions = random.chance(0.2) ? [first, second] : [first];
    return { method: 'POST', path: DEFINITIONS, query: { dryRun: 'All' }, body: definition(names, versions) };
  });
  return { name: `broken-schemas-${seed}`, steps, areIndependent: true };
}

// The real server breaks off where selectable fields go with a schema that cannot be structural.
function someParts(random: Random, isBroken: boolean): JsonObject {
  const paths = ['.spec.a', '.spec.b', '.status.a', 'spec.a', '.spec', '.metadata.name', ''];
  return {
    ...(random.chance(0.15) ? { subresources: { status: {} } } : {}),
    ...(random.chance(0.1)
      ? {
          subresources: {
            scale: {
              specReplicasPath: random.pick(paths),
              statusReplicasPath: random.pick(paths),
              ...(random.chance(0.5) ? { labelSelectorPath: random.pick(paths) } : {}),
            },
          },
        }
      : {}),
    ...(!isBroken && random.chance(0.4)
      ? { selectableFields: [{ jsonPath: random.pick(paths) }, { jsonPath: random.pick(paths) }] }
      : {}),
    ...(random.chance(0.1)
      ? {
          additionalPrinterColumns: [
            {
              name: random.pick(['A', '']),
              type: random.pick(['string', 'date', 'text', '']),
              jsonPath: random.pick(paths),
            },
            { name: 'B', type: 'integer', format: random.pick(['int32', 'x']), jsonPath: random.pick(paths) },
          ],
        }
      : {}),
  };
}

const OPEN: JsonObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** Objects under a random schema. They are stored by a version that takes all, and changed by one that is strict. */
export function schemaScript(seed: number): Script {
  const random = randomFrom(seed * 104_729 + 5);
  const names = { group: `s${seed}.schemas.example.com`, plural: 'subjects', kind: 'Subject' };
  const spec = rightSpec(random, names);
  const namespace = `schemas-${seed}`;
  const base = (name: string): string => `/apis/${names.group}/${name}/namespaces/${namespace}/${names.plural}`;
  const some = (odds = 0.06): Json => randomValue(random, spec, odds) ?? null;
  const body = (name: string, version: string, value: Json): JsonObject => ({
    apiVersion: `${names.group}/${version}`,
    kind: names.kind,
    metadata: { name },
    spec: value,
  });
  const validation = (): { readonly [name: string]: string } =>
    random.chance(0.5) ? { fieldValidation: random.pick(['Strict', 'Warn', 'Ignore']) } : {};
  const create = (version: string, name: string, query = {}): Step => ({
    method: 'POST',
    path: base(version),
    query: { ...query, ...validation() },
    body: body(name, version, version === 'v1' ? readable(some()) : some()),
  });
  const change = (name: string): Step => ({ ...randomChange(random, some), path: `${base('v2')}/${name}` });
  const apply = (name: string): Step => ({
    method: 'PATCH',
    path: `${base('v2')}/${name}`,
    query: { fieldManager: random.pick(['one', 'two']), force: 'true', ...validation() },
    contentType: 'application/apply-patch+yaml',
    body: body(name, 'v2', some(0.02)),
  });
  const around = (name: string): readonly Step[] => [
    ...Array.from({ length: 4 }, () => change(name)),
    apply(name),
    change(name),
    apply(name),
    { method: 'GET', path: `${base('v2')}/${name}` },
  ];
  const versions = [version('v1', OPEN), version('v2', spec)];
  const steps: Step[] = [
    { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } },
    { method: 'POST', path: DEFINITIONS, body: definition(names, versions) },
    { method: 'GET', path: base('v1'), until: { path: ['kind'], value: `${names.kind}List` } },
    { method: 'GET', path: base('v2'), until: { path: ['kind'], value: `${names.kind}List` } },
    ...Array.from({ length: 14 }, () => create('v2', 'tried', { dryRun: 'All' })),
    create('v2', 'first'),
    ...around('first'),
    create('v1', 'second'),
    ...around('second'),
    create('v1', 'third'),
    ...around('third'),
    { method: 'DELETE', path: `${DEFINITIONS}/${names.plural}.${names.group}` },
  ];
  return { name: `schemas-${seed}`, steps };
}

// What a version takes as it is and another one cannot read as metadata is left out by the real server, or refused with
// 500, as its caches have it.
function readable(value: Json): Json {
  if (isList(value)) return value.map(readable);
  if (!isObject(value)) return value;
  const fields = Object.entries(value).filter(([name, inner]) => name !== 'labels' || typeof inner !== 'string');
  return Object.fromEntries(fields.map(([name, inner]) => [name, readable(inner)]));
}

function randomChange(random: Random, some: () => Json): Omit<Step, 'path'> {
  if (random.chance(0.4))
    return {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { ...(random.chance(0.3) ? { metadata: { labels: { l: random.pick(['a', 'b']) } } } : {}), spec: some() },
    };
  if (random.chance(0.3))
    return {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { metadata: { annotations: { n: random.pick(['1', '2', '3']) } } },
    };
  return {
    method: 'PATCH',
    query: random.chance(0.5) ? { dryRun: 'All' } : {},
    contentType: 'application/json-patch+json',
    body: [{ op: 'replace', path: '/spec', value: some() }],
  };
}

const known = loadFacts('schemas', '1.36');
const definitions = new Definitions(new Codec(new ValuePlans(known)), () => known.cel());

// Not every default fits what alternatives ask of it; whether we are right about that shows in the broken ones.
function rightSpec(random: Random, names: Names): JsonObject {
  for (let tries = 0; tries < 1000; tries += 1) {
    const spec = randomSpec(random);
    const object = { ...definition(names, [version('v1', spec)]), status: { storedVersions: ['v1'] } };
    if (definitions.check(object as unknown as ApiObject).length === 0) return spec;
  }
  throw new Error('no schema is right');
}
