// Quantities and semantic versions.

import { quantityNanos } from '../schema/quantity.ts';
import type { Functions } from './run/functions.ts';
import { CelError, compare } from './value.ts';

const QUANTITY = 'kubernetes.Quantity';
const NANO = 1_000_000_000n;
const MAX_INT = 2n ** 63n - 1n;

class Quantity {
  readonly nanos: bigint;
  readonly key: string;
  /** Written in parts of one, whole or not: then it is no integer. */
  readonly isInParts: boolean;

  constructor(nanos: bigint, isInParts: boolean) {
    this.nanos = nanos;
    this.isInParts = isInParts;
    this.key = String(nanos);
  }
}

/** Makes the functions known. */
export function registerNumbers(functions: Functions): void {
  registerQuantities(functions);
  registerVersions(functions);
}

function isWhole({ nanos, isInParts }: Quantity): boolean {
  return !isInParts && nanos % NANO === 0n && nanos / NANO <= MAX_INT && nanos / NANO >= -MAX_INT - 1n;
}

function registerQuantities(functions: Functions): void {
  functions.registerType(QUANTITY, Quantity);
  functions.registerFunction(`quantity(string)`, (text: string) => {
    const nanos = quantityNanos(text);
    if (nanos === undefined)
      throw new CelError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    return new Quantity(nanos, /\.\d|[num]$|[eE]-/.test(text));
  });
  functions.registerFunction('isQuantity(string)', (text: string) => quantityNanos(text) !== undefined);
  const method = (signature: string, run: (one: Quantity, other: never) => unknown): void => {
    functions.registerFunction(`${QUANTITY}::${signature}`, run);
  };
  functions.registerFunction(`sign(${QUANTITY})`, ({ nanos }: Quantity) => (nanos > 0n ? 1n : nanos < 0n ? -1n : 0n));
  method('isInteger()', isWhole);
  method('asInteger()', (one) => {
    if (!isWhole(one)) throw new CelError('cannot convert value to integer');
    return one.nanos / NANO;
  });
  method('asApproximateFloat()', ({ nanos }) => Number(nanos) / Number(NANO));
  const sum = (one: Quantity, other: Quantity, sign: bigint): Quantity =>
    new Quantity(one.nanos + sign * other.nanos, one.isInParts || other.isInParts);
  const whole = (number: bigint): Quantity => new Quantity(number * NANO, false);
  method(`add(${QUANTITY})`, (one, other: Quantity) => sum(one, other, 1n));
  method(`sub(${QUANTITY})`, (one, other: Quantity) => sum(one, other, -1n));
  method(`add(int)`, (one, other: bigint) => sum(one, whole(other), 1n));
  method(`sub(int)`, (one, other: bigint) => sum(one, whole(other), -1n));
  method(`isLessThan(${QUANTITY})`, (one, other: Quantity) => one.nanos < other.nanos);
  method(`isGreaterThan(${QUANTITY})`, (one, other: Quantity) => one.nanos > other.nanos);
  method(`compareTo(${QUANTITY})`, (one, other: Quantity) => BigInt(compare(one.nanos, other.nanos)));
}

const VERSION = 'kubernetes.Semver';
// Source: https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string
const PATTERN =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;

class Version {
  readonly key: string;
  readonly numbers: readonly bigint[];
  readonly pre: readonly string[];

  constructor(numbers: readonly bigint[], pre: readonly string[]) {
    this.numbers = numbers;
    this.pre = pre;
    this.key = `${numbers.join('.')}-${pre.join('.')}`;
  }
}

function parseVersion(text: string): Version | undefined {
  const found = PATTERN.exec(text);
  if (found === null) return undefined;
  return new Version(found.slice(1, 4).map(BigInt), found[4] === undefined ? [] : found[4].split('.'));
}

function compareVersions(one: Version, other: Version): number {
  for (const [at, number] of one.numbers.entries()) {
    const order = compare(number, other.numbers[at]);
    if (order !== 0) return order;
  }
  // What comes before a release has parts that the release has not.
  if (one.pre.length === 0 || other.pre.length === 0) return compare(one.pre.length === 0, other.pre.length === 0);
  for (const [at, part] of one.pre.entries()) {
    const order = comparePart(part, other.pre[at]);
    if (order !== 0) return order;
  }
  return compare(one.pre.length, other.pre.length);
}

function comparePart(one: string, other: string | undefined): number {
  if (other === undefined) return 1;
  const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber && isOtherNumber) return compare(BigInt(one), BigInt(other));
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return compare(one, other);
}

// `v1.02` is as good as `1.2.0`; what is left out before a suffix is not filled in.
function normalized(text: string): string {
  const [major = '', minor, ...rest] = text.replace(/^v/, '').split('.');
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(rest.length === 0 ? [] : [rest.join('.')])].map(
    (part) => (part.length > 1 ? part.replace(/^0+(?=\d)/, '') : part),
  );
  if (parts.length === 3 || /[+-]/.test(parts.at(-1) ?? '')) return parts.join('.');
  return [...parts, '0', '0'].slice(0, 3).join('.');
}

function registerVersions(functions: Functions): void {
  functions.registerType(VERSION, Version);
  const toVersion = (text: string): Version => {
    const version = parseVersion(text);
    if (version === undefined) throw new CelError('No Major.Minor.Patch elements found');
    return version;
  };
  functions.registerFunction('semver(string)', toVersion);
  functions.registerFunction('semver(string, bool)', (text: string, isLoose: boolean) =>
    toVersion(isLoose ? normalized(text) : text),
  );
  functions.registerFunction('isSemver(string)', (text: string) => parseVersion(text) !== undefined);
  functions.registerFunction(
    'isSemver(string, bool)',
    (text: string, isLoose: boolean) => parseVersion(isLoose ? normalized(text) : text) !== undefined,
  );
  for (const [at, name] of ['major', 'minor', 'patch'].entries())
    functions.registerFunction(`${VERSION}::${name}()`, ({ numbers }: Version) => numbers[at]);
  const method = (signature: string, run: (order: number) => unknown): void => {
    functions.registerFunction(`${VERSION}::${signature}`, (one: Version, other: Version) =>
      run(compareVersions(one, other)),
    );
  };
  method(`compareTo(${VERSION})`, (order) => BigInt(order));
  method(`isLessThan(${VERSION})`, (order) => order < 0);
  method(`isGreaterThan(${VERSION})`, (order) => order > 0);
}
