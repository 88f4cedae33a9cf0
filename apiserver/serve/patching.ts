// The four ways of patching, each as a function from the object that is there to the one that is wanted.

import { checkType } from '../apply/check-type.ts';
import { describeConflicts } from '../apply/conflicts.ts';
import { checkObject } from '../apply/fitting.ts';
import { applyJsonPatch } from '../apply/json-patch.ts';
import { type ManagedCall, trackApply, trackUpdate } from '../apply/managers.ts';
import { applyMergePatch } from '../apply/merge-patch.ts';
import { cannotRead, PatchFailure } from '../apply/patch-failure.ts';
import { TypeMismatch } from '../apply/shape.ts';
import { applyStrategicPatch, type PatchType } from '../apply/strategic.ts';
import { ApplyConflicts, ConvertFailure } from '../apply/updater.ts';
import {
  ApiError,
  applyConflict,
  badRequest,
  conflict,
  invalidObject,
  unexpected,
  unknownPatchType,
  unprocessable,
  unsupportedMediaType,
} from '../model/api-error.ts';
import { type ApiObject, nameOf, namespaceOf, uidOf, withMetadata } from '../model/api-object.ts';
import { type FieldError, invalid } from '../model/field-error.ts';
import { equals, isObject, type Json, type JsonObject, listIn, textIn, toCanonicalText } from '../model/json.ts';
import type { Resource } from '../registry/resource.ts';
import { groupResource } from '../registry/write.ts';
import type { FieldValidation } from './call.ts';
import { conversionError, goText } from './go-words.ts';
import { readJson, readYaml } from './negotiate.ts';

/** The media types of patches. */
export const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** A patch that is to be applied. */
export interface PatchCall {
  readonly mediaType: string;
  readonly body: string;
  readonly resource: Resource;
  readonly name: string;
  readonly managed: ManagedCall;
  readonly isForced: boolean;
  readonly fieldValidation: FieldValidation;
  /** Undefined where the kind has no strategic merge patch: custom resources. */
  readonly patchType: PatchType | undefined;
  warn(message: string): void;
}

/** Throws ApiError 415 for what is no type of patch. */
export function checkPatchType(mediaType: string): void {
  if (!Object.values<string>(PATCH_TYPES).includes(mediaType)) throw unknownPatchType();
}

/** The change that a patch of a known type asks for. Throws ApiError 400 and 415; the change throws ApiError. */
export function parsePatch(call: PatchCall): (current: ApiObject | undefined) => ApiObject {
  return call.mediaType === PATCH_TYPES.apply
    ? toApply(call, readYaml(call.body))
    : toPatch(call, readPatch(call.body));
}

function toApply(call: PatchCall, config: Json): (current: ApiObject | undefined) => ApiObject {
  const { resource, managed } = call;
  return (current) => {
    if (!isObject(config)) throw badRequest('error decoding YAML: the configuration is no object');
    checkKindOf(call, config);
    checkTypes(call, config, current);
    try {
      const tracked = trackApply(current, config as ApiObject, { ...managed, isForced: call.isForced });
      const next = isSameObject(tracked, current)
        ? tracked
        : resource.codec.fill(resource.codec.settle(tracked, current), current);
      checkIdentity(call, next, current);
      return next;
    } catch (error) {
      throw toApiError(error);
    }
  };
}

// What changes nothing but who owns what does not fill in anything, either.
function isSameObject(tracked: ApiObject, current: ApiObject | undefined): boolean {
  return current !== undefined && equals(withoutManagers(tracked), withoutManagers(current));
}

function withoutManagers(object: ApiObject): ApiObject {
  return withMetadata(object, { managedFields: undefined });
}

function checkKindOf({ resource }: PatchCall, config: JsonObject): void {
  const [version, kind] = [textIn(config, 'apiVersion'), textIn(config, 'kind')];
  if (version !== resource.apiVersion || kind !== resource.kind)
    throw badRequest(`invalid object type: ${version === '' ? '/' : version}, Kind=${kind}`);
  if (isObject(config['metadata']) && config['metadata']['managedFields'] !== undefined)
    throw badRequest('metadata.managedFields must be nil');
}

// An object that nobody has tracked yet is looked at before what is applied to it, another one after that.
function checkTypes({ resource, managed }: PatchCall, config: JsonObject, current: ApiObject | undefined): void {
  const node = managed.types.typeIn(resource.apiVersion);
  if (node === undefined) return;
  const titled = (object: JsonObject, title: (subject: string) => string, check: () => void): void => {
    try {
      check();
    } catch (error) {
      if (!(error instanceof TypeMismatch)) throw error;
      const version = `${resource.group}/${resource.version}`;
      const subject = `(${namespaceOf(object)}/${nameOf(object)}; ${version}, Kind=${resource.kind})`;
      throw unexpected(`${title(subject)}: ${error.message}`);
    }
  };
  const checkCurrent = (title: (subject: string) => string): void => {
    if (current !== undefined) titled(current, title, () => checkObject(node, current));
  };
  const isTracked = listIn(current, 'metadata', 'managedFields').length > 0;
  if (!isTracked)
    checkCurrent(
      (subject) => `failed to create manager for existing fields: failed to convert new object ${subject} to smd typed`,
    );
  titled(
    config,
    (subject) => `failed to create typed patch object ${subject}`,
    () => checkType(node, config, { allowsDuplicates: false }),
  );
  if (isTracked) checkCurrent((subject) => `failed to create typed live object ${subject}`);
}

