// Functions: calls, lambdas, chains, variables and blocks.

import { place, placed, raise } from '../errors.ts';
import { findFunction } from '../functions/functions.ts';
import { Signature } from '../functions/signature.ts';
import { type Node, tokenRange } from '../parse.ts';
import { Callable, Sequence, type Value } from '../value.ts';
import { boundNames, type Compiler, type Eval, Frame, Scope, UNSET } from './scope.ts';

/** `$x`, `$`, `$$`. */
export function compileVariable(node: Node, scope: Scope): Eval {
  const name = String(node.value);
  if (name === '') return (input) => (input instanceof Sequence && input.outerWrapper ? input[0] : input);
  if (name === '$') return (_input, frame) => frame.run.root;
  const places = scope.find(name);
  return (_input, frame) => {
    for (const [hops, slot] of places) {
      const value = slotOf(frame, hops, slot);
      if (value !== UNSET) return value;
    }
    const { bindings, meter } = frame.run;
    return Object.hasOwn(bindings, name) ? bindings[name] : findFunction(name)?.toCallable(meter);
  };
}

function slotOf(frame: Frame, hops: number, slot: number | string): Value {
  let current: Frame | undefined = frame;
  for (let hop = 0; hop < hops; hop += 1) current = current?.parent;
  if (typeof slot === 'number') return current?.slots[slot];
  return current?.names !== undefined && Object.hasOwn(current.names, slot) ? current.names[slot] : UNSET;
}

/** `%`: the value one step up, which the path around it has bound under a label. */
export function compileParent(node: Node, scope: Scope): Eval {
  const { label } = node.slot as { readonly label: string };
  return compileVariable({ type: 'variable', value: label }, scope);
}

/** `$f(?, 1)`: the same function with some arguments given. */
export function compilePartial(node: Node, scope: Scope, compiler: Compiler): Eval {
  const target = compiler.compile(node.procedure as Node, scope);
  const name = String(node.procedure?.value ?? '');
  const args = (node.arguments ?? []).map((argument) =>
    argument.type === 'operator' ? undefined : compiler.compile(argument, scope),
  );
  const range = tokenRange(node.procedure as Node, compiler.source);
  return (input, frame) => {
    const given = args.map((argument) => argument?.(input, frame));
    const callee = target(input, frame);
    if (!(callee instanceof Callable)) return placed(range, () => raise('T1008', { token: name }));
    const open = args.flatMap((argument, index) => (argument === undefined ? [index] : []));
    return new Callable(name, open.length, (values, context) => {
      const all = [...given];
      for (const [position, index] of open.entries()) all[index] = values[position];
      return callee.call(all, context);
    });
  };
}

/** `(a; b; c)`: the value of the last, with variables of its own. */
export function compileBlock(node: Node, scope: Scope, compiler: Compiler): Eval {
  const names = boundNames(node.expressions ?? []);
  const inner = new Scope(names, scope);
  const expressions = (node.expressions ?? []).map((expression) => compiler.compile(expression, inner));
  return (input, frame) => {
    const block = new Frame(names.length, frame, frame.run);
    let result: Value;
    for (const expression of expressions) result = expression(input, block);
    return result;
  };
}

/** `$x := …`. */
export function compileBind(node: Node, scope: Scope, compiler: Compiler): Eval {
  const slot = scope.names.indexOf(String((node.lhs as Node).value));
  const evaluate = compiler.compile(node.rhs as Node, scope);
  return (input, frame) => {
    const value = evaluate(input, frame);
    frame.slots[slot] = value;
    return value;
  };
}

// The result of a call in tail position: whatever stands around it hands it on as it is, so that a sequence of one
// value stays one.
class Tail {
  readonly value: Value;

  constructor(value: Value) {
    this.value = value;
  }
}

/** `function($a, $b) { … }`. */
export function compileLambda(node: Node, scope: Scope, compiler: Compiler): Eval {
  // The parser wraps calls in tail position.
  if (node.thunk === true) {
    const call = compileCall(node.body as Node, scope, compiler);
    return (input, frame) => new Tail(call(input, frame));
  }
  const parameters = (node.arguments ?? []).map((parameter) => String(parameter.value));
  const bound = boundNames([node.body as Node]).filter((name) => !parameters.includes(name));
  const inner = new Scope([...parameters, ...bound], scope);
  const body = compiler.compile(node.body as Node, inner);
  const size = inner.names.length;
  const signature =
    node.signature === undefined
      ? undefined
      : new Signature('lambda', (node.signature as { definition: string }).definition);
  return (input, frame) =>
    new Callable('lambda', parameters.length, (given, context) => {
      frame.run.meter.step();
      const args = signature === undefined ? given : signature.validate(given, context);
      const call = new Frame(size, frame, frame.run);
      for (let index = 0; index < parameters.length; index += 1) call.slots[index] = args[index];
      const result = body(input, call);
      return result instanceof Tail ? result.value : result;
    });
}

/** `$f(a, b)`; `first` gives an argument before the others, for `a ~> $f(b)`. */
export function compileCall(node: Node, scope: Scope, compiler: Compiler, first?: Eval): Eval {
  const procedure = node.procedure as Node;
  const name = String(procedure.value ?? procedure.steps?.[0]?.value ?? '');
  const args = [
    ...(first === undefined ? [] : [first]),
    ...(node.arguments ?? []).map((argument) => compiler.compile(argument, scope)),
  ];
  const range =
    procedure.position === undefined
      ? { start: 0, end: compiler.source.length }
      : tokenRange(procedure, compiler.source);
  const builtIn = procedure.type === 'variable' && isFree(scope, name) ? findFunction(name) : undefined;
  const target = builtIn === undefined ? compiler.compile(procedure, scope) : undefined;
  return (input, frame) => {
    const values: Value[] = [];
    for (const argument of args) values.push(argument(input, frame));
    const { run } = frame;
    try {
      run.meter.step();
      if (builtIn !== undefined && !Object.hasOwn(run.bindings, name)) return builtIn.call(values, input, run.meter);
      const callee = target === undefined ? run.bindings[name] : target(input, frame);
      if (!(callee instanceof Callable)) return raise('T1006', { token: name });
      return callee.call(values, input);
    } catch (error) {
      throw place(error, range);
    }
  };
}

// A name that no block, function or path around it binds.
function isFree(scope: Scope, name: string): boolean {
  return scope.find(name).length === 0;
}

/** `a ~> $f`, `a ~> $f(b)`, `$f ~> $g`. */
export function compileApply(node: Node, scope: Scope, compiler: Compiler): Eval {
  const left = compiler.compile(node.lhs as Node, scope);
  const right = node.rhs as Node;
  if (right.type === 'function') return compileCall(right, scope, compiler, left);
  const evaluate = compiler.compile(right, scope);
  const range = tokenRange(node, compiler.source);
  return (input, frame) => {
    const value = left(input, frame);
    const callee = evaluate(input, frame);
    try {
      if (!(callee instanceof Callable)) return raise('T2006', { value: callee });
      if (!(value instanceof Callable)) return callee.call([value], input);
      return new Callable('chain', 1, (args, context) => callee.call([value.call(args, context)], context));
    } catch (error) {
      throw place(error, range);
    }
  };
}
