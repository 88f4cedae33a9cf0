// Literals, operators, conditions and constructors in generated code.

import { objectRoom } from '../budget.ts';
import { defaultOf, inKeyOrder, SMALL_OBJECT, staticKeys } from '../closures/operators.ts';
import { type Node, tokenRange } from '../parse.ts';
import { type Piece, type Place, quote, type Want } from './emitter.ts';
import type { Generator } from './generate.ts';

const ARITHMETIC = new Set(['+', '-', '*', '/', '%']);
const ORDER = new Set(['<', '<=', '>', '>=']);

/** A value that stands in the text. */
export function generateLiteral(node: Node): Piece {
  const { value } = node;
  if (typeof value === 'number') return literal(`(${Object.is(value, -0) ? '-0' : value})`, 'number');
  if (typeof value === 'string') return literal(quote(value), 'string');
  if (typeof value === 'boolean') return literal(String(value), 'boolean');
  return { code: 'null', isPlain: true, isDefined: true, isSingle: true };
}

function literal(code: string, type: 'number' | 'string' | 'boolean'): Piece {
  return { code, type, isPlain: true, isDefined: true, isSingle: true };
}

/** The code that says whether a value counts as true. */
export function truthOf({ code, type, isDefined }: Piece): string {
  if (type === 'boolean') return isDefined === true ? code : `${code} === true`;
  return `(${code} === true || ${code} !== false && ${code} !== undefined && isTruthy(${code}, m))`;
}

/** An operator with two sides. */
export function generateBinary(node: Node, place: Place, generator: Generator): Piece {
  const { emitter } = generator;
  const token = String(node.value);
  if (token === 'and' || token === 'or') return generateLogic(node, place, generator);
  const left = generator.generate(node.lhs as Node, place, 'value');
  const right = generator.generate(node.rhs as Node, place, 'value');
  const [a, b] = [left.code, right.code];
  const slow = () => `binary(${quote(token)}, ${a}, ${b}, m, ${emitter.constant(tokenRange(node, generator.source))})`;
  if (token === '=' || token === '!=') return boolean(emitter.keep(equality(left, right, token === '!=')), true);
  if (ARITHMETIC.has(token)) {
    const test = [...finite(left), ...finite(right)].join(' && ');
    const code = emitter.keep(test === '' ? `${a} ${token} ${b}` : `${test} ? ${a} ${token} ${b} : ${slow()}`);
    return { code, type: 'number', isPlain: false, isSingle: true };
  }
  if (ORDER.has(token)) return boolean(emitter.keep(`${ordered(left, right)} ? ${a} ${token} ${b} : ${slow()}`), false);
  if (token === '&') {
    const range = emitter.constant(tokenRange(node, generator.source));
    const code = emitter.keep(`${textOf(left, range)} + ${textOf(right, range)}`);
    emitter.line(`m.grow(${code}.length);`);
    return { code, type: 'string', isPlain: true, isDefined: true, isSingle: true };
  }
  const code = emitter.keep(slow());
  return token === 'in' ? boolean(code, true) : { code, isPlain: false };
}

function boolean(code: string, isDefined: boolean): Piece {
  return { code, type: 'boolean', isPlain: true, isDefined, isSingle: true };
}

