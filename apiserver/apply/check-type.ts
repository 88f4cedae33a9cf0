// Whether a value fits its type well enough to be merged.

import { goLiteral, goShown } from '../model/go-text.ts';
import { isList, isObject, type Json } from '../model/json.ts';
import type { ListShape, MapShape, ScalarShape, TypeNode } from '../schema/type-node.ts';
import { showStep } from './field-set.ts';
import { fieldType, shapeOf, stepsOf, TypeMismatch } from './shape.ts';

/** What is allowed in a value. */
export interface CheckOptions {
  /** Items with the same keys in one list; objects may have them, configurations that are applied may not. */
  readonly allowsDuplicates: boolean;
  /** Another value that fits the type, under the same options: what both share is not looked at again. */
  readonly fitting?: Json | undefined;
}

/** Throws TypeMismatch with everything in the value that does not fit its type. */
export function checkType(node: TypeNode, value: Json, options: CheckOptions): void {
  const messages = check(node, value, options);
  if (messages.length > 0) throw new TypeMismatch(messages);
}

const NONE: readonly string[] = [];

function check(node: TypeNode, value: Json, options: CheckOptions): readonly string[] {
  if (value === options.fitting) return NONE;
  const shape = shapeOf(node, value);
  switch (shape?.kind) {
    case 'map':
      return checkMap(shape.map, value, options);
    case 'list':
      return checkList(shape.list, value, options);
    case 'scalar':
      return checkScalar(shape.scalar, value);
    default:
      return [': schema error: invalid atom'];
  }
}

function checkMap(map: MapShape, value: Json, options: CheckOptions): readonly string[] {
  if (value === null) return NONE;
  if (!isObject(value)) return [`: expected map, got ${goValue(value)}`];
  let messages = NONE;
  const { fitting, allowsDuplicates } = options;
  for (const name of Object.keys(value)) {
    const type = fieldType(map, name);
    if (type === undefined) return [...messages, `.${name}: field not declared in schema`];
    const beside = isObject(fitting) ? fitting[name] : undefined;
    const inner = check(
      type(),
      value[name] as Json,
      beside === undefined ? { allowsDuplicates } : { allowsDuplicates, fitting: beside },
    );
    if (inner.length > 0) messages = [...messages, ...inner.map((message) => `.${name}${message}`)];
  }
  return messages;
}

function checkList(list: ListShape, value: Json, options: CheckOptions): readonly string[] {
  if (value === null) return NONE;
  if (!isList(value)) return [`: expected list, got ${goValue(value)}`];
  let messages = NONE;
  const steps = list.relation === 'atomic' ? value.map((_, at) => `i:${at}`) : stepsOf(list, value);
  const seen = new Set<string>();
  for (const [at, step] of steps.entries()) {
    if (step instanceof TypeMismatch) return [...messages, `: element ${at}: ${step.message}`];
    if (seen.has(step) && !options.allowsDuplicates)
      messages = [...messages, `: duplicate entries for key ${showStep(step)}`];
    seen.add(step);
    const inner = check(list.element(), value[at] as Json, { allowsDuplicates: options.allowsDuplicates });
    if (inner.length > 0) messages = [...messages, ...inner.map((message) => showStep(step) + message)];
  }
  return messages;
}

function checkScalar(scalar: ScalarShape, value: Json): readonly string[] {
  if (value === null) return NONE;
  switch (scalar) {
    case 'string':
      return typeof value === 'string' ? NONE : [`: expected string, got ${goSource(value)}`];
    case 'number':
      return typeof value === 'number' ? NONE : [`: expected numeric (int or float), got ${goType(value)}`];
    case 'boolean':
      return typeof value === 'boolean' ? NONE : [`: expected boolean, got ${goValue(value)}`];
    case 'any':
      return typeof value === 'object' ? [`: expected any scalar, got ${goValue(value)}`] : NONE;
  }
}

function goType(value: Json): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return isList(value) ? '[]interface {}' : 'map[string]interface {}';
}

// The values of a mismatch in messages: as the API server's library prints them.
function goValue(value: Json): string {
  return `&{${goShown(value)}}`;
}

function goSource(value: Json): string {
  return `&value.valueUnstructured{Value:${goLiteral(value)}}`;
}
