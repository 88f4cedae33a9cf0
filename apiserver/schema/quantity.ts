// Quantities such as `1500m` and `2Gi`, in the one form in which the API server stores them.
// Source: https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity

const DECIMAL: readonly string[] = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const PATTERN = /^([+-]?)(\d+\.?\d*|\.\d+)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+)?$/;
const NANO = 1_000_000_000n;
const MILLI = 1_000_000n;

interface Parsed {
  /** In billionths; what is smaller is rounded up. */
  readonly nanos: bigint;
  readonly form: 'decimal' | 'binary' | 'exponent';
}

/** The stored form of a quantity, or undefined for a text that is none. */
export function canonicalQuantity(text: string): string | undefined {
  const parsed = parse(text);
  if (parsed === undefined) return undefined;
  const canonical = show(parsed);
  // A plus, a dot at the end and a capital exponent stay where nothing else is to be changed.
  const bare = text
    .replace(/^\+/, '')
    .replace(/\.(?=\D|$)/, '')
    .replace(/E(?=[+-]?\d)/, 'e');
  return bare === canonical ? text : canonical;
}

/** The stored form of a quantity among resources, which are kept in thousandths; what is smaller is rounded up. */
export function resourceQuantity(text: string): string {
  const parsed = parse(text);
  if (parsed === undefined || parsed.nanos % MILLI === 0n) return text;
  const { nanos, form } = parsed;
  const milli = nanos > 0n ? roundUp(nanos, MILLI) : nanos / MILLI;
  return show({ nanos: milli * MILLI, form });
}

function show({ nanos, form }: Parsed): string {
  if (nanos === 0n) return '0';
  if (form === 'binary' && isWhole(nanos) && abs(nanos) >= 1024n * NANO) return showBinary(nanos / NANO);
  return form === 'exponent' ? showScaled(nanos, exponentSuffix) : showScaled(nanos, decimalSuffix);
}

/** Less than 0 where the first of two quantities is the smaller one, more where it is the larger. What is none is 0. */
export function compareQuantities(left: string, right: string): number {
  const [a, b] = [parse(left)?.nanos ?? 0n, parse(right)?.nanos ?? 0n];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function parse(text: string): Parsed | undefined {
  const found = PATTERN.exec(text);
  if (found === null) return undefined;
  const [, sign = '', digits = '', suffix = ''] = found;
  const [whole = '', fraction = ''] = digits.split('.');
  const mantissa = BigInt(`${whole}${fraction}` || '0');
  const size = scaleOf(suffix);
  const shifted = mantissa * NANO * size.multiplier;
  const divisor = 10n ** BigInt(fraction.length) * size.divisor;
  const nanos = roundUp(shifted, divisor);
  return { nanos: sign === '-' ? -nanos : nanos, form: size.form };
}

function scaleOf(suffix: string): { multiplier: bigint; divisor: bigint; form: Parsed['form'] } {
  const binary = BINARY.indexOf(suffix);
  if (binary > 0) return { multiplier: 1024n ** BigInt(binary), divisor: 1n, form: 'binary' };
  const decimal = DECIMAL.indexOf(suffix);
  if (decimal >= 0) return { ...powerOfTen((decimal - 3) * 3), form: 'decimal' };
  return { ...powerOfTen(Number(suffix.slice(1))), form: 'exponent' };
}

function powerOfTen(exponent: number): { multiplier: bigint; divisor: bigint } {
  return exponent >= 0
    ? { multiplier: 10n ** BigInt(exponent), divisor: 1n }
    : { multiplier: 1n, divisor: 10n ** BigInt(-exponent) };
}

function roundUp(value: bigint, divisor: bigint): bigint {
  return value % divisor === 0n ? value / divisor : value / divisor + 1n;
}

function isWhole(nanos: bigint): boolean {
  return nanos % NANO === 0n;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function showBinary(value: bigint): string {
  let [rest, step] = [value, 0];
  while (step < BINARY.length - 1 && rest % 1024n === 0n) {
    rest /= 1024n;
    step += 1;
  }
  return `${rest}${BINARY[step]}`;
}

function showScaled(nanos: bigint, suffix: (power: number) => string): string {
  let [rest, power] = [nanos, -9];
  while (power < 18 && rest % 1000n === 0n) {
    rest /= 1000n;
    power += 3;
  }
  return `${rest}${suffix(power)}`;
}

function decimalSuffix(power: number): string {
  return DECIMAL[power / 3 + 3] ?? '';
}

function exponentSuffix(power: number): string {
  return power === 0 ? '' : `e${power}`;
}
