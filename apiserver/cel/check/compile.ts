// Compiles a rule as the API server does when a definition is made: what is wrong with it, what it may cost.

import { type CheckScope, checkExpr } from './checker.ts';
import { estimateCost } from './cost.ts';
import type { Declared } from './declared.ts';
import { allParts, type Expr } from './expr.ts';
import { showProblems } from './issues.ts';
import { checkLiterals, instantiationProblem } from './literals.ts';
import { parseRule } from './parse.ts';

/** A rule that is right, or what is wrong with it. */
export type Compiled =
  | { readonly kind: 'right'; readonly maxCost: bigint; readonly usesOld: boolean }
  | { readonly kind: 'wrong'; readonly why: string; readonly usesOld: boolean };

/** What an expression is for. */
export type Purpose = 'rule' | 'messageExpression';

const RESULTS: { readonly [purpose in Purpose]: readonly [type: 'bool' | 'string', else_: string] } = {
  rule: ['bool', 'cel expression must evaluate to a bool'],
  messageExpression: ['string', 'messageExpression must evaluate to a string'],
};

/** Compiles an expression about what a schema declares. */
export function compile(text: string, purpose: Purpose, scope: CheckScope, root: Declared): Compiled {
  const prefix = purpose === 'rule' ? '' : 'messageExpression ';
  const wrong = (why: string, usesOld = false): Compiled => ({ kind: 'wrong', why, usesOld });
  const parsed = parseRule(text);
  if ('problems' in parsed) return wrong(`${prefix}compilation failed: ${showProblems(text, parsed.problems)}`);
  const { expr } = parsed;
  const problems = checkExpr(expr, scope);
  const found = problems.length > 0 ? problems : checkLiterals(expr);
  if (found.length > 0) return wrong(`${prefix}compilation failed: ${showProblems(text, found)}`);
  const [type, otherwise] = RESULTS[purpose];
  if (expr.type?.kind !== type) return wrong(otherwise);
  const usesOld = usesOldSelf(expr);
  const why = instantiationProblem(expr);
  if (why !== undefined)
    return wrong(`${purpose === 'rule' ? 'program' : 'messageExpression'} instantiation failed: ${why}`, usesOld);
  return { kind: 'right', maxCost: estimateCost(expr, root), usesOld };
}

function usesOldSelf(expr: Expr): boolean {
  for (const part of allParts(expr)) if (part.kind === 'ident' && part.name === 'oldSelf') return true;
  return false;
}
