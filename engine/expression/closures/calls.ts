// Functions: calls, lambdas, chains, variables and blocks.

import type { TextRange } from '../../model/diagnostic.ts';
import type { Meter } from '../budget.ts';
import { place, placed, raise } from '../errors.ts';
import type { BuiltIn } from '../functions/functions.ts';
import { Signature } from '../functions/signature.ts';
import { type Node, tokenRange } from '../parse.ts';
import {
  type Call,
  Callable,
  type CallableFacts,
  handed,
  invoke,
  invokeLast,
  isCallable,
  isSequence,
  unwrap,
  type Value,
  WRAPS_INPUT,
  wrapInput,
} from '../value.ts';
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

/** `(a; b; c)`: the value of the last, with variables of its own. */
export function compileBlock(node: Node, scope: Scope, compiler: Compiler): Eval {
  const names = boundNames(node.expressions ?? []);
  const inner = new Scope(names, scope);
  const compile = node.tuple === true ? compiler.compileTuples : compiler.compile;
  const expressions = (node.expressions ?? []).map((expression) => compile(expression, inner));
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
// To anything else, such as a predicate, it is a function.
class Tail extends Callable {
  readonly #make: (context: Value) => Value;

  constructor(make: (context: Value) => Value) {
    super(0, (_args, context) => make(context));
    this.#make = make;
  }

  static make(tail: Tail, context: Value): Value {
    return tail.#make(context);
  }
}

/** A call at the end of a function, to be made when the function has been left, in the context of who called that. */
export function tailOf(make: (context: Value) => Value): Value {
  return new Tail(make);
}

/**
 * A function as a value. `levels`: how deep it is itself. `enter`: its body, which may end with a call that is still to
 * be made. `home`: the context where it was written.
 */
export function toFunction(arity: number, levels: number, meter: Meter, facts: CallableFacts): Callable {
  const { enter } = facts;
  const call: Call = (args, context) => {
    meter.enter(levels);
    let value = enter(args, context);
    while (value instanceof Tail) value = Tail.make(value, context);
    meter.leave(levels);
    return value;
  };
  return new Callable(arity, call, facts);
}

/** What it takes to call a function with so many arguments. Measured. */
export function stepsToCall(args: number): number {
  return 2 + (args >> 2);
}

/** What it takes to enter a function of the formula. Measured. */
export const STEPS_OF_CALL = 4;

/** `function($a, $b) { … }`. */
export function compileLambda(node: Node, scope: Scope, compiler: Compiler): Eval {
  return compileFunction(node, scope, compiler, false);
}

// `isHanded`: whoever gets the function only calls it, and it needs no context then.
function compileFunction(node: Node, scope: Scope, compiler: Compiler, isHanded: boolean): Eval {
  // The parser wraps calls in tail position.
  if (node.thunk === true) {
    const call = compileParts(node.body as Node, scope, compiler, { isTail: true });
    return (input, frame) => tailOf((context) => call(input, frame, context));
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
    const { meter } = frame.run;
    meter.step();
    const enter: Call = (given, context) => {
      meter.step(STEPS_OF_CALL);
      const args = signature === undefined ? given : signature.validate(given, context);
      const call = new Frame(size, frame, frame.run);
      for (let index = 0; index < parameters.length; index += 1) call.slots[index] = args[index];
      return body(input, call);
    };
    return toFunction(parameters.length, levels, meter, { enter, home: isHanded ? null : input });
  };
}

/** `$f(a, b)`; `first` gives an argument before the others, for `a ~> $f(b)`. */
export function compileCall(node: Node, scope: Scope, compiler: Compiler, first?: Eval): Eval {
  const call = compileParts(node, scope, compiler, first === undefined ? {} : { first });
  return (input, frame) => call(input, frame, input);
}

// A call: `context` stands in for arguments that are left out, the others are computed for the input.
function compileParts(
  node: Node,
  scope: Scope,
  compiler: Compiler,
  { first, isTail = false }: { readonly first?: Eval; readonly isTail?: boolean },
): (input: Value, frame: Frame, context: Value) => Value {
  const procedure = node.procedure as Node;
  const range = rangeOfCall(node, compiler.source);
  const builtIn = builtInOf(procedure, scope, compiler);
  const args = (node.arguments ?? []).map((argument) =>
    compileArgument(argument, scope, compiler, { builtIn, isTail }),
  );
  const target = builtIn === undefined ? compileTarget(procedure, scope, compiler) : undefined;
  const call = builtIn === undefined ? toCall(nameOf(procedure), isTail) : compileBuiltIn(builtIn, scope, compiler);
  return (input, frame, context) => {
    const values: Value[] = first === undefined ? [] : [first(input, frame)];
    const callee = target?.(input, frame);
    for (const argument of args) values.push(argument(input, frame));
    try {
      frame.run.meter.step(stepsToCall(values.length));
      return call(callee, values, context, frame);
    } catch (error) {
      throw place(error, range);
    }
  };
}

// Built-in functions that call the functions they get, and do nothing else with them.
const CALLING: ReadonlySet<string> = new Set(['map', 'filter', 'single', 'reduce', 'sift', 'each', 'sort']);

function compileArgument(
  argument: Node,
  scope: Scope,
  compiler: Compiler,
  { builtIn, isTail }: { readonly builtIn: BuiltIn | undefined; readonly isTail: boolean },
): Eval {
  const isBare = argument.predicate === undefined && argument.group === undefined;
  if (!isTail && isBare && argument.type === 'lambda' && CALLING.has(builtIn?.definition.name ?? ''))
    return compileFunction(argument, scope, compiler, true);
  const evaluate = compiler.compile(argument, scope);
  return isTail || (isBare && PLAIN.has(argument.type)) ? evaluate : (input, frame) => handed(evaluate(input, frame));
}

// Nodes that never give a function.
const PLAIN: ReadonlySet<string> = new Set(['string', 'number', 'value', 'binary', 'unary']);

type MakeCall = (callee: Value, values: readonly Value[], context: Value, frame: Frame) => Value;

function toCall(name: string, isTail: boolean): MakeCall {
  const call = isTail ? invokeLast : invoke;
  return (callee, values, context) =>
    isCallable(callee) ? call(callee, values, context) : raise('T1006', { token: name });
}

function compileBuiltIn(builtIn: BuiltIn, scope: Scope, compiler: Compiler): MakeCall {
  if (builtIn.definition.name !== 'eval')
    return (_callee, values, context, { run }) => builtIn.call(values, context, run.meter);
  // The text sees the names around the call.
  return (_callee, values, around, frame) => {
    const [text, given] = builtIn.signature.validate(values, around);
    const context = given === undefined ? around : wrapInput(given);
    return text === undefined ? undefined : compiler.evaluateText(text as string, context, { scope, frame });
  };
}

/** What is called: an error of its own says that a name lacks its dollar sign. */
function compileTarget(procedure: Node, scope: Scope, compiler: Compiler): Eval {
  const target = compiler.compile(procedure, scope);
  if (procedure.type !== 'path') return target;
  const name = nameOf(procedure);
  const variable = compileVariable({ type: 'variable', value: name }, scope, compiler);
  const range = tokenRange(procedure, compiler.source);
  return (input, frame) => {
    const callee = target(input, frame);
    if (callee === undefined && variable(input, frame)) placed(range, () => raise('T1005', { token: name }));
    return callee;
  };
}

/** The name that a call's function goes by, in messages. */
export function nameOf(procedure: Node): string {
  return String(procedure.value ?? procedure.steps?.[0]?.value ?? '');
}

/** Where an error of a call is reported: its function's name, or whatever stands before the arguments. */
export function rangeOfCall({ procedure, position }: Node, source: string): TextRange {
  const range = tokenRange(procedure as Node, source);
  const isNamed = procedure?.type === 'variable' || procedure?.type === 'path';
  return isNamed || position === undefined ? range : { start: Math.min(range.start, position - 1), end: position - 1 };
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
  return (input, frame) => applyTo(left(input, frame), evaluate(input, frame), frame.run.meter, range);
}

/** What `a ~> $f` gives: the function's value for `a`, or both functions one after the other. */
export function applyTo(value: Value, callee: Value, meter: Meter, range: TextRange): Value {
  try {
    meter.step();
    if (!isCallable(callee)) return raise('T2006', { value: callee });
    if (!isCallable(value)) return invoke(callee, [value], null);
    return new Callable(1, ([arg], context) =>
      nested(meter, () => invoke(callee, [unwrap(invoke(value, [handed(arg)], null))], context)),
    );
  } catch (error) {
    throw place(error, range);
  }
}

/** A call that a function makes which is none of the formula's own: it may be one of many inside each other, too. */
export function nested(meter: Meter, call: () => Value): Value {
  meter.step(4);
  meter.enter();
  const value = call();
  meter.leave();
  return value;
}