function toApiError(error: unknown): unknown {
  if (error instanceof ApplyConflicts) {
    const { message, causes } = describeConflicts(error);
    return applyConflict(message, causes);
  }
  if (error instanceof ConvertFailure) return unexpected(error.message);
  return error instanceof TypeMismatch ? unexpected(`failed to merge config: ${error.message}`) : error;
}

function toPatch(call: PatchCall, patch: Json): (current: ApiObject | undefined) => ApiObject {
  return (current) => {
    if (current === undefined) throw new Error('only an apply creates');
    const patched = patchJson(call, current, patch);
    const read = decodePatched(call, { patch, patched });
    const next = call.resource.codec.fill(read);
    checkIdentity(call, next, current);
    return trackUpdate(current, next, call.managed);
  };
}

function patchJson({ mediaType, patchType }: PatchCall, current: ApiObject, patch: Json): Json {
  return explained(() => {
    if (mediaType === PATCH_TYPES.json) return applyJsonPatch(current, patch);
    if (mediaType === PATCH_TYPES.merge) return applyMergePatch(current, toMerge(patch));
    if (patchType === undefined) throw unsupportedMediaType([PATCH_TYPES.json, PATCH_TYPES.merge, PATCH_TYPES.apply]);
    if (patch === null) return current;
    if (!isObject(patch)) throw new PatchFailure(cannotRead(patch, MAP), 400);
    return applyStrategicPatch(current, patch, patchType);
  });
}

const MAP = 'value of type map[string]interface {}';

function toMerge(patch: Json): JsonObject {
  if (patch === null) throw new PatchFailure('Invalid JSON Patch', 400);
  if (isObject(patch)) return patch;
  throw new PatchFailure(`error decoding patch: ${cannotRead(patch, MAP)}`, 400);
}

// Gives what a patch makes, or throws what is wrong with it as ApiError.
function explained<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof PatchFailure)) throw error;
    if (error.code === 500) throw unexpected(error.message);
    if (error.code === 400) throw badRequest(error.message);
    throw unprocessable('the server rejected our request due to an error in our request', {});
  }
}

/** A Scale after a patch, or undefined for a type of patch that is not emulated on it. Throws ApiError. */
export function patchScale(scale: JsonObject, patch: Json, mediaType: string): Json | undefined {
  if (mediaType === PATCH_TYPES.apply) return undefined;
  return explained(() =>
    mediaType === PATCH_TYPES.json ? applyJsonPatch(scale, patch) : applyMergePatch(scale, toMerge(patch)),
  );
}

interface Patching {
  readonly patch: Json;
  readonly patched: Json;
}

function decodePatched(call: PatchCall, { patch, patched }: Patching): ApiObject {
  if (!isObject(patched)) throw badRequest('the patched value is no object');
  try {
    const { object, unknown } = call.resource.codec.decode(patched);
    const messages = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
    if (messages.length === 0 || call.fieldValidation === 'Ignore') return object;
    if (call.fieldValidation === 'Strict') throw badRequest(`strict decoding error: ${messages.join(', ')}`);
    for (const message of messages) call.warn(message);
    return object;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 400) throw error;
    const detail = error.message.replace(/^.* cannot be handled as a [^:]*: /, '');
    throw invalidObject({ group: '', kind: '' }, '', [wrongPatch(call, { patch, patched }, detail)]);
  }
}

// A strategic patch is shown as it was sent, any other one with the object that it made.
function wrongPatch(
  { mediaType, patchType, resource: { apiVersion, kind } }: PatchCall,
  { patch, patched }: Patching,
  detail: string,
): FieldError {
  if (mediaType === PATCH_TYPES.strategic) return invalid('patch', goText(patch), conversionError(detail));
  const text =
    patchType === undefined
      ? toCanonicalText(patched)
      : JSON.stringify({ apiVersion, kind, ...(patched as JsonObject) });
  return invalid('patch', text, detail);
}

// The real server says only that the text ends too early, as it does where a shell took a bracket away.
function readPatch(text: string): Json {
  try {
    return readJson(text);
  } catch (error) {
    const isCut = error instanceof ApiError && /Unexpected end of JSON input|Unterminated/.test(error.message);
    throw isCut ? badRequest('unexpected end of JSON input') : error;
  }
}

function checkIdentity({ resource, name }: PatchCall, next: ApiObject, current: ApiObject | undefined): void {
  if (uidOf(next) !== '' && current === undefined) {
    const why = `uid mismatch: the provided object specified uid ${uidOf(next)}, and no existing object was found`;
    throw conflict(groupResource(resource), name, why);
  }
  if (nameOf(next) === '')
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (nameOf(next) !== name)
    throw badRequest(`the name of the object (${nameOf(next)}) does not match the name on the URL (${name})`);
}
