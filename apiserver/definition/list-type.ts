// What `x-kubernetes-list-type` and `x-kubernetes-map-type` ask of the schemas that they stand in.

import { type FieldError, forbidden, invalid, notSupported, required } from '../model/field-error.ts';
import { isObject, type Json, type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';

/** What is wrong with the type of a map. */
export function checkMapType(schema: JsonObject, path: string): readonly FieldError[] {
  const mapType = schema['x-kubernetes-map-type'];
  if (typeof mapType !== 'string') return [];
  const errors = [...checkType(schema, path, 'object', 'x-kubernetes-map-type')];
  if (mapType !== 'atomic' && mapType !== 'granular')
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  return errors;
}

function checkType(schema: JsonObject, path: string, wanted: string, word: string): readonly FieldError[] {
  const type = textIn(schema, 'type');
  if (type === wanted) return [];
  const what = `must be ${wanted} if ${word} is specified`;
  return [type === '' ? required(`${path}.type`, what) : invalid(`${path}.type`, type, what)];
}

/** What is wrong with the type of a list. */
export function checkListType(schema: JsonObject, path: string): readonly FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  const keys = listIn(schema, 'x-kubernetes-list-map-keys');
  const field = `${path}.x-kubernetes-list-type`;
  const errors: FieldError[] = [];
  if (keys.length > 0 && listType !== 'map') {
    const what = 'must be map if x-kubernetes-list-map-keys is non-empty';
    errors.push(typeof listType === 'string' ? invalid(field, listType, what) : required(field, what));
  }
  if (typeof listType !== 'string') return errors;
  const wrongType = checkType(schema, path, 'array', 'x-kubernetes-list-type');
  errors.push(...wrongType);
  if (wrongType.length === 0 && listType === 'set') errors.push(...checkSetItems(schema['items'], path));
  if (!['atomic', 'set', 'map'].includes(listType))
    errors.push(notSupported(field, listType, ['atomic', 'set', 'map']));
  if (listType === 'map') errors.push(...checkMapItems(schema, keys, path));
  if (listType === 'set' || listType === 'map') errors.push(...checkNullable(schema, listType, path));
  return errors;
}

function checkSetItems(items: Json | undefined, path: string): readonly FieldError[] {
  if (!isObject(items)) return [];
  const what = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items['x-kubernetes-list-type'] ?? null;
  if (items['type'] === 'array' && listType !== null && listType !== 'atomic')
    return [invalid(`${path}.items.x-kubernetes-list-type`, listType, what)];
  if (items['type'] === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    return [invalid(`${path}.items.x-kubernetes-map-type`, listType, what)];
  return [];
}

function checkMapItems(schema: JsonObject, keys: readonly Json[], path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { items } = schema;
  const field = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) errors.push(required(field, 'must not be empty if x-kubernetes-list-type is map'));
  if (items === undefined)
    errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
  if (!isObject(items)) return errors;
  const type = textIn(items, 'type');
  if (type !== 'object')
    return [
      ...errors,
      invalid(`${path}.items.type`, type, "must be object if parent array's x-kubernetes-list-type is map"),
    ];
  const properties = objectIn(items, 'properties');
  for (const [at, key] of keys.entries()) {
    const property = Object.hasOwn(properties, String(key)) ? properties[String(key)] : undefined;
    if (property === undefined) errors.push(invalid(field, keys, 'entries must all be names of item properties'));
    else if (['array', 'object'].includes(textIn(property, 'type')))
      errors.push(
        invalid(
          `${path}.items.properties[${String(key)}].type`,
          type,
          "must be a scalar type if parent array's x-kubernetes-list-type is map",
        ),
      );
    if (keys.indexOf(key) < at) errors.push(invalid(field, keys, 'must not contain duplicate entries'));
  }
  return errors;
}

// Items must be there to be told apart, and so must their keys.
function checkNullable(schema: JsonObject, listType: string, path: string): readonly FieldError[] {
  const { items } = schema;
  if (!isObject(items)) return [];
  const errors: FieldError[] = [];
  if (items['nullable'] === true)
    errors.push(forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  if (listType !== 'map') return errors;
  const needed = listIn(items, 'required');
  for (const key of listIn(schema, 'x-kubernetes-list-map-keys').map(String)) {
    const property = objectIn(items, 'properties')[key];
    if (!isObject(property)) continue;
    const field = `${path}.items.properties[${key}]`;
    if (!needed.includes(key) && property['default'] === undefined)
      errors.push(
        required(
          `${field}.default`,
          'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
        ),
      );
    if (property['nullable'] === true)
      errors.push(
        forbidden(`${field}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable'),
      );
  }
  return errors;
}
