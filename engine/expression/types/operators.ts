// Types of operators, and operands that they cannot take.

import { suggest } from '../../model/suggest.ts';
import type { Type } from '../../model/type.ts';
import type { Node } from '../parse.ts';
import {
  BOOLEAN,
  INTEGER,
  isOnly,
  itemsOf,
  mayBeMany,
  mayBeNothing,
  NUMBER,
  optional,
  partsOf,
  STRING,
  sequenceOf,
  unionOf,
} from './algebra.ts';
import { contrast, type Env, type Inference, reportAt, subjectOf, withPresent } from './context.ts';
import { describeType, listValues } from './describe.ts';
import { presentWhen } from './present.ts';

const ARITHMETIC = new Set(['+', '-', '*', '/', '%']);
const ORDER = new Set(['<', '<=', '>', '>=']);

/** The type of an operator with two sides. */
export function inferBinary(node: Node, env: Env, inference: Inference): Type {
  const token = String(node.value);
  const left = inference.infer(node.lhs as Node, env);
  if (token === 'and' || token === 'or') {
    inference.infer(node.rhs as Node, withPresent(env, presentWhen(node.lhs as Node, token === 'and', env)));
    return BOOLEAN;
  }
  const right = inference.infer(node.rhs as Node, env);
  if (ARITHMETIC.has(token)) return arithmetic(node, [left, right], inference);
  if (ORDER.has(token)) return order(node, [left, right], inference);
  if (token === '=' || token === '!=') return equality(node, [left, right], inference);
  if (token === 'in') return membership(node, [left, right], inference);
  if (token === '..') return range(node, [left, right], inference);
  for (const [side, type] of [
    [node.lhs, left],
    [node.rhs, right],
  ] as const)
    checkOperand(type, side as Node, { kinds: TEXTUAL, what: '"&" joins texts', cure: 'call the function' }, inference);
  return STRING;
}

const TEXTUAL: readonly Type['kind'][] = ['string', 'number', 'boolean', 'null', 'object', 'array', 'sequence'];

/** A minus sign in front of a value. */
export function inferUnaryMinus(node: Node, env: Env, inference: Inference): Type {
  const type = inference.infer(node.expression as Node, env);
  checkOperand(type, node.expression as Node, { kinds: ['number'], what: 'a minus sign takes a number' }, inference);
  if (type.kind === 'number' && type.value !== undefined)
    return { kind: 'number', isInteger: type.isInteger, value: -type.value };
  return withNothing(isInteger(type) ? INTEGER : NUMBER, [type]);
}

function arithmetic(node: Node, sides: readonly [Type, Type], inference: Inference): Type {
  const what = `"${String(node.value)}" takes numbers`;
  const isJoin = node.value === '+' && sides.some((type) => isOnly(type, 'string') && !isNumeralOnly(type));
  const cure = isJoin ? { cure: 'join texts with &, or convert them with $number(…)' } : {};
  for (const [index, type] of sides.entries())
    checkOperand(type, (index === 0 ? node.lhs : node.rhs) as Node, { kinds: ['number'], what, ...cure }, inference);
  const isWhole = node.value !== '/' && sides.every(isInteger);
  return withNothing(isWhole ? INTEGER : NUMBER, sides);
}

function isNumeralOnly(type: Type): boolean {
  return type.kind === 'string' && type.values?.length === 1 && isNumeral(type.values[0]);
}

function isInteger(type: Type): boolean {
  return partsOf(itemsOf(type)).every((part) => part.kind === 'number' && part.isInteger);
}

function withNothing(type: Type, sides: readonly Type[]): Type {
  return sides.some((side) => mayBeNothing(side)) ? optional(type) : type;
}

function order(node: Node, sides: readonly [Type, Type], inference: Inference): Type {
  const what = `"${String(node.value)}" compares numbers or texts`;
  const [left, right] = sides;
  let isGood = true;
  for (const [index, type] of sides.entries()) {
    const side = (index === 0 ? node.lhs : node.rhs) as Node;
    if (!checkOperand(type, side, { kinds: ['number', 'string'], what }, inference)) isGood = false;
  }
  if (isGood) checkSame(node, left, right, inference);
  return mayBeNothing(left) || mayBeNothing(right) ? optional(BOOLEAN) : BOOLEAN;
}

// Numbers and texts have an order among themselves only.
function checkSame(node: Node, left: Type, right: Type, inference: Inference): void {
  const [ours, theirs] = [left, right].map((type) => partsOf(itemsOf(type)).map(({ kind }) => kind)) as [
    string[],
    string[],
  ];
  if ([...ours, ...theirs].includes('any') || ours.length === 0 || theirs.length === 0) return;
  const isSame = ours.some((kind) => theirs.includes(kind));
  if (isSame && ours.length === 1 && theirs.length === 1) return;
  const verb = isSame ? 'may compare' : 'compares';
  const message = `"${String(node.value)}" ${verb} ${describeType(left)} with ${describeType(right)}`;
  const severity = isSame ? 'warning' : 'error';
  reportAt(node, { code: 'WrongType', severity, message, hint: hintToConvert(node, left, right) }, inference);
}

