// Blocks of addresses in CIDR notation: "10.0.0.0/16", "fd00::/64".

import { raise } from '../errors.ts';
import type { Value } from '../value.ts';
import { type Address, parseAddress, widthOf, writeAddress } from './address.ts';
import { type Definition, define, defined } from './definition.ts';

interface Block {
  readonly address: Address;
  readonly prefix: number;
}

/** Functions on blocks of addresses. */
export const cidrFunctions: readonly Definition[] = [
  define(
    'cidr',
    '<s-:o>',
    1,
    defined(([text]) => partsOf(toBlock(text))),
  ),
  define(
    'cidrContains',
    '<ss:b>',
    2,
    defined(([outer, inner]) => contains(toBlock(outer), toBlockOrAddress(inner)), 2),
  ),
  define(
    'cidrHost',
    '<sn:s>',
    2,
    defined(([text, index]) => host(toBlock(text), text, index), 2),
  ),
  define(
    'cidrSubnet',
    '<snn:s>',
    3,
    defined(([text, bits, index]) => subnet(toBlock(text), text, { bits, index }), 3),
  ),
];

function toBlock(value: Value): Block {
  return parseBlock(value as string) ?? raise('U1011', { value });
}

function toBlockOrAddress(value: Value): Block {
  const address = parseAddress(value as string);
  return address === undefined ? toBlock(value) : { address, prefix: widthOf(address.family) };
}

function parseBlock(text: string): Block | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (address === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return undefined;
  return Number(prefix) <= widthOf(address.family) ? { address, prefix: Number(prefix) } : undefined;
}

// How many addresses a block has.
function sizeOf({ address, prefix }: Block): bigint {
  return 1n << BigInt(widthOf(address.family) - prefix);
}

function firstOf(block: Block): bigint {
  return block.address.bits & ~(sizeOf(block) - 1n);
}

function partsOf(block: Block): Value {
  const { address, prefix } = block;
  const { family } = address;
  const size = sizeOf(block);
  const first = firstOf(block);
  const write = (bits: bigint) => writeAddress({ family, bits });
  return {
    address: writeAddress(address),
    prefix,
    network: `${write(first)}/${prefix}`,
    netmask: write((1n << BigInt(widthOf(family))) - size),
    first: write(first),
    last: write(first + size - 1n),
    size: Number(size),
    family,
  };
}

function contains(outer: Block, inner: Block): boolean {
  if (outer.address.family !== inner.address.family || outer.prefix > inner.prefix) return false;
  return firstOf(outer) === firstOf({ ...inner, prefix: outer.prefix });
}

// Negative numbers count from the end: -1 is the last address.
function host(block: Block, text: Value, index: Value): string {
  const size = sizeOf(block);
  const at = Number.isInteger(index) ? BigInt(index as number) : size;
  if (at >= size || at < -size) return raise('U1012', { value: text, other: index, token: 'address' });
  return writeAddress({ family: block.address.family, bits: firstOf(block) + (at < 0n ? at + size : at) });
}

function subnet(block: Block, text: Value, { bits, index }: { readonly bits: Value; readonly index: Value }): string {
  const { family } = block.address;
  const prefix = block.prefix + (bits as number);
  if (!Number.isInteger(bits) || (bits as number) < 0 || prefix > widthOf(family))
    return raise('U1012', { value: text, other: bits, token: 'room for this many more bits:' });
  const count = 1n << BigInt(bits as number);
  const at = Number.isInteger(index) ? BigInt(index as number) : count;
  if (at < 0n || at >= count) return raise('U1012', { value: text, other: index, token: 'subnet' });
  const first = firstOf(block) + at * (sizeOf(block) / count);
  return `${writeAddress({ family, bits: first })}/${prefix}`;
}
