// Does a default fit the schema that it is of? The API server would refuse the definition, or every resource after it.

import { compileGoPattern } from '../../expression/expression.ts';
import { isArray, isEqual, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { PathStep } from '../../model/rule.ts';
import type { Mistake } from './schema.ts';

interface Misfit {
  readonly steps: readonly PathStep[];
  readonly value: Json;
  /** What the schema says there. */
  readonly rule: string;
}

/** What of the default of one schema does not fit. Formats, and forms of `anyOf` and its like, are not looked at. */
export function lintDefault(schema: JsonObject): readonly Mistake[] {
  const value = schema['default'];
  if (value === undefined) return [];
  return misfits(value, schema).map(({ steps, value: found, rule }) => ({
    steps: ['default', ...steps],
    at: 'value',
    message: `${nameOf(steps)} is ${JSON.stringify(found)}, and the schema says ${rule}`,
    hint: 'change one of the two',
  }));
}

function nameOf(steps: readonly PathStep[]): string {
  return steps.length === 0 ? 'the default' : `"${steps.join('.')}" of the default`;
}

// Null is dropped where a field is not nullable.
function misfits(value: Json, schema: JsonObject): readonly Misfit[] {
  if (value === null) return [];
  const broken = rulesOf(schema).find(({ holds }) => !holds(value));
  if (broken !== undefined) return [{ steps: [], value, rule: broken.rule }];
  if (isArray(value)) {
    const items = schema['items'];
    return value.flatMap((item, index) => (isObject(items) ? within(index, misfits(item, items)) : []));
  }
  return isObject(value) ? fieldsOf(value, schema) : [];
}

function within(step: PathStep, found: readonly Misfit[]): readonly Misfit[] {
  return found.map((misfit) => ({ ...misfit, steps: [step, ...misfit.steps] }));
}

function fieldsOf(value: JsonObject, schema: JsonObject): readonly Misfit[] {
  const { required } = schema;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const others = schema['additionalProperties'];
  const isOpen = others === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const isFilled = (name: string) => isObject(properties[name]) && properties[name]['default'] !== undefined;
  const missing = (isArray(required ?? null) ? (required as readonly string[]) : []).filter(
    (name) => value[name] === undefined && !isFilled(name),
  );
  return [
    ...missing.map((name): Misfit => ({ steps: [], value, rule: `that "${name}" is required` })),
    ...Object.entries(value).flatMap(([name, field]): readonly Misfit[] => {
      const own = properties[name] ?? others;
      if (isObject(own)) return within(name, misfits(field, own));
      return isOpen ? [] : [{ steps: [name], value: field, rule: 'nothing of this field' }];
    }),
  ];
}

interface Rule {
  readonly rule: string;
  holds(value: Json): boolean;
}

const IS_OF: { readonly [type: string]: (value: Json) => boolean } = {
  object: isObject,
  array: isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
};

// The first that does not hold is told.
function rulesOf(schema: JsonObject): readonly Rule[] {
  const { type } = schema;
  const isEither = schema['x-kubernetes-int-or-string'] === true;
  const isOf = isEither ? (value: Json) => Number.isInteger(value) || typeof value === 'string' : IS_OF[String(type)];
  return [
    ...(isOf === undefined ? [] : [{ rule: `type: ${isEither ? 'integer or string' : type}`, holds: isOf }]),
    ...Object.entries(schema).flatMap(([keyword, limit]): readonly Rule[] => {
      const holds = toTest(keyword, limit, schema);
      return holds === undefined ? [] : [{ rule: `${keyword}: ${JSON.stringify(limit)}`, holds }];
    }),
  ];
}

function toTest(keyword: string, limit: Json, schema: JsonObject): ((value: Json) => boolean) | undefined {
  if (keyword === 'enum') return (value) => !isArray(limit) || limit.some((one) => isEqual(one, value));
  if (keyword === 'pattern') {
    const pattern = compileGoPattern(String(limit));
    return (value) => typeof value !== 'string' || typeof pattern === 'string' || pattern(value);
  }
  if (typeof limit !== 'number') return undefined;
  const isNumber = (holds: (value: number) => boolean) => (value: Json) => typeof value !== 'number' || holds(value);
  const size = (holds: (size: number) => boolean, sizeOf: (value: Json) => number | undefined) => (value: Json) => {
    const found = sizeOf(value);
    return found === undefined || holds(found);
  };
  const letters = (value: Json) => (typeof value === 'string' ? [...value].length : undefined);
  const items = (value: Json) => (isArray(value) ? value.length : undefined);
  switch (keyword) {
    case 'minimum':
      return isNumber((value) => (schema['exclusiveMinimum'] === true ? value > limit : value >= limit));
    case 'maximum':
      return isNumber((value) => (schema['exclusiveMaximum'] === true ? value < limit : value <= limit));
    case 'minLength':
      return size((found) => found >= limit, letters);
    case 'maxLength':
      return size((found) => found <= limit, letters);
    case 'minItems':
      return size((found) => found >= limit, items);
    case 'maxItems':
      return size((found) => found <= limit, items);
    default:
      return undefined;
  }
}