function finite({ code }: Piece): readonly string[] {
  return /^\(-?\d/.test(code) ? [] : [`typeof ${code} === "number" && Number.isFinite(${code})`];
}

// Two numbers, or two texts of which one is short: the operator of the machine does it, in no time.
function ordered(left: Piece, right: Piece): string {
  const both = (type: string) =>
    [left, right]
      .filter((side) => side.type !== type || side.isDefined !== true)
      .map(({ code }) => `typeof ${code} === ${quote(type)}`)
      .join(' && ') || 'true';
  return `(${isShort(left) || isShort(right) ? both('string') : both('number')})`;
}

// A text that stands in the formula and is compared in no time.
function isShort({ code }: Piece): boolean {
  return code.startsWith('"') && code.length < 64;
}

function equality(left: Piece, right: Piece, isNegated: boolean): string {
  const [a, b] = [left.code, right.code];
  const isScalar = (side: Piece) => side.type === 'string' || side.type === 'number' || side.type === 'boolean';
  const defined = [left, right]
    .filter(({ isDefined }) => isDefined !== true)
    .map(({ code }) => `${code} !== undefined`);
  const isQuick = (side: Piece) => isScalar(side) && (side.type !== 'string' || isShort(side));
  if (isQuick(left) || isQuick(right)) {
    if (!isNegated && defined.length < 2) return `${a} === ${b}`;
    return [...defined, `${a} ${isNegated ? '!==' : '==='} ${b}`].join(' && ');
  }
  const same =
    `(typeof ${a} === "string" && ${a}.length > 63 ? isDeepEqual(${a}, ${b}, m) : ` +
    `${a} === ${b} || typeof ${a} === "object" && typeof ${b} === "object" && isDeepEqual(${a}, ${b}, m))`;
  return [...defined, isNegated ? `!${same}` : same].join(' && ');
}

function textOf({ code, type, isDefined }: Piece, range: string): string {
  if (type === 'string' && isDefined === true) return code;
  return `(typeof ${code} === "string" ? ${code} : textOrEmpty(${code}, m, ${range}))`;
}

function generateLogic(node: Node, place: Place, generator: Generator): Piece {
  const { emitter } = generator;
  const result = emitter.name();
  const left = generator.generate(node.lhs as Node, place, 'value');
  emitter.line(`let ${result} = ${truthOf(left)}; if (${node.value === 'and' ? '' : '!'}${result}) {`);
  const right = generator.generate(node.rhs as Node, place, 'value');
  emitter.line(`${result} = ${truthOf(right)}; }`);
  return boolean(result, true);
}

/** `a ? b : c`, `a ?? b`, `a ?: b`. */
export function generateCondition(node: Node, place: Place, want: Want, generator: Generator): Piece {
  const { emitter } = generator;
  const kind = defaultOf(node);
  if (kind !== undefined) return generateDefault(node, kind, place, want, generator);
  const result = emitter.name();
  const condition = generator.generate(node.condition as Node, place, 'value');
  emitter.line(`let ${result}; if (${truthOf(condition)}) {`);
  const yes = generator.generate(node.then as Node, place, want);
  emitter.line(`${result} = ${yes.code}; } else {`);
  const no = node.else === undefined ? undefined : generator.generate(node.else, place, want);
  emitter.line(`${no === undefined ? '' : `${result} = ${no.code};`} }`);
  if (no === undefined) return { code: result, isPlain: yes.isPlain, type: yes.type, isSingle: yes.isSingle === true };
  return merged(result, yes, no, yes.isDefined === true && no.isDefined === true);
}

// A default of `?:` is asked whether it counts as true before it is made a result.
function generateDefault(node: Node, kind: '??' | '?:', place: Place, want: Want, generator: Generator): Piece {
  const { emitter } = generator;
  const result = emitter.name();
  const form = want === 'result' && kind === '??' ? 'result' : 'value';
  const given = generator.generate(node.then as Node, place, form);
  const test = kind === '??' ? `${given.code} === undefined` : `!${truthOf(given)}`;
  emitter.line(`let ${result} = ${given.code}; if (${test}) {`);
  const other = generator.generate(node.else as Node, place, form);
  emitter.line(`${result} = ${other.code}; }`);
  const piece = merged(result, given, other, other.isDefined === true);
  return want === 'result' && kind === '?:' ? generator.finish(piece) : piece;
}

function merged(code: string, a: Piece, b: Piece, isDefined: boolean): Piece {
  return {
    code,
    isDefined,
    // A number that was computed may be none that JSON has, and is looked at where the type says so.
    isPlain: a.isPlain && b.isPlain && (a.type === b.type || (a.type !== 'number' && b.type !== 'number')),
    type: a.type === b.type ? a.type : undefined,
    isSingle: a.isSingle === true && b.isSingle === true,
  };
}

/** A minus sign, an array in brackets, or an object in braces. */
export function generateUnary(node: Node, place: Place, want: Want, generator: Generator): Piece {
  if (node.value === '[') return generateArray(node, place, want, generator);
  if (node.value === '{') return generateObject(node, place, want, generator);
  const { code } = generator.generate(node.expression as Node, place, 'value');
  const range = generator.emitter.constant(tokenRange(node, generator.source));
  const negated = generator.emitter.keep(`negate(${code}, ${range})`);
  return { code: negated, type: 'number', isPlain: false, isSingle: true };
}

function generateArray(node: Node, place: Place, want: Want, generator: Generator): Piece {
  const { emitter } = generator;
  const isConstructed = node.consarray === true && want !== 'result';
  const list = emitter.keep(isConstructed ? 'toConstructed([])' : '[]');
  const inner = want === 'result' ? 'result' : 'list';
  for (const item of node.expressions ?? []) {
    const value = generator.generate(item, place, inner);
    const isWhole = item.value === '[' || value.isSingle === true;
    const add = isWhole ? `${list}.push(${value.code});` : `addAll(${list}, ${value.code}, m);`;
    emitter.line(value.isDefined === true ? add : `if (${value.code} !== undefined) ${add}`);
  }
  emitter.line(`m.fill(${(node.expressions ?? []).length});`);
  if (want === 'result') emitter.line(`m.made(${list});`);
  return { code: list, type: 'array', isPlain: false, isDefined: true };
}

function generateObject(node: Node, place: Place, want: Want, generator: Generator): Piece {
  const { emitter } = generator;
  const keys = staticKeys(node) as readonly string[];
  const pairs = node.lhs as readonly (readonly [Node, Node])[];
  const { context } = place;
  let inner = context;
  if (context.isSingle !== true && keys.length > 0) {
    const code = emitter.keep(
      `Array.isArray(${context.code}) ? grouped(${context.code}, ${keys.length}, m) : ${context.code}`,
    );
    inner = { code, isPlain: context.isPlain };
  }
  if (keys.length > SMALL_OBJECT) emitter.line(`m.step(${keys.length});`);
  const order = inKeyOrder(new Map(keys.map((key, index) => [key, index])));
  const values = order.map(([key, index]) => {
    const [, value] = pairs[index] as readonly [Node, Node];
    return {
      key,
      piece: generator.generate(value, { ...place, context: inner }, want === 'result' ? 'result' : 'value'),
    };
  });
  const field = ({ key, piece }: (typeof values)[number]) => `${quote(key)}: ${piece.code}`;
  const doubtful = values.filter(({ piece }) => piece.isDefined !== true);
  const object = emitter.name();
  if (doubtful.length === 0) {
    emitter.line(`const ${object} = { ${values.map(field).join(', ')} };`);
  } else {
    emitter.line(`let ${object}; if (${doubtful.map(({ piece }) => `${piece.code} !== undefined`).join(' && ')})`);
    emitter.line(`${object} = { ${values.map(field).join(', ')} }; else { ${object} = {};`);
    for (const { key, piece } of values)
      emitter.line(`if (${piece.code} !== undefined) ${object}[${quote(key)}] = ${piece.code};`);
    emitter.line('}');
  }
  if (want === 'result') emitter.line(`room += ${roomOf(values.map(({ piece }) => piece))};`);
  return { code: object, type: 'object', isPlain: false, isDefined: true, isSingle: true };
}

// The room that an object takes in the result.
function roomOf(fields: readonly Piece[]): string {
  const certain = fields.filter(({ isDefined }) => isDefined === true).length;
  const doubtful = fields.filter(({ isDefined }) => isDefined !== true);
  const keys = [certain, ...doubtful.map(({ code }) => `(${code} === undefined ? 0 : 1)`)].join(' + ');
  const own = doubtful.length === 0 ? String(objectRoom(certain)) : `objectRoom(${keys})`;
  const texts = fields.filter(({ type }) => type === undefined || type === 'string');
  return [own, ...texts.map(({ code }) => `(typeof ${code} === "string" ? ${code}.length >> 2 : 0)`)].join(' + ');
}
