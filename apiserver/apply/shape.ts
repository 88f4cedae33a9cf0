// Which of the shapes of a type a value is walked in, and how the items of a list are told apart.

import { isList, isObject, type Json, type JsonObject, type MutableObject } from '../model/json.ts';
import type { ListShape, MapShape, ScalarShape, TypeNode, TypeRef } from '../schema/type-node.ts';
import { keyStep, valueStep } from './field-set.ts';

/** One shape of a type. */
export type Shape =
  | { readonly kind: 'map'; readonly map: MapShape }
  | { readonly kind: 'list'; readonly list: ListShape }
  | { readonly kind: 'scalar'; readonly scalar: ScalarShape };

/** A value that may be absent; null is a value. */
export type Maybe = Json | undefined;

/** What cannot be merged, with the path where it is. */
export class TypeMismatch extends Error {
  readonly messages: readonly string[];

  constructor(messages: readonly string[]) {
    super(messages.length === 1 ? messages[0] : ['errors:', ...messages.map((message) => `  ${message}`)].join('\n'));
    this.name = 'TypeMismatch';
    this.messages = messages;
  }
}

/** The shape of a value; where the type does not have it, or the value is null, the first shape of the type. */
export function shapeOf(node: TypeNode, value: Maybe): Shape | undefined {
  if (isList(value) && node.list !== undefined) return { kind: 'list', list: node.list };
  if (isObject(value) && node.map !== undefined) return { kind: 'map', map: node.map };
  if (isScalar(value) && node.scalar !== undefined) return { kind: 'scalar', scalar: node.scalar };
  if (node.map !== undefined) return { kind: 'map', map: node.map };
  if (node.scalar !== undefined) return { kind: 'scalar', scalar: node.scalar };
  return node.list === undefined ? undefined : { kind: 'list', list: node.list };
}

/**
 * The shapes in which two values are compared: one, or both where a value of no fixed type has changed from one to the
 * other. A null of no fixed type counts as a change.
 */
export function shapesOf(node: TypeNode, left: Maybe, right: Maybe): readonly Shape[] {
  const shapes = [shapeOf(node, left), shapeOf(node, right)].filter((shape) => shape !== undefined);
  if (right === undefined) return shapes.slice(0, 1);
  if (left === undefined || isSingle(node) || deducedKind(left) === deducedKind(right)) return shapes.slice(1);
  return shapes;
}

function isSingle(node: TypeNode): boolean {
  return [node.map, node.list, node.scalar].filter((shape) => shape !== undefined).length === 1;
}

function deducedKind(value: Maybe): string {
  if (isList(value)) return 'list';
  if (isObject(value)) return 'map';
  return value === null ? 'null' : 'scalar';
}

function isScalar(value: Maybe): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The type of a field of a map, or undefined where it may not have the field. */
export function fieldType(map: MapShape, name: string): TypeRef | undefined {
  return map.fields.get(name)?.type ?? map.element;
}

/** The step to an item of a list that is no atom. Throws TypeMismatch where the item has none. */
export function itemStep(list: ListShape, item: Json): string {
  if (list.relation === 'map') return keyedStep(list, item);
  if (isObject(item)) throw new TypeMismatch(["associative list without keys has an element that's a map type"]);
  if (isList(item)) throw new TypeMismatch(['not supported: associative list with lists as elements']);
  if (item === null) throw new TypeMismatch(["associative list without keys has an element that's an explicit null"]);
  return valueStep(item);
}

function keyedStep(list: ListShape, item: Json): string {
  if (item === null) throw new TypeMismatch(['associative list with keys may not have a null element']);
  if (!isObject(item)) throw new TypeMismatch(['associative list with keys may not have non-map elements']);
  const keys = keysOf(list, item);
  if (Object.keys(keys).length > 0) return keyStep(keys);
  const names = list.keys.map((key) => JSON.stringify(key)).join(' ');
  throw new TypeMismatch([
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  ]);
}

function keysOf(list: ListShape, item: JsonObject): JsonObject {
  const fields = list.element().map?.fields;
  const keys: MutableObject = {};
  for (const key of list.keys) {
    const value = item[key] ?? (Object.hasOwn(item, key) ? null : fields?.get(key)?.default);
    if (value !== undefined) keys[key] = value;
  }
  return keys;
}

/** The steps to the items of a list, each with the message of what is wrong with it. */
export function stepsOf(list: ListShape, items: readonly Json[]): readonly (string | TypeMismatch)[] {
  return items.map((item) => {
    try {
      return itemStep(list, item);
    } catch (error) {
      if (error instanceof TypeMismatch) return error;
      throw error;
    }
  });
}
