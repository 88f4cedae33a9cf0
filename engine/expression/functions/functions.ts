// All built-in functions by name: what check, the closures and the reference page are made from.

import type { Meter } from '../budget.ts';
import { Callable, type Value } from '../value.ts';
import { chanceFunctions } from './chance.ts';
import { cidrFunctions } from './cidr.ts';
import { collectionFunctions } from './collections.ts';
import { dateFunctions } from './dates.ts';
import { decimalFunctions } from './decimals.ts';
import type { Definition } from './definition.ts';
import { durationFunctions } from './duration.ts';
import { formatFunctions } from './formats.ts';
import { instantFunctions } from './instant.ts';
import { integerFunctions } from './integers.ts';
import { kubernetesFunctions } from './kubernetes.ts';
import { languageFunctions } from './language.ts';
import { matchingFunctions } from './matching.ts';
import { numberFunctions } from './numbers.ts';
import { quantityFunctions } from './quantity.ts';
import { semverFunctions } from './semver.ts';
import { Signature } from './signature.ts';
import { stringFunctions } from './strings.ts';
import { structureFunctions } from './structure.ts';

/** A built-in function, ready to be called. */
export class BuiltIn {
  readonly definition: Definition;
  readonly signature: Signature;

  constructor(definition: Definition) {
    this.definition = definition;
    this.signature = new Signature(definition.name, definition.signature);
  }

  /** Calls it. Throws ExpressionError where the arguments do not fit. */
  call(args: readonly Value[], context: Value, meter: Meter): Value {
    return this.definition.run(this.signature.validate(args, context), meter);
  }

  /** The function as a value. */
  toCallable(meter: Meter): Callable {
    return new Callable(this.definition.arity, (args, context) => this.call(args, context, meter));
  }
}

const definitions = [
  ...stringFunctions,
  ...numberFunctions,
  ...integerFunctions,
  ...decimalFunctions,
  ...dateFunctions,
  ...collectionFunctions,
  ...matchingFunctions,
  ...structureFunctions,
  ...kubernetesFunctions,
  ...quantityFunctions,
  ...semverFunctions,
  ...durationFunctions,
  ...instantFunctions,
  ...cidrFunctions,
  ...formatFunctions,
  ...chanceFunctions,
];
const toMap = (list: readonly Definition[]): ReadonlyMap<string, BuiltIn> =>
  new Map(list.map((definition) => [definition.name, new BuiltIn(definition)]));
const byName = toMap(definitions);
const ofTheLanguage = toMap(languageFunctions);

/** The names of all functions, without `$`. */
export const functionNames: readonly string[] = definitions.map(({ name }) => name);

/** Rules, or the whole language: the same but for functions that depend on the moment, on chance, or on text as code. */
export type Profile = 'rule' | 'jsonata';

/** The function of a name without `$`. */
export function findFunction(name: string, profile: Profile = 'rule'): BuiltIn | undefined {
  return byName.get(name) ?? (profile === 'jsonata' ? ofTheLanguage.get(name) : undefined);
}
