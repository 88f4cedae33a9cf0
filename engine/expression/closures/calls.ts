// Functions: calls, lambdas, chains, variables and blocks.

import type { TextRange } from '../../model/diagnostic.ts';
import type { Meter } from '../budget.ts';
import { place, placed, raise } from '../errors.ts';
import type { BuiltIn } from '../functions/functions.ts';
import { Signature } from '../functions/signature.ts';
import { type Node, tokenRange } from '../parse.ts';
import { type Call, Callable, invoke, invokeLast, isCallable, isSequence, type Value, WRAPS_INPUT } from '../value.ts';
import { boundNames, type Compiler, type Eval, Frame, type Run, Scope, UNSET } from './scope.ts';
import { levelsOf } from './weight.ts';

/** `$x`, `$`, `$$`. */
export function compileVariable(node: Node, scope: Scope, compiler: Compiler): Eval {
  const name = String(node.value);
  if (name === '') return (input) => (isSequence(input) && input[WRAPS_INPUT] === true ? input[0] : input);
  if (name === '$') return (_input, frame) => frame.run.root;
  const places = scope.find(name);
  return (_input, frame) => {
    for (const [hops, slot] of places) {
      const value = slotOf(frame, hops, slot);
      if (value !== UNSET) return value;
    }
    return bindingOf(name, compiler, frame.run);
  };
}

/** The value of a name that is bound nowhere in the formula: a variable that was given, or a built-in function. */
export function bindingOf(name: string, { find }: Pick<Compiler, 'find'>, { bindings, meter }: Run): Value {
  return Object.hasOwn(bindings, name) ? bindings[name] : find(name)?.toCallable(meter);
}

function slotOf(frame: Frame, hops: number, slot: number | string): Value {
  let current: Frame | undefined = frame;
  for (let hop = 0; hop < hops; hop += 1) current = current?.parent;
  if (typeof slot === 'number') return current?.slots[slot];
  return current?.names !== undefined && Object.hasOwn(current.names, slot) ? current.names[slot] : UNSET;
}

