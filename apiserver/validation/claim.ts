// Rules about claims, also those within other objects.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { equals, isObject, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { compareQuantities } from '../schema/quantity.ts';
import { checkLabelSelector, checkOneOf } from './fields.ts';
import { checkSubdomain } from './names.ts';

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** What is wrong with a claim. */
export function checkClaim(object: ApiObject): readonly FieldError[] {
  return checkClaimSpec(objectIn(object, 'spec'), 'spec');
}

const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** What is wrong with a changed claim. The real server adds what differs, in the form of its own types. */
export function checkClaimUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const errors = [...checkClaim(object)];
  const isBound = textIn(object, 'status', 'phase') === 'Bound';
  const [now, before] = [objectIn(object, 'spec'), objectIn(old, 'spec')];
  const movesClass = isClassMoved(object, old);
  const [oldNote = '', note = ''] = [old, object].map((one) => textIn(one, 'metadata', 'annotations', OLD_CLASS));
  if (!movesClass && note !== oldNote)
    errors.push(invalid(`metadata.annotations.${OLD_CLASS}`, note, 'field is immutable'));
  const isNamed = now['storageClassName'] === oldNote;
  const mayGetClass = movesClass || (before['storageClassName'] === undefined && (oldNote === '' || isNamed));
  const free = [
    ...(textIn(before, 'volumeName') === '' ? ['volumeName'] : []),
    ...(mayGetClass && now['storageClassName'] !== undefined ? ['storageClassName'] : []),
    ...(isBound ? ['volumeAttributesClassName'] : []),
  ];
  if (!equals(fixedPart(now, free, isBound), fixedPart(before, free, isBound))) {
    const what =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbidden('spec', what));
  }
  return [...errors, ...checkShrinking(object, old), ...checkAttributes(object, old)];
}

// A class that was named by an annotation is named by its field.
function isClassMoved(object: ApiObject, old: ApiObject): boolean {
  const annotation = objectIn(old, 'metadata', 'annotations')[OLD_CLASS];
  const kept = objectIn(object, 'metadata', 'annotations')[OLD_CLASS] ?? annotation;
  const isNew = objectIn(old, 'spec')['storageClassName'] === undefined;
  return (
    annotation !== undefined &&
    kept === annotation &&
    isNew &&
    objectIn(object, 'spec')['storageClassName'] === annotation
  );
}

function fixedPart(spec: JsonObject, free: readonly string[], isBound: boolean): JsonObject {
  const kept = Object.fromEntries(Object.entries(spec).filter(([name]) => !free.includes(name)));
  if (!isBound) return kept;
  const resources = objectIn(spec, 'resources');
  const { storage: _, ...requests } = objectIn(resources, 'requests');
  return { ...kept, resources: { ...resources, requests } };
}

function checkShrinking(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const size = (one: ApiObject): string => String(objectIn(one, 'spec', 'resources', 'requests')['storage'] ?? '0');
  const capacity = String(objectIn(old, 'status', 'capacity')['storage'] ?? '0');
  const [now, before] = [size(object), size(old)];
  const errors: FieldError[] = [];
  if (compareQuantities(now, before) < 0 && compareQuantities(now, capacity) <= 0)
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  const [mode, oldMode] = [object, old].map((one) => objectIn(one, 'spec')['volumeMode']);
  return mode === oldMode ? errors : [...errors, invalid('volumeMode', mode ?? null, 'field is immutable')];
}

function checkAttributes(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const field = 'volumeAttributesClassName';
  const [name, before] = [object, old].map((one) => objectIn(one, 'spec')[field]);
  const isApplied = objectIn(old, 'status')['currentVolumeAttributesClassName'] !== undefined;
  if (name === before || !isApplied || (name !== undefined && name !== '')) return [];
  const to = name === undefined ? 'nil' : 'empty string';
  const what = `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  return [forbidden(`spec.${field}`, what)];
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
