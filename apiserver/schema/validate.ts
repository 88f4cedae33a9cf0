// Whether a custom resource fits its structural schema, in the words of the API server.

import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from '../model/field-error.ts';
import {
  equals,
  isList,
  isObject,
  type Json,
  type JsonObject,
  listIn,
  objectIn,
  toCanonicalText,
} from '../model/json.ts';

/** What is wrong with a custom resource; `metadata` is not looked at. */
export function validateObject(schema: JsonObject, object: JsonObject): readonly FieldError[] {
  const { metadata: _, ...rest } = object;
  return validate(schema, rest, '');
}

/** What is wrong with the status of a custom resource. The messages name fields as seen from the status. */
export function validateStatus(schema: JsonObject, status: Json | undefined): readonly FieldError[] {
  const part = objectIn(schema, 'properties')['status'];
  if (!isObject(part) || status === undefined) return [];
  return validate(part, status, '').map((error) => ({ ...error, field: join('status', error.field) }));
}

function validate(schema: JsonObject, value: Json, path: string): readonly FieldError[] {
  if (value === null && schema['nullable'] === true) return [];
  const wrongType = checkType(schema, value, path);
  if (wrongType !== undefined) return [wrongType];
  const errors = [...checkEnum(schema, value, path)];
  if (typeof value === 'number') errors.push(...checkNumber(schema, value, path));
  if (typeof value === 'string') errors.push(...checkText(schema, value, path));
  if (isList(value)) errors.push(...checkList(schema, value, path));
  if (isObject(value)) errors.push(...checkObject(schema, value, path));
  return errors;
}

function checkType(schema: JsonObject, value: Json, path: string): FieldError | undefined {
  const found = typeName(value);
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (found === 'integer' || found === 'string') return undefined;
    return typeInvalid(path, found, `${path} in body must be of type integer,string: ${JSON.stringify(found)}`);
  }
  const type = schema['type'];
  if (typeof type !== 'string' || type === '' || type === found) return undefined;
  if (type === 'number' && found === 'integer') return undefined;
  return typeInvalid(path, found, `${path} in body must be of type ${type}: ${JSON.stringify(found)}`);
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function checkEnum(schema: JsonObject, value: Json, path: string): readonly FieldError[] {
  const allowed = schema['enum'];
  if (!isList(allowed) || allowed.some((one) => equals(one, value))) return [];
  const names = allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return [notSupported(path, value, names)];
}

function checkNumber(schema: JsonObject, value: number, path: string): readonly FieldError[] {
  const { minimum, maximum, multipleOf } = schema;
  const details = [
    limitDetail(minimum, schema['exclusiveMinimum'] === true, (limit) => value - limit, 'greater'),
    limitDetail(maximum, schema['exclusiveMaximum'] === true, (limit) => limit - value, 'less'),
  ];
  if (typeof multipleOf === 'number' && !Number.isInteger(value / multipleOf))
    details.push(`a multiple of ${multipleOf}`);
  return details
    .filter((detail) => detail !== undefined)
    .map((detail) => invalid(path, value, `${path} in body should be ${detail}`));
}

// What a number must be where it is beyond a limit. `room` is how far within the limit it is.
function limitDetail(
  limit: Json | undefined,
  isStrict: boolean,
  room: (limit: number) => number,
  word: 'greater' | 'less',
): string | undefined {
  if (typeof limit !== 'number') return undefined;
  if (isStrict) return room(limit) <= 0 ? `${word} than ${limit}` : undefined;
  return room(limit) < 0 ? `${word} than or equal to ${limit}` : undefined;
}

function checkText(schema: JsonObject, value: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { minLength, maxLength, pattern, format } = schema;
  const length = [...value].length;
  if (typeof maxLength === 'number' && length > maxLength) errors.push(tooLong(path, maxLength));
  if (typeof minLength === 'number' && length < minLength)
    errors.push(invalid(path, value, `${path} in body should be at least ${minLength} chars long`));
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value))
    errors.push(invalid(path, value, `${path} in body should match '${pattern}'`));
  if (typeof format === 'string' && !hasFormat(format, value))
    errors.push(invalid(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`));
  return errors;
}

const FORMATS: { readonly [name: string]: RegExp } = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  uuid: /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i,
  ipv4: /^(?:\d{1,3}\.){3}\d{1,3}$/,
  byte: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
};

// Source: the formats of definitions that Kubernetes checks.
const KUBERNETES_FORMATS: ReadonlySet<string> = new Set(
  'bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 creditcard ssn hexcolor rgbcolor byte password date duration date-time'.split(
    ' ',
  ),
);

/** False for a format that Kubernetes checks and that is not checked here. */
export function isFormatChecked(format: string): boolean {
  return !KUBERNETES_FORMATS.has(format) || FORMATS[format] !== undefined;
}

function hasFormat(format: string, value: string): boolean {
  return FORMATS[format]?.test(value) ?? true;
}

function checkList(schema: JsonObject, value: readonly Json[], path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { minItems, maxItems, items } = schema;
  if (typeof maxItems === 'number' && value.length > maxItems) errors.push(tooMany(path, value.length, maxItems));
  if (typeof minItems === 'number' && value.length < minItems)
    errors.push(invalid(path, value.length, `${path} in body should have at least ${minItems} items`));
  if (isObject(items))
    for (const [at, item] of value.entries()) errors.push(...validate(items, item, `${path}[${at}]`));
  return errors;
}

function checkObject(schema: JsonObject, value: JsonObject, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { minProperties, maxProperties } = schema;
  const count = Object.keys(value).length;
  if (typeof maxProperties === 'number' && count > maxProperties) errors.push(tooMany(path, count, maxProperties));
  if (typeof minProperties === 'number' && count < minProperties)
    errors.push(invalid(path, count, `${path} in body should have at least ${minProperties} properties`));
  for (const name of listIn(schema, 'required'))
    if (typeof name === 'string' && !Object.hasOwn(value, name)) errors.push(required(join(path, name)));
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  for (const [name, inner] of Object.entries(value)) {
    const field = Object.hasOwn(properties, name) ? properties[name] : schema['additionalProperties'];
    if (isObject(field)) errors.push(...validate(field, inner, join(path, name)));
  }
  return errors;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** What is there twice in lists that are sets or maps. */
export function validateLists(schema: JsonObject, value: Json, path = ''): readonly FieldError[] {
  if (isObject(value)) {
    const properties = isObject(schema['properties']) ? schema['properties'] : {};
    return Object.entries(value).flatMap(([name, inner]) => {
      const field = Object.hasOwn(properties, name) ? properties[name] : schema['additionalProperties'];
      return isObject(field) ? validateLists(field, inner, join(path, name)) : [];
    });
  }
  if (!isList(value)) return [];
  const { items } = schema;
  const inner = isObject(items) ? value.flatMap((item, at) => validateLists(items, item, `${path}[${at}]`)) : [];
  return [...duplicatesIn(schema, value, path), ...inner];
}

function duplicatesIn(schema: JsonObject, value: readonly Json[], path: string): readonly FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const keys = listIn(schema, 'x-kubernetes-list-map-keys').filter((key) => typeof key === 'string');
  const counts = new Map<string, number>();
  return value.flatMap((item, at) => {
    const id = type === 'set' ? item : keysOf(item, keys);
    const text = toCanonicalText(id);
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    // The third one is not told of again.
    return count === 2 ? [duplicate(`${path}[${at}]`, id)] : [];
  });
}

function keysOf(item: Json, keys: readonly string[]): Json {
  const object = isObject(item) ? item : {};
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key] as Json]));
}
