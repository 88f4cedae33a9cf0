import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readFacts } from '../../../cli/facts.ts';
import { parseFacts } from '../../../engine/load/kubernetes-facts.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../../engine/model/json.ts';

const facts = readFacts();
const file = 'schemas/kubernetes-1.36.json.gz';
const text = gunzipSync(readFileSync(file)).toString('utf8');
const { schemas } = JSON.parse(text) as { schemas: Record<string, JsonObject> };

/** Every schema within a schema, itself among them. Names of fields are not keys of a schema. */
function* parts(schema: Json): Generator<JsonObject, void, void> {
  if (!isObject(schema)) return;
  yield schema;
  const { properties, items, additionalProperties, oneOf } = schema;
  const below = [...(isObject(properties) ? Object.values(properties) : []), ...(isArray(oneOf) ? oneOf : [])];
  for (const part of [...below, items, additionalProperties]) if (part !== undefined) yield* parts(part);
}

/** The schema of a field, with references followed, as a rule's author would write the path. */
function field(apiVersion: string, kind: string, path: string): JsonObject {
  let schema = facts.schema(facts.findKind(apiVersion, kind)?.schema ?? '');
  for (const key of path.split('.')) {
    const { items, properties } = schema ?? {};
    const next: Json | undefined = key === '[]' ? items : isObject(properties) ? properties[key] : undefined;
    if (!isObject(next)) throw new Error(`${kind} has no ${path}: ${key}`);
    const { $ref, ...beside } = next;
    schema = typeof $ref === 'string' ? { ...facts.schema($ref), ...beside } : next;
  }
  return schema ?? {};
}

describe('the file of facts', () => {
  const all = Object.values(schemas).flatMap((schema) => [...parts(schema)]);

  test('has the kinds and schemas of its version', () => {
    expect(facts.version).toBe('v1.36.3');
    expect(facts.apiVersions).toHaveLength(22);
    expect(facts.kinds()).toHaveLength(68);
    expect(Object.keys(schemas)).toHaveLength(578);
    expect(all.length).toBeGreaterThan(3000);
  });

  test('is the only one but for what rules can call, how fields travel and roles, and smaller than 30 KB', () => {
    expect(readdirSync('schemas').filter((name) => name.endsWith('.gz'))).toEqual([
      'kubernetes-1.36-cel.json.gz',
      'kubernetes-1.36-rbac.json.gz',
      'kubernetes-1.36-wire.json.gz',
      'kubernetes-1.36.json.gz',
    ]);
    expect(readFileSync(file).length).toBeLessThan(30_000);
  });

  test('has the same bytes whenever it is made: sorted keys, no time', () => {
    const names = [Object.keys(schemas), facts.kinds().map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)];
    for (const list of names) expect(list).toEqual([...list].sort());
    expect([...readFileSync(file).subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  });

  test('refers only to schemas that it has', () => {
    const names = all.flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(names.length).toBeGreaterThan(900);
    expect(names.filter((name) => facts.schema(name) === undefined)).toEqual([]);
  });

  test('has no descriptions, but the fields of that name', () => {
    expect(all.filter((schema) => Object.hasOwn(schema, 'description'))).toEqual([]);
    expect(field('scheduling.k8s.io/v1', 'PriorityClass', 'description')).toEqual({ type: 'string' });
  });

  test('has only keys that a reader knows', () => {
    expect([...new Set(all.flatMap((schema) => Object.keys(schema)))].sort()).toEqual([
      ...[
        '$ref',
        'additionalProperties',
        'default',
        'enum',
        'format',
        'items',
        'oneOf',
        'properties',
        'required',
        'type',
      ],
      ...['x-kubernetes-group-version-kind', 'x-kubernetes-list-map-keys', 'x-kubernetes-list-type'],
      ...[
        'x-kubernetes-map-type',
        'x-kubernetes-patch-merge-key',
        'x-kubernetes-patch-strategy',
        'x-kubernetes-unions',
      ],
    ]);
  });
});

describe('a kind', () => {
  test('has its names, its scope, its verbs and its subresources', () => {
    const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
    expect(facts.findKind('apps/v1', 'Deployment')).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      scope: 'Namespaced',
      plural: 'deployments',
      singular: 'deployment',
      shortNames: ['deploy'],
      categories: ['all'],
      verbs,
      subresources: {
        scale: { apiVersion: 'autoscaling/v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
        status: { apiVersion: 'apps/v1', kind: 'Deployment', verbs: ['get', 'patch', 'update'] },
      },
      schema: 'io.k8s.api.apps.v1.Deployment',
    });
    expect(facts.findKind('v1', 'Namespace')).toMatchObject({ scope: 'Cluster', plural: 'namespaces' });
    expect(facts.findKind('v1', 'Pod')?.subresources['eviction']).toMatchObject({ apiVersion: 'policy/v1' });
    expect(facts.findKind('authorization.k8s.io/v1', 'SubjectAccessReview')).toMatchObject({ verbs: ['create'] });
  });

  test.each([
    ['apps/v1', 'Deployments'],
    ['v1', 'Deployment'],
    ['apps/v1beta1', 'Deployment'],
    ['v1', 'constructor'],
    ['', ''],
  ])('is undefined where Kubernetes has none: %s %s', (apiVersion, kind) => {
    expect(facts.findKind(apiVersion, kind)).toBeUndefined();
  });

  test.each(['io.k8s.api.core.v1.Nothing', 'constructor', '__proto__', ''])('has no schema "%s"', (name) => {
    expect(facts.schema(name)).toBeUndefined();
  });
});

