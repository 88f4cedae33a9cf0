// JSON patches (RFC 6902), as the API server reads them: what is absent counts as null, indices may count from the end, and
// what stands before the first slash of a path has no meaning.

import { equals, isList, isObject, type Json, type JsonObject } from '../model/json.ts';
import { cannotRead, PatchFailure } from './patch-failure.ts';

// Source: the API server's limit, which keeps a patch from being a burden.
const MAX_OPERATIONS = 10_000;

interface Operation {
  readonly op: string;
  readonly path: string | undefined;
  readonly from: string | undefined;
  readonly value: Json;
}

/** The object after a JSON patch. Throws PatchFailure. */
export function applyJsonPatch(object: JsonObject, patch: Json): Json {
  if (patch === null) return object;
  if (!isList(patch)) throw malformed(cannotRead(patch, 'value of type []handlers.jsonPatchOp'));
  if (patch.length > MAX_OPERATIONS)
    throw new PatchFailure(
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
      400,
    );
  return patch.map(readOperation).reduce<Json>(applyOne, object);
}

function malformed(why: string): PatchFailure {
  return new PatchFailure(`error decoding patch: ${why}`, 400);
}

function readOperation(item: Json): Operation {
  const operation = item ?? {};
  if (!isObject(operation)) throw malformed(cannotRead(operation, 'value of type handlers.jsonPatchOp'));
  const text = (name: 'op' | 'path' | 'from'): string | undefined => {
    const value = operation[name];
    if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
    throw malformed(cannotRead(value, `struct field jsonPatchOp.${name} of type string`));
  };
  return { op: text('op') ?? '', path: text('path'), from: text('from'), value: operation['value'] ?? null };
}

function applyOne(document: Json, { op, path, from, value }: Operation): Json {
  if (path === undefined) throw failed(op);
  switch (op) {
    case 'add':
      return change(document, path, { op, act: (parent, key) => add(parent, key, value) });
    case 'remove':
      return change(document, path, { op, act: remove });
    case 'replace':
      if (path === '' && typeof value === 'object' && value !== null) return value;
      return change(document, path, { op, act: (parent, key) => replace(parent, key, value) });
    case 'move': {
      const moved = valueAt(document, from, op);
      const rest = change(document, from ?? '', { op, act: remove });
      return change(rest, path, { op, act: (parent, key) => add(parent, key, moved) });
    }
    case 'copy': {
      const copied = valueAt(document, from, op);
      return change(document, path, { op, act: (parent, key) => add(parent, key, copied) });
    }
    case 'test': {
      const found = path === '' ? document : valueAt(document, path, op);
      if (!equals(found, value)) throw failed(op);
      return document;
    }
    default:
      throw failed(op);
  }
}

function failed(op: string): PatchFailure {
  return new PatchFailure(`${op} operation does not apply`, 422);
}

interface Act {
  readonly op: string;
  act(parent: JsonObject | readonly Json[], key: string): Json | undefined;
}

// The document with another value in the place of the parent of what a path names.
function change(document: Json, path: string, { op, act }: Act): Json {
  const names = namesOf(path);
  if (names === undefined) throw failed(op);
  const at = (value: Json, depth: number): Json => {
    if (!isList(value) && !isObject(value)) throw failed(op);
    const name = names[depth] as string;
    const next = depth === names.length - 1 ? act(value, name) : at(get(value, name) ?? null, depth + 1);
    if (next === undefined) throw failed(op);
    return depth === names.length - 1 ? next : (replace(value, name, next) as Json);
  };
  return at(document, 0);
}

function valueAt(document: Json, path: string | undefined, op: string): Json {
  const names = namesOf(path ?? '');
  if (names === undefined) throw failed(op);
  let value: Json = document;
  for (const name of names) {
    const next: Json | undefined = isList(value) || isObject(value) ? get(value, name) : undefined;
    if (next === undefined) throw failed(op);
    value = next;
  }
  return value;
}

function namesOf(path: string): readonly string[] | undefined {
  const names = path.split('/').slice(1);
  return names.length === 0 ? undefined : names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

// A field that is not there is null.
function get(parent: JsonObject | readonly Json[], key: string): Json | undefined {
  if (!isList(parent)) return (parent as JsonObject)[key] ?? null;
  const at = indexOf(key, parent.length);
  return at === undefined ? undefined : parent[at];
}

function add(parent: JsonObject | readonly Json[], key: string, value: Json): Json | undefined {
  if (!isList(parent)) return { ...parent, [key]: value };
  const at = key === '-' ? parent.length : indexOf(key, parent.length + 1);
  return at === undefined ? undefined : [...parent.slice(0, at), value, ...parent.slice(at)];
}

function replace(parent: JsonObject | readonly Json[], key: string, value: Json): Json | undefined {
  if (!isList(parent)) return { ...parent, [key]: value };
  const at = indexOf(key, parent.length);
  return at === undefined ? undefined : parent.map((item, index) => (index === at ? value : item));
}

function remove(parent: JsonObject | readonly Json[], key: string): Json | undefined {
  if (isList(parent)) {
    const at = indexOf(key, parent.length);
    return at === undefined ? undefined : parent.filter((_, index) => index !== at);
  }
  if (!Object.hasOwn(parent, key)) return undefined;
  const { [key]: _, ...rest } = parent as JsonObject;
  return rest;
}

function indexOf(key: string, length: number): number | undefined {
  if (!/^[+-]?\d+$/.test(key)) return undefined;
  const at = Number(key) < 0 ? Number(key) + length : Number(key);
  return at >= 0 && at < length ? at : undefined;
}
