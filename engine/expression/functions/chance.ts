// What chance gives. A formula that calls one of these gives another value each time, so rules may use it only where the
// value is written once.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import { type Definition, define, defined } from './definition.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
// Chosen: below 8 characters it is no password; above 256 most programs take none.
const LEAST = 8;
const MOST = 256;

/** Functions of chance, by name. */
export const chanceFunctions: readonly Definition[] = [
  define(
    'randomPassword',
    '<n:s>',
    1,
    defined(([length], meter) => passwordOf(length as number, meter)),
  ),
];

function passwordOf(length: number, meter: Meter): string {
  if (!Number.isInteger(length) || length < LEAST || length > MOST) return raise('U1018', { value: length });
  meter.grow(length);
  const { random } = meter.environment;
  return Array.from({ length }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');
}
