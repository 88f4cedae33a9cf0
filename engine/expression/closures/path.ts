// Paths: steps that are taken for each value of the one before, predicates, sorting.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import type { Node } from '../parse.ts';
import { ConstructedArray, isNumber, isRecord, isTruthy, lookup, Sequence, sequenceOf, type Value } from '../value.ts';
import type { Compiler, Eval, Frame, Scope } from './scope.ts';

/** Compiles a path. */
export function compilePath(node: Node, scope: Scope, compiler: Compiler): Eval {
  const steps = node.steps ?? [];
  const isSimple =
    steps.every((step) => step.type === 'name' && step.stages === undefined) && node.keepSingletonArray !== true;
  const names = isSimple ? steps.map((step) => String(step.value)) : [];
  const compiled = steps.map((step, index) => compileStep(step, index === 0, scope, compiler));
  const isAbsolute = steps[0]?.type === 'variable';
  const general = (input: Value, from: number, frame: Frame): Value => {
    const isMany = Array.isArray(input) && (from > 0 || !isAbsolute);
    if (isMany) frame.run.meter.step(input.length);
    let current: readonly Value[] = isMany ? input : sequenceOf(input);
    for (let index = from; index < compiled.length && (index === from || current?.length > 0); index += 1) {
      current = (compiled[index] as Step)(current, index === compiled.length - 1, frame);
    }
    return node.keepSingletonArray === true ? keepSingleton(current) : current;
  };
  if (!isSimple) return (input, frame) => general(input, 0, frame);
  return (input, frame) => {
    let value = input;
    for (let index = 0; index < names.length; index += 1) {
      if (Array.isArray(value)) return general(value, index, frame);
      if (!isRecord(value)) return undefined;
      const name = names[index] as string;
      value = Object.hasOwn(value, name) ? value[name] : undefined;
    }
    return value instanceof Sequence ? sequenceOf(...value) : value;
  };
}

/** One step of a path, taken for each value of the one before. */
export type Step = (input: readonly Value[], isLast: boolean, frame: Frame) => readonly Value[];

function keepSingleton(values: readonly Value[]): Value {
  const result = values instanceof ConstructedArray ? sequenceOf(values) : values;
  if (result instanceof Sequence) result.keepSingleton = true;
  return result;
}

/** Compiles a step with its predicates. */
export function compileStep(step: Node, isFirst: boolean, scope: Scope, compiler: Compiler): Step {
  if (step.type === 'sort') return compileSort(step, scope, compiler);
  const evaluate = compiler.compile(step, scope);
  // An array that is written out as the first step is made once, not for each item of the context.
  if (isFirst && step.consarray === true) return (input, isLast, frame) => firstOf(evaluate(input, frame), isLast);
  const filters = (step.stages ?? []).map((stage) => compileFilter(stage.expr as Node, scope, compiler));
  return (input, isLast, frame) => {
    const results: Value[] = [];
    for (const item of input) {
      let value = evaluate(item, frame);
      for (const filter of filters) value = filter(value, frame);
      if (value !== undefined) results.push(value);
    }
    return flatten(results, isLast, filters.length > 0, frame);
  };
}

// What is no array is handed on by the last step only: a step behind it finds nothing to go through, but for the units of
// a text. JSONata does so by chance, and formulas may rely on it.
function firstOf(value: Value, isLast: boolean): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (isLast) return value as readonly Value[];
  return typeof value === 'string' ? sequenceOf(...value.split('')) : new Sequence();
}

