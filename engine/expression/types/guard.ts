// Guards that are false without a word: where a field is not set, `x != true` and `x = false` are false, and `$not(x)` is
// nothing, which counts as false. Their author mostly means the opposite.

import type { Type } from '../../model/type.ts';
import type { Node } from '../parse.ts';
import { mayBeMany, mayBeNothing, partsOf } from './algebra.ts';
import { type Env, type Inference, rangeOf, reportAt, withPresent } from './context.ts';
import { presentWhen } from './present.ts';

/** Reports what makes a guard false where a field is not set. Looks where the value counts as that of the guard: at both sides of `and` and `or`. */
export function checkGuard(node: Node, env: Env, inference: Inference): void {
  if (node.type === 'block' && node.expressions?.length === 1) {
    checkGuard(node.expressions[0] as Node, env, inference);
  } else if (node.type === 'function') checkNot(node, env, inference);
  else if (node.type === 'binary') checkBinary(node, env, inference);
}

function checkBinary(node: Node, env: Env, inference: Inference): void {
  const [left, right] = [node.lhs as Node, node.rhs as Node];
  if (node.value === 'and' || node.value === 'or') {
    checkGuard(left, env, inference);
    checkGuard(right, withPresent(env, presentWhen(left, node.value === 'and', env)), inference);
    return;
  }
  for (const [literal, asked] of [
    [left, right],
    [right, left],
  ] as const) {
    const subject = nameOf(asked, inference);
    if (subject === undefined || !isMeantOpposite(node, literal) || !isMaybeUnset(inference.infer(asked, env)))
      continue;
    const value = JSON.stringify(literal.value);
    const hint =
      node.value === '='
        ? `write (${subject} ?? false) = false, or $exists(${subject}) before it`
        : `write $not(${subject} = ${value}), or $exists(${subject}) before it`;
    const message = `where "${subject}" is not set, "${String(node.value)}" gives false`;
    reportAt(node, { code: 'MaybeNothing', severity: 'warning', message, hint }, inference);
  }
}

function isMeantOpposite({ value }: Node, literal: Node): boolean {
  if (value === '=') return literal.type === 'value' && literal.value === false;
  const isWritten = literal.type === 'string' || literal.type === 'number' || literal.type === 'value';
  return value === '!=' && isWritten && literal.value !== null;
}

function checkNot(node: Node, env: Env, inference: Inference): void {
  const [argument] = node.arguments ?? [];
  const { procedure } = node;
  if (procedure?.type !== 'variable' || procedure.value !== 'not' || argument === undefined) return;
  const subject = nameOf(argument, inference);
  const type = inference.infer(argument, env);
  if (subject === undefined || !isMaybeUnset(type)) return;
  const isFlag = partsOf(type).every(({ kind }) => kind === 'boolean' || kind === 'nothing');
  const hint = isFlag ? `write $not(${subject} ?? false)` : `write $not($exists(${subject}))`;
  const message = `where "${subject}" is not set, $not gives nothing, which counts as false`;
  reportAt(node, { code: 'MaybeNothing', severity: 'warning', message, hint }, inference);
}

// The text of what is read; undefined for what is computed.
function nameOf(node: Node, inference: Inference): string | undefined {
  if (node.type !== 'path' && node.type !== 'variable') return undefined;
  const { start, end } = rangeOf(node, inference);
  return inference.source.slice(start, end).trim();
}

// Of what nobody knows nothing is said, and what is never there is told elsewhere.
function isMaybeUnset(type: Type): boolean {
  const parts = partsOf(type);
  if (parts.some(({ kind }) => kind === 'any') || parts.every(({ kind }) => kind === 'nothing')) return false;
  return mayBeNothing(type) && !mayBeMany(type);
}