/** `%`: the value one step up, which the path around it has bound under a label. */
export function compileParent(node: Node, scope: Scope, compiler: Compiler): Eval {
  const { label } = node.slot as { readonly label: string };
  return compileVariable({ type: 'variable', value: label }, scope, compiler);
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
    frame.run.meter.step(4);
    const given = args.map((argument) => argument?.(input, frame));
    const callee = target(input, frame);
    if (!isCallable(callee)) return placed(range, () => raise('T1008', { token: name }));
    const open = args.flatMap((argument, index) => (argument === undefined ? [index] : []));
    const { meter } = frame.run;
    return new Callable(open.length, (values, context) => {
      const all = [...given];
      for (const [position, index] of open.entries()) all[index] = values[position];
      return nested(meter, () => invoke(callee, all, context));
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

// A call in tail position: whatever stands around it hands it on as it is, and the function that it ends is left
// before it is made. So a function may call itself at its end as often as it likes.
class Tail {
  readonly make: () => Value;

  constructor(make: () => Value) {
    this.make = make;
  }
}

/** A call at the end of a function, to be made when the function has been left. */
export function tailOf(make: () => Value): Value {
  return new Tail(make);
}

/** A function as a value. `levels`: how deep it is itself. `enter`: its body, which may end with a call that is still to be made. */
export function toFunction(arity: number, levels: number, meter: Meter, enter: Call): Callable {
  const call: Call = (args, context) => {
    meter.enter(levels);
    let value = enter(args, context);
    while (value instanceof Tail) value = value.make();
    meter.leave(levels);
    return value;
  };
  return new Callable(arity, call, enter);
}

/** What it takes to call a function with so many arguments. Measured. */
export function stepsToCall(args: number): number {
  return 2 + (args >> 2);
}

/** What it takes to enter a function of the formula. Measured. */
export const STEPS_OF_CALL = 4;

/** `function($a, $b) { … }`. */
export function compileLambda(node: Node, scope: Scope, compiler: Compiler): Eval {
  // The parser wraps calls in tail position.
  if (node.thunk === true) {
    const { prepare, make } = compileParts(node.body as Node, scope, compiler);
    return (input, frame) => {
      const prepared = prepare(input, frame);
      return tailOf(() => make(prepared, input, frame, true));
    };
  }
  const parameters = (node.arguments ?? []).map((parameter) => String(parameter.value));
  const bound = boundNames([node.body as Node]).filter((name) => !parameters.includes(name));
  const inner = new Scope([...parameters, ...bound], scope);
  const body = compiler.compile(node.body as Node, inner);
  const size = inner.names.length;
  const levels = levelsOf(node.body as Node);
  const signature =
    node.signature === undefined
      ? undefined
      : new Signature('lambda', (node.signature as { definition: string }).definition);
  return (input, frame) => {
    frame.run.meter.step();
    return toFunction(parameters.length, levels, frame.run.meter, (given, context) => {
      frame.run.meter.step(STEPS_OF_CALL);
      const args = signature === undefined ? given : signature.validate(given, context);
      const call = new Frame(size, frame, frame.run);
      for (let index = 0; index < parameters.length; index += 1) call.slots[index] = args[index];
      return body(input, call);
    });
  };
}

/** `$f(a, b)`; `first` gives an argument before the others, for `a ~> $f(b)`. */
export function compileCall(node: Node, scope: Scope, compiler: Compiler, first?: Eval): Eval {
  const { prepare, make } = compileParts(node, scope, compiler, first);
  return (input, frame) => make(prepare(input, frame), input, frame, false);
}

interface Prepared {
  readonly callee: Value;
  readonly values: readonly Value[];
}

// A call in two parts: everything that it needs is computed first, so that the call itself can be made later.
function compileParts(node: Node, scope: Scope, compiler: Compiler, first?: Eval) {
  const procedure = node.procedure as Node;
  const name = nameOf(procedure);
  const args = [
    ...(first === undefined ? [] : [first]),
    ...(node.arguments ?? []).map((argument) => compiler.compile(argument, scope)),
  ];
  const range = rangeOfCall(procedure, compiler.source);
  const builtIn = builtInOf(procedure, scope, compiler);
  const target = builtIn === undefined ? compiler.compile(procedure, scope) : undefined;
  const prepare: (input: Value, frame: Frame) => Prepared = (input, frame) => {
    const values: Value[] = [];
    for (const argument of args) values.push(argument(input, frame));
    return { values, callee: target?.(input, frame) };
  };
  const make = ({ callee, values }: Prepared, input: Value, { run }: Frame, isTail: boolean): Value => {
    try {
      run.meter.step(stepsToCall(values.length));
      if (builtIn !== undefined) return builtIn.call(values, input, run.meter);
      if (!isCallable(callee)) return raise('T1006', { token: name });
      return (isTail ? invokeLast : invoke)(callee, values, input);
    } catch (error) {
      throw place(error, range);
    }
  };
  return { prepare, make };
}

/** The name that a call's function goes by, in messages. */
export function nameOf(procedure: Node): string {
  return String(procedure.value ?? procedure.steps?.[0]?.value ?? '');
}

/** Where an error of a call is reported. */
export function rangeOfCall(procedure: Node, source: string): TextRange {
  return procedure.position === undefined ? { start: 0, end: source.length } : tokenRange(procedure, source);
}

/** The built-in function that a call means: its name is bound nowhere. */
export function builtInOf(procedure: Node, scope: Scope, { variables, find }: Compiler): BuiltIn | undefined {
  const name = String(procedure.value);
  const isFree = procedure.type === 'variable' && scope.find(name).length === 0 && !variables.has(name);
  return isFree ? find(name) : undefined;
}

/** `a ~> $f`, `a ~> $f(b)`, `$f ~> $g`. */
export function compileApply(node: Node, scope: Scope, compiler: Compiler): Eval {
  const left = compiler.compile(node.lhs as Node, scope);
  const right = node.rhs as Node;
  if (right.type === 'function') return compileCall(right, scope, compiler, left);
  const evaluate = compiler.compile(right, scope);
  const range = tokenRange(node, compiler.source);
  return (input, frame) => applyTo(left(input, frame), evaluate(input, frame), input, frame.run.meter, range);
}

/** What `a ~> $f` gives: the function's value for `a`, or both functions one after the other. */
export function applyTo(value: Value, callee: Value, input: Value, meter: Meter, range: TextRange): Value {
  try {
    meter.step();
    if (!isCallable(callee)) return raise('T2006', { value: callee });
    if (!isCallable(value)) return invoke(callee, [value], input);
    return new Callable(1, (args, context) =>
      nested(meter, () => invoke(callee, [invoke(value, args, context)], context)),
    );
  } catch (error) {
    throw place(error, range);
  }
}

// A call that a function makes which is none of the formula's own: it may be one of many inside each other, too.
function nested(meter: Meter, call: () => Value): Value {
  meter.step(4);
  meter.enter();
  const value = call();
  meter.leave();
  return value;
}
