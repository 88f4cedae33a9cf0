// How the built-in functions are written down.

import type { Meter } from '../budget.ts';
import { raise } from '../errors.ts';
import type { Value } from '../value.ts';

/** A built-in function. */
export interface Definition {
  readonly name: string;
  /** JSONata's notation. */
  readonly signature: string;
  /** How many arguments it wants when it is given to a higher-order function. */
  readonly arity: number;
  /** Computes the result from arguments that fit the signature; text and items that it makes are taken from the meter. */
  readonly run: (args: readonly Value[], meter: Meter) => Value;
}

/** Writes a definition down in one line. */
export function define(name: string, signature: string, arity: number, run: Definition['run']): Definition {
  return { name, signature, arity, run };
}

/** A function that gives nothing when one of its first arguments is nothing; `count`: how many of them matter. */
export function defined(run: Definition['run'], count = 1): Definition['run'] {
  return (args, meter) => {
    for (let index = 0; index < count; index += 1) if (args[index] === undefined) return undefined;
    return run(args, meter);
  };
}

/** An argument that a signature lets be nothing, but the function cannot do without. Throws ExpressionError T0410. */
export function needed(value: Value, index: number, token: string): string {
  return value === undefined ? raise('T0410', { index, value, token }) : (value as string);
}
