// The rules about metadata that hold for all kinds.
// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/, /labels/, /annotations/

import { type ApiObject, finalizersOf, isTerminating, nameOf, namespaceOf } from '../model/api-object.ts';
import { type FieldError, forbidden, invalid, required } from '../model/field-error.ts';
import { equals, isObject, type Json, listIn, textIn } from '../model/json.ts';
import { checkLabelName, checkLabelValue, checkQualifiedName } from './names.ts';

const MAX_ANNOTATIONS = 256 * 1024;

/** What is wrong with labels at a path. */
export function checkLabels(labels: Json | undefined, field: string): readonly FieldError[] {
  return Object.entries(isObject(labels) ? labels : {}).flatMap(([key, value]) => [
    ...checkQualifiedName(key).map((message) => invalid(field, key, message)),
    ...checkLabelValue(String(value)).map((message) => invalid(field, value, message)),
  ]);
}

/** What is wrong with the metadata of any object. */
export function checkMetadata(
  object: ApiObject,
  rules: { readonly isNamespaced: boolean; checkName(name: string): readonly string[] },
): readonly FieldError[] {
  const name = nameOf(object);
  const errors: FieldError[] = [];
  const base = textIn(object, 'metadata', 'generateName');
  // What comes after it makes a dash at its end right.
  if (base !== '')
    errors.push(
      ...rules.checkName(base.replace(/(?<=.)-$/, 'a')).map((why) => invalid('metadata.generateName', base, why)),
    );
  if (name === '') errors.push(required('metadata.name', 'name or generateName is required'));
  else errors.push(...rules.checkName(name).map((message) => invalid('metadata.name', name, message)));
  const namespace = namespaceOf(object);
  if (rules.isNamespaced) {
    if (namespace === '') errors.push(required('metadata.namespace'));
    else errors.push(...checkLabelName(namespace).map((message) => invalid('metadata.namespace', namespace, message)));
  } else if (namespace !== '') errors.push(forbidden('metadata.namespace', 'not allowed on this type'));
  errors.push(...checkLabels(object.metadata['labels'], 'metadata.labels'));
  errors.push(
    ...checkAnnotations(object.metadata['annotations'], 'metadata.annotations'),
    ...checkOwners(object),
    ...checkFinalizers(object),
  );
  return errors;
}

/** What is wrong with annotations at a path. */
export function checkAnnotations(annotations: Json | undefined, field: string): readonly FieldError[] {
  const all = Object.entries(isObject(annotations) ? annotations : {});
  const errors = all.flatMap(([key]) =>
    checkQualifiedName(key.toLowerCase()).map((message) => invalid(field, key, message)),
  );
  const size = all.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  if (size <= MAX_ANNOTATIONS) return errors;
  const message = `Too long: may not be more than ${MAX_ANNOTATIONS} bytes`;
  return [...errors, { reason: 'FieldValueTooLong', field, message }];
}

function checkOwners(object: ApiObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const controllers: Json[] = [];
  for (const owner of listIn(object, 'metadata', 'ownerReferences')) {
    const field = 'metadata.ownerReferences';
    if (textIn(owner, 'apiVersion') === '')
      errors.push(invalid(`${field}.apiVersion`, '', 'version must not be empty'));
    if (textIn(owner, 'kind') === '') errors.push(invalid(`${field}.kind`, '', 'must not be empty'));
    if (textIn(owner, 'name') === '') errors.push(invalid(`${field}.name`, '', 'must not be empty'));
    if (textIn(owner, 'uid') === '') errors.push(invalid(`${field}.uid`, '', 'must not be empty'));
    if (isObject(owner) && owner['controller'] === true) controllers.push(owner);
  }
  if (controllers.length > 1) {
    const [first, second] = controllers.map((owner) => `${textIn(owner, 'kind')}/${textIn(owner, 'name')}`);
    const message = `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`;
    errors.push(invalid('metadata.ownerReferences', listIn(object, 'metadata', 'ownerReferences'), message));
  }
  return errors;
}

function checkFinalizers(object: ApiObject): readonly FieldError[] {
  const names = finalizersOf(object);
  const errors = names.flatMap((name) =>
    checkQualifiedName(name).map((message) => invalid('metadata.finalizers', name, message)),
  );
  if (names.includes('orphan') && names.includes('foregroundDeletion')) {
    const message = 'finalizer orphan and foregroundDeletion cannot be both set';
    errors.push(invalid('metadata.finalizers', names, message));
  }
  return errors;
}

const IMMUTABLE = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'];

/** What is wrong with a change of metadata. */
export function checkMetadataUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (isTerminating(old)) {
    const before = finalizersOf(old);
    const added = finalizersOf(object)
      .filter((name) => !before.includes(name))
      .sort();
    if (added.length > 0) {
      const names = added.map((name) => JSON.stringify(name)).join(', ');
      const message = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`;
      errors.push(forbidden('metadata.finalizers', message));
    }
  }
  for (const name of IMMUTABLE) {
    const [now, before] = [object.metadata[name], old.metadata[name]];
    if (!equals(now ?? '', before ?? '')) errors.push(invalid(`metadata.${name}`, now ?? null, 'field is immutable'));
  }
  return errors;
}
