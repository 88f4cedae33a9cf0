// The wire form of protobuf messages: fields with a number and a value, whatever they mean.
// Source: https://protobuf.dev/programming-guides/encoding/

/** Thrown for bytes that are no message. */
export class MalformedMessage extends Error {}

/** The value of a field: a whole number, or bytes that are a text, a message or eight bytes of a float. */
export type WireValue = bigint | Uint8Array;

/** A message: the values of each field number, in order. */
export type WireMessage = ReadonlyMap<number, readonly WireValue[]>;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Reads a message. Throws MalformedMessage. */
export function readMessage(bytes: Uint8Array): WireMessage {
  const fields = new Map<number, WireValue[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new MalformedMessage('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new MalformedMessage('proto: integer overflow');
  };
  const take = (count: number): Uint8Array => {
    if (at + count > bytes.length) throw new MalformedMessage('unexpected EOF');
    at += count;
    return bytes.subarray(at - count, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const value = readValue(tag & 7, { varint, take });
    const known = fields.get(tag >>> 3);
    if (known === undefined) fields.set(tag >>> 3, [value]);
    else known.push(value);
  }
  return fields;
}

interface Reader {
  varint(): bigint;
  take(count: number): Uint8Array;
}

function readValue(type: number, { varint, take }: Reader): WireValue {
  switch (type) {
    case VARINT:
      return varint();
    case FIXED64:
      return take(8);
    case BYTES:
      return take(Number(varint()));
    case FIXED32:
      return take(4);
    default:
      throw new MalformedMessage(`proto: illegal wireType ${type}`);
  }
}

/** The last value of a field as bytes; none where it is not there. */
export function bytesOf(message: WireMessage, field: number): Uint8Array | undefined {
  const value = message.get(field)?.at(-1);
  if (typeof value === 'bigint') throw new MalformedMessage(`proto: wrong wireType = 0 for field ${field}`);
  return value;
}

/** The last value of a field as a text; empty where it is not there. */
export function stringOf(message: WireMessage, field: number): string {
  const bytes = bytesOf(message, field);
  return bytes === undefined ? '' : toText(bytes);
}

/** The last value of a field as a whole number of 64 bits; 0 where it is not there. */
export function integerOf(message: WireMessage, field: number): bigint {
  const value = message.get(field)?.at(-1) ?? 0n;
  if (typeof value !== 'bigint') throw new MalformedMessage(`proto: wrong wireType = 2 for field ${field}`);
  return BigInt.asIntN(64, value);
}

const decoder = new TextDecoder('utf-8');

/** The text that bytes are. */
export function toText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
