// In which form a client wants its answer, and in which form it sent its body.

import { parse as parseYaml } from 'yaml';
import { badRequest, notAcceptable, unsupportedMediaType } from '../model/api-error.ts';
import { isObject, type Json, type JsonObject } from '../model/json.ts';
import type { ApiRequest } from '../model/request.ts';

/** The form of an answer. Everything is JSON; what differs is what is in it. */
export type AnswerForm = 'object' | 'table' | 'partial';

const JSON_TYPES = new Set(['application/json', 'application/*', '*/*']);
const OFFERED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** The first form in `accept` that can be given. Throws ApiError 406. */
export function negotiate(accept: string | undefined): AnswerForm {
  if (accept === undefined || accept.trim() === '') return 'object';
  for (const range of accept.split(',')) {
    const [type = '', ...rest] = range.split(';').map((part) => part.trim());
    if (!JSON_TYPES.has(type)) continue;
    const parameters = new Map(rest.map((part) => part.split('=') as [string, string]));
    const as = parameters.get('as');
    if (as === undefined) return 'object';
    if (parameters.get('g') !== 'meta.k8s.io' || parameters.get('v') !== 'v1') continue;
    if (as === 'Table') return 'table';
    if (as?.startsWith('PartialObjectMetadata') === true) return 'partial';
  }
  throw notAcceptable(OFFERED);
}

/** The media type of a body, without parameters. */
export function mediaTypeOf({ headers }: ApiRequest): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}

/** The object in a body of JSON or YAML. Throws ApiError 400 and 415. */
export function readObject(request: ApiRequest): JsonObject {
  const type = mediaTypeOf(request);
  if (type !== '' && !['application/json', 'application/yaml'].includes(type)) throw unsupportedMediaType(OFFERED);
  const value = type === 'application/yaml' ? readYaml(request.body) : readJson(request.body);
  if (!isObject(value)) throw badRequest('the body of the request is no object');
  return value;
}

/** The value of a text of JSON. Throws ApiError 400. */
export function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw badRequest(`the body of the request is not valid JSON: ${(error as Error).message}`);
  }
}

/** The value of a text of YAML, of which JSON is a part. Throws ApiError 400. */
export function readYaml(text: string): Json {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      // A flow mapping of YAML begins like this, too.
    }
  }
  try {
    return parseYaml(text, { version: '1.1', merge: true, uniqueKeys: false }) as Json;
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
  }
}
