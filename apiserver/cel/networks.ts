// Addresses of the internet and ranges of them.

import type { Functions } from './run/functions.ts';
import { CelError } from './value.ts';

const IP = 'net.IP';
const CIDR = 'net.CIDR';

class Address {
  readonly key: string;
  readonly bits: bigint;
  readonly size: 32 | 128;
  readonly text: string;

  constructor(bits: bigint, size: 32 | 128) {
    this.bits = bits;
    this.size = size;
    this.text = size === 32 ? showV4(bits) : showV6(bits);
    this.key = this.text;
  }
}

class Range {
  readonly key: string;
  readonly address: Address;
  readonly length: number;

  constructor(address: Address, length: number) {
    this.address = address;
    this.length = length;
    this.key = `${address.text}/${length}`;
  }
}

function showV4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.');
}

// Source: RFC 5952: the longest run of zeros, of two or more, is left out.
function showV6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((bits >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  const runs = [...groups.join(':').matchAll(/(?<![^:])0(?::0)+(?![^:])/g)];
  const longest = runs.reduce((best, [run]) => (run.length > best.length ? run : best), '');
  const text = groups.join(':');
  if (longest === '') return text;
  const at = runs.find(([run]) => run === longest)?.index ?? 0;
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}

function parseV4(text: string): bigint | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})(?:\.(?!$)|$)){4}$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  return parts.some((part) => part > 255) ? undefined : parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: halves.length === 2 ? gap : 0 }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function parseAddress(text: string): Address | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return new Address(v4, 32);
  const v6 = parseV6(text);
  return v6 === undefined ? undefined : new Address(v6, 128);
}

function parseRange(text: string): Range | undefined {
  const found = /^([^/]+)\/(0|[1-9]\d*)$/.exec(text);
  const address = found === null ? undefined : parseAddress(found[1] ?? '');
  const length = Number(found?.[2]);
  return address === undefined || length > address.size ? undefined : new Range(address, length);
}

function prefix({ bits, size }: Address, length: number): bigint {
  return bits >> BigInt(size - length);
}

function holds({ address, length }: Range, other: Address): boolean {
  return address.size === other.size && prefix(address, length) === prefix(other, length);
}

function isIn(address: Address, ...ranges: readonly string[]): boolean {
  return ranges.some((text) => {
    const range = parseRange(text);
    return range !== undefined && holds(range, address);
  });
}

/** Makes the functions known. */
export function registerNetworks(functions: Functions): void {
  functions.registerType(IP, Address);
  functions.registerType(CIDR, Range);
  registerAddresses(functions);
  registerRanges(functions);
}

function toAddress(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined)
    throw new CelError(
      `IP Address ${JSON.stringify(text)} parse error during conversion from string: ParseAddr(${JSON.stringify(text)})`,
    );
  return address;
}

function toRange(text: string): Range {
  const range = parseRange(text);
  if (range === undefined)
    throw new CelError(
      `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): no '/'`,
    );
  return range;
}

function registerAddresses(functions: Functions): void {
  functions.registerFunction(`ip(string)`, toAddress);
  functions.registerFunction('isIP(string)', (text: string) => parseAddress(text) !== undefined);
  functions.registerFunction('ip.isCanonical(string)', (text: string) => toAddress(text).text === text);
  functions.registerFunction(`string(${IP})`, ({ text }: Address) => text);
  const test = (name: string, run: (address: Address) => unknown): void => {
    functions.registerFunction(`${IP}::${name}()`, run);
  };
  test('family', ({ size }) => (size === 32 ? 4n : 6n));
  test('isUnspecified', ({ bits }) => bits === 0n);
  test('isLoopback', (address) => isIn(address, '127.0.0.0/8', '::1/128'));
  test('isLinkLocalMulticast', (address) => isIn(address, '224.0.0.0/24', 'ff02::/16'));
  test('isLinkLocalUnicast', (address) => isIn(address, '169.254.0.0/16', 'fe80::/10'));
  test('isGlobalUnicast', (address) => {
    const others = ['127.0.0.0/8', '::1/128', '224.0.0.0/4', 'ff00::/8', '169.254.0.0/16', 'fe80::/10'];
    return address.bits !== 0n && !isIn(address, ...others, '255.255.255.255/32');
  });
}

function registerRanges(functions: Functions): void {
  functions.registerFunction(`cidr(string)`, toRange);
  functions.registerFunction('isCIDR(string)', (text: string) => parseRange(text) !== undefined);
  functions.registerFunction(`string(${CIDR})`, ({ key }: Range) => key);
  const method = (signature: string, run: (range: Range, other: never) => unknown): void => {
    functions.registerFunction(`${CIDR}::${signature}`, run);
  };
  const holdsRange = (range: Range, other: Range): boolean =>
    other.length >= range.length && holds(range, other.address);
  method(`containsIP(${IP})`, (range, other: Address) => holds(range, other));
  method('containsIP(string)', (range, other: string) => holds(range, toAddress(other)));
  method(`containsCIDR(${CIDR})`, holdsRange);
  method('containsCIDR(string)', (range, other: string) => holdsRange(range, toRange(other)));
  method(`ip()`, ({ address }) => address);
  method('prefixLength()', ({ length }) => BigInt(length));
  method(`masked()`, ({ address, length }) => {
    const rest = BigInt(address.size - length);
    return new Range(new Address((address.bits >> rest) << rest, address.size), length);
  });
}
