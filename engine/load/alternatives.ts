// Where a schema allows several forms (`anyOf`, `oneOf`), each form says why it is none of its own. People want one
// answer: what is allowed here, all of it.

import type { ErrorObject } from 'ajv';
import { isArray, isObject, type Json } from '../model/json.ts';

// Keywords that speak of a field of the value, not of the value itself: each of them is a mistake of its own.
const OF_A_FIELD = ['required', 'additionalProperties'];
// What names all that is allowed tells more than what names a type.
const NAMES_ALL = ['enum', 'const'];

const TYPES: { readonly [type: string]: string } = {
  object: 'a mapping',
  array: 'a list',
  string: 'a text',
  integer: 'an integer',
};

/** A type of a schema, as people call it. */
export function nameOfType(type: string): string {
  return TYPES[type] ?? `a ${type}`;
}

/** The errors that people shall read, in their order: one for each value, and none of the forms that a value might have had. */
export function tellOnce(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const forms = errors.filter(isOfForms).map(({ schemaPath }) => `${schemaPath}/`);
  const told = errors.filter(({ schemaPath }) => !forms.some((path) => schemaPath.startsWith(path)));
  const best = new Map<string, ErrorObject>();
  for (const error of told) {
    const isBetter = NAMES_ALL.includes(error.keyword) || !best.has(error.instancePath);
    if (isBetter && !OF_A_FIELD.includes(error.keyword)) best.set(error.instancePath, error);
  }
  return told.filter((error) => OF_A_FIELD.includes(error.keyword) || best.get(error.instancePath) === error);
}

function isOfForms({ keyword }: ErrorObject): boolean {
  return keyword === 'anyOf' || keyword === 'oneOf';
}

/** The fields of which a value needs one, where its forms differ in nothing else; else undefined. */
export function fieldsToChooseFrom(forms: readonly Json[]): readonly string[] | undefined {
  const lists = forms.map((form) => (isObject(form) && isArray(form['required']) ? form['required'] : []));
  return lists.every((list) => list.length > 0) ? lists.map((list) => list.join(' and ')) : undefined;
}

/** What is allowed, in words: the descriptions of the forms. */
export function describeForms(forms: readonly Json[]): string {
  const words = forms.map((form) => {
    const { description, type } = isObject(form) ? form : {};
    return description ?? (typeof type === 'string' ? nameOfType(type) : undefined);
  });
  const isTold = words.every((word) => typeof word === 'string');
  return isTold ? words.join(', or ') : `one of the ${forms.length} forms that its schema allows`;
}
