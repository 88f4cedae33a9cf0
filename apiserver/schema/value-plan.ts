// What a built-in type looks like to a decoder: its fields, and for each how it travels. Made once for each type.

import type { KubernetesFacts, WireFacts } from '../facts/facts.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import type { ScalarKind } from './scalar.ts';
import { refOf } from './type-node.ts';

/** What a field holds. `raw` is any JSON, kept as it is; `schemaOr` a JSON schema or something else. */
export type ValuePlan =
  | { readonly kind: 'scalar'; readonly scalar: ScalarKind }
  | { readonly kind: 'struct'; readonly name: string }
  | { readonly kind: 'list'; readonly item: ValuePlan }
  | { readonly kind: 'map'; readonly value: ValuePlan }
  | { readonly kind: 'raw' }
  | { readonly kind: 'schemaOr'; readonly name: string };

/** A field of a struct. */
export interface FieldPlan {
  readonly wire: WireFacts;
  readonly value: ValuePlan;
}

/** A struct, by the names of its fields. */
export type StructPlan = ReadonlyMap<string, FieldPlan>;

const SCALARS: { readonly [name: string]: ScalarKind } = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'intOrString',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'microTime',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Duration': 'duration',
};
const SCHEMA = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
const PLAIN: WireFacts = { omitsEmpty: true, omitsZero: false, isPointer: false, numbers: [] };

/** The plans of all types of one version of Kubernetes. */
export class ValuePlans {
  readonly #facts: KubernetesFacts;
  readonly #structs = new Map<string, StructPlan>();

  constructor(facts: KubernetesFacts) {
    this.#facts = facts;
  }

  /** The plan of a struct, by the name of its schema. */
  struct(name: string): StructPlan {
    const known = this.#structs.get(name);
    if (known !== undefined) return known;
    const properties = this.#facts.schema(name)?.['properties'];
    const wire = this.#facts.wire(name);
    const plan = new Map<string, FieldPlan>();
    for (const [field, schema] of Object.entries(isObject(properties) ? properties : {})) {
      plan.set(field, { wire: wire?.get(field) ?? PLAIN, value: this.#value(schema as JsonObject) });
    }
    this.#structs.set(name, plan);
    return plan;
  }

  #value(schema: JsonObject): ValuePlan {
    const name = refOf(schema);
    if (name !== undefined) return this.#named(name);
    switch (schema['type']) {
      case 'array':
        return { kind: 'list', item: isObject(schema['items']) ? this.#value(schema['items']) : { kind: 'raw' } };
      case 'object': {
        const values = schema['additionalProperties'];
        return isObject(values) ? { kind: 'map', value: this.#value(values) } : { kind: 'raw' };
      }
      case 'string':
        return { kind: 'scalar', scalar: schema['format'] === 'byte' ? 'bytes' : 'string' };
      case 'boolean':
        return { kind: 'scalar', scalar: 'bool' };
      case 'integer':
        return { kind: 'scalar', scalar: schema['format'] === 'int64' ? 'int64' : 'int32' };
      case 'number':
        return { kind: 'scalar', scalar: 'float64' };
      default:
        return { kind: 'raw' };
    }
  }

  #named(name: string): ValuePlan {
    const scalar = SCALARS[name];
    if (scalar !== undefined) return { kind: 'scalar', scalar };
    if (name.startsWith(`${SCHEMA}Or`)) return { kind: 'schemaOr', name: SCHEMA };
    const schema = this.#facts.schema(name) ?? {};
    return isObject(schema['properties']) ? { kind: 'struct', name } : this.#value(schema);
  }
}
