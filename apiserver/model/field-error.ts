// What is wrong with a field of an object, in the words of the API server.
// Source: https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation/field

import { goFloat, goJson, goNumber, goQuote } from './go-text.ts';
import type { Json } from './json.ts';

/** What kind of trouble a field has; the value of `reason` in the causes of a Status. */
export type FieldErrorReason =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError';

/** One wrong field. `field` is a path such as `spec.ports[0].port`; `message` does not repeat it. */
export interface FieldError {
  readonly reason: FieldErrorReason;
  readonly field: string;
  readonly message: string;
}

/** A field that must be there and is not. */
export function required(field: string, detail = ''): FieldError {
  return { reason: 'FieldValueRequired', field, message: withDetail('Required value', detail) };
}

/** A value that breaks a rule. */
export function invalid(field: string, value: Json, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: withDetail(`Invalid value: ${shown(value)}`, detail) };
}

/** A number that breaks a rule and is shown as one with parts, whole or not. */
export function invalidFloat(field: string, value: number, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: withDetail(`Invalid value: ${goFloat(value)}`, detail) };
}

/** A value of the wrong type; `value` is the name of the type that was found. */
export function typeInvalid(field: string, value: Json, detail: string): FieldError {
  return { reason: 'FieldValueTypeInvalid', field, message: withDetail(`Invalid value: ${shown(value)}`, detail) };
}

/** A value that is none of those that are allowed. */
export function notSupported(field: string, value: Json, allowed: readonly string[]): FieldError {
  const names = allowed.map(goQuote).join(', ');
  const detail = allowed.length === 0 ? '' : `supported values: ${names}`;
  return {
    reason: 'FieldValueNotSupported',
    field,
    message: withDetail(`Unsupported value: ${shown(value)}`, detail),
  };
}

/** A field that may not be set, or not be changed, as things are. */
export function forbidden(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', field, message: withDetail('Forbidden', detail) };
}

/** What the server could not find out. */
export function internal(field: string, detail: string): FieldError {
  return { reason: 'InternalError', field, message: `Internal error: ${detail}` };
}

/** A value that is there twice. */
export function duplicate(field: string, value: Json): FieldError {
  return { reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${shown(value)}` };
}

/** A name that nothing has. */
export function missing(field: string, value: Json): FieldError {
  return { reason: 'FieldValueNotFound', field, message: `Not found: ${shown(value)}` };
}

/** A text that is too long. */
export function tooLong(field: string, maxLength: number): FieldError {
  const unit = maxLength === 1 ? 'byte' : 'bytes';
  return { reason: 'FieldValueTooLong', field, message: `Too long: may not be more than ${maxLength} ${unit}` };
}

/** A list or an object with too many members. */
export function tooMany(field: string, count: number, max: number): FieldError {
  const unit = max === 1 ? 'item' : 'items';
  return { reason: 'FieldValueTooMany', field, message: `Too many: ${count}: must have at most ${max} ${unit}` };
}

const TITLES: { readonly [reason in FieldErrorReason]?: string } = {
  FieldValueRequired: 'Required value',
  FieldValueForbidden: 'Forbidden',
};

/** An error of a reason. Its value is shown where the reason shows one, and where there is one. */
export function toFieldError(
  reason: FieldErrorReason,
  { field, value, detail }: { readonly field: string; readonly value: Json | undefined; readonly detail: string },
): FieldError {
  const title = TITLES[reason];
  if (title !== undefined) return { reason, field, message: withDetail(title, detail) };
  const isDuplicate = reason === 'FieldValueDuplicate';
  const word = isDuplicate ? 'Duplicate value' : 'Invalid value';
  const message = value === undefined ? word : `${word}: ${shown(value)}`;
  return { reason, field, message: isDuplicate ? message : withDetail(message, detail) };
}

function withDetail(message: string, detail: string): string {
  return detail === '' ? message : `${message}: ${detail}`;
}

function shown(value: Json): string {
  if (typeof value === 'string') return goQuote(value);
  return typeof value === 'number' ? goNumber(value) : goJson(value);
}