function toArray(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

// The last step hands on one array as it is; otherwise what came is taken apart by one level. What a filter gave was
// counted when it was filtered.
function flatten(results: readonly Value[], isLast: boolean, isFiltered: boolean, frame: Frame): readonly Value[] {
  const [only] = results;
  if (isLast && results.length === 1 && Array.isArray(only) && !(only instanceof Sequence)) return only;
  const flat = new Sequence();
  for (const result of results) {
    if (!Array.isArray(result) || result instanceof ConstructedArray) {
      flat.push(result);
      continue;
    }
    if (!(isFiltered && result instanceof Sequence)) frame.run.meter.step(result.length);
    for (const value of result) flat.push(value);
  }
  return flat;
}

/** A predicate: an index, a list of indexes, or a condition for each item. */
export function compileFilter(
  predicate: Node,
  scope: Scope,
  compiler: Compiler,
): (input: Value, frame: Frame) => Value {
  if (predicate.type === 'number') {
    const index = Math.floor(predicate.value as number);
    return (input) => {
      const items: readonly Value[] = Array.isArray(input) ? input : [input];
      const item = items[index < 0 ? items.length + index : index];
      return Array.isArray(item) ? item : item === undefined ? new Sequence() : sequenceOf(item);
    };
  }
  const evaluate = compiler.compile(predicate, scope);
  return (input, frame) => {
    const items: readonly Value[] = Array.isArray(input) ? input : [input];
    const results = new Sequence();
    frame.run.meter.step(items.length);
    for (let index = 0; index < items.length; index += 1) {
      const item = items[index];
      const value = evaluate(item, frame);
      if (value === true) results.push(item);
      else if (value !== false)
        for (let times = countMatches(value, index, items.length, frame.run.meter); times > 0; times -= 1) results.push(item);
    }
    return results;
  };
}

// How often a predicate's value selects the item: numbers are indexes, anything else is true or not.
export function countMatches(value: Value, index: number, length: number, meter: Meter): number {
  const indexes = isNumber(value) ? [value] : value;
  if (Array.isArray(indexes)) meter.step(indexes.length);
  if (isNumbers(indexes)) return indexes.filter((wanted) => toIndex(wanted, length) === index).length;
  return isTruthy(value) ? 1 : 0;
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

function compileSort(step: Node, scope: Scope, compiler: Compiler): Step {
  const terms = (step.terms ?? []).map(({ descending, expression }) => ({
    descending,
    evaluate: compiler.compile(expression, scope),
  }));
  const filters = (step.stages ?? []).map((stage) => compileFilter(stage.expr as Node, scope, compiler));
  return (input, _isLast, frame) => {
    frame.run.meter.step(input.length);
    const rows = input.map((item) => ({ item, keys: terms.map(({ evaluate }) => evaluate(item, frame)) }));
    let sorted: Value = rows.length <= 1 ? input : sequenceOf(...sortRows(rows, terms, frame).map(({ item }) => item));
    for (const filter of filters) sorted = filter(sorted, frame);
    return toArray(sorted);
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
    return compareKeys(a.keys, b.keys, terms);
  });
}

function compareKeys(
  left: readonly Value[],
  right: readonly Value[],
  terms: readonly { readonly descending: boolean }[],
): number {
  for (const [index, { descending }] of terms.entries()) {
    const order = compareValues(left[index], right[index], descending);
    if (order !== 0) return order;
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
  return (input, frame) => lookup(input, name, frame.run.meter);
}

/** `*`: all values of an object, arrays taken apart. */
export function evaluateWildcard(input: Value): Value {
  const whole = input instanceof Sequence && input.outerWrapper && input.length > 0 ? input[0] : input;
  if (Array.isArray(whole) || !isRecord(whole)) {
    const values = Array.isArray(whole) ? Object.values(whole) : [];
    return collect(values);
  }
  return collect(Object.values(whole));
}

// What was appended from an array is an array, no sequence: one value of it stays an array of one.
function collect(values: readonly Value[]): Value {
  let results: Value[] = new Sequence();
  for (const value of values) {
    if (Array.isArray(value)) results = [...results, ...(value.flat(Number.POSITIVE_INFINITY) as Value[])];
    else results.push(value);
  }
  return results;
}

/** `**`: a value and everything below it. */
export function evaluateDescendants(input: Value, frame: Frame): Value {
  if (input === undefined) return undefined;
  const results = new Sequence();
  const visit = (value: Value): void => {
    frame.run.meter.step();
    if (!Array.isArray(value)) results.push(value);
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (isRecord(value)) for (const item of Object.values(value)) visit(item);
  };
  visit(input);
  frame.run.meter.grow(results.length);
  return results;
}
