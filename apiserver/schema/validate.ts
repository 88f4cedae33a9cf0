// Whether a custom resource fits its structural schema, in the words of the API server.
//
// Of alternatives (`anyOf`, `oneOf`) that all fail, the errors of the one that comes closest are told: the one with the
// most checks that were made. Of a changed object, what is as it was may stay wrong.
// Source: https://pkg.go.dev/k8s.io/kube-openapi/pkg/validation/validate

import { type FieldError, notSupported, required, tooMany, typeInvalid } from '../model/field-error.ts';
import { goQuote, sortedKeys } from '../model/go-text.ts';
import {
  equals,
  isList,
  isObject,
  type Json,
  type JsonObject,
  listIn,
  textIn,
  toCanonicalText,
} from '../model/json.ts';
import type { Correlated } from './correlate.ts';
import { isKnownFormat } from './formats.ts';
import { Patterns } from './pattern.ts';
import { made, Result } from './result.ts';
import { checkFormat, checkNumber, checkText, isWhole } from './value-rules.ts';

/** Checks values against schemas. `isForDefaults`: as defaults are checked, for which schemas are read more simply. */
export class SchemaValidator {
  readonly #patterns = new Patterns();
  readonly #isForDefaults: boolean;

  constructor({ isForDefaults = false }: { readonly isForDefaults?: boolean } = {}) {
    this.#isForDefaults = isForDefaults;
  }

  /** What is wrong with a value at a path; '' for a whole object. `correlated`: what it was before. */
  validate(schema: JsonObject, value: Json, path: string, correlated?: Correlated): readonly FieldError[] {
    const shared = { patterns: this.#patterns, isForDefaults: this.#isForDefaults };
    const result = check({ schema, value, path: '', correlated, ...shared });
    return result.found.map(({ error }) => ({ ...error, field: placed(path, error.field) }));
  }
}

// Paths within a status are told without it.
function placed(base: string, field: string): string {
  const inner = field.replace(/^\./, '');
  if (inner === '') return base === '' ? '<nil>' : base;
  return base === '' ? inner : `${base}.${inner}`;
}

interface Asked {
  readonly schema: JsonObject;
  readonly value: Json;
  readonly path: string;
  readonly correlated: Correlated | undefined;
  readonly patterns: Patterns;
  readonly isForDefaults: boolean;
}

function check(asked: Asked): Result {
  const result = checkAll(asked);
  return result.isValid || asked.correlated?.isUnchanged() !== true ? result : made(result.made);
}

function checkAll(asked: Asked): Result {
  const { schema, value, path, patterns } = asked;
  const result = new Result();
  if (value === null) return result.merge(checkType(asked)).merge(checkEnum(asked));
  const step = (other: Result): void => {
    result.merge(other);
    result.made += 1;
  };
  const format = formatOf(asked);
  const types = typesOf(asked);
  if (types.length > 0 || format !== '') step(checkType(asked));
  step(checkAlternatives(asked));
  if (typeof value === 'string') {
    step(checkText({ schema, value, path, patterns }));
    if (format !== '' && isKnownFormat(format, '')) step(checkFormat(format, value, path));
  }
  if (typeof value === 'number')
    step(checkNumber({ schema, value, path, types, format: isKnownFormat(format, types[0] ?? '') ? format : '' }));
  if (isList(value)) step(checkList(asked, value));
  step(checkEnum(asked));
  if (isObject(value)) step(checkObject(asked, value));
  result.made += 1;
  return result;
}

function typesOf({ schema, isForDefaults }: Asked): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true && !isForDefaults) return ['integer', 'string'];
  const type = textIn(schema, 'type');
  return type === '' ? [] : [type];
}

// Formats that are not known are as good as none.
function formatOf(asked: Asked): string {
  const types = typesOf(asked);
  const format = textIn(asked.schema, 'format');
  if (asked.isForDefaults) return format;
  return isKnownFormat(format, types.length === 1 ? (types[0] ?? '') : '') ? format : '';
}

const NUMBERS: readonly string[] = ['number', 'integer'];

function checkType(asked: Asked): Result {
  const { schema, value, path } = asked;
  const types = typesOf(asked);
  const [found, foundFormat] = kindOf(value);
  const failed = (wanted: string, what: string): Result => {
    const text = `${path} in body must be of type ${wanted}: ${goQuote(what)}`;
    return new Result().add(text, typeInvalid(path, what, text));
  };
  if (value === null)
    return types.length === 0 || schema['nullable'] === true ? made(1) : failed(types.join(','), found);
  const format = formatOf(asked);
  const fits =
    types.includes(found) || (found === 'integer' && types.includes('number')) || isLikeInteger(value, types);
  const isTextual = typeof value === 'string' || isList(value);
  if (!isTextual && format !== '' && format !== foundFormat && !fits) return failed(format, foundFormat);
  if (isTextual && format !== '' && !types.some((type) => NUMBERS.includes(type))) return made(1);
  return fits ? made(1) : failed(types.join(','), found);
}

function kindOf(value: Json): readonly [type: string, format: string] {
  if (value === null) return ['null', ''];
  if (isList(value)) return ['array', ''];
  if (typeof value !== 'number') return [typeof value, ''];
  return isWhole(value) ? ['integer', 'int64'] : ['number', 'float64'];
}

// Numbers too large for an integer may be whole all the same.
function isLikeInteger(value: Json, types: readonly string[]): boolean {
  return typeof value === 'number' && types.includes('integer') && Number.isSafeInteger(value);
}

