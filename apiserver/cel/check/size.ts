// Sizes and costs as ranges of whole numbers that stop at the largest of 64 bits.

/** From the least to the most that something can be. */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

/** The largest number. */
export const MOST: bigint = 2n ** 64n - 1n;
/** Nothing is known. */
export const UNKNOWN: Range = { min: 0n, max: MOST };
/** Nothing at all. */
export const ZERO: Range = { min: 0n, max: 0n };

/** Exactly so much. */
export function exactly(value: bigint | number): Range {
  return { min: BigInt(value), max: BigInt(value) };
}

const capped = (value: bigint): bigint => (value > MOST ? MOST : value);

/** The sum. */
export function add(...ranges: readonly Range[]): Range {
  return ranges.reduce((a, b) => ({ min: capped(a.min + b.min), max: capped(a.max + b.max) }), ZERO);
}

/** The product. */
export function multiply(a: Range, b: Range): Range {
  return { min: capped(a.min * b.min), max: capped(a.max * b.max) };
}

/** Times a number with parts, to the next whole one above. */
export function scale({ min, max }: Range, factor: number): Range {
  return { min: scaled(min, factor), max: scaled(max, factor) };
}

function scaled(value: bigint, factor: number): bigint {
  const product = Math.ceil(Number(value) * factor);
  return product >= 2 ** 64 ? MOST : BigInt(product);
}

/** The lesser number. */
export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function most(a: bigint, b: bigint): bigint {
  return a < b ? b : a;
}

/** What holds both. */
export function union(a: Range, b: Range): Range {
  return { min: least(a.min, b.min), max: most(a.max, b.max) };
}

/** The two numbers as 64 bits hold them, which forget what is above. */
export function wrapped(min: bigint, max: bigint): Range {
  return { min: BigInt.asUintN(64, min), max: BigInt.asUintN(64, max) };
}
