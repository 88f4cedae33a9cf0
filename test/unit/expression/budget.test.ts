// A budget ends, whatever is taken from it.

import { expect, test } from 'vitest';
import { type Budget, Meter } from '../../../engine/expression/budget.ts';
import { ExpressionError } from '../../../engine/expression/errors.ts';
import { compileExpression } from '../../../engine/expression/expression.ts';

const budget: Budget = { fuel: 100, size: 1000, depth: 3 };
const meter = () => new Meter(budget, { now: 0, random: () => 0, evaluate: () => undefined });

function codeOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof ExpressionError) return error.code;
    throw error;
  }
}

const rows: readonly (readonly [
  name: string,
  take: (meter: Meter, amount: number) => void,
  most: number,
  code: string,
])[] = [
  ['steps', (m, amount) => m.step(amount), 100, 'U1001'],
  ['texts to read', (m, amount) => m.read(amount), 100 * 64 + 63, 'U1001'],
  ['texts to make', (m, amount) => m.grow(amount), 1000, 'U1003'],
  ['items', (m, amount) => m.fill(amount), 100, 'U1001'],
  ['functions', (m, amount) => m.enter(amount), 3, 'U1005'],
  ['room in the result', (m, amount) => m.copied(amount), 1000, 'U1003'],
];

test.each(rows)('takes %s up to the limit and no further', (_name, take, most, code) => {
  expect(codeOf(() => take(meter(), most))).toBeUndefined();
  expect(codeOf(() => take(meter(), most + 1))).toBe(code);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('takes %d for too much', (amount) => {
  expect(codeOf(() => meter().step(amount))).toBe('U1001');
  expect(codeOf(() => meter().grow(amount))).toBe('U1003');
  expect(codeOf(() => meter().fill(amount))).toBe('U1003');
  expect(codeOf(() => meter().enter(amount))).toBe('U1005');
  expect(codeOf(() => meter().copied(amount))).toBe('U1003');
});

test.each(['generated', 'closures'] as const)(
  'a function that is handed on and on takes no more of the stack for it: %s',
  (backEnd) => {
    const formula = '($f := function($g){ $g($g) & "x" }; $f($f))';
    const { expression } = compileExpression(formula, { profile: 'jsonata', backEnd });
    expect(() => expression?.evaluate(null, {}, { now: 0, random: () => 0 })).toThrow(/too many functions/);
    // It was the count of calls that ended it, not the machine.
    expect(expression?.left.depth).toBe(-1);
  },
);
