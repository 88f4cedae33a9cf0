// The body of a request as it travels: JSON, or protobuf where the step says so; and back for answers in protobuf.
//
// The encoder knows the numbers of fields from the same facts as the decoder; that they are right says the real server,
// which reads the same bytes.

import { parse as parseYaml } from 'yaml';
import { loadFacts } from '../../apiserver/facts/facts.ts';
import { isList, isObject, type Json, type JsonObject, textIn } from '../../apiserver/model/json.ts';
import { PROTOBUF } from '../../apiserver/model/request.ts';
import { decodeProtobuf, readEnvelope } from '../../apiserver/schema/protobuf.ts';
import { encodeProtobuf, inEnvelope } from '../../apiserver/schema/protobuf-encoder.ts';
import { bytesOf, readMessage, stringOf } from '../../apiserver/schema/protobuf-reader.ts';
import { ValuePlans } from '../../apiserver/schema/value-plan.ts';
import type { Step } from './script.ts';

const facts = loadFacts('schemas', '1.36');
const plans = new ValuePlans(facts);
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** The bytes of a body; none where there is no body. */
export function contentOf({ body, contentType }: Pick<Step, 'body' | 'contentType'>): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(contentType === PROTOBUF ? toProtobuf(body as JsonObject) : JSON.stringify(body));
}

/** An object in protobuf, in its envelope. */
export function toProtobuf(object: JsonObject): Uint8Array {
  const type = { apiVersion: textIn(object, 'apiVersion'), kind: textIn(object, 'kind') };
  return inEnvelope(type, encodeProtobuf(plans, schemaOf(type), object));
}

/** What an answer says, by its media type. Text is text. */
export function readAnswer(contentType: string, bytes: Uint8Array): Json {
  const text = Buffer.from(bytes).toString('utf8');
  if (contentType.startsWith(`${PROTOBUF};stream`)) return framesOf(bytes);
  if (contentType.startsWith(PROTOBUF)) return fromProtobuf(bytes);
  if (contentType.startsWith('application/yaml')) return parseYaml(text) as Json;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

// Zeros are written or not, as the one who writes likes; they say the same.
function fromProtobuf(bytes: Uint8Array): Json {
  const { apiVersion, kind, raw } = readEnvelope(bytes);
  return { ...(withoutZeros(messageOf(apiVersion, kind, raw)) as JsonObject), apiVersion, kind };
}

function messageOf(apiVersion: string, kind: string, raw: Uint8Array): Json {
  const part = (name: string, message: Uint8Array, field = 1): JsonObject =>
    decodeProtobuf(plans, name, bytesOf(readMessage(message), field) ?? new Uint8Array());
  if (kind === 'PartialObjectMetadata') return { metadata: part(`${META}.ObjectMeta`, raw) };
  if (kind === 'PartialObjectMetadataList') {
    const items = (readMessage(raw).get(2) ?? []) as readonly Uint8Array[];
    return {
      metadata: part(`${META}.ListMeta`, raw),
      items: items.map((item) => ({ metadata: part(`${META}.ObjectMeta`, item) })),
    };
  }
  return decodeProtobuf(plans, schemaOf({ apiVersion, kind }), raw);
}

function withoutZeros(value: Json): Json {
  if (isList(value)) return value.map(withoutZeros);
  if (!isObject(value)) return value;
  const fields = Object.entries(value).map(([name, inner]): [string, Json] => [name, withoutZeros(inner)]);
  return Object.fromEntries(fields.filter(([, inner]) => !isZero(inner)));
}

function isZero(value: Json): boolean {
  if (isList(value)) return value.length === 0;
  return isObject(value)
    ? Object.keys(value).length === 0
    : value === null || value === '' || value === 0 || value === false;
}

// Each message of a stream stands behind its length.
function framesOf(bytes: Uint8Array): Json {
  const frames: Json[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Buffer.from(bytes.subarray(at, at + 4)).readUInt32BE();
    const event = readMessage(bytes.subarray(at + 4, at + 4 + length));
    const object = bytesOf(readMessage(bytesOf(event, 2) ?? new Uint8Array()), 1) ?? new Uint8Array();
    frames.push({ type: stringOf(event, 1), object: fromProtobuf(object) });
    at += 4 + length;
  }
  return frames;
}

function schemaOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string {
  const schema = facts.schemaOf(apiVersion, kind);
  if (schema === undefined) throw new Error(`no schema for ${apiVersion} ${kind}`);
  return schema;
}
