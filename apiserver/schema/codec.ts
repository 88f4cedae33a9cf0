// Reads objects of built-in kinds as the API server's own types would hold them, and gives back what they would be
// written as: unknown fields are gone, empty fields are left out or filled in, single values have their stored form.
//
// Unknown fields are reported, not refused; a value of the wrong type is an ApiError at once.

import { type ApiError, badRequest } from '../model/api-error.ts';
import { equals, isList, isObject, type Json, type JsonObject, type MutableObject } from '../model/json.ts';
import { jsonType, readScalar, type ScalarKind, zeroOf } from './scalar.ts';
import type { FieldPlan, ValuePlan, ValuePlans } from './value-plan.ts';

/** What was read, and the paths of the fields that no type knows. */
export interface Decoded {
  readonly object: JsonObject;
  readonly unknown: readonly string[];
}

/** What an error says about the object as a whole. */
export interface DecodeSubject {
  readonly version: string;
  readonly kind: string;
}

// Where a value is: a step below another value. Texts are made of it only where something is wrong.
interface At {
  readonly above: At | undefined;
  readonly kind: 'field' | 'key' | 'item';
  readonly name: string | number;
  /** The schema whose field it is, or in whose field it is. */
  readonly schema: string;
}

/** Reads and writes built-in types. */
export class Codec {
  readonly #plans: ValuePlans;

  constructor(plans: ValuePlans) {
    this.#plans = plans;
  }

  /**
   * Reads an object of the type of a schema. Parts that it shares with one that was read before, at the same place, are
   * taken as they are. Throws ApiError 400.
   */
  decode(schema: string, value: JsonObject, subject: DecodeSubject, read?: JsonObject): Decoded {
    const reading = new Reading(this.#plans, subject);
    const object = reading.struct(schema, { value, read }, undefined);
    return { object, unknown: reading.unknown };
  }

  /**
   * What storing makes of an object: an empty list that is always written becomes null. Parts that it shares with a
   * stored one are taken as they are.
   */
  stored(schema: string, object: JsonObject, known?: JsonObject): JsonObject {
    const plan = this.#plans.struct(schema);
    let out: MutableObject | undefined;
    for (const name of Object.keys(object)) {
      const value = object[name] as Json;
      const before = known?.[name];
      const field = typeof value !== 'object' || value === null || value === before ? undefined : plan.get(name);
      if (field === undefined) continue;
      const kept = this.#storedField(field, value, before);
      if (kept === value) continue;
      out ??= { ...object };
      out[name] = kept;
    }
    return out ?? object;
  }

  #storedField({ wire, value: plan }: FieldPlan, value: Json, known: Json | undefined): Json {
    if (isList(value) && value.length === 0 && !wire.omitsEmpty) return null;
    return this.#storedValue(plan, value, known);
  }

  #storedValue(plan: ValuePlan, value: Json, known: Json | undefined): Json {
    if (plan.kind === 'struct' && isObject(value))
      return this.stored(plan.name, value, isObject(known) ? known : undefined);
    if (plan.kind !== 'list' || !isList(value)) return value;
    const others = isList(known) ? known : [];
    const items = value.map((item, at) =>
      item === others[at] ? item : this.#storedValue(plan.item, item, others[at]),
    );
    return items.some((item, at) => item !== value[at]) ? items : value;
  }

  /** The type's value of which nothing is set. */
  blank(schema: string): JsonObject {
    return this.decode(schema, {}, { version: '', kind: '' }).object;
  }
}

// A value, and what was read before at the same place.
interface Unread {
  readonly value: Json;
  readonly read: Json | undefined;
}

class Reading {
  readonly unknown: string[] = [];
  readonly #plans: ValuePlans;
  readonly #subject: DecodeSubject;

  constructor(plans: ValuePlans, subject: DecodeSubject) {
    this.#plans = plans;
    this.#subject = subject;
  }

  struct(schema: string, { value, read }: Unread, above: At | undefined): JsonObject {
    if (!isObject(value)) throw this.#mismatch(jsonType(value), `${packageName(schema)}.${shortName(schema)}`, above);
    const plan = this.#plans.struct(schema);
    const known = isObject(read) ? read : undefined;
    const out: MutableObject = {};
    for (const name of Object.keys(value)) {
      const inner = value[name] as Json;
      const field = plan.get(name);
      if (field === undefined) {
        this.unknown.push(pathOf({ above, kind: 'field', name, schema }));
        continue;
      }
      if (inner === null) continue;
      const before = known?.[name];
      if (inner === before) {
        out[name] = inner;
        continue;
      }
      const made = this.#value(field.value, { value: inner, read: before }, { above, kind: 'field', name, schema });
      if (isKept(field, made)) out[name] = made;
    }
    this.#fill(plan, out);
    return out;
  }

