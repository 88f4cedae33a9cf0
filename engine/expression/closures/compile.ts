// Syntax tree -> closures: one function for each node, made once, called for each evaluation. No code is generated.

import type { Node } from '../parse.ts';
import { isSequence, KEEPS_SINGLETON, unwrap, type Value } from '../value.ts';
import {
  compileApply,
  compileBind,
  compileBlock,
  compileCall,
  compileLambda,
  compileParent,
  compileVariable,
} from './calls.ts';
import { compileBinary, compileCondition, compileGroup, compileLiteral, compileUnary } from './operators.ts';
import { compileOutput } from './output.ts';
import { compilePartial } from './partial.ts';
import { compileFilter, compileName, compilePath, evaluateDescendants, evaluateWildcard } from './path.ts';
import { compileRegex } from './regex.ts';
import { boundNames, type Compiler, type CompilerContext, type Eval, Frame, type Run, Scope } from './scope.ts';
import { compileTransform } from './transform.ts';
import { compileBlockFilter, compileTuplePath, isTuplePath, settle } from './tuple.ts';
import { stepsOf } from './weight.ts';

type CompileNode = (node: Node, scope: Scope, compiler: Compiler) => Eval;

const NODES: { readonly [type: string]: CompileNode } = {
  path: (node, scope, compiler) => (isTuplePath(node) ? compileTuplePath : compilePath)(node, scope, compiler),
  binary: compileBinary,
  unary: compileUnary,
  name: compileName,
  string: compileLiteral,
  number: compileLiteral,
  value: compileLiteral,
  wildcard: () => evaluateWildcard,
  descendant: () => evaluateDescendants,
  condition: compileCondition,
  block: compileBlock,
  bind: compileBind,
  function: compileCall,
  variable: compileVariable,
  lambda: compileLambda,
  apply: compileApply,
  parent: compileParent,
  partial: compilePartial,
  transform: compileTransform,
  regex: compileRegex,
};

// Nodes that never give a sequence of one or none: plain values, and what has looked at that itself.
const SETTLED: ReadonlySet<string> = new Set([
  'string',
  'number',
  'value',
  'lambda',
  'regex',
  'transform',
  'name',
  'unary',
]);

function isSettled(node: Node): boolean {
  if (node.keepArray === true || (node.predicate ?? []).length > 0) return false;
  if (node.group !== undefined || SETTLED.has(node.type)) return true;
  if (node.type === 'path') return node.keepSingletonArray !== true && !isTuplePath(node);
  if (node.type === 'binary') return node.value !== '..';
  return (node.type === 'block' || node.type === 'condition' || node.type === 'bind') && !mayNest(node);
}

/**
 * True where a value may be a sequence inside a sequence: of functions in functions, say. Whatever stands around such a
 * value takes one layer off.
 */
export function mayNest(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if (node.type === 'block') return mayNest(node.expressions?.at(-1));
  if (node.type === 'condition') return mayNest(node.then) || mayNest(node.else);
  if (node.type === 'bind') return mayNest(node.rhs);
  if (node.thunk === true) return false;
  return !isSettled(node);
}

/** The types of nodes that can be compiled; check/ refuses the others. */
export const nodeTypes: ReadonlySet<string> = new Set([...Object.keys(NODES), 'sort']);

/** Compiles a whole formula; its values are results. It throws ExpressionError. */
export function compileClosures(node: Node, context: CompilerContext): (input: Value, run: Run) => Value {
  const names = boundNames([node]);
  const evaluate = compileOutput(node, new Scope(names, undefined), closureCompiler(context));
  return (input, run) => evaluate(input, new Frame(names.length, undefined, run));
}

/** Compiles a whole formula that stands inside another: it sees the names of the scope around it. */
export function compileWithin(
  node: Node,
  context: CompilerContext,
  scope: Scope | undefined,
): (input: Value, frame: Frame | undefined, run: Run) => Value {
  const names = boundNames([node]);
  const evaluate = closureCompiler(context).compile(node, new Scope(names, scope));
  return (input, frame, run) => evaluate(input, new Frame(names.length, frame, run));
}

/** The compiler of single nodes. */
export function closureCompiler(context: CompilerContext): Compiler {
  const compiler: Compiler = {
    ...context,
    compile: (child, scope) => settle(child, compileNode(child, scope, compiler)),
    compileTuples: (child, scope) => compileNode(child, scope, compiler),
  };
  return compiler;
}

function compileNode(node: Node, scope: Scope, compiler: Compiler): Eval {
  const evaluate = compileUncounted(node, scope, compiler);
  const steps = stepsOf(node);
  if (steps === 0) return evaluate;
  return (input, frame) => {
    frame.run.meter.step(steps);
    return evaluate(input, frame);
  };
}

function compileUncounted(node: Node, scope: Scope, compiler: Compiler): Eval {
  const compile = NODES[node.type];
  if (compile === undefined) throw new Error(`no compiler for a node of type "${node.type}"`);
  let evaluate = compile(node, scope, compiler);
  for (const predicate of node.predicate ?? []) {
    const before = evaluate;
    const filter =
      node.tuple === true
        ? compileBlockFilter(predicate, scope, compiler)
        : compileFilter(predicate.expr as Node, scope, compiler);
    evaluate = (input, frame) => filter(before(input, frame), frame);
  }
  if (node.group !== undefined && !isTuplePath(node)) {
    const before = evaluate;
    const group = compileGroup(node.group, scope, compiler);
    evaluate = (input, frame) => group(before(input, frame), frame);
  }
  if (isSettled(node)) return evaluate;
  const raw = evaluate;
  if (node.keepArray !== true) return (input, frame) => unwrap(raw(input, frame));
  return (input, frame) => {
    const value = raw(input, frame);
    if (isSequence(value)) value[KEEPS_SINGLETON] = true;
    return unwrap(value);
  };
}
