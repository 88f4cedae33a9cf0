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

interface At {
  /** With indexes, for unknown fields. */
  readonly path: string;
  /** Without indexes, for errors. */
  readonly fields: string;
  /** The type whose field it is. */
  readonly struct: string;
}

/** Reads and writes built-in types. */
export class Codec {
  readonly #plans: ValuePlans;

  constructor(plans: ValuePlans) {
    this.#plans = plans;
  }

  /** Reads an object of the type of a schema. Throws ApiError 400. */
  decode(schema: string, value: JsonObject, subject: DecodeSubject): Decoded {
    const reading = new Reading(this.#plans, subject);
    const object = reading.struct(schema, value, { path: '', fields: '', struct: shortName(schema) });
    return { object, unknown: reading.unknown };
  }

  /** What storing makes of an object: an empty list that is always written becomes null. */
  stored(schema: string, object: JsonObject): JsonObject {
    const plan = this.#plans.struct(schema);
    let out: MutableObject | undefined;
    for (const [name, value] of Object.entries(object)) {
      const field = plan.get(name);
      const kept = field === undefined ? value : this.#storedField(field, value);
      if (kept === value) continue;
      out ??= { ...object };
      out[name] = kept;
    }
    return out ?? object;
  }

  #storedField({ wire, value: plan }: FieldPlan, value: Json): Json {
    if (isList(value) && value.length === 0 && !wire.omitsEmpty) return null;
    return this.#storedValue(plan, value);
  }

  #storedValue(plan: ValuePlan, value: Json): Json {
    if (plan.kind === 'struct' && isObject(value)) return this.stored(plan.name, value);
    if (plan.kind !== 'list' || !isList(value)) return value;
    const items = value.map((item) => this.#storedValue(plan.item, item));
    return items.some((item, at) => item !== value[at]) ? items : value;
  }

  /** The type's value of which nothing is set. */
  blank(schema: string): JsonObject {
    return this.decode(schema, {}, { version: '', kind: '' }).object;
  }
}

class Reading {
  readonly unknown: string[] = [];
  readonly #plans: ValuePlans;
  readonly #subject: DecodeSubject;

  constructor(plans: ValuePlans, subject: DecodeSubject) {
    this.#plans = plans;
    this.#subject = subject;
  }

  struct(name: string, value: Json, at: At): JsonObject {
    if (!isObject(value)) throw this.#mismatch(jsonType(value), `${packageName(name)}.${shortName(name)}`, at);
    const plan = this.#plans.struct(name);
    const out: MutableObject = {};
    for (const [field, inner] of Object.entries(value)) {
      const known = plan.get(field);
      if (known === undefined) {
        this.unknown.push(join(at.path, field));
        continue;
      }
      if (inner === null) continue;
      const read = this.#value(known.value, inner, {
        path: join(at.path, field),
        fields: join(at.fields, field),
        struct: shortName(name),
      });
      if (isKept(known, read)) out[field] = read;
    }
    for (const [field, known] of plan) {
      if (Object.hasOwn(out, field)) continue;
      const filled = this.#absent(known);
      if (filled !== undefined) out[field] = filled;
    }
    return out;
  }

  // What is written for a field that is not set, or undefined where nothing is.
  #absent({ wire, value }: FieldPlan): Json | undefined {
    if (wire.isPointer) return wire.omitsEmpty ? undefined : null;
    if (wire.omitsZero) return undefined;
    if (value.kind === 'struct') return this.struct(value.name, {}, { path: '', fields: '', struct: '' });
    if (value.kind === 'scalar') return wire.omitsEmpty && !isStruct(value.scalar) ? undefined : zeroOf(value.scalar);
    return wire.omitsEmpty ? undefined : null;
  }

  #value(plan: ValuePlan, value: Json, at: At): Json {
    switch (plan.kind) {
      case 'scalar':
        return this.#scalar(plan, value, at);
      case 'struct':
        return this.struct(plan.name, value ?? {}, at);
      case 'list':
        return this.#list(plan, value, at);
      case 'map':
        return this.#map(plan, value, at);
      case 'schemaOr':
        if (isObject(value)) return this.struct(plan.name, value, at);
        return isList(value) ? value.map((item) => this.#value(plan, item, at)) : value;
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

  #list(plan: ValuePlan & { readonly kind: 'list' }, value: Json, at: At): Json {
    if (!isList(value)) throw this.#mismatch(jsonType(value), goType(plan), at);
    return value.map((item, index) => this.#value(plan.item, item, { ...at, path: `${at.path}[${index}]` }));
  }

  #map(plan: ValuePlan & { readonly kind: 'map' }, value: Json, at: At): Json {
    if (!isObject(value)) throw this.#mismatch(jsonType(value), goType(plan), at);
    const out: MutableObject = {};
    for (const [key, inner] of Object.entries(value)) {
      out[key] = this.#value(plan.value, inner, {
        path: `${at.path}.${key}`,
        fields: at.fields,
        struct: at.struct,
      });
    }
    return out;
  }

  #mismatch(found: string, wanted: string, { fields, struct }: At): ApiError {
    const where = fields === '' ? 'value' : `struct field ${struct}.${fields}`;
    return this.#refuse(`json: cannot unmarshal ${found} into Go ${where} of type ${wanted}`);
  }

  #refuse(why: string): ApiError {
    const { version, kind } = this.#subject;
    return badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${why}`);
  }
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

function join(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}
