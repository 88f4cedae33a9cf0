// Rules about claims, also those within other objects.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { isObject, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { compareQuantities } from '../schema/quantity.ts';
import { checkLabelSelector, checkOneOf } from './fields.ts';
import { checkSubdomain } from './names.ts';

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** What is wrong with a claim. */
export function checkClaim(object: ApiObject): readonly FieldError[] {
  return checkClaimSpec(objectIn(object, 'spec'), 'spec');
}

/** What is wrong with the spec of a claim. */
export function checkClaimSpec(spec: JsonObject, path: string): readonly FieldError[] {
  return [
    ...checkModes(spec, `${path}.accessModes`),
    ...checkLabelSelector(spec['selector'], `${path}.selector`),
    ...checkSize(spec, `${path}.resources[storage]`),
    ...checkClassName(spec, 'storageClassName', path),
    ...checkClassName(spec, 'volumeAttributesClassName', path),
    ...checkOneOf(spec['volumeMode'], ['Block', 'Filesystem'], `${path}.volumeMode`),
    ...['dataSource', 'dataSourceRef'].flatMap((name) => checkSource(spec, name, path)),
  ];
}

function checkModes(spec: JsonObject, path: string): readonly FieldError[] {
  const modes = listIn(spec, 'accessModes');
  if (modes.length === 0) return [required(path, 'at least 1 access mode is required')];
  const errors = modes
    .filter((mode) => !MODES.includes(String(mode)))
    .map((mode): FieldError => notSupported(path, mode, MODES));
  const isAlone = modes.every((mode) => mode === 'ReadWriteOncePod' || !MODES.includes(String(mode)));
  if (modes.includes('ReadWriteOncePod') && !isAlone)
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  return errors;
}

function checkSize(spec: JsonObject, path: string): readonly FieldError[] {
  const size = objectIn(spec, 'resources', 'requests')['storage'];
  if (size === undefined) return [required(path)];
  return compareQuantities(String(size), '0') > 0 ? [] : [invalid(path, size, 'must be greater than zero')];
}

function checkClassName(spec: JsonObject, field: string, path: string): readonly FieldError[] {
  const name = textIn(spec, field);
  return name === '' ? [] : checkSubdomain(name).map((why) => invalid(`${path}.${field}`, name, why));
}

// The server copies one to the other where only one is given.
function checkSource(spec: JsonObject, field: string, path: string): readonly FieldError[] {
  const source = spec[field] ?? spec[field === 'dataSource' ? 'dataSourceRef' : 'dataSource'];
  if (!isObject(source)) return [];
  const at = `${path}.${field}`;
  const errors = ['name', 'kind']
    .filter((name) => textIn(source, name) === '')
    .map((name) => required(`${at}.${name}`));
  const [group, kind] = [textIn(source, 'apiGroup'), textIn(source, 'kind')];
  if (group === '' && kind !== 'PersistentVolumeClaim')
    errors.push(invalid(at, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  if (group !== '') errors.push(...checkSubdomain(group).map((why) => invalid(`${at}.apiGroup`, group, why)));
  return errors;
}
