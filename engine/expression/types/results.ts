// What built-in functions give: by their signature, or by what they do with their arguments.

import type { FunctionType, Type } from '../../model/type.ts';
import type { BuiltIn } from '../functions/functions.ts';
import {
  ANY,
  arrayOf,
  BOOLEAN,
  INTEGER,
  isOnly,
  itemsOf,
  mayBeNothing,
  NOTHING,
  NUMBER,
  OBJECT,
  objectOf,
  optional,
  partsOf,
  present,
  STRING,
  sequenceOf,
  unionOf,
} from './algebra.ts';
import { fieldOf, readField } from './fields.ts';
import { kubernetesResults, strictFunctions } from './kubernetes-results.ts';

type Result = (args: readonly Type[]) => Type;

const MATCH = objectOf({ match: STRING, index: INTEGER, groups: arrayOf(STRING) });
const TYPES: Type = { kind: 'string', values: ['null', 'number', 'string', 'boolean', 'array', 'object', 'function'] };

// What a function given as an argument gives for these.
function applied(callee: Type | undefined, args: readonly Type[]): Type {
  const functions = partsOf(callee ?? ANY).filter((part): part is FunctionType => part.kind === 'function');
  return functions.length === 0 ? ANY : unionOf(functions.map((part) => part.apply(args)));
}

const arrayLike: Result = ([list = ANY]) => (list.kind === 'any' ? ANY : arrayOf(itemsOf(list)));
const whole: Result = ([list = ANY]) => (isIntegers(itemsOf(list)) ? INTEGER : NUMBER);
const one: Result = ([list = ANY]) => optional(isIntegers(itemsOf(list)) ? INTEGER : NUMBER);

function isIntegers(type: Type): boolean {
  return partsOf(type).every((part) => part.kind === 'number' && part.isInteger);
}

// Functions whose result is never nothing, whatever they are given.
const CERTAIN: ReadonlySet<string> = new Set(['count', 'exists', 'now', 'millis', 'random']);

const RESULTS: { readonly [name: string]: Result } = {
  count: () => INTEGER,
  exists: () => BOOLEAN,
  length: () => INTEGER,
  floor: () => INTEGER,
  ceil: () => INTEGER,
  round: (args) => (args[1] === undefined ? INTEGER : NUMBER),
  abs: whole,
  sum: whole,
  max: one,
  min: one,
  type: () => TYPES,
  keys: () => sequenceOf(STRING),
  split: () => arrayOf(STRING),
  match: () => sequenceOf(MATCH),
  lookup: ([object = ANY, key]) => {
    if (key?.kind === 'string' && key.values?.length === 1) return readField(object, key.values[0] as string);
    return isOnly(object, 'object') ? optional(valuesOf(object)) : ANY;
  },
  append: ([left = NOTHING, right = NOTHING]) => {
    if (left.kind === 'nothing') return right;
    return right.kind === 'nothing' ? left : appended(left, right);
  },
  spread: ([object = ANY]) => {
    const items = itemsOf(object);
    const fields = objectOf({}, { rest: valuesOf(unionOf(partsOf(items).filter(({ kind }) => kind === 'object'))) });
    return sequenceOf(unionOf(partsOf(items).map((part) => (part.kind === 'object' ? fields : part))));
  },
  merge: ([objects = ANY]) => merged(objects),
  reverse: arrayLike,
  shuffle: arrayLike,
  sort: (args) => {
    const [list = ANY, order] = args;
    applied(order, [itemsOf(list), itemsOf(list)]);
    return arrayLike(args);
  },
  distinct: ([list = ANY]) => list,
  zip: () => arrayOf(arrayOf(ANY)),
  map: ([list = ANY, work]) => sequenceOf(present(applied(work, [itemsOf(list), INTEGER, arrayLike([list])]))),
  filter: ([list = ANY, test]) => {
    applied(test, [itemsOf(list), INTEGER, arrayLike([list])]);
    return sequenceOf(itemsOf(list));
  },
  single: ([list = ANY, test]) => {
    applied(test, [itemsOf(list), INTEGER, arrayLike([list])]);
    return itemsOf(list);
  },
  reduce: reduced,
  sift: ([object = ANY, test]) => {
    applied(test, [valuesOf(object), STRING, object]);
    return optional(objectOf({}, { rest: valuesOf(object) }));
  },
  each: ([object = ANY, work]) => sequenceOf(present(applied(work, [valuesOf(object), STRING, object]))),
  error: () => NOTHING,
  assert: () => NOTHING,
  ...kubernetesResults,
};

