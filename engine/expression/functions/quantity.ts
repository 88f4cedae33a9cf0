// Quantities of Kubernetes: "500m", "2Gi", "1e3". Computed in whole billionths, which is the precision that Kubernetes has.
// Source: the grammar and the canonical form of resource.Quantity in k8s.io/apimachinery.

import { raise } from '../errors.ts';
import { isNumber, rounded, type Value } from '../value.ts';
import { BILLION, divide, multiply, toDecimal, toNumber } from './decimal.ts';
import { type Definition, define, defined } from './definition.ts';

// How the suffix is chosen when a quantity is written: powers of 1000, powers of 1024, or an exponent.
type Notation = 'decimal' | 'binary' | 'exponent';

interface Quantity {
  readonly billionths: bigint;
  readonly notation: Notation;
}

/** Functions on quantities; each takes a text or a number. */
export const quantityFunctions: readonly Definition[] = [
  define(
    'quantity',
    '<(sn)-:n>',
    1,
    defined(([value]) => inBaseUnits(toQuantity(value))),
  ),
  define(
    'quantityText',
    '<(sn)-:s>',
    1,
    defined(([value]) => write(toQuantity(value))),
  ),
  define(
    'quantityCompare',
    '<(sn)(sn):n>',
    2,
    defined(([left, right]) => compare(toQuantity(left), toQuantity(right)), 2),
  ),
  define(
    'quantityAdd',
    '<(sn)(sn):s>',
    2,
    defined(([left, right]) => write(add(toQuantity(left), toQuantity(right))), 2),
  ),
  define(
    'quantityScale',
    '<(sn)n:s>',
    2,
    defined(([value, factor]) => write(scale(toQuantity(value), factor as number)), 2),
  ),
];

const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d+))?$/;
// Chosen: no quantity needs more, and long numbers take long.
const MAX_LENGTH = 100;
const MAX_EXPONENT = 300;
// Kubernetes cuts larger binary quantities down to this.
const MAX_BINARY = (2n ** 63n - 1n) * BILLION;

function toQuantity(value: Value): Quantity {
  if (typeof value === 'string') return parse(value);
  if (!isNumber(value)) return raise('U1006', { value });
  return { billionths: multiply(BILLION, toDecimal(rounded(value)), 'away'), notation: 'decimal' };
}

function parse(text: string): Quantity {
  const match = text.length > MAX_LENGTH ? null : PATTERN.exec(text);
  if (match === null) return raise('U1006', { value: text });
  const [, sign, whole = '', fraction = '', binary = '', decimal = '', power] = match;
  const exponent = Number(power ?? 0);
  if (whole + fraction === '' || Math.abs(exponent) > MAX_EXPONENT) return raise('U1006', { value: text });
  const digits = BigInt(whole + fraction) * 1024n ** BigInt(BINARY_SUFFIXES.indexOf(binary));
  const shift = exponent + 3 * (DECIMAL_SUFFIXES.indexOf(decimal) - DECIMAL_SUFFIXES.indexOf('')) - fraction.length;
  const size = multiply(BILLION, { digits, exponent: shift }, 'away');
  const quantity: Quantity =
    binary === '' ? { billionths: size, notation: power === undefined ? 'decimal' : 'exponent' } : asBinary(size);
  return sign === '-' ? { ...quantity, billionths: -quantity.billionths } : quantity;
}

// A part of one cannot be written in powers of 1024.
function asBinary(size: bigint): Quantity {
  if (size > 0n && size < BILLION) return { billionths: size, notation: 'decimal' };
  return { billionths: size > MAX_BINARY ? MAX_BINARY : size, notation: 'binary' };
}

function inBaseUnits({ billionths }: Quantity): number {
  const value = toNumber(billionths);
  return Number.isFinite(value) ? value : raise('D1001', { value });
}

function compare(left: Quantity, right: Quantity): number {
  if (left.billionths === right.billionths) return 0;
  return left.billionths < right.billionths ? -1 : 1;
}

// The sum is written like the first, unless that is zero.
function add(left: Quantity, right: Quantity): Quantity {
  const { notation } = left.billionths === 0n ? right : left;
  return { billionths: left.billionths + right.billionths, notation };
}

// What is written in powers of 1024 are bytes: a part of one is rounded up to a whole.
function scale({ billionths, notation }: Quantity, factor: number): Quantity {
  if (!isNumber(factor)) return raise('U1006', { value: factor });
  const product = multiply(billionths, toDecimal(rounded(factor)), 'away');
  return { billionths: notation === 'binary' ? divide(product, BILLION, 'away') * BILLION : product, notation };
}

function write(quantity: Quantity): string {
  const { billionths, notation } = quantity;
  if (billionths === 0n) return '0';
  if (notation === 'binary' && isWrittenBinary(billionths)) {
    const [digits, times] = removeFactor(billionths / BILLION, 1024n, BINARY_SUFFIXES.length - 1);
    return `${digits}${BINARY_SUFFIXES[times]}`;
  }
  const most = notation === 'exponent' ? Number.POSITIVE_INFINITY : DECIMAL_SUFFIXES.length - 1;
  const [digits, times] = removeFactor(billionths, 1000n, most);
  if (notation !== 'exponent') return `${digits}${DECIMAL_SUFFIXES[times]}`;
  return times === 3 ? String(digits) : `${digits}e${3 * times - 9}`;
}

// Small and broken ones are clearer in powers of 1000.
function isWrittenBinary(billionths: bigint): boolean {
  const size = billionths < 0n ? -billionths : billionths;
  return size >= 1024n * BILLION && size % BILLION === 0n;
}

function removeFactor(value: bigint, factor: bigint, most: number): readonly [rest: bigint, times: number] {
  let rest = value;
  let times = 0;
  while (times < most && rest % factor === 0n) {
    rest /= factor;
    times += 1;
  }
  return [rest, times];
}
