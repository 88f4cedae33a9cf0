// Paths: steps that are taken for each value of the one before, predicates, sorting.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import type { Node } from '../parse.ts';
import {
  descend,
  isNumber,
  isRecord,
  isSequence,
  isSpread,
  isTruthy,
  KEEPS_SINGLETON,
  lookup,
  readField,
  type Sequence,
  toSequence,
  unwrap,
  type Value,
  WRAPS_INPUT,
} from '../value.ts';
import type { Compiler, Eval, Frame, Scope } from './scope.ts';

/** Compiles a path. */
export function compilePath(node: Node, scope: Scope, compiler: Compiler): Eval {
  const steps = node.steps ?? [];
  const keeps = node.keepSingletonArray === true;
  // What stands around some paths wants the sequence as it is.
  const isRaw = keeps || node.group !== undefined || node.predicate !== undefined || node.keepArray === true;
  const compiled = steps.map((step, index) => compileStep(step, index === 0, isRaw, scope, compiler));
  const general = compileSteps(node, compiled, isRaw);
  const isSimple = !keeps && steps.every((step) => step.type === 'name' && step.stages === undefined);
  return isSimple ? compileNames(steps, general) : (input, frame) => general(input, 0, frame);
}

/** The steps of a path from one of them on. */
type General = (input: Value, from: number, frame: Frame) => Value;

function compileSteps(node: Node, compiled: readonly Step[], isRaw: boolean): General {
  const [first] = node.steps ?? [];
  const isAbsolute = first?.type === 'variable';
  const isWritten = first?.consarray === true;
  const keeps = node.keepSingletonArray === true;
  const last = compiled.length - 1;
  // An array that is written out stays one, even an empty one.
  const emptyOf = (list: readonly Value[], index: number): Value =>
    index === 0 && isWritten ? list : isRaw ? toSequence([]) : undefined;
  return (input, from, frame) => {
    const isMany = Array.isArray(input) && (from > 0 || !isAbsolute);
    if (isMany) frame.run.meter.step(input.length);
    let current: readonly Value[] = isMany ? input : [input];
    for (let index = from; index < last; index += 1) {
      current = (compiled[index] as Step)(current, false, frame) as readonly Value[];
      if (current.length === 0) return emptyOf(current, index);
    }
    const value = (compiled[last] as Step)(current, true, frame);
    return keeps ? keepSingleton(value) : value;
  };
}

// Fields one below the other; where an array is met, the rest of the path takes the long way.
function compileNames(steps: readonly Node[], general: General): Eval {
  const names = steps.map(({ value }) => String(value));
  const readers = names.map(readField);
  const [first, second] = readers as [Reader, Reader?];
  const rest = (input: Value, from: number, frame: Frame): Value => {
    let value = input;
    for (let index = from; index < readers.length; index += 1) {
      if (typeof value !== 'object' || value === null) return undefined;
      if (Array.isArray(value)) return unwrap(general(value, index, frame));
      value = (readers[index] as Reader)(value);
    }
    return isSequence(value) ? copyOf(value, frame.run.meter) : value;
  };
  if (second === undefined || readers.length > 2) return (input, frame) => rest(input, 0, frame);
  return (input, frame) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return rest(input, 0, frame);
    const inner = first(input);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return rest(inner, 1, frame);
    const value = second(inner);
    return isSequence(value) ? copyOf(value, frame.run.meter) : value;
  };
}

function copyOf(value: Sequence, meter: Meter): Value {
  meter.fill(value.length);
  return unwrap(toSequence([...value]));
}

type Reader = ReturnType<typeof readField>;

/** One step of a path, taken for each value of the one before. */
export type Step = (input: readonly Value[], isLast: boolean, frame: Frame) => Value;

function keepSingleton(value: Value): Value {
  const result = Array.isArray(value) && !isSpread(value) ? toSequence([value]) : value;
  if (isSequence(result)) result[KEEPS_SINGLETON] = true;
  return result;
}

/** Compiles a step with its predicates. `isRaw`: the last step gives a sequence even where it holds one value or none. */
export function compileStep(step: Node, isFirst: boolean, isRaw: boolean, scope: Scope, compiler: Compiler): Step {
  if (step.type === 'sort') return compileSort(step, isRaw, scope, compiler);
  const evaluate = compiler.compile(step, scope);
  // An array that is written out as the first step is made once, not for each item of the context.
  if (isFirst && step.consarray === true)
    return (input, isLast, frame) => firstOf(evaluate(input, frame), isLast, frame.run.meter);
  const [stage, ...others] = (step.stages ?? []).map((item) => compileStage(item.expr as Node, scope, compiler));
  const chosen: Stage | undefined =
    stage === undefined || others.length === 0
      ? stage
      : (value, frame) => others.reduce<Chosen>((result, next) => next(listOf(result), frame), stage(value, frame));
  return (input, isLast, frame) => {
    const results = new Results(frame.run.meter);
    for (const item of input) {
      const value = evaluate(item, frame);
      if (chosen !== undefined) results.choose(chosen(value, frame));
      else if (value !== undefined) results.add(value);
    }
    return isLast ? results.last(isRaw) : results.list();
  };
}