// A literal of the wrong type is easily written as the right one.
function hintToConvert(node: Node, left: Type, right: Type): string {
  const literal = [node.rhs as Node, node.lhs as Node].find(({ type }) => type === 'string');
  if (literal !== undefined && isOnly(literal === node.rhs ? left : right, 'number') && isNumeral(literal.value))
    return `write ${String(literal.value)} without quotes`;
  return 'make both the same with $number(…) or $string(…)';
}

function isNumeral(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
}

function equality(node: Node, [left, right]: readonly [Type, Type], inference: Inference): Type {
  if (left.kind === 'any' || right.kind === 'any' || isMissing(left) || isMissing(right)) return BOOLEAN;
  const many = mayBeMany(left) ? node.lhs : mayBeMany(right) ? node.rhs : undefined;
  if (many !== undefined && !mayBothBeEmpty(left, right) && !mayOverlap(itemsOf(left), itemsOf(right))) {
    reportNever(node, [itemsOf(left), itemsOf(right)], inference);
  } else if (many !== undefined && isOnly(many === node.lhs ? right : left, 'string', 'number', 'boolean')) {
    const message = `${subjectOf(many as Node, inference)} may be several values, which are never equal to one`;
    const hint = 'ask with "in", or choose one with a predicate';
    reportAt(many as Node, { code: 'ManyValues', severity: 'warning', message, hint }, inference);
  } else if (many === undefined && !mayOverlap(left, right)) reportNever(node, [left, right], inference);
  return BOOLEAN;
}

// Lists of whatever are equal when they are empty.
function mayBothBeEmpty(left: Type, right: Type): boolean {
  return [left, right].every((type) => partsOf(type).some(({ kind }) => kind === 'array' || kind === 'sequence'));
}

function membership(node: Node, [left, right]: readonly [Type, Type], inference: Inference): Type {
  const items = itemsOf(right);
  if (left.kind !== 'any' && right.kind !== 'any' && !isMissing(left) && !isMissing(items) && !mayOverlap(left, items))
    reportNever(node, [left, items], inference);
  return BOOLEAN;
}

function isMissing(type: Type): boolean {
  return partsOf(type).every(({ kind }) => kind === 'nothing');
}

// True where some value could be both.
function mayOverlap(left: Type, right: Type): boolean {
  return partsOf(left).some((one) => partsOf(right).some((other) => isSamePart(one, other)));
}

function isSamePart(left: Type, right: Type): boolean {
  if (left.kind === 'any' || right.kind === 'any') return true;
  if (left.kind === 'sequence') return mayOverlap(left.items, right) || right.kind === 'array';
  if (right.kind === 'sequence') return mayOverlap(left, right.items) || left.kind === 'array';
  return left.kind === right.kind && left.kind !== 'nothing' && !isOtherLiteral(left, right);
}

// Two of one kind that are known to be different.
function isOtherLiteral(left: Type, right: Type): boolean {
  if (left.kind === 'string' && right.kind === 'string') {
    const { values } = left;
    return values !== undefined && right.values?.some((value) => values.includes(value)) === false;
  }
  const isLiteralKind = left.kind === 'number' || left.kind === 'boolean';
  if (!isLiteralKind || (right.kind !== 'number' && right.kind !== 'boolean')) return false;
  return left.value !== undefined && right.value !== undefined && left.value !== right.value;
}

function reportNever(node: Node, [left, right]: readonly [Type, Type], inference: Inference): void {
  const outcome = node.value === '!=' ? 'this is always true' : 'this is never true';
  const [known, asked] = isLiteral(node.lhs as Node) ? [right, left] : [left, right];
  const all = valuesOf(known);
  const wanted = valuesOf(asked);
  if (all === undefined || wanted === undefined) {
    const message = `${outcome}: ${describeType(left)} does not equal ${describeType(right)}`;
    reportAt(node, { code: 'NeverEqual', message, hint: hintForNever(node, left, right) }, inference);
    return;
  }
  const place = isLiteral(node.lhs as Node) ? node.lhs : isLiteral(node.rhs as Node) ? node.rhs : node;
  const what = wanted.length === 1 ? `"${wanted[0]}" is not` : `none of ${listValues(wanted)} is`;
  const hint = (wanted.length === 1 ? suggest(wanted[0] as string, all) : undefined) ?? `use one of ${listValues(all)}`;
  const message = `${outcome}: ${what} one of ${listValues(all)}`;
  reportAt(place as Node, { code: 'NeverEqual', message, hint }, inference);
}

