// Functions that make values of one type of those of another.

import { goFloat } from '../../model/go-text.ts';
import { isConvertible } from '../check/conversions.ts';
import { CelError, CelObject, Duration, noOverload, Optional, Timestamp, TypeName, Unsigned, unfit } from '../value.ts';
import type { Functions } from './functions.ts';
import { parseDuration, readTimestamp, showDuration, showTimestamp, TIME_PARTS, timePart } from './times.ts';

const NANO = 1_000_000_000n;

/** A number with parts as a text. */
export function showDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? goFloat(value) : value > 0 ? '+Inf' : '-Inf';
}

/** Makes the functions known. */
export function registerConversions(functions: Functions): void {
  registerNumeric(functions);
  registerTextual(functions);
  registerTimes(functions);
  functions.registerFunction('dyn(dyn)', (value: unknown) => value);
  functions.registerFunction('type(dyn)', (value: unknown) => new TypeName(typeOf(value)));
  const size = (value: unknown): bigint => sizeOf(value);
  functions.registerFunction('size(dyn)', size);
  functions.registerFunction('dyn::size()', size);
}

function readAs<T>(to: string, make: (text: string) => T): (text: string) => T {
  return (text) => {
    if (!isConvertible(to, text)) throw unfit('string', to);
    return make(text);
  };
}

function checked(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new CelError('integer overflow');
  return value;
}

function truncated(value: number): bigint {
  if (!Number.isFinite(value)) throw new CelError('integer overflow');
  return BigInt(Math.trunc(value));
}

function registerNumeric(functions: Functions): void {
  functions.registerFunction('int(int)', (value: bigint) => value);
  functions.registerFunction('int(double)', (value: number) => checked(truncated(value)));
  functions.registerFunction('int(uint)', ({ value }: Unsigned) => checked(value));
  functions.registerFunction(
    'int(string)',
    readAs('int', (text) => BigInt(text.replace(/^\+/, ''))),
  );
  functions.registerFunction('int(timestamp)', ({ nanos }: Timestamp) => floorDivide(nanos, NANO));
  functions.registerFunction('int(duration)', ({ nanos }: Duration) => nanos);
  functions.registerFunction('uint(uint)', (value: Unsigned) => value);
  functions.registerFunction('uint(int)', (value: bigint) => new Unsigned(value));
  functions.registerFunction('uint(double)', (value: number) => new Unsigned(truncated(value)));
  functions.registerFunction(
    'uint(string)',
    readAs('uint', (text) => new Unsigned(BigInt(text))),
  );
  functions.registerFunction('double(double)', (value: number) => value);
  functions.registerFunction('double(int)', Number);
  functions.registerFunction('double(uint)', ({ value }: Unsigned) => Number(value));
  functions.registerFunction('double(string)', readAs('double', toDouble));
  functions.registerFunction('bool(bool)', (value: boolean) => value);
  functions.registerFunction(
    'bool(string)',
    readAs('bool', (text) => /^[1tT]/.test(text)),
  );
}

function toDouble(text: string): number {
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (word === undefined) return Number(text);
  return word.toLowerCase() === 'nan' ? Number.NaN : sign === '-' ? -Infinity : Infinity;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const whole = value / by;
  return value < 0n && whole * by !== value ? whole - 1n : whole;
}

function registerTextual(functions: Functions): void {
  functions.registerFunction('string(string)', (value: string) => value);
  functions.registerFunction('string(bool)', String);
  functions.registerFunction('string(int)', String);
  functions.registerFunction('string(uint)', ({ value }: Unsigned) => String(value));
  functions.registerFunction('string(double)', showDouble);
  functions.registerFunction('string(timestamp)', showTimestamp);
  functions.registerFunction('string(duration)', showDuration);
  functions.registerFunction('string(bytes)', (bytes: Uint8Array) => {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new CelError('invalid UTF-8 in bytes, cannot convert to string');
    }
  });
  functions.registerFunction('bytes(bytes)', (value: Uint8Array) => value);
  functions.registerFunction('bytes(string)', (text: string) => new TextEncoder().encode(text));
}

function registerTimes(functions: Functions): void {
  functions.registerFunction('duration(duration)', (value: Duration) => value);
  functions.registerFunction('duration(int)', (nanos: bigint) => new Duration(nanos));
  functions.registerFunction('duration(string)', parseDuration);
  functions.registerFunction('timestamp(timestamp)', (value: Timestamp) => value);
  functions.registerFunction('timestamp(int)', (seconds: bigint) => {
    if (!isConvertible('timestamp', seconds)) throw new CelError('timestamp overflow');
    return new Timestamp(seconds * NANO);
  });
  functions.registerFunction('timestamp(string)', (text: string) => {
    const made = isConvertible('timestamp', text) ? readTimestamp(text) : undefined;
    if (made === undefined) throw unfit('string', 'google.protobuf.Timestamp');
    return made;
  });
  for (const name of TIME_PARTS) {
    functions.registerFunction(`dyn::${name}()`, (value: unknown) => timePart(name, value));
    functions.registerFunction(`dyn::${name}(string)`, (value: unknown, zone: string) => timePart(name, value, zone));
  }
}

function sizeOf(value: unknown): bigint {
  if (typeof value === 'string') return BigInt([...value].length);
  if (Array.isArray(value) || value instanceof Uint8Array) return BigInt(value.length);
  if (value instanceof Map) return BigInt(value.size);
  if (value instanceof CelObject) return BigInt(value.fields.size);
  throw noOverload();
}

const NAMES: readonly (readonly [of: abstract new (...values: never[]) => object, name: string])[] = [
  [Unsigned, 'uint'],
  [Uint8Array, 'bytes'],
  [Duration, 'google.protobuf.Duration'],
  [Timestamp, 'google.protobuf.Timestamp'],
  [TypeName, 'type'],
  [Optional, 'optional_type'],
  [Array, 'list'],
  [Map, 'map'],
  [CelObject, 'map'],
];
const PLAIN: { readonly [type: string]: string | undefined } = {
  bigint: 'int',
  number: 'double',
  string: 'string',
  boolean: 'bool',
};

function typeOf(value: unknown): string {
  if (value === null) return 'null_type';
  return PLAIN[typeof value] ?? NAMES.find(([of]) => value instanceof of)?.[1] ?? (value as object).constructor.name;
}
