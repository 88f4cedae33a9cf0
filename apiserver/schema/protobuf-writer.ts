// Writes protobuf messages: a field is a number with a text, a flag or a message. The other way round than
// protobuf-reader.ts, for the few documents that clients take in no other form.

/** A part of a message. Empty where there is nothing to say. */
export type Part = Uint8Array;

const BYTES = 2;
const encoder = new TextEncoder();

/** A message of parts. */
export function messageOf(parts: readonly Part[]): Part {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A field with bytes. */
export function bytes(field: number, value: Uint8Array): Part {
  return messageOf([varint(BigInt(field * 8 + BYTES)), varint(BigInt(value.length)), value]);
}

/** A field with a message. */
export function nested(field: number, parts: readonly Part[]): Part {
  return bytes(field, messageOf(parts));
}

/** A field with a text; nothing where there is none. */
export function text(field: number, value: string | undefined): Part {
  return value === undefined ? new Uint8Array() : bytes(field, encoder.encode(value));
}

/** A field with a whole number of 64 bits. */
export function integer(field: number, value: bigint): Part {
  return messageOf([varint(BigInt(field * 8)), varint(BigInt.asUintN(64, value))]);
}

function varint(value: bigint): Part {
  const out: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) out.push(Number(rest & 0x7fn) + 0x80);
  out.push(Number(rest));
  return Uint8Array.from(out);
}
