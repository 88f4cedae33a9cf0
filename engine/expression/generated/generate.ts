// Syntax tree -> JavaScript: one function for a whole formula, in which every field access and every loop is a place of
// its own, so that the machine can make each of them fast.
//
// The meaning is that of closures/, which evaluates what has no code of its own here. Needs `new Function`; where that is
// forbidden, closures do all of the work.

import type { Json } from '../../model/json.ts';
import type { Meter } from '../budget.ts';
import { childrenOf } from '../children.ts';
import { closureCompiler } from '../closures/compile.ts';
import { boundNames, type Compiler, type CompilerContext } from '../closures/scope.ts';
import { nodesOf, stepsOf } from '../closures/weight.ts';
import type { Node } from '../parse.ts';
import { compilePattern } from '../regex.ts';
import type { Value } from '../value.ts';
import {
  generateApply,
  generateBind,
  generateBlock,
  generateCall,
  generateLambda,
  generateLastCall,
  generateVariable,
  openScope,
  unwrapped,
} from './calls.ts';
import { Emitter, type Piece, type Place, type Want } from './emitter.ts';
import { generateBinary, generateCondition, generateLiteral, generateUnary } from './operators.ts';
import { generatePath } from './paths.ts';
import { runtime } from './runtime.ts';
import { isDelegated, mayNest, needsFrame } from './shapes.ts';

/** A formula as one function. Throws ExpressionError. `input` is an object and no array. */
export type Generated = (input: Json, bindings: Readonly<Record<string, Value>>, meter: Meter) => Json | undefined;

/** What the generators of the node types share. */
export interface Generator {
  readonly emitter: Emitter;
  readonly compiler: Compiler;
  readonly source: string;
  /** The whole input. */
  readonly root: Piece;
  generate(node: Node, place: Place, want: Want): Piece;
  /** Makes a value a result. */
  finish(piece: Piece): Piece;
}

// Code for more nodes than this takes the machine longer to read than closures take to run. Measured: some 30 us a node.
const MAX_NODES = 500;

/** Generates a formula, or nothing where closures do it better. */
export function generateFunction(node: Node, context: CompilerContext): Generated | undefined {
  // What is known of built-in functions does not hold where their names mean something else.
  const isShadowed = [...context.variables, ...allNames(node)].some((name) => context.find(name) !== undefined);
  if (isDelegated(node) || isShadowed || nodesOf(node) > MAX_NODES) return undefined;
  const emitter = new Emitter();
  const compiler = closureCompiler(context);
  const root: Piece = { code: 'input', type: 'object', isPlain: true, isDefined: true, isSingle: true };
  const generator: Generator = {
    emitter,
    compiler,
    source: context.source,
    root,
    generate: (child, place, want) => generateNode(child, place, want, generator),
    finish: (piece) => finish(piece, emitter),
  };
  emitter.line('let room = 0;');
  if (needsFrame(node)) emitter.line('const run = { root: input, bindings: b, meter: m };');
  const scope = openScope(boundNames([node]), undefined, needsFrame(node), emitter);
  const result = generator.generate(node, { context: root, scope, caller: 'null' }, 'result');
  // What was made of the result along the way; the steps have kept it from becoming too much before this is asked.
  emitter.line(`if (room > 0) m.copied(room); return ${result.code};`);
  const names = Object.keys(runtime);
  const make = new Function(
    'R',
    'K',
    'compiler',
    `const { ${names.join(', ')} } = R;\n${emitter.finish('(input, b, m)')}`,
  );
  return make(runtime, emitter.constants, compiler) as Generated;
}

// Every name that the formula binds, at any depth.
function allNames(node: Node): readonly string[] {
  const own =
    node.type === 'bind'
      ? [String((node.lhs as Node).value)]
      : node.type === 'lambda'
        ? (node.arguments ?? []).map(({ value }) => String(value))
        : [];
  const inner = [...childrenOf(node), ...(node.procedure === undefined ? [] : [node.procedure])];
  return [...own, ...inner.flatMap(allNames)];
}

function generateNode(node: Node, place: Place, want: Want, generator: Generator): Piece {
  const { emitter } = generator;
  if (isDelegated(node)) {
    const closure = emitter.constant(generator.compiler.compile(node, place.scope.scope));
    const piece: Piece = {
      code: emitter.keep(`${closure}(${place.context.code}, ${place.scope.frame})`),
      isPlain: false,
    };
    return want === 'result' ? finish(piece, emitter) : piece;
  }
  const steps = stepsOf(node);
  if (steps > 0) emitter.line(`m.step(${steps});`);
  if ((node.type === 'block' || node.type === 'condition' || node.type === 'bind') && mayNest(node)) {
    const piece = unwrapped(generateShaped(node, place, 'value', generator) as Piece, emitter);
    return want === 'result' ? finish(piece, emitter) : piece;
  }
  const shaped = generateShaped(node, place, want, generator);
  if (shaped !== undefined) return shaped;
  const piece = generateSimple(node, place, generator);
  return want === 'result' ? finish(piece, emitter) : piece;
}

// Nodes that give what is wanted by themselves.
function generateShaped(node: Node, place: Place, want: Want, generator: Generator): Piece | undefined {
  switch (node.type) {
    case 'path':
      return generatePath(node, place, want, generator);
    case 'unary':
      return generateUnary(node, place, want, generator);
    case 'condition':
      return generateCondition(node, place, want, generator);
    case 'block':
      return generateBlock(node, place, want, generator);
    case 'bind':
      return generateBind(node, place, want, generator);
    case 'function':
      return generateCall(node, place, want, generator);
    case 'apply':
      return generateApply(node, place, want, generator);
    default:
      return undefined;
  }
}

function generateSimple(node: Node, place: Place, generator: Generator): Piece {
  switch (node.type) {
    case 'binary':
      return generateBinary(node, place, generator);
    case 'variable':
      return generateVariable(node, place, generator);
    case 'regex':
      return regexPiece(node, generator);
    case 'lambda':
      return node.thunk === true ? generateLastCall(node, place, generator) : generateLambda(node, place, generator);
    case 'name':
      return generatePath({ type: 'path', steps: [node] }, place, 'value', generator);
    default:
      return generateLiteral(node);
  }
}

function regexPiece(node: Node, { emitter }: Generator): Piece {
  const regex = emitter.constant(compilePattern(node.value as RegExp));
  return { code: emitter.keep(`matcherOf(${regex}, m)`), isPlain: false, isDefined: true, isSingle: true };
}

function finish(piece: Piece, emitter: Emitter): Piece {
  const { type, isPlain, code } = piece;
  if (type === 'boolean' || type === 'string' || (isPlain && /^\(-?\d/.test(code))) return piece;
  if (isPlain && type !== 'number') {
    return {
      ...piece,
      code: emitter.keep(`typeof ${code} === "object" && ${code} !== null ? copyPlain(${code}, m) : ${code}`),
    };
  }
  if (type === 'number')
    return { ...piece, code: emitter.keep(`Number.isFinite(${code}) ? ${code} : out(${code}, m)`) };
  return { ...piece, code: emitter.keep(`out(${code}, m)`) };
}
