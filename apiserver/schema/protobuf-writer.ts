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

/** A field with a message. */
export function nested(field: number, parts: readonly Part[]): Part {
  const inner = messageOf(parts);
  return messageOf([varint(field * 8 + BYTES), varint(inner.length), inner]);
}

/** A field with a text; nothing where there is none. */
export function text(field: number, value: string | undefined): Part {
  if (value === undefined) return new Uint8Array();
  const bytes = encoder.encode(value);
  return messageOf([varint(field * 8 + BYTES), varint(bytes.length), bytes]);
}

/** A field with a flag. */
export function flag(field: number, value: boolean): Part {
  return messageOf([varint(field * 8), varint(value ? 1 : 0)]);
}

function varint(value: number): Part {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
