// Addresses of IPv4 and IPv6: their text and their bits.

/** An address. */
export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** How many bits an address of a family has. */
export function widthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

// The longest text of an address has 45 characters; longer ones are not looked at.
const MAX_LENGTH = 45;
// IPv4 addresses within IPv6. Source: RFC 4291 2.5.5.2.
const MAPPED = 0xffffn;

/** The address of a text, or undefined. Octets have no leading zeros, and there are no zones. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (!text.includes(':')) {
    const bits = parseOctets(text);
    return bits === undefined ? undefined : { family: 4, bits };
  }
  const groups = expand(text);
  if (groups === undefined) return undefined;
  return { family: 6, bits: groups.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n) };
}

function parseOctets(text: string): bigint | undefined {
  const octets = text.split('.');
  const isRight =
    octets.length === 4 && octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256);
  return isRight ? octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n) : undefined;
}

// The eight groups of an IPv6 address; `::` stands for one or more that are zero.
function expand(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (tail === undefined) return head.length === 8 ? head : undefined;
  const missing = 8 - head.length - tail.length;
  return missing >= 1 ? [...head, ...Array.from({ length: missing }, () => 0), ...tail] : undefined;
}

// The last two groups may be written as an IPv4 address.
function parseGroups(text: string, isLast: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const octets = isLast && index === parts.length - 1 ? parseOctets(part) : undefined;
    if (octets === undefined) return undefined;
    groups.push(Number(octets >> 16n), Number(octets & 0xffffn));
  }
  return groups;
}

/** The canonical text of an address. Source: RFC 5952. */
export function writeAddress({ family, bits }: Address): string {
  if (family === 4) return writeOctets(bits);
  if (bits >> 32n === MAPPED) return `::ffff:${writeOctets(bits & 0xffffffffn)}`;
  const groups = Array.from({ length: 8 }, (_, index) => Number((bits >> BigInt(112 - 16 * index)) & 0xffffn));
  const [start, length] = longestZeros(groups);
  const write = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return write(groups);
  return `${write(groups.slice(0, start))}::${write(groups.slice(start + length))}`;
}

function writeOctets(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.');
}

function longestZeros(groups: readonly number[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best[1]) best = [start, index + 1 - start];
  }
  return best;
}
