// Fields of types.

import type { FieldType, ObjectType, Type } from '../../model/type.ts';
import { ANY, mapType, NOTHING, optional, unionOf } from './algebra.ts';

/** A field of an object: one that it names, or one like all others. */
export function fieldOf(type: ObjectType, name: string): FieldType | undefined {
  const field = type.field(name);
  if (field !== undefined) return field;
  return type.rest === undefined ? undefined : { type: type.rest, isPresent: false };
}

/** The type of a field of a value; nothing where it has none. */
export function readField(type: Type, name: string): Type {
  switch (type.kind) {
    case 'any':
      return ANY;
    case 'object': {
      const field = fieldOf(type, name);
      if (field === undefined) return NOTHING;
      return field.isPresent ? field.type : optional(field.type);
    }
    case 'union':
      return unionOf(type.of.map((part) => readField(part, name)));
    case 'array':
    case 'sequence':
      return mapType(type, (item) => readField(item, name));
    default:
      return NOTHING;
  }
}
