// Rules about definitions of custom resources.

import { type ApiObject, nameOf } from '../model/api-object.ts';
import { type FieldError, invalid, notSupported, required } from '../model/field-error.ts';
import { equals, isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';

/** What is wrong with a definition. */
export function checkDefinition(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  const [group, plural] = [textIn(spec, 'group'), textIn(spec, 'names', 'plural')];
  const errors: FieldError[] = [];
  if (nameOf(object) !== `${plural}.${group}`)
    errors.push(invalid('metadata.name', nameOf(object), `must be spec.names.plural+"."+spec.group`));
  if (group === '') errors.push(required('spec.group'));
  const scope = textIn(spec, 'scope');
  if (!['Cluster', 'Namespaced'].includes(scope)) {
    errors.push(scope === '' ? required('spec.scope') : notSupported('spec.scope', scope, ['Cluster', 'Namespaced']));
  }
  for (const name of ['plural', 'kind'])
    if (textIn(spec, 'names', name) === '') errors.push(required(`spec.names.${name}`));
  const versions = listIn(spec, 'versions').filter(isObject);
  const stored = versions.filter((version) => version['storage'] === true);
  if (stored.length !== 1)
    errors.push(invalid('spec.versions', versions, 'must have exactly one version marked as storage version'));
  if (stored.length === 0) errors.push(invalid('status.storedVersions', null, 'must have at least one stored version'));
  // Where all versions have the same schema, it is told of as one.
  const [first] = versions;
  if (versions.every((version) => equals(version['schema'], first?.['schema'])) && isObject(first?.['schema']))
    return [...errors, ...checkVersion(first, 'spec.validation')];
  for (const [at, version] of versions.entries()) errors.push(...checkVersion(version, `spec.versions[${at}].schema`));
  return errors;
}

function checkVersion(version: JsonObject, path: string): readonly FieldError[] {
  const schema = objectIn(version, 'schema')['openAPIV3Schema'];
  const at = `${path}.openAPIV3Schema`;
  return isObject(schema) ? checkSchema(schema, at, true) : [required(at)];
}

const OBJECT_TYPES: readonly Json[] = ['object', 'array', 'string', 'integer', 'number', 'boolean'];

// A structural schema says of every value which type it has.
function checkSchema(schema: JsonObject, path: string, isRoot: boolean): readonly FieldError[] {
  const { type, items } = schema;
  const errors = [...checkType(schema, path, isRoot)];
  if (isRoot && type !== undefined && type !== 'object')
    errors.push(invalid(`${path}.type`, type, 'must be object at the root'));
  if (type === 'array' && !isObject(items)) errors.push(required(`${path}.items`, 'must be specified'));
  for (const [name, property] of Object.entries(objectIn(schema, 'properties')))
    if (isObject(property)) errors.push(...checkSchema(property, `${path}.properties[${name}]`, false));
  for (const name of ['items', 'additionalProperties']) {
    const inner = schema[name];
    if (isObject(inner)) errors.push(...checkSchema(inner, `${path}.${name}`, false));
  }
  return errors;
}

function checkType(schema: JsonObject, path: string, isRoot: boolean): readonly FieldError[] {
  const { type } = schema;
  if (type !== undefined) {
    const names = OBJECT_TYPES.map(String).sort();
    return OBJECT_TYPES.includes(type) ? [] : [notSupported(`${path}.type`, type, names)];
  }
  const isOpen =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (!isRoot && isOpen) return [];
  const what = isRoot ? 'must not be empty at the root' : 'must not be empty for specified object fields';
  return [required(`${path}.type`, what)];
}

/** What is wrong with a changed definition: what its objects are called stays. */
export function checkDefinitionUpdate(object: ApiObject, old: ApiObject): readonly FieldError[] {
  const errors = [...checkDefinition(object)];
  const [now, before] = [objectIn(object, 'spec'), objectIn(old, 'spec')];
  for (const name of ['group', 'scope'])
    if (!equals(now[name], before[name])) errors.push(invalid(`spec.${name}`, now[name] ?? null, 'field is immutable'));
  for (const name of ['kind', 'plural']) {
    const value = textIn(now, 'names', name);
    if (value !== textIn(before, 'names', name))
      errors.push(invalid(`spec.names.${name}`, value, 'field is immutable'));
  }
  return errors;
}
