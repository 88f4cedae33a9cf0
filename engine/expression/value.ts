// The values of formulas while they are computed, and JSONata's ideas about them: what is a sequence, what is true, what
// is equal, how a value reads as text.

import type { Meter } from './budget.ts';
import { raise } from './errors.ts';

/** Anything that a formula can have in hand: JSON, nothing, or a function. */
export type Value = unknown;

/**
 * Many values that belong together without being an array: one of them is the same as itself, none is nothing. An
 * ordinary array with a mark, since the machine is fast with those.
 */
export interface Sequence extends Array<Value> {
  [IS_SEQUENCE]?: true;
  /** Stays an array even when it holds one value: the author wrote `[]`. */
  [KEEPS_SINGLETON]?: true;
  /** Wraps a whole input that is an array, so that it is taken as one value. */
  [WRAPS_INPUT]?: true;
}

/** Marks a sequence. */
export const IS_SEQUENCE: unique symbol = Symbol('sequence');
/** Marks a sequence that stays an array even when it holds one value. */
export const KEEPS_SINGLETON: unique symbol = Symbol('keeps singleton');
/** Marks the sequence around a whole input that is an array. */
export const WRAPS_INPUT: unique symbol = Symbol('wraps input');
const IS_CONSTRUCTED: unique symbol = Symbol('constructed');

/** Makes an array, with whatever is in it, a sequence. */
export function toSequence(values: Value[]): Sequence {
  (values as Sequence)[IS_SEQUENCE] = true;
  return values as Sequence;
}

/** True for a sequence. */
export function isSequence(value: Value): value is Sequence {
  return Array.isArray(value) && (value as Sequence)[IS_SEQUENCE] === true;
}

/** Wraps a whole input that is an array, as JSONata does. */
export function wrapInput(input: Value): Value {
  if (!Array.isArray(input) || isSequence(input)) return input;
  const wrapper = toSequence([input]);
  wrapper[WRAPS_INPUT] = true;
  return wrapper;
}

/** Marks an array that the author wrote out as the first or last step of a path: it is not taken apart. */
export function toConstructed(values: Value[]): Value[] {
  (values as { [IS_CONSTRUCTED]?: true })[IS_CONSTRUCTED] = true;
  return values;
}

/** True for an array that is taken apart where values are put together. */
export function isSpread(value: Value): value is readonly Value[] {
  return Array.isArray(value) && (value as { [IS_CONSTRUCTED]?: true })[IS_CONSTRUCTED] !== true;
}

/** What a function of a formula does: arguments and context -> value. */
export type Call = (args: readonly Value[], context: Value) => Value;

/** What a function of the formula is beside a call. */
export interface CallableFacts {
  /** The same call, but one at the function's end is handed back to be made by who called. */
  readonly enter: Call;
  /** The context where the function was written: what it is called with by functions such as `$map`. */
  readonly home: Value;
}

/**
 * A function as a value. Data can never be one: it is told by its class, and it has no fields that a formula could name.
 */
export class Callable {
  readonly #arity: number;
  readonly #call: Call;
  readonly #facts: CallableFacts | undefined;
  #isHanded = false;

  constructor(arity: number, call: Call, facts?: CallableFacts) {
    this.#arity = arity;
    this.#call = call;
    this.#facts = facts;
  }

  static arityOf(callable: Callable): number {
    return callable.#arity;
  }

  static invoke(callable: Callable, args: readonly Value[], context: Value): Value {
    return callable.#call(args, context);
  }

  static invokeAtHome(callable: Callable, args: readonly Value[]): Value {
    return callable.#call(args, callable.#facts === undefined ? null : callable.#facts.home);
  }

  // Once is enough: a function that is handed on and on is not called through all who handed it.
  static handed(callable: Callable): Callable {
    if (callable.#isHanded) return callable;
    const handed = new Callable(callable.#arity, (args) => callable.#call(args, null));
    handed.#isHanded = true;
    return handed;
  }

  static invokeLast(callable: Callable, args: readonly Value[], context: Value): Value {
    return (callable.#facts?.enter ?? callable.#call)(args, context);
  }
}

/** How many parameters a function has: higher-order functions pass no more. */
export const arityOf: (callable: Callable) => number = Callable.arityOf;

/** Calls a function. */
export const invoke: (callable: Callable, args: readonly Value[], context: Value) => Value = Callable.invoke;

/** Calls a function as built-in functions do: the context is not that of the call. */
export const invokeAtHome: (callable: Callable, args: readonly Value[]) => Value = Callable.invokeAtHome;

/** Calls a function at the end of another. */
export const invokeLast: (callable: Callable, args: readonly Value[], context: Value) => Value = Callable.invokeLast;

/** True for a function. */
export function isCallable(value: Value): value is Callable {
  return value instanceof Callable;
}

/** A value as a function gets it: a function that is handed to another is called without a context from then on. */
export function handed(value: Value): Value {
  return isCallable(value) ? Callable.handed(value) : value;
}

/** A value as an expression sees it: an empty sequence is nothing, one of one value is that value. */
export function unwrap(value: Value): Value {
  if (!Array.isArray(value) || (value as Sequence)[IS_SEQUENCE] !== true) return value;
  if (value.length === 0) return undefined;
  return value.length === 1 && (value as Sequence)[KEEPS_SINGLETON] !== true ? value[0] : value;
}

/** True for an object that is neither an array, nor null, nor a function. */
export function isRecord(value: Value): value is Record<string, Value> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Callable);
}

/** True for a finite number; one that is not finite is an error. */
export function isNumber(value: Value): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) raise('D1001', { value });
  return true;
}

/** JSONata's truth: undefined for nothing, otherwise whether the value is not empty. Items that are asked are steps. */
export function toBoolean(value: Value, meter: Meter): boolean | undefined {
  return value === undefined ? undefined : hasTruth(value, meter, 0);
}

