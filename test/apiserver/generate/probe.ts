// One field at a time: what becomes of a value that is empty, zero, of the wrong type or unknown, in each field of each
// kind. Nothing is stored.

import type { KubernetesFacts } from '../../../apiserver/facts/facts.ts';
import { isObject, type Json, type JsonObject, setIn } from '../../../apiserver/model/json.ts';
import { refOf } from '../../../apiserver/schema/type-node.ts';
import type { Script, Step } from '../script.ts';
import type { Sample } from './samples.ts';

interface Field {
  readonly path: readonly string[];
  readonly schema: JsonObject;
}

const MAX_DEPTH = 5;
// Pod specs have more fields than all the others together; one kind with a template speaks for all.
const MAX_FIELDS = 260;

/** A script of dry runs, a few for each field. */
export function probeScript(sample: Sample, facts: KubernetesFacts): Script {
  const { apiVersion, kind, plural, isNamespaced, contents } = sample;
  const namespace = `probe-${plural}`;
  const root = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
  const path = isNamespaced ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
  const text = JSON.stringify(contents).replaceAll('NAMESPACE', namespace);
  const base: JsonObject = { apiVersion, kind, metadata: { name: 'probe-x' }, ...(JSON.parse(text) as JsonObject) };
  const name = facts.kinds.find((one) => one.apiVersion === apiVersion && one.kind === kind)?.schema ?? '';
  const fields = fieldsOf({ path: [], schema: facts.schema(name) ?? {} }, facts).slice(0, MAX_FIELDS);
  const steps: Step[] = [{ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } }];
  for (const field of fields) {
    for (const value of valuesFor(field.schema, facts)) {
      const body = setIn(base, field.path, value);
      steps.push({ method: 'POST', path, query: { dryRun: 'All', fieldValidation: 'Strict' }, body });
    }
  }
  return { name: `probe-${plural}`, steps, areIndependent: true };
}

const SKIPPED = new Set(['apiVersion', 'kind', 'metadata', 'status']);

function fieldsOf(from: Field, facts: KubernetesFacts): readonly Field[] {
  if (from.path.length >= MAX_DEPTH) return [];
  const properties = resolved(from.schema, facts)['properties'];
  if (!isObject(properties)) return [];
  const own = Object.entries(properties)
    .filter(([name]) => from.path.length > 0 || !SKIPPED.has(name))
    .map(([name, schema]) => ({ path: [...from.path, name], schema: schema as JsonObject }));
  return [...own, ...own.flatMap((field) => fieldsOf(field, facts))];
}

function resolved(schema: JsonObject, facts: KubernetesFacts): JsonObject {
  const name = refOf(schema);
  return name === undefined ? schema : (facts.schema(name) ?? {});
}

function valuesFor(schema: JsonObject, facts: KubernetesFacts): readonly Json[] {
  const { type, properties, format } = resolved(schema, facts);
  switch (type) {
    case 'string':
      return format === 'date-time' ? ['2026-01-02T03:04:05.678+01:00', 'x'] : ['', 5, null];
    case 'boolean':
      return [false, true, 'x'];
    case 'integer':
    case 'number':
      return [0, 1, 'x'];
    case 'array':
      return [[], {}, null];
    case 'object':
      return isObject(properties) ? [{}, { strange: 1 }, []] : [{}, [], null];
    default:
      return [0, '0', ''];
  }
}