function checkEnum({ schema, value, path }: Asked): Result {
  const result = new Result();
  const allowed = schema['enum'];
  if (!isList(allowed) || allowed.length === 0) return result;
  if (allowed.some((one) => isAllowed(value, one))) return result;
  const names = allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(sortedKeys(one))));
  const text = `${path} in body should be one of ${names.join(' ')}`;
  return result.add(text, notSupported(path, sortedKeys(value), names));
}

// Numbers become what they are compared with: parts are cut off, and a number is the sign that it is the code of.
function isAllowed(value: Json, allowed: Json): boolean {
  if (value === null || allowed === null) return false;
  if (typeof value !== 'number') return equals(value, allowed);
  if (typeof allowed === 'number') return (isWhole(allowed) ? Math.trunc(value) : value) === allowed;
  return typeof allowed === 'string' && isWhole(value) && signOf(value) === allowed;
}

function signOf(code: number): string {
  const isSign = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isSign ? String.fromCodePoint(code) : '\ufffd';
}

function checkAlternatives(asked: Asked): Result {
  const result = new Result();
  // What is in alternatives is not compared with what it was.
  const ask = (schema: Json): Result => checkAll({ ...asked, schema: schema as JsonObject, correlated: undefined });
  const list = (word: string): readonly Result[] => listIn(asked.schema, word).map(ask);
  const name = goQuote(asked.path);
  checkAny(result, list('anyOf'), name);
  checkOne(result, list('oneOf'), name);
  const all = list('allOf');
  for (const one of all) result.merge(one);
  const valid = all.filter(({ isValid }) => isValid).length;
  if (valid < all.length)
    result.addGeneral(`${name} must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`);
  const { not } = asked.schema;
  if (isObject(not) && ask(not).isValid) result.addGeneral(`${name} must not validate the schema (not)`);
  result.made += 1;
  return result;
}

function checkAny(result: Result, all: readonly Result[], name: string): void {
  if (all.length === 0) return;
  const first = all.find(({ isValid }) => isValid);
  if (first === undefined) result.addGeneral(`${name} must validate at least one schema (anyOf)`);
  result.merge(first ?? closest(all));
}

function checkOne(result: Result, all: readonly Result[], name: string): void {
  if (all.length === 0) return;
  const valid = all.filter(({ isValid }) => isValid);
  const [only] = valid;
  if (valid.length === 1 && only !== undefined) {
    result.merge(only);
    return;
  }
  const found = valid.length === 0 ? 'Found none valid' : `Found ${valid.length} valid alternatives`;
  result.addGeneral(`${name} must validate one and only one schema (oneOf). ${found}`);
  if (valid.length === 0) result.merge(closest(all));
}

function closest(all: readonly Result[]): Result {
  return all.reduce((best, one) => (one.made > best.made ? one : best));
}

function checkList(asked: Asked, list: readonly Json[]): Result {
  const { schema, path, correlated } = asked;
  const result = made(1);
  const { items, minItems, maxItems, uniqueItems } = schema;
  if (isObject(items))
    for (const [at, value] of list.entries())
      result.merge(
        check({ ...asked, schema: items, value, path: `${path}[${at}]`, correlated: correlated?.index(at) }),
      );
  const size = list.length;
  if (typeof minItems === 'number' && size < minItems)
    result.addInvalid(path, size, `${path} in body should have at least ${minItems} items`);
  if (typeof maxItems === 'number' && size > maxItems)
    result.add(`${path} in body should have at most ${maxItems} items`, tooMany(path, size, maxItems));
  const isRepeated = uniqueItems === true && new Set(list.map(toCanonicalText)).size < size;
  if (isRepeated) result.addInvalid(path, '', `${path} in body shouldn't contain duplicates`);
  return result;
}

function checkObject(asked: Asked, object: JsonObject): Result {
  const { schema, path } = asked;
  const result = new Result();
  checkCount(result, asked, Object.keys(object).length);
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  checkAdditional(result, asked, object);
  for (const [name, inner] of Object.entries(properties))
    if (Object.hasOwn(object, name) && isObject(inner))
      result.merge(checkField(asked, inner, [name, path === '' ? name : `${path}.${name}`]));
  for (const name of listIn(schema, 'required'))
    if (typeof name === 'string' && !Object.hasOwn(object, name))
      result.add(`${path}.${name} in body is required`, required(`${path}.${name}`));
  return result;
}

function checkAdditional(result: Result, asked: Asked, object: JsonObject): void {
  const { schema, path } = asked;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const additional = schema['additionalProperties'];
  for (const name of Object.keys(object)) {
    if (Object.hasOwn(properties, name)) continue;
    if (additional === false) result.addInvalid(path, name, `${path}.${name} in body is a forbidden property`);
    else if (isObject(additional)) result.merge(checkField(asked, additional, [name, `${path}.${name}`]));
  }
}

function checkField(asked: Asked, schema: JsonObject, [name, path]: readonly [name: string, path: string]): Result {
  // Nothing else shows the version in which an object was written before.
  const isType = asked.path === '' && (name === 'kind' || name === 'apiVersion');
  const correlated = isType ? undefined : asked.correlated?.key(name);
  return check({ ...asked, schema, value: (asked.value as JsonObject)[name] as Json, path, correlated });
}

function checkCount(result: Result, { schema, path }: Asked, count: number): void {
  const { minProperties, maxProperties } = schema;
  if (typeof minProperties === 'number' && count < minProperties)
    result.addInvalid(path, count, `${path} in body should have at least ${minProperties} properties`);
  if (typeof maxProperties === 'number' && count > maxProperties)
    result.add(`${path} in body should have at most ${maxProperties} properties`, tooMany(path, count, maxProperties));
}
