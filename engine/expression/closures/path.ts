// Paths: steps that are taken for each value of the one before, predicates, sorting.

import type { Meter } from '../budget.ts';
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
  toSequence,
  unwrap,
  type Value,
  WRAPS_INPUT,
} from '../value.ts';
import { compileNames } from './names.ts';
import { compileOrder } from './order.ts';
import { Items, Results } from './results.ts';
import type { Compiler, Eval, Frame, Scope } from './scope.ts';

/** Compiles a path. */
export function compilePath(node: Node, scope: Scope, compiler: Compiler): Eval {
  const steps = node.steps ?? [];
  const keeps = node.keepSingletonArray === true;
  // What stands around some paths wants the sequence as it is.
  const isRaw = keeps || node.group !== undefined || node.predicate !== undefined || node.keepArray === true;
  const compiled = () => steps.map((step, index) => compileStep(step, index === 0, isRaw, scope, compiler));
  return compileFields(node, isRaw, scope, compiler) ?? compileSteps(node, compiled(), isRaw);
}

// A path of names only, below the context or a variable.
function compileFields(node: Node, isRaw: boolean, scope: Scope, compiler: Compiler): Eval | undefined {
  const steps = node.steps ?? [];
  const [first] = steps;
  const isBelow = first?.type === 'variable' && first.stages === undefined && first.predicate === undefined;
  const names = isBelow ? steps.slice(1) : steps;
  const isPlain = names.length > 0 && names.every((step) => step.type === 'name' && step.stages === undefined);
  if (!isPlain || node.keepSingletonArray === true || first?.group !== undefined || first?.keepArray === true)
    return undefined;
  const read = compileNames(
    names.map(({ value }) => String(value)),
    isRaw,
  );
  if (!isBelow) return read;
  const base = compiler.compile(first, scope);
  return (input, frame) => read(base(input, frame), frame);
}

function compileSteps(node: Node, compiled: readonly Step[], isRaw: boolean) {
  const [first] = node.steps ?? [];
  const isAbsolute = first?.type === 'variable';
  const isWritten = first?.consarray === true;
  const keeps = node.keepSingletonArray === true;
  const last = compiled.length - 1;
  // An array that is written out stays one, even an empty one.
  const emptyOf = (list: readonly Value[] | undefined, index: number): Value => {
    if (index === 0 && isWritten) return keeps ? keepSingleton(list) : list;
    return isRaw ? toSequence([]) : undefined;
  };
  // What stands in such an array sees one value where there is one.
  const startOf = (input: Value): readonly Value[] => (isWritten ? toSequence([input]) : [input]);
  return (input: Value, frame: Frame): Value => {
    const isMany = Array.isArray(input) && !isAbsolute;
    if (isMany) frame.run.meter.step(input.length);
    let current: readonly Value[] = isMany ? input : startOf(input);
    for (let index = 0; index < last; index += 1) {
      const next = (compiled[index] as Step)(current, false, frame) as readonly Value[] | undefined;
      if (next === undefined || next.length === 0) return emptyOf(next, index);
      current = next;
    }
    const value = (compiled[last] as Step)(current, true, frame);
    return keeps ? keepSingleton(value) : value;
  };
}

/** One step of a path, taken for each value of the one before. */
export type Step = (input: readonly Value[], isLast: boolean, frame: Frame) => Value;

/** What `[]` makes of a path's value: a sequence stays an array, an array that is written out becomes one of one. */
export function keepSingleton(value: Value): Value {
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
  if (typeof value !== 'string') return undefined;
  meter.fill(value.length);
  return value.split('');
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
  const sortItems = compileOrder(step, scope, compiler);
  const filters = (step.stages ?? []).map((stage) => compileFilter(stage.expr as Node, scope, compiler));
  return (input, isLast, frame) => {
    frame.run.meter.step(input.length * (1 + (step.terms ?? []).length));
    const list = sortItems(
      input.map((item) => ({ item, context: item, frame })),
      frame,
    );
    let sorted: Value = toSequence([...list]);
    for (const filter of filters) sorted = filter(sorted, frame);
    return isRaw || !isLast ? sorted : unwrap(sorted);
  };
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
  return results.length === 1 ? results[0] : toSequence(results);
}
