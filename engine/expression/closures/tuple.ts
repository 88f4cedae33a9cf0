// Paths that carry names along: `@$x` binds each value, `#$i` its place, `%` asks for the value one step up.
//
// Each value of such a path is a tuple: the value, and the names bound on the way to it. A step is taken for each tuple
// in a frame that knows its names.

import { placed, raise } from '../errors.ts';
import { type Node, tokenRange } from '../parse.ts';
import { isNumber, isTruthy, KEEPS_SINGLETON, type Sequence, toSequence, unwrap, type Value } from '../value.ts';
import { checkKey, compileGroup, inKeyOrder, joined } from './operators.ts';
import { compileOrder } from './order.ts';
import { compileFilter, compileStep, isNumbers, keepSingleton, type Step, toIndex } from './path.ts';
import { type Compiler, type Eval, Frame, Scope } from './scope.ts';

interface Tuple {
  readonly item: Value;
  readonly names: Readonly<Record<string, Value>>;
}

// What it takes to make a tuple with its names. Measured.
const STEPS_OF_TUPLE = 4;

/** The tuples of a path inside another: the outer one goes on with their names. */
class TupleStream {
  readonly tuples: readonly Tuple[];

  constructor(tuples: readonly Tuple[]) {
    this.tuples = tuples;
  }
}

type TupleStep = (tuples: readonly Tuple[], frame: Frame) => readonly Tuple[];

/** True for a path that carries names. */
export function isTuplePath(node: Node): boolean {
  return (node.steps ?? []).some((step) => step.tuple === true);
}

/** Compiles a path that carries names. */
export function compileTuplePath(node: Node, scope: Scope, compiler: Compiler): Eval {
  const steps = node.steps ?? [];
  const first = steps.findIndex((step) => step.tuple === true);
  const inner = new Scope([], scope, true);
  const plain: readonly Step[] = steps
    .slice(0, first)
    .map((step, index) => compileStep(step, index === 0, false, scope, compiler));
  const carrying = steps.slice(first).map((step) => compileTupleStep(step, inner, compiler));
  const group = node.group === undefined ? undefined : compileTupleGroup(node.group, inner, compiler);
  const isAbsolute = steps[0]?.type === 'variable';
  // Where nothing is left before a name is bound, this is a path like any other.
  const plainGroup = node.group === undefined ? undefined : compileGroup(node.group, scope, compiler);
  const empty = (list: readonly Value[] | undefined, isFirst: boolean, frame: Frame): Value => {
    const written = isFirst && steps[0]?.consarray === true ? list : undefined;
    const value = node.keepSingletonArray === true ? keepSingleton(written) : written;
    return plainGroup === undefined ? value : plainGroup(value, frame);
  };
  return (input, frame) => {
    frame.run.meter.step(STEPS_OF_TUPLE * steps.length);
    let current: readonly Value[] = Array.isArray(input) && !isAbsolute ? input : toSequence([input]);
    for (const step of plain) {
      const next = step(current, false, frame) as readonly Value[] | undefined;
      if (next === undefined || next.length === 0) return empty(next, step === plain[0], frame);
      current = next;
    }
    const start: readonly Tuple[] = current.map((item) => ({ item, names: {} }));
    const tuples = carrying.reduce((result, step) => step(result, frame), start);
    if (group !== undefined) return group(tuples, frame);
    return node.tuple === true ? new TupleStream(tuples) : itemsOf(tuples, node.keepSingletonArray === true);
  };
}

/** A predicate behind a block: where that gives a path's tuples, it sees their names, and tuples come out of it. */
export function compileBlockFilter(
  stage: Node,
  scope: Scope,
  compiler: Compiler,
): (input: Value, frame: Frame) => Value {
  const filter = compileFilter(stage.expr as Node, scope, compiler);
  const choose = compileStage(stage, new Scope([], scope, true), compiler);
  return (input, frame) =>
    input instanceof TupleStream ? new TupleStream(choose(input.tuples, frame)) : filter(input, frame);
}

/** Where a path's tuples are of no use any more: they become the path's values. */
export function settle(node: Node, evaluate: Eval): Eval {
  if (node.tuple !== true) return evaluate;
  return (input, frame) => {
    const value = evaluate(input, frame);
    return value instanceof TupleStream ? unwrap(itemsOf(value.tuples, false)) : value;
  };
}

function itemsOf(tuples: readonly Tuple[], keepSingleton: boolean): Sequence {
  const result = toSequence(tuples.map(({ item }) => item));
  if (keepSingleton) result[KEEPS_SINGLETON] = true;
  return result;
}

function frameOf(tuple: Tuple, frame: Frame): Frame {
  return new Frame(0, frame, frame.run, tuple.names);
}

function compileTupleStep(step: Node, scope: Scope, compiler: Compiler): TupleStep {
  const take = step.type === 'sort' ? compileTupleSort(step, scope, compiler) : compileTake(step, scope, compiler);
  const stages = (step.stages ?? []).map((stage) => compileStage(stage, scope, compiler));
  return (tuples, frame) => stages.reduce((result, stage) => stage(result, frame), take(tuples, frame));
}

