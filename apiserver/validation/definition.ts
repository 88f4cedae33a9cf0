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
  if (versions.length === 0) errors.push(required('spec.versions', 'must have at least one version'));
  const stored = versions.filter((version) => version['storage'] === true);
  if (stored.length !== 1)
    errors.push(invalid('spec.versions', versions, 'must have exactly one version marked as storage version'));
  for (const [at, version] of versions.entries()) errors.push(...checkVersion(version, `spec.versions[${at}]`));
  return errors;
}

function checkVersion(version: JsonObject, path: string): readonly FieldError[] {
  const schema = objectIn(version, 'schema')['openAPIV3Schema'];
  if (!isObject(schema)) return [required(`${path}.schema.openAPIV3Schema`, 'schemas are required')];
  const at = `${path}.schema.openAPIV3Schema`;
  const errors = [...checkSchema(schema, at, true)];
  return errors;
}

const OBJECT_TYPES: readonly Json[] = ['object', 'array', 'string', 'integer', 'number', 'boolean'];

// A structural schema says of every value which type it has.
function checkSchema(schema: JsonObject, path: string, isRoot: boolean): readonly FieldError[] {
  const { type } = schema;
  const isOpen =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const errors: FieldError[] = [];
  if (type === undefined && (isRoot || !isOpen)) {
    const what = isRoot ? 'must not be empty at the root' : 'must not be empty for specified object fields';
    errors.push(required(`${path}.type`, what));
  } else if (type !== undefined && !OBJECT_TYPES.includes(type))
    errors.push(notSupported(`${path}.type`, type, OBJECT_TYPES.map(String).sort()));
  if (isRoot && type !== undefined && type !== 'object')
    errors.push(invalid(`${path}.type`, type, 'must be object at the root'));
  for (const [name, property] of Object.entries(objectIn(schema, 'properties')))
    if (isObject(property)) errors.push(...checkSchema(property, `${path}.properties[${name}]`, false));
  if (isObject(schema['items'])) errors.push(...checkSchema(schema['items'], `${path}.items`, false));
  const additional = schema['additionalProperties'];
  if (isObject(additional)) errors.push(...checkSchema(additional, `${path}.additionalProperties`, false));
  return errors;
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
