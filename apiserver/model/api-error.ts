// Errors as the API server answers them: a Status object with a code and a reason.
// Source: https://pkg.go.dev/k8s.io/apimachinery/pkg/api/errors

import type { FieldError } from './field-error.ts';
import type { Json, JsonObject } from './json.ts';

/** A group and the plural name of a resource. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** Thrown wherever a request cannot be done; becomes the answer as it is. */
export class ApiError extends Error {
  readonly code: number;
  readonly status: JsonObject;

  constructor(code: number, status: JsonObject) {
    super(String(status['message']));
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
  }
}

interface Failure {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  readonly details?: JsonObject;
}

function failure({ code, reason, message, details }: Failure): ApiError {
  return new ApiError(code, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  });
}

/** The name of a resource in messages: `pods`, `deployments.apps`. */
export function qualified({ group, resource }: GroupResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function detailsOf({ group, resource }: GroupResource, name: string): JsonObject {
  return { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource };
}

/** 404: there is no such object. */
export function notFound(resource: GroupResource, name: string): ApiError {
  const message = `${qualified(resource)} ${JSON.stringify(name)} not found`;
  return failure({ code: 404, reason: 'NotFound', message, details: detailsOf(resource, name) });
}

/** 404: the path is one of the API, but nothing is served there. */
export function noSuchResource(details: JsonObject = {}): ApiError {
  return failure({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details,
  });
}

/** 409: an object of this name is there already. */
export function alreadyExists(resource: GroupResource, name: string): ApiError {
  const message = `${qualified(resource)} ${JSON.stringify(name)} already exists`;
  return failure({ code: 409, reason: 'AlreadyExists', message, details: detailsOf(resource, name) });
}

/** 409: the object is not the one that the request was made for. */
export function conflict(resource: GroupResource, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} ${JSON.stringify(name)}: ${why}`;
  return failure({ code: 409, reason: 'Conflict', message, details: detailsOf(resource, name) });
}

/** 409: other managers hold fields that an apply sets. */
export function applyConflict(message: string, causes: readonly { field: string; message: string }[]): ApiError {
  const listed = causes.map(({ field, message: text }) => ({ reason: 'FieldManagerConflict', message: text, field }));
  return failure({ code: 409, reason: 'Conflict', message, details: { causes: listed } });
}

/** 422: fields are wrong. `errors` has at least one. */
export function invalidObject(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): ApiError {
  const title = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const [first = ''] = texts;
  const why = texts.length === 1 ? first : `[${texts.join(', ')}]`;
  const causes = errors.map(({ reason, field, message }): Json => ({ reason, message, field }));
  return failure({
    code: 422,
    reason: 'Invalid',
    message: `${title} ${JSON.stringify(name)} is invalid: ${why}`,
    details: {
      ...(name === '' ? {} : { name }),
      ...(kind.group === '' ? {} : { group: kind.group }),
      ...(kind.kind === '' ? {} : { kind: kind.kind }),
      causes,
    },
  });
}

/** 422 without fields: a patch that cannot be applied to the object. */
export function unprocessable(message: string, details: JsonObject = {}): ApiError {
  return failure({ code: 422, reason: 'Invalid', message, details });
}

/** 400: the request itself makes no sense. */
export function badRequest(message: string): ApiError {
  return failure({ code: 400, reason: 'BadRequest', message });
}

/** 403: not as things are. */
export function forbiddenRequest(
  resource: GroupResource,
  name: string,
  why: string,
  causes: readonly Json[] = [],
): ApiError {
  const message = `${qualified(resource)} ${JSON.stringify(name)} is forbidden: ${why}`;
  const details = { ...detailsOf(resource, name), ...(causes.length === 0 ? {} : { causes }) };
  return failure({ code: 403, reason: 'Forbidden', message, details });
}

/** 403 for what has no name. */
export function forbiddenResource(resource: GroupResource, why: string): ApiError {
  const message = `${qualified(resource)} is forbidden: ${why}`;
  return failure({ code: 403, reason: 'Forbidden', message, details: detailsOf(resource, '') });
}

/** 403 for a path that is no resource. */
export function forbiddenPath(why: string): ApiError {
  return failure({ code: 403, reason: 'Forbidden', message: `forbidden: ${why}`, details: {} });
}

/** 401: it is not known who the request comes from. */
export function unauthorized(): ApiError {
  return failure({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
}

/** 405: the resource does not know the verb. */
export function methodNotAllowed(): ApiError {
  return failure({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  });
}

/** 406: nothing that the client accepts can be sent. */
export function notAcceptable(accepted: readonly string[]): ApiError {
  const message = `only the following media types are accepted: ${accepted.join(', ')}`;
  return failure({ code: 406, reason: 'NotAcceptable', message });
}

/** 406: the path is not answered in anything that the client accepts. */
export function notAvailable(offered: readonly string[]): ApiError {
  const message = `406: Not Acceptable\n\nAvailable representations: ${offered.join(', ')}`;
  return failure({ code: 406, reason: 'NotAcceptable', message, details: {} });
}

/** 415: the body is in a form that is not read. */
export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return failure({ code: 415, reason: 'UnsupportedMediaType', message });
}

/** 415: the kind knows no patch of this type, nor does any other. */
export function unknownPatchType(): ApiError {
  return failure({ code: 415, reason: 'UnsupportedMediaType', message: '415: Unsupported Media Type', details: {} });
}

/** 413: the body is larger than any may be. */
export function bodyTooLarge(limit: number): ApiError {
  const message = `Request entity too large: limit is ${limit}`;
  return failure({ code: 413, reason: 'RequestEntityTooLarge', message });
}

/** 410: the version is not remembered any more. */
export function expired(message: string): ApiError {
  return failure({ code: 410, reason: 'Expired', message });
}

/** 410 for a version that a watch cannot start from. */
export function tooOld(version: number, oldest: number): ApiError {
  return expired(`too old resource version: ${version} (${oldest})`);
}

/** 504: the version is one that does not exist yet. */
export function tooLarge(version: number, current: number): ApiError {
  return failure({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${version}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });
}

/** 429: not now. `causes` say why not. */
export function tooManyRequests(message: string, retryAfterSeconds: number, causes: readonly Json[]): ApiError {
  const after = retryAfterSeconds === 0 ? {} : { retryAfterSeconds };
  return failure({ code: 429, reason: 'TooManyRequests', message, details: { ...after, causes } });
}

/** 500 without a reason, as the API server answers what it did not expect, mistakes in an applied object among them. */
export function unexpected(message: string): ApiError {
  return failure({ code: 500, message });
}

/** 500: the server is at its wits' end. */
export function internalError(why: string): ApiError {
  const message = `Internal error occurred: ${why}`;
  return failure({ code: 500, reason: 'InternalError', message, details: { causes: [{ message: why }] } });
}

/** 501: what is asked for is not emulated. Always through the ledger, which counts it. */
export function notEmulated(what: string): ApiError {
  return failure({ code: 501, reason: 'NotEmulated', message: `the embedded API server does not emulate ${what}` });
}