// What is no array is handed on by the last step only: a step behind it finds nothing to go through, but for the units of
// a text. JSONata does so by chance, and formulas may rely on it.
function firstOf(value: Value, isLast: boolean, meter: Meter): Value {
  if (Array.isArray(value) || isLast) return value;
  if (typeof value === 'string') meter.fill(value.length);
  return typeof value === 'string' ? value.split('') : [];
}

// The results of a step for all items. One array alone is handed on by the last step as it is; otherwise what came is
// taken apart by one level.
class Results {
  readonly #meter: Meter;
  #count = 0;
  #only: Value;
  #list: Value[] | undefined;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  add(value: Value): void {
    this.#count += 1;
    if (this.#count === 1) this.#only = value;
    else this.#put(this.list(), value);
  }

  // What a predicate chose was counted when it was asked, and is listed as it is.
  choose(chosen: Chosen): void {
    if (!(chosen instanceof Items)) {
      this.add(chosen);
      return;
    }
    if (this.#count === 0) this.#list = chosen.items;
    else for (const item of chosen.items) this.list().push(item);
    this.#count += 2;
  }

  list(): Value[] {
    if (this.#list === undefined) {
      this.#list = [];
      if (this.#count > 0) this.#put(this.#list, this.#only);
    }
    return this.#list;
  }

  last(isRaw: boolean): Value {
    if (this.#list === undefined && this.#count === 1) {
      const only = this.#only;
      if (!Array.isArray(only)) return isRaw ? toSequence([only]) : only;
      if (!isSequence(only)) return only;
    }
    const list = this.list();
    if (isRaw) return toSequence(list);
    return list.length > 1 ? toSequence(list) : list[0];
  }

  #put(list: Value[], value: Value): void {
    if (!isSpread(value)) {
      list.push(value);
      return;
    }
    this.#meter.step(value.length);
    for (const item of value) list.push(item);
  }
}

// The items that a predicate chose.
class Items {
  readonly items: Value[];

  constructor(items: Value[]) {
    this.items = items;
  }
}

type Chosen = Value | Items;
type Stage = (value: Value, frame: Frame) => Chosen;

function listOf(chosen: Chosen): Value {
  return chosen instanceof Items ? chosen.items : chosen;
}

/** What it takes to ask a predicate about one value. */
export const STEPS_OF_FILTER = 2;

function compileStage(predicate: Node, scope: Scope, compiler: Compiler): Stage {
  if (predicate.type === 'number') {
    const wanted = Math.floor(predicate.value as number);
    return (value) => {
      const items: readonly Value[] = Array.isArray(value) ? value : [value];
      const item = items[wanted < 0 ? items.length + wanted : wanted];
      return item === undefined ? new Items([]) : item;
    };
  }
  const evaluate = compiler.compile(predicate, scope);
  return (value, frame) => {
    const items: readonly Value[] = Array.isArray(value) ? value : [value];
    const { meter } = frame.run;
    const { length } = items;
    const results: Value[] = [];
    meter.step(STEPS_OF_FILTER * length);
    for (let index = 0; index < length; index += 1) {
      const item = items[index];
      const test = evaluate(item, frame);
      if (test === true) results.push(item);
      else if (test !== false)
        for (let times = countMatches(test, index, length, meter); times > 0; times -= 1) results.push(item);
    }
    return new Items(results);
  };
}

/** A predicate behind anything but a step: what it gives is a sequence, or the one array that an index names. */
export function compileFilter(
  predicate: Node,
  scope: Scope,
  compiler: Compiler,
): (input: Value, frame: Frame) => Value {
  const stage = compileStage(predicate, scope, compiler);
  return (input, frame) => {
    const chosen = stage(input, frame);
    if (chosen instanceof Items) return toSequence(chosen.items);
    return Array.isArray(chosen) ? chosen : toSequence([chosen]);
  };
}

/** How often a predicate's value selects the item: numbers are indexes, anything else is true or not. */
export function countMatches(value: Value, index: number, length: number, meter: Meter): number {
  const indexes = isNumber(value) ? [value] : value;
  if (Array.isArray(indexes)) meter.step(indexes.length);
  if (isNumbers(indexes)) return indexes.filter((wanted) => toIndex(wanted, length) === index).length;
  return isTruthy(value, meter) ? 1 : 0;
}

/** The place that a number names in a list of some length; negative ones count from the end. */
export function toIndex(value: number, length: number): number {
  const index = Math.floor(value);
  return index < 0 ? length + index : index;
}

/** True for an array of numbers. */
export function isNumbers(value: Value): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber);
}

