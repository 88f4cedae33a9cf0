// JSON patch (RFC 6902) and merge patch (RFC 7386). The one door to fast-json-patch.

import jsonPatch from 'fast-json-patch';
import { getIn, isList, isObject, type Json, type JsonObject, type MutableObject } from '../model/json.ts';

/** Why a patch cannot be applied, as the API server says it. */
export class PatchFailure extends Error {
  /** The patch makes no sense at all, whatever the object is. */
  readonly isMalformed: boolean;

  constructor(message: string, isMalformed: boolean) {
    super(message);
    this.name = 'PatchFailure';
    this.isMalformed = isMalformed;
  }
}

// Source: the API server's limit, which keeps a patch from being a burden.
const MAX_OPERATIONS = 10_000;

/** The object after a JSON patch. Throws PatchFailure. */
export function applyJsonPatch(object: JsonObject, patch: Json): Json {
  if (!isList(patch)) throw new PatchFailure('error decoding patch: the patch is no list of operations', true);
  if (patch.length > MAX_OPERATIONS)
    throw new PatchFailure(
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
      true,
    );
  let value: Json = structuredClone(object) as Json;
  for (const operation of patch) value = applyOne(value, operation);
  return value;
}

function applyOne(value: Json, operation: Json): Json {
  try {
    const lenient = asServer(value, structuredClone(operation) as Json);
    return jsonPatch.applyOperation(value, lenient as never, true, true, true).newDocument as Json;
  } catch (error) {
    throw new PatchFailure(describe(operation, error as Error), false);
  }
}

// The server replaces fields of objects that are not there, too, and takes an absent one for null in a test.
function asServer(value: Json, operation: Json): Json {
  const {
    op,
    path,
    value: wanted,
  } = (isObject(operation) ? operation : {}) as { op?: Json; path?: Json; value?: Json };
  if ((op !== 'replace' && op !== 'test') || typeof path !== 'string' || path === '') return operation;
  const names = path.split('/').map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const parent = getIn(value, ...names.slice(1, -1));
  if (!isObject(parent) || Object.hasOwn(parent, names.at(-1) ?? '')) return operation;
  if (op === 'replace') return { ...(operation as JsonObject), op: 'add' };
  return wanted === null || wanted === undefined ? { op: 'test', path: '', value } : operation;
}

function describe(operation: Json, error: Error): string {
  const { op, path } = (isObject(operation) ? operation : {}) as { op?: Json; path?: Json };
  const name = String(op);
  if (name === 'test') return `testing value ${String(path)} failed: test failed`;
  if (error.name === 'OPERATION_PATH_UNRESOLVABLE' || error.name === 'OPERATION_FROM_UNRESOLVABLE')
    return `${name} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`;
  return `${name} operation does not apply: ${error.message.split('\n')[0]}`;
}

/**
 * The value after a merge patch: objects are merged, null takes away, everything else replaces. What is new comes without
 * nulls, also within lists; a list in the place of an object comes as it is.
 */
export function applyMergePatch(value: Json | undefined, patch: Json): Json {
  if (!isObject(value)) return withoutNulls(patch);
  if (!isObject(patch)) return patch;
  const out: MutableObject = { ...value };
  for (const [name, inner] of Object.entries(patch)) {
    if (inner === null) delete out[name];
    else out[name] = applyMergePatch(out[name], inner);
  }
  return out;
}

function withoutNulls(value: Json): Json {
  if (isList(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const fields = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(fields.map(([name, inner]) => [name, withoutNulls(inner)]));
}
