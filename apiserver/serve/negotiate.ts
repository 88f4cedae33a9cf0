// In which form a client wants its answer, and in which form it sent its body.

import { parse as parseYaml, stringify as stringifyYaml } from 'yaml';
import { badRequest, notAcceptable, notAvailable, unsupportedMediaType } from '../model/api-error.ts';
import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { type ApiRequest, PROTOBUF } from '../model/request.ts';
import type { Resource } from '../registry/resource.ts';

// Their schemas are of another form in protobuf than in JSON.
const DEFINITIONS = 'apiextensions.k8s.io';

/** What is in an answer. */
export type AnswerForm = 'object' | 'table' | 'partial';

/** How an answer travels. */
export type AnswerMedia = 'json' | 'yaml' | 'protobuf';

/** What was agreed on. */
export interface Negotiated {
  readonly form: AnswerForm;
  readonly media: AnswerMedia;
}

const MEDIA: { readonly [type: string]: AnswerMedia | undefined } = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'application/yaml': 'yaml',
  [PROTOBUF]: 'protobuf',
};
const OFFERED = ['application/json', 'application/yaml', PROTOBUF];
const OFFERED_TO_WATCH = ['application/json;stream=watch', `${PROTOBUF};stream=watch`];

/** How requests about a resource are answered: the first that is accepted and can be given. Throws ApiError 406. */
export function negotiate({ headers }: ApiRequest, { resource, verb }: Asked): Negotiated {
  const accept = headers['accept'] ?? '';
  if (accept.trim() === '') return { form: 'object', media: 'json' };
  const isWatch = verb === 'watch';
  const isOffered = accept.split(',').some((range) => mediaOf(range) !== undefined);
  // Built-in kinds have words of their own for what is none of theirs.
  if (!isOffered && resource.openApi === undefined)
    throw notAvailable(isWatch || verb === 'list' ? [...OFFERED, ...OFFERED_TO_WATCH] : OFFERED);
  for (const range of accept.split(',')) {
    const [type = '', ...rest] = range.split(';').map((part) => part.trim());
    const media = MEDIA[type];
    const form = formOf(new Map(rest.map((part) => part.split('=') as [string, string])));
    if (media !== undefined && form !== undefined && isGiven({ media, form }, { resource, verb }))
      return { media, form };
  }
  throw notAcceptable(isWatch ? OFFERED_TO_WATCH : OFFERED);
}

/** How an error travels: what it is about does not matter. */
export function mediaOfErrors(accept: string | undefined): AnswerMedia {
  const plain = (accept ?? '').split(',').filter((range) => !/;\s*as=/.test(range));
  return plain.map(mediaOf).find((media) => media !== undefined) ?? 'json';
}

function mediaOf(range: string): AnswerMedia | undefined {
  return MEDIA[range.split(';')[0]?.trim() ?? ''];
}

/** What is asked for, as far as it decides on the form of the answer. */
export interface Asked {
  readonly resource: Resource;
  readonly verb: string;
}

function formOf(parameters: ReadonlyMap<string, string>): AnswerForm | undefined {
  const as = parameters.get('as');
  if (as === undefined) return 'object';
  if (parameters.get('g') !== 'meta.k8s.io' || parameters.get('v') !== 'v1') return undefined;
  if (as === 'Table') return 'table';
  return as.startsWith('PartialObjectMetadata') ? 'partial' : undefined;
}

/** True where a definition is wanted in protobuf and in nothing else, in which it has a form that nobody here knows. */
export function isUnknownForm({ headers }: ApiRequest, { group }: Resource): boolean {
  const ranges = (headers['accept'] ?? '').split(',');
  return group === DEFINITIONS && ranges.every((range) => mediaOf(range) === 'protobuf' && !/;\s*as=/.test(range));
}

// Tables have no form in protobuf, and objects only where their kind is built in; YAML is nothing for streams.
function isGiven({ media, form }: Negotiated, { resource, verb }: Asked): boolean {
  if (media === 'yaml') return verb !== 'watch';
  if (media === 'json' || form === 'partial') return true;
  return form === 'object' && resource.openApi === undefined && resource.group !== DEFINITIONS;
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

/** A value as YAML, with the keys in order. */
export function writeYaml(value: Json): string {
  return stringifyYaml(value, { version: '1.1', sortMapEntries: true, aliasDuplicateObjects: false });
}