function compileTake(step: Node, scope: Scope, compiler: Compiler): TupleStep {
  const evaluate = compiler.compileTuples(step, scope);
  const label = (step.ancestor as { label: string } | undefined)?.label;
  return (tuples, frame) => {
    const results = tuples.flatMap((tuple) => {
      frame.run.meter.step();
      const value = evaluate(tuple.item, frameOf(tuple, frame));
      if (value instanceof TupleStream) frame.run.meter.step(value.tuples.length * STEPS_OF_TUPLE);
      if (value instanceof TupleStream)
        return value.tuples.map(({ item, names }) => ({ item, names: { ...tuple.names, ...names } }));
      const items: readonly Value[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
      frame.run.meter.step(items.length * STEPS_OF_TUPLE);
      return items.map((item, index) => bind(step, label, { tuple, item, index }));
    });
    frame.run.meter.fill(results.length);
    return results;
  };
}

function bind(
  step: Node,
  label: string | undefined,
  { tuple, item, index }: { readonly tuple: Tuple; readonly item: Value; readonly index: number },
): Tuple {
  const names: Record<string, Value> = { ...tuple.names };
  if (step.focus !== undefined) names[step.focus] = item;
  if (step.index !== undefined) names[step.index] = index;
  if (label !== undefined) names[label] = tuple.item;
  return { item: step.focus === undefined ? item : tuple.item, names };
}

function compileStage(stage: Node, scope: Scope, compiler: Compiler): TupleStep {
  if (stage.type === 'index')
    return (tuples, frame) => {
      frame.run.meter.step(tuples.length * STEPS_OF_TUPLE);
      return numbered(tuples, String(stage.value));
    };
  const predicate = stage.expr as Node;
  if (predicate.type === 'number') {
    const wanted = predicate.value as number;
    return (tuples) => tuples.filter((_tuple, index) => index === toIndex(wanted, tuples.length));
  }
  const evaluate = compiler.compile(predicate, scope);
  return (tuples, frame) =>
    tuples.flatMap((tuple, index) => {
      frame.run.meter.step();
      const value = evaluate(tuple.item, frameOf(tuple, frame));
      const indexes = isNumber(value) ? [value] : value;
      if (Array.isArray(indexes)) frame.run.meter.step(indexes.length);
      if (isNumbers(indexes))
        return indexes.filter((wanted) => toIndex(wanted, tuples.length) === index).map(() => tuple);
      return isTruthy(value, frame.run.meter) ? [tuple] : [];
    });
}

// A tuple that was chosen more than once is still one, and has its last place.
function numbered(tuples: readonly Tuple[], name: string): readonly Tuple[] {
  const places = new Map(tuples.map((tuple, index) => [tuple, index]));
  return tuples.map((tuple) => ({ item: tuple.item, names: { ...tuple.names, [name]: places.get(tuple) } }));
}

function compileTupleSort(step: Node, scope: Scope, compiler: Compiler): TupleStep {
  const sortTuples = compileOrder(step, scope, compiler);
  return (tuples, frame) => {
    frame.run.meter.step(tuples.length * (1 + (step.terms ?? []).length));
    const rows = tuples.map((tuple) => ({ item: tuple, context: tuple.item, frame: frameOf(tuple, frame) }));
    const sorted = sortTuples(rows, frame);
    const { index: name } = step;
    return name === undefined
      ? sorted
      : sorted.map(({ item, names }, index) => ({ item, names: { ...names, [name]: index } }));
  };
}

// `{…}` behind such a path: values of one key are grouped with all their names.
function compileTupleGroup(
  group: NonNullable<Node['group']>,
  scope: Scope,
  compiler: Compiler,
): (tuples: readonly Tuple[], frame: Frame) => Value {
  const pairs = group.lhs.map(([key, value]) => ({
    key: compiler.compile(key, scope),
    value: compiler.compile(value, scope),
    range: tokenRange(key, compiler.source),
  }));
  return (tuples, frame) => {
    const groups: Groups = new Map();
    for (const tuple of tuples) {
      for (const [index, { key, range }] of pairs.entries()) {
        frame.run.meter.step(3);
        const name = key(tuple.item, frameOf(tuple, frame));
        if (name !== undefined) placed(range, () => addToGroup(groups, checkKey(name, frame.run.meter), index, tuple));
      }
    }
    const result: Record<string, Value> = {};
    for (const [key, { pair, tuples: members }] of inKeyOrder(groups)) {
      const merged = merge(members);
      const value = (pairs[pair] as (typeof pairs)[number]).value(merged.item, frameOf(merged, frame));
      if (value !== undefined) result[key] = value;
    }
    return result;
  };
}

type Groups = Map<string, { readonly pair: number; readonly tuples: Tuple[] }>;

function addToGroup(groups: Groups, key: string, pair: number, tuple: Tuple): void {
  const known = groups.get(key);
  if (known === undefined) groups.set(key, { pair, tuples: [tuple] });
  else if (known.pair === pair) known.tuples.push(tuple);
  else raise('D1009', { value: key });
}

// One tuple of several: for the item and for each name, what all of them have.
function merge(tuples: readonly Tuple[]): Tuple {
  const [first] = tuples as [Tuple];
  if (tuples.length === 1) return first;
  const values = new Map<string, Value[]>();
  for (const { names } of tuples) {
    for (const [name, value] of Object.entries(names)) {
      const known = values.get(name);
      if (known === undefined) values.set(name, [value]);
      else known.push(value);
    }
  }
  const names = Object.fromEntries([...values].map(([name, all]) => [name, joined(all)]));
  return { item: joined(tuples.map(({ item }) => item)), names };
}
