// Objects of built-in kinds as clients send them in protobuf: read into the JSON that says the same.
//
// A message does not name its fields; which they are say the numbers among the facts. What it leaves out is absent here,
// and fields that no type knows are dropped, as any protobuf decoder does.
// Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding

import { toTime } from '../model/api-object.ts';
import type { Json, JsonObject, MutableObject } from '../model/json.ts';
import {
  bytesOf,
  integerOf,
  MalformedMessage,
  readMessage,
  stringOf,
  toText,
  type WireMessage,
  type WireValue,
} from './protobuf-reader.ts';
import type { ScalarKind } from './scalar.ts';
import type { FieldPlan, ValuePlan, ValuePlans } from './value-plan.ts';

/** An object with the type that its envelope names, and the bytes of the object itself. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

// `k8s` and a zero.
const MAGIC: readonly number[] = [0x6b, 0x38, 0x73, 0];

/** Reads the envelope around an object. Throws MalformedMessage. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  if (MAGIC.some((byte, at) => bytes[at] !== byte))
    throw new MalformedMessage(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  const unknown = readMessage(bytes.subarray(MAGIC.length));
  const type = readMessage(bytesOf(unknown, 1) ?? new Uint8Array());
  return {
    apiVersion: stringOf(type, 1),
    kind: stringOf(type, 2),
    raw: bytesOf(unknown, 2) ?? new Uint8Array(),
  };
}

/** Reads an object of the type of a schema. Throws MalformedMessage. */
export function decodeProtobuf(plans: ValuePlans, schema: string, bytes: Uint8Array): JsonObject {
  return new MessageReading(plans).struct(schema, bytes);
}

class MessageReading {
  readonly #plans: ValuePlans;

  constructor(plans: ValuePlans) {
    this.#plans = plans;
  }

  struct(name: string, bytes: Uint8Array): JsonObject {
    const out: MutableObject = {};
    const message = readMessage(bytes);
    for (const [field, plan] of this.#plans.struct(name)) {
      const value = this.#field(message, plan);
      if (value !== undefined) out[field] = value;
    }
    return out;
  }

  #field(message: WireMessage, { wire, value }: FieldPlan): Json | undefined {
    let within: WireMessage = message;
    for (const number of wire.numbers.slice(0, -1)) {
      const inner = bytesOf(within, number);
      if (inner === undefined) return undefined;
      within = readMessage(inner);
    }
    const found = within.get(wire.numbers.at(-1) ?? 0);
    return found === undefined ? undefined : this.#values(value, found);
  }

  #values(plan: ValuePlan, found: readonly WireValue[]): Json {
    if (plan.kind === 'list') return found.map((value) => this.#value(plan.item, value));
    if (plan.kind === 'map') return Object.fromEntries(found.map((entry) => this.#entry(plan.value, entry)));
    return this.#value(plan, found.at(-1) as WireValue);
  }

  #entry(plan: ValuePlan, entry: WireValue): readonly [string, Json] {
    const message = readMessage(toBytes(entry));
    const values = message.get(2);
    if (values === undefined) return [stringOf(message, 1), plan.kind === 'list' ? [] : blankOf(plan)];
    // A list that is the value of a map is a message of its own.
    if (plan.kind === 'list') {
      const items = readMessage(toBytes(values.at(-1) as WireValue)).get(1) ?? [];
      return [stringOf(message, 1), this.#values(plan, items)];
    }
    return [stringOf(message, 1), this.#values(plan, values)];
  }

  #value(plan: ValuePlan, value: WireValue): Json {
    switch (plan.kind) {
      case 'scalar':
        return toScalar(plan.scalar, value);
      case 'struct':
        return this.struct(plan.name, toBytes(value));
      case 'raw':
        return toRaw(toBytes(value));
      case 'list':
      case 'map':
        throw new MalformedMessage('proto: a list in a list');
      case 'schemaOr':
        throw new MalformedMessage('schemas are read as JSON only');
    }
  }
}

function blankOf(plan: ValuePlan): Json {
  return plan.kind === 'scalar' && (plan.scalar === 'string' || plan.scalar === 'bytes') ? '' : null;
}

function toBytes(value: WireValue): Uint8Array {
  if (typeof value === 'bigint') throw new MalformedMessage('proto: wrong wireType = 0');
  return value;
}

// JSON within protobuf, such as what a field manager owns.
function toRaw(bytes: Uint8Array): Json {
  const raw = bytesOf(readMessage(bytes), 1);
  if (raw === undefined || raw.length === 0) return null;
  try {
    return JSON.parse(toText(raw)) as Json;
  } catch (error) {
    throw new MalformedMessage((error as Error).message);
  }
}

function toScalar(kind: ScalarKind, value: WireValue): Json {
  if (typeof value === 'bigint') return toNumber(kind, value);
  switch (kind) {
    case 'string':
      return toText(value);
    case 'bytes':
      return Buffer.from(value).toString('base64');
    case 'float64':
      return new DataView(value.buffer, value.byteOffset, value.byteLength).getFloat64(0, true);
    case 'quantity':
      return stringOf(readMessage(value), 1);
    case 'intOrString':
      return toIntOrString(readMessage(value));
    case 'duration':
      return toDuration(integerOf(readMessage(value), 1));
    case 'time':
    case 'microTime':
      return value.length === 0 ? null : toTimestamp(kind, readMessage(value));
    default:
      throw new MalformedMessage(`proto: wrong wireType = 2 for ${kind}`);
  }
}

function toNumber(kind: ScalarKind, value: bigint): Json {
  switch (kind) {
    case 'bool':
      return value !== 0n;
    case 'int32':
      return Number(BigInt.asIntN(32, value));
    case 'int64':
      return Number(BigInt.asIntN(64, value));
    default:
      throw new MalformedMessage(`proto: wrong wireType = 0 for ${kind}`);
  }
}

function toIntOrString(message: WireMessage): Json {
  return integerOf(message, 1) === 0n ? Number(integerOf(message, 2)) : stringOf(message, 3);
}

const NANOS = 1_000_000_000n;

// In the form of Go: the whole in hours, minutes and seconds.
function toDuration(nanos: bigint): string {
  const isNegative = nanos < 0n;
  const absolute = isNegative ? -nanos : nanos;
  const seconds = absolute / NANOS;
  const fraction = String(absolute % NANOS)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const parts = `${seconds / 3600n}h${(seconds / 60n) % 60n}m${seconds % 60n}${fraction === '' ? '' : `.${fraction}`}s`;
  return (isNegative ? '-' : '') + parts.replace(/^0h(?:0m)?/, '');
}

function toTimestamp(kind: 'time' | 'microTime', message: WireMessage): string {
  const whole = toTime(Number(integerOf(message, 1)) * 1000);
  if (kind === 'time') return whole;
  const micros = String(integerOf(message, 2) / 1000n).padStart(6, '0');
  return whole.replace('Z', `.${micros}Z`);
}
