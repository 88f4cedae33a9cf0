// What calls read, and functions that the formula writes: lambdas, partial applications, transforms.

import { nameOf } from '../closures/calls.ts';
import { boundNames } from '../closures/scope.ts';
import type { Node } from '../parse.ts';
import type { Env, Reading } from './context.ts';
import { Scope } from './scope.ts';
import { type Call, descendantsOf, functionOf, PLAIN, type Shape, union } from './shape.ts';

/** An argument before the others, for `a ~> $f(b)`. */
interface First {
  readonly shape: Shape;
  readonly node: Node;
}

/** `$f(a, b)`. */
export function callShape(node: Node, env: Env, reading: Reading, first?: First): Shape {
  const given = (node.arguments ?? []).map((argument) => reading.evaluate(argument, env));
  const callee = calleeOf(node.procedure as Node, env, reading);
  return invoke(callee, {
    args: first === undefined ? given : [first.shape, ...given],
    nodes: [...(first === undefined ? [] : [first.node]), ...(node.arguments ?? [])],
    context: env.context,
  });
}

// A name without its dollar sign fails, and how depends on whether the function is there.
function calleeOf(procedure: Node, env: Env, reading: Reading): Shape {
  const callee = reading.evaluate(procedure, env);
  if (procedure.type !== 'path') return callee;
  reading.shallow(callee);
  reading.deep(reading.variable({ type: 'variable', value: nameOf(procedure) }, env));
  return callee;
}

// What is no function cannot be called, whatever it is: data never is one.
function invoke(callee: Shape, call: Call): Shape {
  return union(callee.functions.map((work) => work.apply(call)));
}

/** `a ~> $f`, `a ~> $f(b)`, `$f ~> $g`. */
export function applyShape(node: Node, env: Env, reading: Reading): Shape {
  const first = { node: node.lhs as Node, shape: reading.evaluate(node.lhs as Node, env) };
  const right = node.rhs as Node;
  if (right.type === 'function') return callShape(right, env, reading, first);
  const callee = reading.evaluate(right, env);
  const direct = invoke(callee, { args: [first.shape], nodes: [first.node], context: env.context });
  if (first.shape.functions.length === 0) return direct;
  const both = functionOf(1, (call) =>
    reading.enter(() => invoke(callee, { ...call, args: [invoke(first.shape, call)] })),
  );
  return union([direct, both]);
}

/** `function($a) { … }`. */
export function lambdaShape(node: Node, env: Env, reading: Reading): Shape {
  if (node.thunk === true) return reading.evaluate(node.body as Node, env);
  const parameters = (node.arguments ?? []).map(({ value }) => String(value));
  return functionOf(parameters.length, ({ args, context }) => {
    const scope = new Scope(env.scope, boundNames([node.body as Node]));
    // With a signature, the context may stand in for an argument and move the others.
    const any = node.signature === undefined ? undefined : union([...args, context]);
    if (any !== undefined) reading.shallow(any);
    for (const [index, name] of parameters.entries()) scope.bind(name, any ?? args[index] ?? PLAIN);
    return reading.enter(() => reading.evaluate(node.body as Node, { ...env, scope }));
  });
}

/** `$f(?, 1)`. */
export function partialShape(node: Node, env: Env, reading: Reading): Shape {
  const given = (node.arguments ?? []).map((argument) =>
    argument.type === 'operator' ? undefined : reading.evaluate(argument, env),
  );
  const callee = calleeOf(node.procedure as Node, env, reading);
  const open = given.filter((argument) => argument === undefined).length;
  return functionOf(open, ({ args, context }) => {
    const rest = [...args];
    const all = given.map((argument) => argument ?? rest.shift() ?? PLAIN);
    return reading.enter(() => invoke(callee, { args: all, context }));
  });
}

/** `|pattern|update, delete|`. What it is given is copied as a whole, by a function that a formula may replace. */
export function transformShape(node: Node, env: Env, reading: Reading): Shape {
  const change = (given: Shape): Shape => {
    reading.deep(given);
    const clone = reading.variable({ type: 'variable', value: 'clone' }, env);
    reading.shallow(clone);
    const object = union([given, invoke(clone, { args: [given], context: PLAIN })]);
    reading.deep(object);
    const found = reading.evaluate(node.pattern as Node, { ...env, context: object });
    reading.deep(found);
    const update = reading.evaluate(node.update as Node, { ...env, context: found });
    reading.deep(update);
    if (node.delete !== undefined) reading.deep(reading.evaluate(node.delete, { ...env, context: found }));
    return union([object, descendantsOf(update)]);
  };
  return functionOf(1, ({ args: [given = PLAIN] }) => reading.enter(() => change(given)));
}
