// The body of a request as it travels: JSON, or protobuf where the step says so.
//
// The encoder knows the numbers of fields from the same facts as the decoder; that they are right says the real server,
// which reads the same bytes.

import { loadFacts } from '../../apiserver/facts/facts.ts';
import { isObject, type Json, type JsonObject, textIn } from '../../apiserver/model/json.ts';
import { PROTOBUF } from '../../apiserver/model/request.ts';
import { bytes, integer, messageOf, nested, type Part, text } from '../../apiserver/schema/protobuf-writer.ts';
import type { ScalarKind } from '../../apiserver/schema/scalar.ts';
import { type FieldPlan, type ValuePlan, ValuePlans } from '../../apiserver/schema/value-plan.ts';
import type { Step } from './script.ts';

const facts = loadFacts('schemas', '1.36');
const plans = new ValuePlans(facts);

/** The bytes of a body; none where there is no body. */
export function contentOf({ body, contentType }: Pick<Step, 'body' | 'contentType'>): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(contentType === PROTOBUF ? toProtobuf(body as JsonObject) : JSON.stringify(body));
}

/** An object in protobuf, in its envelope. */
export function toProtobuf(object: JsonObject): Uint8Array {
  const [apiVersion, kind] = [textIn(object, 'apiVersion'), textIn(object, 'kind')];
  const schema = facts.schemaOf(apiVersion, kind);
  if (schema === undefined) throw new Error(`no schema for ${apiVersion} ${kind}`);
  const type = nested(1, [text(1, apiVersion), text(2, kind)]);
  return messageOf([Uint8Array.from([0x6b, 0x38, 0x73, 0]), type, nested(2, structParts(schema, object))]);
}

type Numbered = readonly [numbers: readonly number[], plan: FieldPlan, value: Json];

function structParts(name: string, object: JsonObject): readonly Part[] {
  const fields: Numbered[] = [];
  for (const [field, plan] of plans.struct(name)) {
    const value = object[field];
    if (value === undefined || value === null || plan.wire.numbers.length === 0) continue;
    fields.push([plan.wire.numbers, plan, value]);
  }
  return partsOf(fields);
}

// Fields of a struct that JSON does not have stand in one message.
function partsOf(fields: readonly Numbered[]): readonly Part[] {
  return [...new Set(fields.map(([numbers]) => numbers[0] ?? 0))].map((number) => {
    const group = fields.filter(([numbers]) => numbers[0] === number);
    const inner = group.filter(([numbers]) => numbers.length > 1);
    if (inner.length > 0)
      return nested(number, partsOf(inner.map(([numbers, plan, value]) => [numbers.slice(1), plan, value])));
    return messageOf(group.flatMap(([, plan, value]) => valueParts(number, plan.value, value)));
  });
}

function valueParts(number: number, plan: ValuePlan, value: Json): readonly Part[] {
  switch (plan.kind) {
    case 'list':
      return (value as readonly Json[]).flatMap((item) => valueParts(number, plan.item, item));
    case 'map':
      return Object.entries(value as JsonObject).map(([key, inner]) => {
        const isList = plan.value.kind === 'list';
        const parts = valueParts(isList ? 1 : 2, plan.value, inner);
        return nested(number, [text(1, key), ...(isList ? [nested(2, parts)] : parts)]);
      });
    case 'struct':
      return [nested(number, structParts(plan.name, value as JsonObject))];
    case 'raw':
      return [nested(number, [text(1, JSON.stringify(value))])];
    case 'scalar':
      return [scalarPart(number, plan.scalar, value)];
    case 'schemaOr':
      throw new Error('schemas do not travel in protobuf here');
  }
}

function scalarPart(number: number, kind: ScalarKind, value: Json): Part {
  switch (kind) {
    case 'bool':
      return integer(number, value === true ? 1n : 0n);
    case 'int32':
    case 'int64':
      return integer(number, BigInt(Number(value)));
    case 'bytes':
      return bytes(number, Buffer.from(String(value), 'base64'));
    case 'quantity':
      return nested(number, [text(1, String(value))]);
    case 'intOrString':
      return typeof value === 'number'
        ? nested(number, [integer(1, 0n), integer(2, BigInt(value)), text(3, '')])
        : nested(number, [integer(1, 1n), integer(2, 0n), text(3, String(value))]);
    case 'time':
    case 'microTime':
      return nested(number, timeParts(String(value)));
    case 'string':
      return text(number, String(value));
    default:
      throw new Error(`no test has a ${kind} in ${JSON.stringify(isObject(value) ? {} : value)}`);
  }
}

function timeParts(time: string): readonly Part[] {
  const micros = Number((/\.(\d{1,6})/.exec(time)?.[1] ?? '').padEnd(6, '0'));
  return [integer(1, BigInt(Math.floor(Date.parse(time) / 1000))), integer(2, BigInt(micros * 1000))];
}
