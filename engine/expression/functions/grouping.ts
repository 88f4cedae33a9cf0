// The marks between groups of digits, as in 1,234,567.

import type { Meter } from '../budget.ts';

/** The distance of marks that come again and again; 0 where there is no such distance. `positions`: digits to the right. */
export function intervalOf(positions: readonly number[]): number {
  if (positions.length === 0) return 0;
  const interval = positions.reduce(greatestCommonDivisor);
  const known = new Set(positions);
  for (let index = 1; index <= positions.length; index += 1) if (!known.has(index * interval)) return 0;
  return interval;
}

function greatestCommonDivisor(left: number, right: number): number {
  let [divisor, rest] = [left, right];
  while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  return divisor;
}

/** Digits with a mark at every interval from the right. */
export function separate(
  digits: string,
  { interval, mark }: { readonly interval: number; readonly mark: string },
  meter: Meter,
): string {
  const marks = Math.floor((digits.length - 1) / interval);
  if (marks <= 0) return digits;
  meter.step(marks);
  meter.grow(marks * mark.length);
  const groups = [digits.slice(0, digits.length - marks * interval)];
  for (let left = marks; left > 0; left -= 1)
    groups.push(digits.slice(digits.length - left * interval, digits.length - (left - 1) * interval));
  return groups.join(mark);
}