  #fill(plan: ReadonlyMap<string, FieldPlan>, out: MutableObject): void {
    for (const [name, field] of plan) {
      if (Object.hasOwn(out, name)) continue;
      const filled = this.#absent(field);
      if (filled !== undefined) out[name] = filled;
    }
  }

  // What is written for a field that is not set, or undefined where nothing is.
  #absent({ wire, value }: FieldPlan): Json | undefined {
    if (wire.isPointer) return wire.omitsEmpty ? undefined : null;
    if (wire.omitsZero) return undefined;
    if (value.kind === 'struct') return this.struct(value.name, { value: {}, read: undefined }, undefined);
    if (value.kind === 'scalar') return wire.omitsEmpty && !isStruct(value.scalar) ? undefined : zeroOf(value.scalar);
    return wire.omitsEmpty ? undefined : null;
  }

  #value(plan: ValuePlan, unread: Unread, at: At): Json {
    const { value, read } = unread;
    switch (plan.kind) {
      case 'scalar':
        return this.#scalar(plan, value, at);
      case 'struct':
        return this.struct(plan.name, { value: value ?? {}, read }, at);
      case 'list':
        return this.#list(plan, unread, at);
      case 'map':
        return this.#map(plan, unread, at);
      case 'schemaOr':
        if (isObject(value)) return this.struct(plan.name, unread, at);
        return isList(value) ? value.map((item) => this.#value(plan, { value: item, read: undefined }, at)) : value;
      case 'raw':
        return value;
    }
  }

  #scalar(plan: ValuePlan & { readonly kind: 'scalar' }, value: Json, at: At): Json {
    if (value === null) return zeroOf(plan.scalar);
    const read = readScalar(plan.scalar, value);
    if (read.kind === 'mismatch') throw this.#mismatch(read.found, read.goType, at);
    if (read.kind === 'malformed') throw this.#refuse(read.message);
    return read.value;
  }

  #list(plan: ValuePlan & { readonly kind: 'list' }, { value, read }: Unread, at: At): Json {
    if (!isList(value)) throw this.#mismatch(jsonType(value), goType(plan), at);
    const known = isList(read) ? read : [];
    return value.map((item, index) => {
      const before = known[index];
      if (item === before && item !== null) return item;
      return this.#value(
        plan.item,
        { value: item, read: before },
        { above: at, kind: 'item', name: index, schema: at.schema },
      );
    });
  }

  #map(plan: ValuePlan & { readonly kind: 'map' }, { value, read }: Unread, at: At): Json {
    if (!isObject(value)) throw this.#mismatch(jsonType(value), goType(plan), at);
    const known = isObject(read) ? read : {};
    const out: MutableObject = {};
    for (const [name, inner] of Object.entries(value)) {
      const before = Object.hasOwn(known, name) ? known[name] : undefined;
      out[name] =
        inner === before && inner !== null
          ? inner
          : this.#value(
              plan.value,
              { value: inner, read: before },
              { above: at, kind: 'key', name, schema: at.schema },
            );
    }
    return out;
  }

  #mismatch(found: string, wanted: string, at: At | undefined): ApiError {
    const fields = fieldsOf(at);
    const where = at === undefined || fields === '' ? 'value' : `struct field ${shortName(at.schema)}.${fields}`;
    return this.#refuse(`json: cannot unmarshal ${found} into Go ${where} of type ${wanted}`);
  }

  #refuse(why: string): ApiError {
    const { version, kind } = this.#subject;
    return badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${why}`);
  }
}

// With indexes and keys, for unknown fields.
function pathOf({ above, kind, name }: At): string {
  const before = above === undefined ? '' : pathOf(above);
  if (kind === 'item') return `${before}[${name}]`;
  return kind === 'field' && before === '' ? String(name) : `${before}.${name}`;
}

// Without them, for errors.
function fieldsOf(at: At | undefined): string {
  if (at === undefined) return '';
  const before = fieldsOf(at.above);
  if (at.kind !== 'field') return before;
  return before === '' ? String(at.name) : `${before}.${at.name}`;
}

function isKept({ wire, value }: FieldPlan, read: Json): boolean {
  if (wire.isPointer) return true;
  if (value.kind === 'struct') return !(wire.omitsZero && isObject(read) && Object.keys(read).length === 0);
  if (!wire.omitsEmpty) return true;
  if (isList(read)) return read.length > 0;
  if (value.kind === 'map') return isObject(read) && Object.keys(read).length > 0;
  if (value.kind !== 'scalar') return true;
  return isStruct(value.scalar) || !(read === '' || equals(read, zeroOf(value.scalar)));
}

const STRUCTS: ReadonlySet<ScalarKind> = new Set(['quantity', 'intOrString', 'duration', 'time', 'microTime']);

// These are structs in Go, which an empty value does not leave out.
function isStruct(kind: ScalarKind): boolean {
  return STRUCTS.has(kind);
}

function goType(plan: ValuePlan): string {
  switch (plan.kind) {
    case 'list':
      return `[]${goType(plan.item)}`;
    case 'map':
      return `map[string]${goType(plan.value)}`;
    case 'struct':
      return `${packageName(plan.name)}.${shortName(plan.name)}`;
    case 'scalar':
      return plan.scalar === 'bytes' ? '[]uint8' : plan.scalar;
    default:
      return 'interface {}';
  }
}

function shortName(schema: string): string {
  return schema.slice(schema.lastIndexOf('.') + 1);
}

function packageName(schema: string): string {
  return schema.split('.').at(-2) ?? '';
}
