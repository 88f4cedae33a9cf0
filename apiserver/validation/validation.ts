// What the server checks of built-in kinds besides types and metadata. Only rules that are written here are checked; the
// ledger names the kinds that have none.

import type { ApiObject } from '../model/api-object.ts';
import type { FieldError } from '../model/field-error.ts';

/** The rules of a kind. Without `checkUpdate` a changed object is checked as a new one. */
export interface Validation {
  check(object: ApiObject): readonly FieldError[];
  checkUpdate?(object: ApiObject, old: ApiObject): readonly FieldError[];
}

/** The rules by `apiVersion/kind`. */
export const VALIDATIONS: { readonly [kind: string]: Validation | undefined } = {};
