// Answers that do not travel as JSON: YAML, and protobuf as clients written in Go prefer it.
// Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding

import type { KubernetesFacts } from '../facts/facts.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { type AnswerCoding, PROTOBUF, type WatchLine } from '../model/request.ts';
import { encodeProtobuf, inEnvelope } from '../schema/protobuf-encoder.ts';
import { bytes, messageOf, nested, type Part, text } from '../schema/protobuf-writer.ts';
import type { ValuePlans } from '../schema/value-plan.ts';
import { type AnswerMedia, writeYaml } from './negotiate.ts';

/** What is known of the types that messages hold. */
export interface CodingDeps {
  readonly facts: Pick<KubernetesFacts, 'schemaOf'>;
  readonly plans: ValuePlans;
}

/** How an answer travels; undefined for JSON. */
export function codingOf(deps: CodingDeps, media: AnswerMedia, isWatch: boolean): AnswerCoding | undefined {
  switch (media) {
    case 'json':
      return undefined;
    case 'yaml':
      return { contentType: 'application/yaml', body: writeYaml, line: (line) => Buffer.from(writeYaml(line.object)) };
    case 'protobuf':
      return {
        contentType: isWatch ? `${PROTOBUF};stream=watch` : PROTOBUF,
        body: (value) => toMessage(deps, value),
        line: (line) => frameOf(deps, line),
      };
  }
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

function toMessage(deps: CodingDeps, value: Json): Uint8Array {
  const object = isObject(value) ? value : {};
  const type = { apiVersion: textIn(object, 'apiVersion'), kind: textIn(object, 'kind') };
  return inEnvelope(type, partsOf(deps, object, type));
}

function partsOf(
  { facts, plans }: CodingDeps,
  object: JsonObject,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
): readonly Part[] {
  if (apiVersion === 'meta.k8s.io/v1' && kind === 'PartialObjectMetadata') return partialParts(plans, object);
  if (apiVersion === 'meta.k8s.io/v1' && kind === 'PartialObjectMetadataList')
    return [
      nested(1, encodeProtobuf(plans, `${META}.ListMeta`, objectIn(object, 'metadata'))),
      ...listIn(object, 'items').map((item) => nested(2, partialParts(plans, objectIn(item)))),
    ];
  const schema = facts.schemaOf(apiVersion, kind);
  if (schema === undefined) throw new Error(`there is no form in protobuf for ${kind} of ${apiVersion}`);
  return encodeProtobuf(plans, schema, object);
}

function partialParts(plans: ValuePlans, object: JsonObject): readonly Part[] {
  return [nested(1, encodeProtobuf(plans, `${META}.ObjectMeta`, objectIn(object, 'metadata')))];
}

const LENGTH_BYTES = 4;

// In a stream each message stands behind its length. The object within is whole, with an envelope of its own.
function frameOf(deps: CodingDeps, { type, object }: WatchLine): Uint8Array {
  const message = messageOf([text(1, type), nested(2, [bytes(1, toMessage(deps, object))])]);
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + message.length);
  frame.writeUInt32BE(message.length);
  frame.set(message, LENGTH_BYTES);
  return frame;
}
