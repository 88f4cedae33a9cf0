// Decimal numbers without floating error: whole billionths in a BigInt. Quantities and durations are made of them.

/** How many of our units are one. */
export const BILLION = 1_000_000_000n;

/** `digits` times ten to the power of `exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Where a part of a billionth goes: away from zero, or to the nearest. */
export type Rounding = 'away' | 'nearest';

/** The shortest decimal that stands for a finite number. */
export function toDecimal(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** A value times a decimal, as a whole number. */
export function multiply(value: bigint, { digits, exponent }: Decimal, rounding: Rounding): bigint {
  const product = value * digits;
  return exponent >= 0 ? product * 10n ** BigInt(exponent) : divide(product, 10n ** BigInt(-exponent), rounding);
}

/** A quotient as a whole number; `by` is positive. */
export function divide(value: bigint, by: bigint, rounding: Rounding): bigint {
  const size = value < 0n ? -value : value;
  const quotient = (size + (rounding === 'away' ? by - 1n : by / 2n)) / by;
  return value < 0n ? -quotient : quotient;
}

/** Billionths as the nearest number. */
export function toNumber(billionths: bigint): number {
  return Number(`${billionths}e-9`);
}
