// What paths read: steps, predicates, order, and the names that a path carries along.

import type { TextRange } from '../../model/diagnostic.ts';
import { type Node, tokenRange } from '../parse.ts';
import type { Env, Reading } from './context.ts';
import { Scope } from './scope.ts';
import { anyField, fieldOf, PLAIN, type Shape, union } from './shape.ts';

/** A path, with what it is grouped by. */
export function pathShape(node: Node, env: Env, reading: Reading): Shape {
  const scope = new Scope(env.scope);
  const steps = node.steps ?? [];
  const isNamed = steps[0]?.type === 'name';
  let current = isNamed ? reading.named(env.context, rangeOfNames(steps, reading.source)) : env.context;
  for (const [index, step] of steps.entries()) {
    const after = takeStep(step, index === 0, { context: current, scope }, reading);
    current = carryNames(step, { before: current, after }, scope, reading);
    for (const stage of step.stages ?? []) {
      if (stage.expr !== undefined) readPredicate(stage.expr, { context: current, scope }, reading);
      else {
        reading.carry(String(stage.value), PLAIN, scope);
        reading.shallow(current);
      }
    }
  }
  if (node.group === undefined) return current;
  // Where nothing is left to group, the names of the path mean what they mean around it.
  const around = steps.some(({ tuple }) => tuple === true) ? [reading.group(node.group.lhs, PLAIN, env.scope)] : [];
  return union([reading.group(node.group.lhs, current, scope), ...around]);
}

/** What predicates leave of a shape. */
export function filterShape(node: Node, shape: Shape, env: Env, reading: Reading): Shape {
  if (node.predicate === undefined) return shape;
  for (const { expr } of node.predicate)
    if (expr !== undefined) readPredicate(expr, { ...env, context: shape }, reading);
  return union([shape, PLAIN]);
}

function readPredicate(expr: Node, env: Env, reading: Reading): void {
  if (expr.type === 'number') return;
  // Whether it is asked at all depends on whether there is an item.
  reading.shallow(env.context);
  reading.deep(reading.evaluate(expr, env));
}

function takeStep(step: Node, isFirst: boolean, env: Env, reading: Reading): Shape {
  if (step.type === 'name') return filterShape(step, fieldOf(env.context, String(step.value)), env, reading);
  if (step.type === 'variable' && isFirst) return reading.evaluate(step, env);
  if (step.type === 'wildcard' && step.predicate === undefined) return anyField(env.context);
  // It is taken once for each value.
  reading.shallow(env.context);
  if (step.type === 'sort') {
    for (const { expression } of step.terms ?? []) reading.deep(reading.evaluate(expression, env));
    return env.context;
  }
  const value = reading.evaluate(step, env);
  // A text that predicates leave of an array in front of a path is gone through unit by unit.
  if (isFirst && step.consarray === true && step.predicate !== undefined) reading.deep(value);
  return value;
}

// `@` binds each value and stays where it was, `#` its place, and `%` asks for the value before the step.
function carryNames(
  step: Node,
  { before, after }: { readonly before: Shape; readonly after: Shape },
  scope: Scope,
  reading: Reading,
): Shape {
  const label = (step.ancestor as { readonly label?: string } | undefined)?.label;
  if (label !== undefined) reading.carry(label, before, scope);
  if (step.index !== undefined) reading.carry(step.index, PLAIN, scope);
  if (step.focus !== undefined) reading.carry(step.focus, after, scope);
  if (step.index !== undefined || step.focus !== undefined) reading.shallow(after);
  return step.focus === undefined ? after : before;
}

function rangeOfNames(steps: readonly Node[], source: string): TextRange {
  const end = steps.findIndex(({ type, stages }) => type !== 'name' || stages !== undefined);
  const last = end < 0 ? steps.at(-1) : steps[Math.max(0, steps[end]?.type === 'name' ? end : end - 1)];
  const { start } = tokenRange(steps[0] as Node, source);
  return { start, end: tokenRange(last as Node, source).end };
}
