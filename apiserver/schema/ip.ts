// Addresses of the internet and ranges of them, as numbers.

/** An address: 32 bits of IPv4, or 128 of IPv6. */
export interface IpAddress {
  readonly bits: bigint;
  readonly size: 32 | 128;
}

/** How texts are read. */
export interface IpReading {
  /** Parts of an IPv4 address may have leading zeros. */
  readonly allowsZeros?: boolean;
}

/** An address of IPv4 in four parts. */
export function parseV4(text: string, { allowsZeros = false }: IpReading = {}): bigint | undefined {
  const parts = text.split('.');
  const form = allowsZeros ? /^\d+$/ : /^(?:0|[1-9]\d{0,2})$/;
  if (parts.length !== 4 || !parts.every((part) => form.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(Number(part)), 0n);
}

/** An address of IPv6; its last four bytes may be written as those of IPv4. */
export function parseV6(text: string, reading: IpReading = {}): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, at) => groupsOf(half, at === halves.length - 1, reading));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const gap = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? gap !== 0 : gap < 1) return undefined;
  const groups = [...head, ...Array.from({ length: gap }, () => 0n), ...(tail ?? [])];
  return groups.reduce((sum, group) => sum * 65_536n + group, 0n);
}

function groupsOf(text: string, isLast: boolean, reading: IpReading): readonly bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: bigint[] = [];
  for (const [at, part] of parts.entries()) {
    if (isLast && at === parts.length - 1 && part.includes('.')) {
      const v4 = parseV4(part, reading);
      if (v4 === undefined) return undefined;
      groups.push(v4 >> 16n, v4 & 0xffffn);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

/** An address of either kind, without a zone. */
export function parseIp(text: string, reading: IpReading = {}): IpAddress | undefined {
  const v4 = parseV4(text, reading);
  if (v4 !== undefined) return { bits: v4, size: 32 };
  const v6 = parseV6(text, reading);
  return v6 === undefined ? undefined : { bits: v6, size: 128 };
}

/** True for an address with the length of a prefix. */
export function isCidr(text: string, reading: IpReading = {}): boolean {
  const found = /^([^/]+)\/(\d+)$/.exec(text);
  const address = found === null ? undefined : parseIp(found[1] ?? '', reading);
  return address !== undefined && Number(found?.[2]) <= address.size;
}