describe('a schema', () => {
  const containers = 'spec.template.spec.containers';
  const podEnum = (path: string) => field('apps/v1', 'Deployment', `spec.template.spec.${path}`)['enum'];

  test('has types, formats and required fields', () => {
    expect(field('apps/v1', 'Deployment', 'spec.replicas')).toEqual({ type: 'integer', format: 'int32' });
    expect(field('apps/v1', 'Deployment', 'spec')['required']).toEqual(['selector', 'template']);
    expect(field('v1', 'ConfigMap', 'data')).toEqual({
      type: 'object',
      additionalProperties: { type: 'string', default: '' },
    });
    expect(field('v1', 'ConfigMap', 'metadata.creationTimestamp')).toMatchObject({
      type: 'string',
      format: 'date-time',
    });
    expect(field('v1', 'Secret', 'data')).toMatchObject({ additionalProperties: { format: 'byte' } });
  });

  test('says how lists and maps are merged', () => {
    const { items: _, ...list } = field('apps/v1', 'Deployment', containers);
    expect(list).toEqual({
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'name',
    });
    expect(field('apps/v1', 'Deployment', 'spec.selector')).toMatchObject({ 'x-kubernetes-map-type': 'atomic' });
    expect(field('apps/v1', 'Deployment', 'spec.strategy')).toMatchObject({
      default: {},
      'x-kubernetes-patch-strategy': 'retainKeys',
    });
    expect(field('v1', 'Service', 'spec.ports')['x-kubernetes-list-map-keys']).toEqual(['port', 'protocol']);
  });

  test('has the values that are of two types', () => {
    expect(field('v1', 'Service', 'spec.ports.[].targetPort')).toEqual({
      format: 'int-or-string',
      oneOf: [{ type: 'integer' }, { type: 'string' }],
    });
    expect(field('v1', 'ResourceQuota', 'spec.hard')['additionalProperties']).toEqual({
      $ref: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
    });
  });

  test('has the values that the API server enumerates, and no others', () => {
    expect(podEnum('restartPolicy')).toEqual(['Always', 'Never', 'OnFailure']);
    expect(podEnum('containers.[].imagePullPolicy')).toEqual(['Always', 'IfNotPresent', 'Never']);
    expect(field('v1', 'Service', 'spec.type')['enum']).toEqual([
      'ClusterIP',
      'ExternalName',
      'LoadBalancer',
      'NodePort',
    ]);
    expect(field('apps/v1', 'Deployment', 'spec.strategy.type')['enum']).toEqual(['Recreate', 'RollingUpdate']);
    expect(field('apps/v1', 'Deployment', 'status.conditions.[].status')['enum']).toBeUndefined();
  });
});

describe('a wrong file', () => {
  const good = JSON.parse(text) as Record<string, Json>;
  const changed = (change: Record<string, Json | undefined>) => JSON.stringify({ ...good, ...change });
  const pod = (good['kinds'] as Record<string, JsonObject>)['v1/Pod'] as JsonObject;

  test.each([
    ['', 'it is no JSON'],
    [text.slice(0, -1), 'it is no JSON'],
    ['[]', 'it has no "version"'],
    [changed({ version: 1 }), 'it has no "version"'],
    [changed({ apiVersions: [1] }), 'it has no "apiVersions"'],
    [changed({ kinds: undefined }), 'it has no "kinds"'],
    [changed({ schemas: [] }), 'it has no "schemas"'],
    [changed({ kinds: { 'v1/Pod': { ...pod, scope: 'Both' } } }), 'its kind "v1/Pod" is not as expected'],
    [changed({ kinds: { 'v1/Pod': { ...pod, verbs: 'get' } } }), 'its kind "v1/Pod" is not as expected'],
    [changed({ kinds: { 'v1/Pod': { ...pod, schema: 'Pod' } } }), 'its kind "v1/Pod" is not as expected'],
    [
      changed({ kinds: { 'v1/Pod': { ...pod, subresources: { log: { apiVersion: 'v1', kind: 'Pod' } } } } }),
      'its kind "v1/Pod" is not as expected',
    ],
    [
      changed({ kinds: { 'v1/Pod': { ...pod, subresources: { log: { apiVersion: 'v1', verbs: [] } } } } }),
      'its kind "v1/Pod" is not as expected',
    ],
    [
      changed({ kinds: { 'v1/Pod': { ...pod, subresources: { log: { kind: 'Pod', verbs: [] } } } } }),
      'its kind "v1/Pod" is not as expected',
    ],
    [changed({ kinds: { Pod: pod } }), 'its kind "Pod" is not as expected'],
  ])('is refused with its reason (%#)', (wrong, problem) => {
    expect(() => parseFacts(wrong)).toThrow(`this is no file of Kubernetes facts: ${problem}`);
  });
});
