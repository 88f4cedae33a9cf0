// Chance for passwords, and for pauses.

import { randomBytes } from 'node:crypto';

const BYTES = 6;

/** A number from 0 to below 1 that nobody can guess, of 48 random bits. */
export function secureRandom(): number {
  return randomBytes(BYTES).readUIntBE(0, BYTES) / 2 ** (8 * BYTES);
}