function hintForNever(node: Node, left: Type, right: Type): string {
  const either = (kind: Type['kind']) => isOnly(left, kind) || isOnly(right, kind);
  if (either('array')) return 'ask with "in", or with $count(…)';
  if (either('object')) return 'compare one of its fields';
  const literal = [node.rhs as Node, node.lhs as Node].find(isLiteral);
  if (either('boolean') && literal?.type === 'string' && /^(true|false)$/.test(String(literal.value)))
    return `write ${String(literal.value)} without quotes`;
  if (either('boolean') && literal?.type === 'value')
    return `compare with a text, such as "${literal.value === true ? 'True' : 'False'}"`;
  return either('boolean') ? 'use it by itself: it is true or false' : hintToConvert(node, left, right);
}

function isLiteral(node: Node): boolean {
  return node.type === 'string' || node.type === 'number' || node.type === 'value';
}

function valuesOf(type: Type): readonly string[] | undefined {
  const texts = partsOf(type).filter((part) => part.kind === 'string');
  return texts.length === 1 ? texts[0]?.values : undefined;
}

function range(node: Node, sides: readonly [Type, Type], inference: Inference): Type {
  for (const [index, type] of sides.entries()) {
    const side = (index === 0 ? node.lhs : node.rhs) as Node;
    const isGood = checkOperand(type, side, { kinds: ['number'], what: '".." takes integers' }, inference);
    const isWhole = partsOf(type).every((part) => part.kind !== 'number' || part.isInteger);
    if (!isGood || isWhole) continue;
    const isCertain = type.kind === 'number' && type.value !== undefined;
    const message = `".." takes integers, but ${subjectOf(side, inference)} ${isCertain ? 'is none' : 'may be none'}`;
    const hint = 'round it with $floor(…) or $ceil(…)';
    reportAt(side, { code: 'WrongType', severity: isCertain ? 'error' : 'warning', message, hint }, inference);
  }
  return sequenceOf(INTEGER);
}

/** What an operand must be. */
interface Wanted {
  readonly kinds: readonly Type['kind'][];
  readonly what: string;
  readonly cure?: string;
}

/** Reports an operand of the wrong type; false where it certainly is wrong. */
function checkOperand(type: Type, side: Node, wanted: Wanted, inference: Inference): boolean {
  if (type.kind === 'any') return true;
  const { kinds, what } = wanted;
  const flat = mayBeMany(type) && !kinds.includes('sequence') ? itemsOf(type) : type;
  const wrong = partsOf(flat).filter(({ kind }) => kind !== 'nothing' && kind !== 'any' && !kinds.includes(kind));
  const right = partsOf(flat).filter(({ kind }) => kind === 'any' || kinds.includes(kind));
  if (wrong.length > 0) {
    const isCertain = right.length === 0;
    const message = `${what}, ${contrast(side, isCertain, unionOf(wrong), inference)}`;
    const hint = wanted.cure ?? hintFor(kinds, wrong);
    reportAt(side, { code: 'WrongType', severity: isCertain ? 'error' : 'warning', message, hint }, inference);
    return !isCertain;
  }
  if (flat === type) return true;
  const message = `${what}, but ${subjectOf(side, inference)} may be several values`;
  const hint = 'choose one with a predicate such as [0], or combine them with $sum(…), $max(…) or $join(…)';
  reportAt(side, { code: 'ManyValues', severity: 'warning', message, hint }, inference);
  return true;
}

function hintFor(kinds: readonly Type['kind'][], wrong: readonly Type[]): string {
  const isText = wrong.every(({ kind }) => kind === 'string');
  const [only] = wrong;
  if (kinds.includes('number') && isText)
    return only?.kind === 'string' && isNumeralOnly(only)
      ? `write ${only.values?.[0]} without quotes`
      : 'convert it with $number(…)';
  if (wrong.every(({ kind }) => kind === 'array')) return 'choose one item, such as [0], or use $count(…) or $sum(…)';
  if (wrong.every(({ kind }) => kind === 'object')) return 'choose one of its fields';
  return 'compare it, or choose another field';
}

/** Reports a value that has no order. */
export function checkOrdered(type: Type, node: Node, what: string, inference: Inference): void {
  checkOperand(type, node, { kinds: ['number', 'string'], what: `${what} compares numbers or texts` }, inference);
}

/** Reports a key of an object that is no text. */
export function checkKey(type: Type, node: Node, inference: Inference): void {
  checkOperand(
    type,
    node,
    { kinds: ['string'], what: 'a key is a text', cure: 'convert it with $string(…)' },
    inference,
  );
}

/** Reports what a transform cannot change. */
export function checkTransform(type: Type, node: Node, inference: Inference): void {
  const kinds: readonly Type['kind'][] = ['object', 'array', 'sequence'];
  checkOperand(type, node, { kinds, what: 'a transform takes an object', cure: 'choose another value' }, inference);
}

/** Reports changes of a transform that are no object. */
export function checkUpdate(type: Type, node: Node, inference: Inference): void {
  const what = 'a transform merges an object';
  checkOperand(type, node, { kinds: ['object'], what, cure: 'write { "name": … }' }, inference);
}
