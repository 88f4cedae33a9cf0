// The outermost objects and arrays of a formula, made as results at once: what they hold is copied on the way, and they
// themselves need not be.

import { arrayRoom, objectRoom } from '../budget.ts';
import type { Node } from '../parse.ts';
import { toResult } from '../result.ts';
import { addTo, type Value } from '../value.ts';
import { grouped, inKeyOrder, SMALL_OBJECT, staticKeys } from './operators.ts';
import type { Compiler, Eval, Scope } from './scope.ts';
import { stepsOf } from './weight.ts';

/** Compiles a node whose value is a result: plain JSON that shares nothing with the data. */
export function compileOutput(node: Node, scope: Scope, compiler: Compiler): Eval {
  const isWritten = node.type === 'unary' && isBare(node);
  if (isWritten && node.value === '{' && staticKeys(node) !== undefined) return compileObject(node, scope, compiler);
  if (isWritten && node.value === '[' && node.consarray !== true) return compileArray(node, scope, compiler);
  const evaluate = compiler.compile(node, scope);
  return (input, frame) => toResult(evaluate(input, frame), frame.run.meter);
}

function isBare({ predicate, group, keepArray, keepSingletonArray, tuple }: Node): boolean {
  return (
    (predicate ?? []).length === 0 &&
    group === undefined &&
    keepArray !== true &&
    keepSingletonArray !== true &&
    tuple !== true
  );
}

function compileObject(node: Node, scope: Scope, compiler: Compiler): Eval {
  const keys = staticKeys(node) as readonly string[];
  const pairs = node.lhs as readonly (readonly [Node, Node])[];
  const order = inKeyOrder(
    new Map(
      keys.map((key, index) => [key, compileOutput((pairs[index] as readonly [Node, Node])[1], scope, compiler)]),
    ),
  );
  const names = order.map(([key]) => key);
  const values = order.map(([, evaluate]) => evaluate);
  const steps = stepsOf(node) + (keys.length > SMALL_OBJECT ? keys.length : 0);
  return (input, frame) => {
    const { meter } = frame.run;
    if (steps > 0) meter.step(steps);
    const context = Array.isArray(input) ? grouped(input, keys.length, meter) : input;
    const result: Record<string, Value> = {};
    let count = 0;
    let room = 0;
    for (let index = 0; index < names.length; index += 1) {
      const value = (values[index] as Eval)(context, frame);
      if (value === undefined) continue;
      result[names[index] as string] = value;
      count += 1;
      if (typeof value === 'string') room += value.length >> 2;
    }
    meter.copied(objectRoom(count) + room);
    return result;
  };
}

function compileArray(node: Node, scope: Scope, compiler: Compiler): Eval {
  const items = (node.expressions ?? []).map((item) => compileOutput(item, scope, compiler));
  const isWhole = (node.expressions ?? []).map((item) => item.value === '[');
  const steps = stepsOf(node);
  return (input, frame) => {
    const { meter } = frame.run;
    if (steps > 0) meter.step(steps);
    const result: Value[] = [];
    for (let index = 0; index < items.length; index += 1) {
      const value = (items[index] as Eval)(input, frame);
      if (value === undefined) continue;
      if (Array.isArray(value) && isWhole[index] !== true) addTo(result, value, meter);
      else result.push(value);
    }
    meter.fill(items.length);
    meter.copied(arrayRoom(result.length));
    for (const item of result) if (typeof item === 'string') meter.copied(item.length >> 2);
    return result;
  };
}
