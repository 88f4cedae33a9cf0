// Rules about kinds that have one or two.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, forbidden, invalid } from '../model/field-error.ts';
import { equals, objectIn } from '../model/json.ts';

const KEY = /^[-._a-zA-Z0-9]+$/;

/** What is wrong with the keys of a ConfigMap. */
export function checkConfigMap(object: ApiObject): readonly FieldError[] {
  const [data, binary] = [objectIn(object, 'data'), objectIn(object, 'binaryData')];
  const wrong = (field: string, keys: readonly string[]) =>
    keys
      .filter((key) => !KEY.test(key))
      .map((key) =>
        invalid(
          `${field}[${key}]`,
          key,
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        ),
      );
  const shared = Object.keys(data)
    .filter((key) => Object.hasOwn(binary, key))
    .map((key) => invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
  return [...wrong('data', Object.keys(data)), ...shared, ...wrong('binaryData', Object.keys(binary))];
}

/** What is wrong with a changed ConfigMap: one that says so stays as it is. */
export function checkConfigMapUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  return [...checkFrozen(object, old, ['data', 'binaryData']), ...checkConfigMap(object)];
}

/** What is wrong with a changed Secret: its type stays, and one that says so stays as it is. */
export function checkSecretUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const [now, before] = [object['type'] ?? null, old['type'] ?? null];
  const errors = equals(now, before) ? [] : [invalid('type', now, 'field is immutable')];
  return [...errors, ...checkFrozen(object, old, ['data'])];
}

function checkFrozen(object: ApiObject, old: ApiObject, fields: readonly string[]): readonly FieldError[] {
  if (old['immutable'] !== true) return [];
  const message = 'field is immutable when `immutable` is set';
  const errors = fields.filter((name) => !equals(objectIn(object, name), objectIn(old, name)));
  if (object['immutable'] !== true) errors.unshift('immutable');
  return errors.map((name) => forbidden(name, message));
}
