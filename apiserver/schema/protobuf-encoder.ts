// Objects of built-in kinds as they travel in protobuf: the other way round than protobuf.ts.
//
// Zeros are written where JSON has them, and left out where it leaves them out: a decoder of Kubernetes' types makes the
// same object of both. Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding

import type { Json, JsonObject } from '../model/json.ts';
import { bytes, float, integer, messageOf, nested, type Part, text } from './protobuf-writer.ts';
import type { ScalarKind } from './scalar.ts';
import type { FieldPlan, ValuePlan, ValuePlans } from './value-plan.ts';

// `k8s` and a zero.
const MAGIC = Uint8Array.from([0x6b, 0x38, 0x73, 0]);

/** A message in the envelope that names its type. */
export function inEnvelope(
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  parts: readonly Part[],
): Uint8Array {
  const envelope = messageOf([nested(1, [text(1, apiVersion), text(2, kind)]), nested(2, parts)]);
  return Buffer.concat([MAGIC, envelope]);
}

/** The parts of an object of the type of a schema. Throws where the type has no form in protobuf. */
export function encodeProtobuf(plans: ValuePlans, schema: string, object: JsonObject): readonly Part[] {
  return new MessageWriting(plans).struct(schema, object);
}

type Numbered = readonly [numbers: readonly number[], plan: FieldPlan, value: Json];

class MessageWriting {
  readonly #plans: ValuePlans;

  constructor(plans: ValuePlans) {
    this.#plans = plans;
  }

  struct(name: string, object: JsonObject): readonly Part[] {
    const fields: Numbered[] = [];
    for (const [field, plan] of this.#plans.struct(name)) {
      const value = object[field];
      if (value === undefined || value === null || plan.wire.numbers.length === 0) continue;
      fields.push([plan.wire.numbers, plan, value]);
    }
    return this.#fields(fields);
  }

  // Fields of a struct that JSON does not have stand in one message.
  #fields(fields: readonly Numbered[]): readonly Part[] {
    if (fields.every(([numbers]) => numbers.length === 1))
      return fields.flatMap(([[number = 0], plan, value]) => this.#value(number, plan.value, value));
    return [...new Set(fields.map(([numbers]) => numbers[0] ?? 0))].flatMap((number) => {
      const group = fields.filter(([numbers]) => numbers[0] === number);
      const inner = group.filter(([numbers]) => numbers.length > 1);
      const within = inner.map(([numbers, plan, value]): Numbered => [numbers.slice(1), plan, value]);
      if (inner.length > 0) return [nested(number, this.#fields(within))];
      return group.flatMap(([, plan, value]) => this.#value(number, plan.value, value));
    });
  }

  #value(number: number, plan: ValuePlan, value: Json): readonly Part[] {
    switch (plan.kind) {
      case 'list':
        return (value as readonly Json[]).flatMap((item) => this.#value(number, plan.item, item));
      case 'map':
        return Object.entries(value as JsonObject).map(([key, inner]) => {
          const isList = plan.value.kind === 'list';
          const parts = inner === null ? [] : this.#value(isList ? 1 : 2, plan.value, inner);
          return nested(number, [text(1, key), ...(isList ? [nested(2, parts)] : parts)]);
        });
      case 'struct':
        return [nested(number, this.struct(plan.name, value as JsonObject))];
      case 'raw':
        return [nested(number, [text(1, JSON.stringify(value))])];
      case 'scalar':
        return [scalarPart(number, plan.scalar, value)];
      case 'schemaOr':
        throw new Error('schemas have another form in protobuf');
    }
  }
}

function scalarPart(number: number, kind: ScalarKind, value: Json): Part {
  switch (kind) {
    case 'bool':
      return integer(number, value === true ? 1 : 0);
    case 'int32':
    case 'int64':
      return integer(number, Number(value));
    case 'float64':
      return float(number, Number(value));
    case 'bytes':
      return bytes(number, Buffer.from(String(value), 'base64'));
    case 'quantity':
      return nested(number, [text(1, String(value))]);
    case 'intOrString':
      return typeof value === 'number'
        ? nested(number, [integer(1, 0), integer(2, value), text(3, '')])
        : nested(number, [integer(1, 1), integer(2, 0), text(3, String(value))]);
    case 'time':
    case 'microTime':
      return nested(number, timeParts(String(value)));
    case 'string':
      return text(number, String(value));
    case 'duration':
      throw new Error('no built-in type has a duration');
  }
}

function timeParts(time: string): readonly Part[] {
  const micros = Number((/\.(\d{1,6})/.exec(time)?.[1] ?? '').padEnd(6, '0'));
  return [integer(1, Math.floor(Date.parse(time) / 1000)), integer(2, micros * 1000)];
}
