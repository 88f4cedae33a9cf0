// What is wrong with values that stand in a checked rule: patterns, times, durations, texts with places for values, lists
// of several types.

import { parsePattern } from '../../schema/pattern.ts';
import { isConvertible } from './conversions.ts';
import { allParts, type Call, type Expr, partsOf } from './expr.ts';
import { checkFormats } from './format-calls.ts';
import type { Problem } from './tokens.ts';
import { type CheckedType, ERROR, isSameType, showType } from './type.ts';

/** What is wrong with the values in a checked rule. */
export function checkLiterals(expr: Expr): readonly Problem[] {
  const parts = [...allParts(expr)];
  return [...checkCalls(parts), ...checkAggregates(expr), ...checkFormats(parts)];
}

/** Why a rule that is right cannot be made ready: a pattern or a text that stands in it; undefined where it can. */
export function instantiationProblem(expr: Expr): string | undefined {
  for (const part of partsOf(expr)) {
    const problem = instantiationProblem(part);
    if (problem !== undefined) return problem;
  }
  return expr.kind === 'call' ? callProblem(expr) : undefined;
}

const TEXT = "'string'";
const CONVERSIONS: ReadonlySet<string> = new Set(['int', 'uint', 'double', 'bool']);
const PATTERNS: ReadonlySet<string> = new Set(['find', 'findAll', 'matches']);

function callProblem({ fn, target, args }: Call): string | undefined {
  const operands = target === undefined ? args : [target, ...args];
  if (PATTERNS.has(fn)) {
    const pattern = constantOf(operands[1]);
    const parsed = typeof pattern === 'string' ? parsePattern(pattern) : undefined;
    return parsed !== undefined && 'problem' in parsed ? parsed.problem : undefined;
  }
  const value = constantOf(operands[0]);
  if (!CONVERSIONS.has(fn) || operands.length !== 1 || value === undefined || isConvertible(fn, value))
    return undefined;
  return typeof value === 'bigint' ? 'unsigned integer overflow' : `type conversion error from ${TEXT} to '${fn}'`;
}

function constantOf(expr: Expr | undefined): string | bigint | undefined {
  if (expr?.kind !== 'literal') return undefined;
  const { value } = expr;
  return typeof value === 'string' || typeof value === 'bigint' ? value : undefined;
}

function checkCalls(parts: readonly Expr[]): readonly Problem[] {
  const problems: Problem[] = [];
  for (const part of parts) {
    if (part.kind !== 'call') continue;
    const { fn, args } = part;
    const [arg] = args;
    const value = constantOf(arg);
    if (arg === undefined || value === undefined) continue;
    const isTime = fn === 'duration' || fn === 'timestamp';
    const isWrong = isTime
      ? !isConvertible(fn, value)
      : fn === 'matches' && typeof value === 'string' && 'problem' in parsePattern(value);
    if (isWrong) problems.push({ at: arg.at, message: `invalid ${fn} argument` });
  }
  return problems;
}

// The values for a text with places may be of any types.
function checkAggregates(expr: Expr): readonly Problem[] {
  if (expr.kind === 'call' && expr.fn === 'format') return [];
  const problems: Problem[] = [];
  if (expr.kind === 'list') {
    const types = expr.items.map((item, at) => ifThere(item, expr.optional[at] === true));
    const at = types.findIndex((type) => !isSameType(types[0] ?? type, type, { ignoresNames: true }));
    if (at > 0) problems.push(mismatch(expr.items[at] as Expr, types[0] ?? ERROR, types[at] ?? ERROR));
  }
  if (expr.kind === 'map') {
    const keys = expr.entries.map(({ key }) => typeOf(key));
    const values = expr.entries.map(({ value, isOptional }) => ifThere(value, isOptional));
    for (const [at, { key, value }] of expr.entries.entries()) {
      problems.push(...compared(key, keys[at] ?? ERROR, keys[0] ?? ERROR));
      problems.push(...compared(value, values[at] ?? ERROR, values[0] ?? ERROR));
    }
  }
  return [...problems, ...partsOf(expr).flatMap(checkAggregates)];
}

function typeOf(expr: Expr): CheckedType {
  return expr.type ?? ERROR;
}

function ifThere(expr: Expr, isUnsure: boolean): CheckedType {
  const type = typeOf(expr);
  return isUnsure ? (type.of[0] ?? type) : type;
}

function compared(expr: Expr, found: CheckedType, wanted: CheckedType): readonly Problem[] {
  return isSameType(wanted, found, { ignoresNames: true }) ? [] : [mismatch(expr, wanted, found)];
}

function mismatch({ at }: Expr, wanted: CheckedType, found: CheckedType): Problem {
  return { at, message: `expected type '${showType(wanted)}' but found '${showType(found)}'` };
}
