// Writes protobuf messages: a field is a number with a text, a flag or a message. The other way round than
// protobuf-reader.ts.
//
// From the end to the beginning: the length of a message stands before it and is known after it.

/** A part of a message that is still to be written. */
export type Part = (out: Backwards) => void;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIRST_SIZE = 1024;

/** A message of parts. */
export function messageOf(parts: readonly Part[]): Uint8Array {
  const out = new Backwards();
  writeAll(out, parts);
  return out.written();
}

/** Several parts as one. */
export function several(parts: readonly Part[]): Part {
  return (out) => writeAll(out, parts);
}

/** A field with bytes. */
export function bytes(field: number, value: Uint8Array): Part {
  return (out) => {
    out.raw(value);
    out.varint(value.length);
    out.varint(field * 8 + BYTES);
  };
}

/** A field with a message. */
export function nested(field: number, parts: readonly Part[]): Part {
  return (out) => {
    const before = out.length;
    writeAll(out, parts);
    out.varint(out.length - before);
    out.varint(field * 8 + BYTES);
  };
}

/** A field with a text; nothing where there is none. */
export function text(field: number, value: string | undefined): Part {
  return (out) => {
    if (value === undefined) return;
    out.varint(out.text(value));
    out.varint(field * 8 + BYTES);
  };
}

/** A field with a number of 64 bits with a point. */
export function float(field: number, value: number): Part {
  return (out) => {
    out.float(value);
    out.varint(field * 8 + FIXED64);
  };
}

/** A field with a whole number of 64 bits. */
export function integer(field: number, value: number): Part {
  return (out) => {
    out.varint(value);
    out.varint(field * 8 + VARINT);
  };
}

function writeAll(out: Backwards, parts: readonly Part[]): void {
  for (let at = parts.length - 1; at >= 0; at -= 1) parts[at]?.(out);
}

/** Bytes that grow towards the beginning. */
class Backwards {
  #buffer = Buffer.allocUnsafe(FIRST_SIZE);
  #start = FIRST_SIZE;

  get length(): number {
    return this.#buffer.length - this.#start;
  }

  written(): Uint8Array {
    return this.#buffer.subarray(this.#start);
  }

  raw(value: Uint8Array): void {
    this.#claim(value.length);
    this.#buffer.set(value, this.#start);
  }

  /** Writes a text, and says how many bytes it has. */
  text(value: string): number {
    const length = Buffer.byteLength(value);
    this.#claim(length);
    this.#buffer.write(value, this.#start, length);
    return length;
  }

  float(value: number): void {
    this.#claim(8);
    this.#buffer.writeDoubleLE(value, this.#start);
  }

  varint(value: number): void {
    if (value >= 0 && value < 0x80) {
      this.#claim(1);
      this.#buffer[this.#start] = value;
      return;
    }
    const signs: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 0x7fn; rest >>= 7n) signs.push(Number(rest & 0x7fn) + 0x80);
    signs.push(Number(rest));
    this.raw(Uint8Array.from(signs));
  }

  // Makes room before what is written; a buffer that is too small is replaced by a larger one.
  #claim(size: number): void {
    if (size > this.#start) {
      const larger = Buffer.allocUnsafe(2 * this.#buffer.length + size);
      const start = larger.length - this.length;
      this.#buffer.copy(larger, start, this.#start);
      this.#buffer = larger;
      this.#start = start;
    }
    this.#start -= size;
  }
}
