// What the kinds of definitions may be called.

import { type FieldError, invalid, required } from '../model/field-error.ts';
import { type JsonObject, listIn, textIn } from '../model/json.ts';

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** What is wrong with a name that must be a DNS label which starts with a letter. */
export function checkLabel1035(name: string): readonly string[] {
  const messages: string[] = [];
  if (new TextEncoder().encode(name).length > 63) messages.push('must be no more than 63 bytes');
  if (!LABEL.test(name))
    messages.push(
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    );
  return messages;
}

/** What is wrong with a name that a definition gives, as one error. */
export function checkLabelAt(field: string, name: string): readonly FieldError[] {
  const messages = checkLabel1035(name);
  return messages.length === 0 ? [] : [invalid(field, name, messages.join(','))];
}

/** What is wrong with the names of a definition. */
export function checkNames(names: JsonObject, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ['plural', 'singular', 'kind', 'listKind'])
    if (textIn(names, name) === '') errors.push(required(`${path}.${name}`));
  for (const name of ['plural', 'singular'])
    if (textIn(names, name) !== '') errors.push(...checkLabelAt(`${path}.${name}`, textIn(names, name)));
  for (const name of ['kind', 'listKind']) errors.push(...checkMixed(names, name, path));
  for (const name of ['shortNames', 'categories'])
    for (const [at, value] of listIn(names, name).entries())
      errors.push(...checkLabelAt(`${path}.${name}[${at}]`, String(value)));
  const [kind, listKind] = [textIn(names, 'kind'), textIn(names, 'listKind')];
  if (kind !== '' && kind === listKind)
    errors.push(invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same'));
  return errors;
}

function checkMixed(names: JsonObject, name: string, path: string): readonly FieldError[] {
  const value = textIn(names, name);
  const messages = value === '' ? [] : checkLabel1035(value.toLowerCase());
  if (messages.length === 0) return [];
  return [invalid(`${path}.${name}`, value, `may have mixed case, but should otherwise match: ${messages.join(',')}`)];
}