// The function is called with what it gave before, so what that is has to settle.
function reduced([list = ANY, work, start = NOTHING]: readonly Type[]): Type {
  const items = itemsOf(list);
  const first = mayBeNothing(start) ? unionOf([present(start), items]) : start;
  const next = (before: Type) => unionOf([before, applied(work, [before, items, INTEGER, arrayLike([list])])]);
  const once = next(first);
  if (!isSameType(once, next(once))) return ANY;
  return mayBeNothing(start) ? optional(once) : once;
}

function isSameType(left: Type, right: Type): boolean {
  const [ours, theirs] = [partsOf(left), partsOf(right)];
  return ours.length === theirs.length && ours.every((part) => theirs.some((other) => isSamePart(part, other)));
}

function isSamePart(left: Type, right: Type): boolean {
  if (left.kind === 'string' && right.kind === 'string') return String(left.values) === String(right.values);
  if (left.kind === 'number' && right.kind === 'number')
    return left.isInteger === right.isInteger && left.value === right.value;
  if (left.kind === 'boolean' && right.kind === 'boolean') return left.value === right.value;
  if (left.kind === 'array' && right.kind === 'array') return isSameType(left.items, right.items);
  if (left.kind === 'sequence' && right.kind === 'sequence') return isSameType(left.items, right.items);
  if (left.kind === 'object' || left.kind === 'function') return left === right;
  return left.kind === right.kind;
}

// By the letter behind the colon of a signature.
const LETTERS: { readonly [letter: string]: Type } = {
  s: STRING,
  n: NUMBER,
  b: BOOLEAN,
  o: OBJECT,
  a: arrayOf(ANY),
};

/** What a function gives for arguments of these types. */
export function resultOf({ definition }: BuiltIn, args: readonly Type[]): Type {
  const letter = /:\(?([a-z])[^:]*>$/.exec(definition.signature)?.[1] ?? 'x';
  const own = Object.hasOwn(RESULTS, definition.name) ? RESULTS[definition.name] : undefined;
  const result = own?.(args) ?? LETTERS[letter] ?? ANY;
  const needed = strictFunctions.has(definition.name) ? args : args.slice(0, 1);
  const isDoubtful = needed.some(mayBeNothing) && !CERTAIN.has(definition.name);
  return isDoubtful && definition.name !== 'append' ? optional(result) : result;
}

function appended(left: Type, right: Type): Type {
  if (left.kind === 'any' || right.kind === 'any') return ANY;
  const both = arrayOf(unionOf([itemsOf(left), itemsOf(right)]));
  const alone = [...(mayBeNothing(right) ? [left] : []), ...(mayBeNothing(left) ? [right] : [])];
  return alone.length === 0 ? both : unionOf([both, ...alone]);
}

// All values of an object's fields.
function valuesOf(type: Type): Type {
  return unionOf(
    partsOf(type).flatMap((part): readonly Type[] => {
      if (part.kind === 'nothing') return [];
      if (part.kind !== 'object') return [ANY];
      const fields = part.names().map((name) => part.field(name)?.type ?? ANY);
      return part.rest === undefined ? fields : [...fields, part.rest];
    }),
  );
}

// Fields of later objects stand before those of earlier ones; which come from a sequence are not certain.
function merged(type: Type): Type {
  const items = partsOf(itemsOf(type));
  const objects = items.filter((part) => part.kind === 'object');
  if (objects.length !== items.length || objects.length === 0) return OBJECT;
  const names = [...new Set(objects.flatMap((object) => object.names()))];
  const rests = objects.flatMap(({ rest }) => rest ?? []);
  const fields = names.map(
    (name) => [name, unionOf(objects.flatMap((object) => fieldOf(object, name)?.type ?? []))] as const,
  );
  return objectOf(Object.fromEntries(fields), {
    optional: new Set(
      isOnly(type, 'object') && objects.length === 1 ? optionalFields(objects[0] as (typeof objects)[number]) : names,
    ),
    ...(rests.length === 0 ? {} : { rest: unionOf(rests) }),
  });
}

function optionalFields(object: {
  names(): readonly string[];
  field(name: string): { isPresent: boolean } | undefined;
}): readonly string[] {
  return object.names().filter((name) => object.field(name)?.isPresent !== true);
}
