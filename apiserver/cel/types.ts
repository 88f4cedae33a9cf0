// Types of rules, made from structural schemas, and values of those types, made from JSON.
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#type-checking

import type { Environment } from '@marcbachmann/cel-js';
import { isList, isObject, type Json, type JsonObject, objectIn, textIn } from '../model/json.ts';
import { escapeName, isReserved } from './names.ts';
import { CelObject, isSame } from './value.ts';

/** A type: its name for declarations, and how JSON becomes a value of it. */
export interface CelType {
  readonly name: string;
  toValue(value: Json): unknown;
}

const TEXT: CelType = { name: 'string', toValue: (value) => value };
const INTEGER: CelType = { name: 'int', toValue: (value) => (typeof value === 'number' ? BigInt(value) : value) };
const EITHER: CelType = {
  name: 'dyn',
  toValue: (value) => (typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value),
};
const NUMBER: CelType = { name: 'double', toValue: (value) => value };
const TRUTH: CelType = { name: 'bool', toValue: (value) => value };

/** Makes the types of one schema known to an environment. */
export class CelTypes {
  readonly #environment: Environment;
  readonly #known = new Map<JsonObject, CelType>();
  readonly #unordered = new Set<string>();
  #count = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The names of the types of lists that are sets or maps, and of what has such lists in it. */
  get unordered(): ReadonlySet<string> {
    return this.#unordered;
  }

  /** The type of what a schema describes; undefined for what rules cannot look at. */
  of(schema: JsonObject, isResource = false): CelType | undefined {
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    const made = this.#make(schema, isResource);
    if (made === undefined) return undefined;
    const type: CelType = { name: made.name, toValue: (value) => (value === null ? null : made.toValue(value)) };
    this.#known.set(schema, type);
    return type;
  }

  #make(schema: JsonObject, isResource: boolean): CelType | undefined {
    if (schema['x-kubernetes-int-or-string'] === true) return EITHER;
    switch (schema['type']) {
      case 'string':
        return textType(textIn(schema, 'format'));
      case 'integer':
        return INTEGER;
      case 'number':
        return NUMBER;
      case 'boolean':
        return TRUTH;
      case 'array':
        return this.#list(schema);
      case 'object':
        return isObject(schema['additionalProperties']) ? this.#map(schema) : this.#object(schema, isResource);
      default:
        return undefined;
    }
  }

  #list(schema: JsonObject): CelType | undefined {
    const item = this.of(objectIn(schema, 'items'));
    if (item === undefined) return undefined;
    const name = `list<${item.name}>`;
    const isUnordered = ['set', 'map'].includes(textIn(schema, 'x-kubernetes-list-type'));
    if (isUnordered || this.#unordered.has(item.name)) this.#unordered.add(name);
    return {
      name,
      toValue: (value) => (isList(value) ? value.map((one) => item.toValue(one)) : []),
    };
  }

  #map(schema: JsonObject): CelType | undefined {
    const inner = this.of(objectIn(schema, 'additionalProperties'));
    if (inner === undefined) return undefined;
    const name = `map<string, ${inner.name}>`;
    if (this.#unordered.has(inner.name)) this.#unordered.add(name);
    return {
      name,
      toValue: (value) =>
        new Map(Object.entries(isObject(value) ? value : {}).map(([key, one]) => [key, inner.toValue(one)])),
    };
  }

  #object(schema: JsonObject, isResource: boolean): CelType {
    const fields = new Map<string, { readonly field: string; readonly type: CelType }>();
    for (const [name, property] of Object.entries(objectIn(schema, 'properties'))) {
      const field = escapeName(name);
      const type = isObject(property) ? this.of(property) : undefined;
      if (field !== undefined && type !== undefined) fields.set(name, { field, type });
    }
    if (isResource) for (const [name, type] of this.#resourceFields()) fields.set(name, { field: name, type });
    const Class = class extends CelObject {};
    this.#count += 1;
    const name = `Object${this.#count}`;
    if ([...fields.values()].some(({ type }) => this.#unordered.has(type.name))) this.#unordered.add(name);
    const declared = [...fields].flatMap(([own, { field, type }]) =>
      namesOf(own, field).map((one) => [one, type.name] as const),
    );
    this.#environment.registerType(name, { ctor: Class, fields: Object.fromEntries(declared) });
    this.#environment.registerOperator(`${name} == ${name}`, isSame);
    const toObject = (value: JsonObject): CelObject => new Class(value, fieldsOf(value, fields));
    return { name, toValue: (value) => toObject(isObject(value) ? value : {}) };
  }

  // What rules see of every object besides what its schema says.
  #resourceFields(): readonly (readonly [string, CelType])[] {
    const text = { type: 'string' };
    const metadata = this.of({ type: 'object', properties: { name: text, generateName: text } });
    return [
      ['apiVersion', TEXT] as const,
      ['kind', TEXT] as const,
      ...(metadata === undefined ? [] : [['metadata', metadata] as const]),
    ];
  }
}

// A field with a reserved name goes by that name, too.
function namesOf(name: string, field: string): readonly string[] {
  return isReserved(name) ? [name, field] : [field];
}

function fieldsOf(
  value: JsonObject,
  fields: ReadonlyMap<string, { readonly field: string; readonly type: CelType }>,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, { field, type }] of fields) {
    const inner = value[name];
    // What is null is as good as not there.
    if (inner === undefined || inner === null) continue;
    for (const one of namesOf(name, field)) out[one] = type.toValue(inner);
  }
  return out;
}

// Texts of some formats are values of other types; those are not covered.
function textType(format: string): CelType | undefined {
  return ['byte', 'date', 'date-time', 'duration'].includes(format) ? undefined : TEXT;
}