/** Truth where nothing counts as false. */
export function isTruthy(value: Value, meter: Meter): boolean {
  return value === true || (value !== undefined && value !== false && hasTruth(value, meter, 0));
}

function hasTruth(value: Value, meter: Meter, depth: number): boolean {
  if (typeof value === 'string') return value.length > 0;
  if (typeof value === 'boolean') return value;
  if (isNumber(value)) return value !== 0;
  if (Array.isArray(value)) {
    descend(depth);
    return value.some((item) => {
      meter.step();
      return hasTruth(item, meter, depth + 1);
    });
  }
  return isRecord(value) && keysOf(value, meter).length > 0;
}

/** The keys of an object, each a step. */
export function keysOf(object: object, meter: Meter): readonly string[] {
  const keys = Object.keys(object);
  meter.step(keys.length);
  return keys;
}

// How deep values may nest for those who go through them. Chosen: far more than any object of a cluster, far less than
// the stack takes.
const MAX_DEPTH = 500;

/** Goes one level deeper into a value. Throws ExpressionError U1005. */
export function descend(depth: number): void {
  if (depth >= MAX_DEPTH) raise('U1005', {});
}

/** Structural equality; arrays in order, objects in any. Every value inside is a step, and long texts are several. */
export function isDeepEqual(left: Value, right: Value, meter: Meter, depth = 0): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length !== right.length) return false;
    meter.read(left.length);
  }
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  descend(depth);
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return false;
    meter.step(left.length);
    return left.every((item, index) => isDeepEqual(item, right[index], meter, depth + 1));
  }
  if (!isRecord(left) || !isRecord(right)) return false;
  const keys = Object.keys(left);
  meter.step(keys.length * 2);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isDeepEqual(left[key], right[key], meter, depth + 1))
  );
}

/** A value as text: a text is itself, everything else is JSON with numbers of at most 15 digits. */
export function toText(value: Value, meter: Meter, indent = 0): string {
  if (typeof value === 'string') return value;
  if (isCallable(value)) return '';
  if (typeof value === 'number' && !Number.isFinite(value)) raise('D3001', { value });
  if (typeof value === 'number') return String(rounded(value));
  if (typeof value !== 'object' || value === null) return String(value);
  const whole = isSequence(value) && value[WRAPS_INPUT] === true ? value[0] : value;
  if (weigh(whole, meter, indent)) return JSON.stringify(whole, undefined, indent);
  return JSON.stringify(
    whole,
    (_key, item: Value) => {
      meter.step();
      return isCallable(item) ? '' : isNumber(item) ? rounded(item) : item;
    },
    indent,
  );
}

/**
 * Takes the room that a value's text needs from the meter before the text is made, and refuses values that nest too deep.
 * True where plain JSON text is right: no function and no number with a fraction is in it.
 */
export function weigh(value: Value, meter: Meter, indent = 0, depth = 0): boolean {
  if (typeof value === 'string') meter.grow(value.length * 2);
  if (typeof value === 'number') return Number.isInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (value instanceof Callable) return false;
  descend(depth);
  const keys = Array.isArray(value) ? undefined : Object.keys(value);
  const items = keys === undefined ? (value as readonly Value[]) : Object.values(value);
  meter.fill((items.length + 2) * (1 + indent * depth));
  let isPlain = true;
  if (keys !== undefined) meter.step(keys.length * 2);
  if (keys !== undefined) for (const key of keys) meter.grow(key.length);
  for (const item of items) isPlain = weigh(item, meter, indent, depth + 1) && isPlain;
  return isPlain;
}

/** A copy of an array or object, as its text tells it: functions become empty texts, numbers have at most 15 digits. */
export function cloneOf(value: Value, meter: Meter): Value {
  if (typeof value !== 'object' || isCallable(value)) return value;
  const text = toText(value, meter);
  meter.grow(text.length);
  return JSON.parse(text);
}

/** A number to 15 digits, which is what shows: 0.1 + 0.2 is 0.3. */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

/** Both values in one array; nothing adds nothing. The result is a plain array unless one of the two is nothing. */
export function append(left: Value, right: Value, meter: Meter): Value {
  const known = left === undefined ? right : left;
  if (left === undefined || right === undefined) {
    if (Array.isArray(known)) meter.fill(known.length);
    return known;
  }
  const result: Value[] = [];
  addTo(result, left, meter);
  addTo(result, right, meter);
  return result;
}

/** Adds a value to a list, an array item by item. */
export function addTo(list: Value[], value: Value, meter: Meter): void {
  meter.fill(Array.isArray(value) ? value.length : 1);
  if (Array.isArray(value)) for (const item of value) list.push(item);
  else list.push(value);
}

// What every object has from its prototype.
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Reads the field of a name from an object, without what comes from its prototype. */
export function readField(name: string): (object: object) => Value {
  return INHERITED.has(name)
    ? (object) => (Object.hasOwn(object, name) ? (object as Record<string, Value>)[name] : undefined)
    : (object) => (object as Record<string, Value>)[name];
}

/** The field of an object, or those of all objects in an array, one level flattened. */
export function lookup(input: Value, key: string, meter: Meter, depth = 0): Value {
  if (Array.isArray(input)) {
    descend(depth);
    const result = toSequence([]);
    meter.step(input.length);
    for (const item of input) {
      const value = lookup(item, key, meter, depth + 1);
      if (Array.isArray(value)) {
        meter.step(value.length >> 2);
        for (const inner of value) result.push(inner);
      } else if (value !== undefined) result.push(value);
    }
    return result;
  }
  return isRecord(input) && Object.hasOwn(input, key) ? input[key] : undefined;
}
