// What checks of a value have found.

import { type FieldError, invalid } from '../model/field-error.ts';
import { sortedKeys } from '../model/go-text.ts';
import type { Json } from '../model/json.ts';

/** An error, and the words by which it is known to be there already. */
interface Found {
  readonly text: string;
  readonly error: FieldError;
}

/** What checks have found, and how many were made. */
export class Result {
  readonly found: Found[] = [];
  made = 0;

  get isValid(): boolean {
    return this.found.length === 0;
  }

  add(text: string, error: FieldError): this {
    if (!this.found.some((other) => other.text === text)) this.found.push({ text, error });
    return this;
  }

  /** Adds an error about a field. */
  addInvalid(path: string, value: Json, text: string): this {
    return this.add(text, invalid(path, sortedKeys(value), text));
  }

  /** Adds an error that names no field. */
  addGeneral(text: string): this {
    return this.add(text, invalid('', '', text));
  }

  merge(other: Result): this {
    for (const { text, error } of other.found) this.add(text, error);
    this.made += other.made;
    return this;
  }
}

/** A result without errors. */
export function made(count: number): Result {
  const result = new Result();
  result.made = count;
  return result;
}