function compileSort(step: Node, isRaw: boolean, scope: Scope, compiler: Compiler): Step {
  const terms = (step.terms ?? []).map(({ descending, expression }) => ({
    descending,
    evaluate: compiler.compile(expression, scope),
  }));
  const filters = (step.stages ?? []).map((stage) => compileFilter(stage.expr as Node, scope, compiler));
  return (input, isLast, frame) => {
    frame.run.meter.step(input.length * (1 + terms.length));
    const rows = input.map((item) => ({ item, keys: terms.map(({ evaluate }) => evaluate(item, frame)) }));
    const list = rows.length <= 1 ? [...input] : sortRows(rows, terms, frame).map(({ item }) => item);
    let sorted: Value = toSequence(list);
    for (const filter of filters) sorted = filter(sorted, frame);
    return isRaw || !isLast ? sorted : unwrap(sorted);
  };
}

interface Row {
  readonly item: unknown;
  readonly keys: readonly Value[];
}

/** Rows in the order of their keys; equal ones stay as they are. */
export function sortRows<R extends Row>(
  rows: readonly R[],
  terms: readonly { readonly descending: boolean }[],
  frame: Frame,
): readonly R[] {
  return [...rows].sort((a, b) => {
    frame.run.meter.step();
    return compareKeys(a.keys, b.keys, terms, frame.run.meter);
  });
}

function compareKeys(
  left: readonly Value[],
  right: readonly Value[],
  terms: readonly { readonly descending: boolean }[],
  meter: Meter,
): number {
  for (const [index, { descending }] of terms.entries()) {
    const value = left[index];
    if (typeof value === 'string') meter.read(value.length);
    const order = compareValues(value, right[index], descending);
    if (order !== 0) return order;
    meter.step();
  }
  return 0;
}

// Nothing comes last, whatever the direction.
function compareValues(left: Value, right: Value, descending: boolean): number {
  if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? 1 : -1;
  const isOrdered = (value: Value) => typeof value === 'string' || typeof value === 'number';
  if (!isOrdered(left) || !isOrdered(right)) raise('T2008', { value: isOrdered(left) ? right : left });
  if (typeof left !== typeof right) raise('T2007', { value: left, other: right });
  if (left === right) return 0;
  const order = (left as string) < (right as string) ? -1 : 1;
  return descending ? -order : order;
}

/** The field of a name that stands alone as a step. */
export function compileName(node: Node): Eval {
  const name = String(node.value);
  const read = readField(name);
  return (input, frame) => {
    if (typeof input !== 'object' || input === null) return undefined;
    return Array.isArray(input) ? unwrap(lookup(input, name, frame.run.meter)) : unwrap(read(input));
  };
}

/** `*`: all values of an object, arrays taken apart. */
export function evaluateWildcard(input: Value, frame: Frame): Value {
  const { meter } = frame.run;
  meter.step();
  const whole = isSequence(input) && input[WRAPS_INPUT] === true && input.length > 0 ? input[0] : input;
  if (Array.isArray(whole)) return collect(whole, meter);
  if (!isRecord(whole)) return toSequence([]);
  const values = Object.values(whole);
  meter.step(values.length);
  return collect(values, meter);
}

// What was appended from an array is an array, no sequence: one value of it stays an array of one.
function collect(values: readonly Value[], meter: Meter): Value {
  const results: Value[] = [];
  let isPlain = false;
  meter.fill(values.length);
  for (const value of values) {
    isPlain = isPlain || Array.isArray(value);
    addFlat(results, value, meter, 0);
  }
  return isPlain ? results : toSequence(results);
}

function addFlat(results: Value[], value: Value, meter: Meter, depth: number): void {
  if (!Array.isArray(value)) {
    results.push(value);
    return;
  }
  descend(depth);
  meter.step();
  meter.fill(value.length);
  for (const item of value) addFlat(results, item, meter, depth + 1);
}

/** `**`: a value and everything below it. */
export function evaluateDescendants(input: Value, frame: Frame): Value {
  if (input === undefined) return undefined;
  const results: Value[] = [];
  const visit = (value: Value, depth: number): void => {
    frame.run.meter.step();
    if (!Array.isArray(value)) results.push(value);
    if (typeof value !== 'object') return;
    descend(depth);
    if (Array.isArray(value)) for (const item of value) visit(item, depth + 1);
    else if (isRecord(value)) for (const item of Object.values(value)) visit(item, depth + 1);
  };
  visit(input, 0);
  frame.run.meter.fill(results.length);
  return toSequence(results);
}
