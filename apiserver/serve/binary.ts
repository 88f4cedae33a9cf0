// Bodies in protobuf, at the door: what comes behind it reads JSON only.

import type { KubernetesFacts } from '../facts/facts.ts';
import type { Ledger } from '../ledger.ts';
import { badRequest } from '../model/api-error.ts';
import { type ApiRequest, PROTOBUF } from '../model/request.ts';
import { decodeProtobuf, readEnvelope } from '../schema/protobuf.ts';
import { MalformedMessage } from '../schema/protobuf-reader.ts';
import type { ValuePlans } from '../schema/value-plan.ts';
import { mediaTypeOf } from './negotiate.ts';

/** What is known of the types that messages hold. */
export interface BinaryDeps {
  readonly facts: KubernetesFacts;
  readonly plans: ValuePlans;
  readonly ledger: Ledger;
}

// Their schemas are of another form in protobuf than in JSON, and no client writes them so by itself.
const DEFINITIONS = 'apiextensions.k8s.io/';

/** The request, with a body in JSON where it was one in protobuf. Throws ApiError. */
export function asJson(request: ApiRequest, { facts, plans, ledger }: BinaryDeps): ApiRequest {
  if (mediaTypeOf(request) !== PROTOBUF || request.body === '') return request;
  try {
    const { apiVersion, kind, raw } = readEnvelope(Buffer.from(request.body, 'latin1'));
    if (apiVersion.startsWith(DEFINITIONS)) throw ledger.refuse('protobuf', `${kind} of ${apiVersion} in protobuf`);
    const schema = facts.schemaOf(apiVersion, kind);
    if (schema === undefined)
      throw badRequest(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
    const body = JSON.stringify({ ...decodeProtobuf(plans, schema, raw), apiVersion, kind });
    return { ...request, body, headers: { ...request.headers, 'content-type': 'application/json' } };
  } catch (error) {
    if (error instanceof MalformedMessage) throw badRequest(error.message);
    throw error;
  }
}
