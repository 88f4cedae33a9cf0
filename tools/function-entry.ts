// What the tables of functions are made of.

import type { Json, MaybeJson } from '../engine/model/json.ts';

/** A formula, what it is evaluated on, and what it gives: a result (nothing, where there is none) or the code of an error. */
export interface Example {
  readonly formula: string;
  readonly input: Json;
  readonly result?: MaybeJson;
  readonly error?: string;
}

/** A function as the reference shows it. `call`: how it is called, with names for its arguments. */
export interface Entry {
  readonly name: string;
  readonly call: string;
  readonly does: string;
  readonly examples: readonly Example[];
}

/** Functions that belong together. */
export interface Group {
  readonly title: string;
  /** Whether JSONata has them, too. */
  readonly isOfJsonata: boolean;
  readonly entries: readonly Entry[];
}

/** An entry; `call` is `$name(arguments) -> result`. */
export function entry(call: string, does: string, examples: readonly Example[]): Entry {
  const name = /^\$(\w+)\(/.exec(call)?.[1];
  if (name === undefined) throw new Error(`no function is called in ${call}`);
  return { name, call, does, examples };
}

/** A formula that gives a result; without one, nothing. */
export function gives(formula: string, result?: MaybeJson, input: Json = {}): Example {
  return { formula, input, result };
}

/** A formula that fails with an error. */
export function fails(formula: string, error: string, input: Json = {}): Example {
  return { formula, input, error };
}
