// What is wrong with a patch.

import { isList, type Json } from '../model/json.ts';

/**
 * 400: it makes no sense at all, whatever the object is. 422: it does not fit the object, of which the API server says no
 * more. 500: it contradicts itself.
 */
export type FailureCode = 400 | 422 | 500;

/** Why a patch cannot be applied, as the API server says it. */
export class PatchFailure extends Error {
  readonly code: FailureCode;

  constructor(message: string, code: FailureCode) {
    super(message);
    this.name = 'PatchFailure';
    this.code = code;
  }
}

/** Says that a value is not what is read there, in the words of the API server. */
export function cannotRead(value: Json, wanted: string): string {
  const kind = isList(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go ${wanted}`;
}
