// Operations on types: unions, what a value may be, what is left of it.

import type { JsonScalar } from '../../model/json.ts';
import type { ArrayType, NumberType, ObjectType, Type } from '../../model/type.ts';

/** Nothing is known. */
export const ANY: Type = { kind: 'any' };
/** The value of a field that is not there. */
export const NOTHING: Type = { kind: 'nothing' };
/** Any text. */
export const STRING: Type = { kind: 'string' };
/** Any number. */
export const NUMBER: Type = { kind: 'number', isInteger: false };
/** A whole number. */
export const INTEGER: Type = { kind: 'number', isInteger: true };
/** True or false. */
export const BOOLEAN: Type = { kind: 'boolean' };
/** JSON's null. */
export const NULL: Type = { kind: 'null' };
/** An object of which nothing is known. */
export const OBJECT: ObjectType = objectOf({}, { rest: ANY });

// More kinds of objects in one union than this are any object. Chosen: real unions have two or three.
const MAX_OBJECTS = 8;

/** An object with these fields. `optional`: fields that may be missing; `required`: that must be given. */
export function objectOf(
  fields: Readonly<Record<string, Type>>,
  more: { readonly optional?: ReadonlySet<string>; readonly rest?: Type; readonly name?: string } = {},
): ObjectType {
  const known = new Map(Object.entries(fields));
  const { optional, rest, name } = more;
  return {
    kind: 'object',
    ...(name === undefined ? {} : { name }),
    names: () => [...known.keys()],
    field: (field) => {
      const type = known.get(field);
      return type === undefined ? undefined : { type, isPresent: optional?.has(field) !== true };
    },
    required: [],
    rest,
  };
}

/** An array of such items. */
export function arrayOf(items: Type): ArrayType {
  return { kind: 'array', items };
}

/** Nothing, one value, or an array. */
export function sequenceOf(items: Type): Type {
  if (items.kind === 'any') return ANY;
  return items.kind === 'nothing' ? NOTHING : { kind: 'sequence', items };
}

/** The types that a value has one of. */
export function partsOf(type: Type): readonly Type[] {
  return type.kind === 'union' ? type.of : [type];
}

/** A value of one of these types. */
export function unionOf(types: readonly Type[]): Type {
  const parts: Type[] = [];
  for (const part of types.flatMap(partsOf)) {
    if (part.kind === 'any') return ANY;
    const index = parts.findIndex((other) => isMergeable(other, part));
    if (index < 0) parts.push(part);
    else parts[index] = merge(parts[index] as Type, part);
  }
  if (parts.length === 1) return parts[0] as Type;
  if (parts.filter(({ kind }) => kind === 'object').length > MAX_OBJECTS)
    return unionOf([...parts.filter(({ kind }) => kind !== 'object'), OBJECT]);
  return parts.length === 0 ? NOTHING : { kind: 'union', of: parts };
}

function isMergeable(left: Type, right: Type): boolean {
  if (left === right) return true;
  if (left.kind !== right.kind) return false;
  return left.kind !== 'object' && left.kind !== 'function';
}

function merge(left: Type, right: Type): Type {
  if (left === right) return left;
  if (left.kind === 'string' && right.kind === 'string') return mergeTexts(left.values, right.values);
  if (left.kind === 'number' && right.kind === 'number') return mergeNumbers(left, right);
  if (left.kind === 'boolean' && right.kind === 'boolean') return left.value === right.value ? left : BOOLEAN;
  if (left.kind === 'array' && right.kind === 'array') return arrayOf(unionOf([left.items, right.items]));
  if (left.kind === 'sequence' && right.kind === 'sequence') return sequenceOf(unionOf([left.items, right.items]));
  return left;
}

function mergeTexts(left: readonly string[] | undefined, right: readonly string[] | undefined): Type {
  if (left === undefined || right === undefined) return STRING;
  return { kind: 'string', values: [...new Set([...left, ...right])] };
}

function mergeNumbers(left: NumberType, right: NumberType): Type {
  if (left.value !== undefined && left.value === right.value) return left;
  return left.isInteger && right.isInteger ? INTEGER : NUMBER;
}

/** True where the value may be missing. Of `any` that is not known, so it is false. */
export function mayBeNothing(type: Type): boolean {
  return partsOf(type).some(({ kind }) => kind === 'nothing' || kind === 'sequence');
}

/** True where the value may be several: a sequence that nobody has made one value of. */
export function mayBeMany(type: Type): boolean {
  return partsOf(type).some(({ kind }) => kind === 'sequence');
}

/** The type of the value where it is there. */
export function present(type: Type): Type {
  return unionOf(partsOf(type).filter(({ kind }) => kind !== 'nothing'));
}

/** The same, or nothing. */
export function optional(type: Type): Type {
  return unionOf([type, NOTHING]);
}

/** The items of a value that is taken as a list: of an array or a sequence its items, otherwise itself. */
export function itemsOf(type: Type): Type {
  return unionOf(
    partsOf(type).flatMap((part) => {
      if (part.kind === 'nothing') return [];
      if (part.kind === 'sequence') return [elementsOf(part.items)];
      return part.kind === 'array' ? [part.items] : [part];
    }),
  );
}

// One value of a sequence alone is that value: if it is an array, its items are what is gone through.
function elementsOf(items: Type): Type {
  const inner = partsOf(items).flatMap((part) => (part.kind === 'array' ? [part.items] : []));
  return inner.length === 0 ? items : unionOf([items, ...inner]);
}

/** True for a type that is one of these kinds only; nothing does not count. */
export function isOnly(type: Type, ...kinds: readonly Type['kind'][]): boolean {
  return partsOf(type).every(({ kind }) => kind === 'nothing' || kinds.includes(kind));
}

/** True for a type that may be one of these kinds. */
export function mayBe(type: Type, ...kinds: readonly Type['kind'][]): boolean {
  return partsOf(type).some(({ kind }) => kind === 'any' || kinds.includes(kind));
}

/**
 * What comes of a step that is taken for each value: for none nothing, for one what `step` gives, for many a sequence
 * of all that it gives, arrays taken apart.
 */
export function mapType(type: Type, step: (item: Type) => Type): Type {
  return unionOf(
    partsOf(type).map((part) => {
      if (part.kind === 'nothing') return part;
      if (part.kind !== 'array' && part.kind !== 'sequence') return step(part);
      const result = step(part.kind === 'sequence' ? elementsOf(part.items) : part.items);
      return sequenceOf(itemsOf(result));
    }),
  );
}

/** The type of a scalar that is written out. */
export function typeOfValue(value: JsonScalar): Type {
  switch (typeof value) {
    case 'string':
      return { kind: 'string', values: [value] };
    case 'number':
      return { kind: 'number', isInteger: Number.isInteger(value), value };
    case 'boolean':
      return { kind: 'boolean', value };
    default:
      return NULL;
  }
}
