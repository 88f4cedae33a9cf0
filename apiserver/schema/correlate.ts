// A value and what it was before, along a structural schema: which parts of a changed object are as they were.
//
// Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-ratcheting

import { goQuote } from '../model/go-text.ts';
import { equals, isList, isObject, type Json, type JsonObject, listIn } from '../model/json.ts';

/** A value whose old value is known. */
export class Correlated {
  readonly value: Json;
  readonly old: Json;
  readonly #schema: JsonObject;
  readonly #children = new Map<string | number, Correlated | undefined>();
  #isUnchanged: boolean | undefined;

  constructor(schema: JsonObject, value: Json, old: Json) {
    this.#schema = schema;
    this.value = value;
    this.old = old;
  }

  /** A field; undefined where the schema does not know it, or where it is new or gone. */
  key(name: string): Correlated | undefined {
    return this.#child(name, () => {
      const { value, old } = this;
      if (!isObject(value) || !isObject(old) || !Object.hasOwn(value, name) || !Object.hasOwn(old, name))
        return undefined;
      const schema = schemaOfField(this.#schema, name);
      return schema === undefined ? undefined : new Correlated(schema, value[name] as Json, old[name] as Json);
    });
  }

  /** An item; undefined where its old value cannot be told. */
  index(at: number): Correlated | undefined {
    return this.#child(at, () => {
      const { value, old } = this;
      const { items } = this.#schema;
      if (!isList(value) || !isList(old) || !isObject(items)) return undefined;
      const item = value[at];
      const before = item === undefined ? undefined : findItem(this.#schema, item, old);
      return before === undefined ? undefined : new Correlated(items, item as Json, before);
    });
  }

  #child(at: string | number, make: () => Correlated | undefined): Correlated | undefined {
    if (!this.#children.has(at)) this.#children.set(at, make());
    return this.#children.get(at);
  }

  /** True where the value is known to be what it was. */
  isUnchanged(): boolean {
    this.#isUnchanged ??= this.#compare();
    return this.#isUnchanged;
  }

  #compare(): boolean {
    const { value, old } = this;
    if (value === null || old === null) return value === old;
    if (isList(value)) {
      if (!isList(old) || value.length !== old.length) return false;
      if (this.#schema['x-kubernetes-list-type'] !== 'map') return equals(value, old);
      return value.every((_, at) => this.index(at)?.isUnchanged() === true);
    }
    if (!isObject(value)) return equals(value, old);
    if (!isObject(old) || Object.keys(value).length !== Object.keys(old).length) return false;
    return Object.keys(value).every((name) => this.key(name)?.isUnchanged() === true);
  }
}

/** The schema of a field, of its own or of all. */
export function schemaOfField(schema: JsonObject | undefined, name: string): JsonObject | undefined {
  const properties = isObject(schema?.['properties']) ? schema['properties'] : {};
  const property = Object.hasOwn(properties, name) ? properties[name] : schema?.['additionalProperties'];
  return isObject(property) ? property : undefined;
}

/** The item of a list with the same keys as another item; undefined where the schema does not tell the keys. */
export function findItem(schema: JsonObject, item: Json, list: readonly Json[]): Json | undefined {
  const keys = listIn(schema, 'x-kubernetes-list-map-keys').map(String);
  if (schema['x-kubernetes-list-type'] !== 'map' || keys.length === 0) return undefined;
  const wanted = keyOf(item, keys);
  return wanted === undefined ? undefined : list.find((other) => keyOf(other, keys) === wanted);
}

function keyOf(item: Json, keys: readonly string[]): string | undefined {
  if (!isObject(item)) return undefined;
  const parts: string[] = [];
  for (const key of keys) {
    const value = Object.hasOwn(item, key) ? item[key] : undefined;
    if (value === undefined || value === null || typeof value === 'object') return undefined;
    parts.push(typeof value === 'string' ? goQuote(value) : String(value));
  }
  return parts.join('\u0000');
}
