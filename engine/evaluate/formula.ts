// Evaluates templates for one custom resource, and turns whatever goes wrong into a failure with its place.

import { ExpressionError } from '../expression/expression.ts';
import type { Span } from '../model/diagnostic.ts';
import { isArray, isObject, type Json, type MaybeJson } from '../model/json.ts';
import type { Failure, Waiting } from '../model/plan.ts';
import type { Read } from '../model/read.ts';
import { type CompiledInput, type CompiledLet, type Formula, formulasOf, type Template } from '../model/rule.ts';

/** Thrown inside evaluate/ only: carries a failure to the child, condition or field that it belongs to. */
export class FormulaFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Thrown inside evaluate/ only: a formula reads something that is not there yet. Nothing is wrong. */
export class FormulaWait extends Error {
  readonly waiting: Omit<Waiting, 'child'>;

  constructor(waiting: Omit<Waiting, 'child'>) {
    super(waiting.message);
    this.waiting = waiting;
  }
}

/** What an input is at this moment. */
export type InputState =
  | { readonly kind: 'there'; readonly value: MaybeJson }
  | { readonly kind: 'missing' | 'unknown'; readonly message: string };

/** What formulas read by name beside what is set: computed when first read, and once. */
export interface NamedValues {
  readonly lets: readonly CompiledLet[];
  readonly inputs: readonly CompiledInput[];
  /** Finds an input; its own formulas are evaluated by `scope`. */
  resolve(input: CompiledInput, scope: Scope): InputState;
}

/** Values of `let` alone. */
export function onlyLets(lets: readonly CompiledLet[]): NamedValues {
  return { lets, inputs: [], resolve: () => ({ kind: 'there', value: undefined }) };
}

/** What becomes of a formula that reads an object that does not exist: a template waits, a report goes without. */
export type Moment = 'template' | 'report';

/** The context and variables of one evaluation. */
export class Scope {
  readonly #input: Json;
  readonly #values: NamedValues;
  readonly #variables: Record<string, MaybeJson>;
  readonly #moment: Moment;
  readonly #computed = new Map<string, FormulaFailure | FormulaWait | undefined>();
  // Variables that hold a Secret, or were computed from one: their values are not shown in messages.
  readonly #secret = new Set<string>();
  readonly #isSecret: boolean;
  /** Numbers from 0 to below 1, for functions of chance; there are none where it is not given. */
  random: (() => number) | undefined;

  constructor(
    input: Json,
    values: NamedValues,
    variables: Readonly<Record<string, MaybeJson>>,
    moment: Moment = 'template',
  ) {
    this.#input = input;
    this.#values = values;
    this.#moment = moment;
    this.#isSecret = isObject(input) && input['kind'] === 'Secret';
    this.#variables = {};
    for (const [name, value] of Object.entries(variables)) this.set(name, value);
  }

  /** The same context and variables for conditions and status. */
  forReports(): Scope {
    const named = new Set([...this.#values.lets.map(({ name }) => name), ...this.#values.inputs.map(({ id }) => id)]);
    const set = Object.entries(this.#variables).filter(([name]) => !named.has(name));
    return new Scope(this.#input, this.#values, Object.fromEntries(set), 'report');
  }

  /** Sets a variable for all later evaluations. */
  set(name: string, value: MaybeJson): void {
    const isSecret = [value].flat().some((item) => isObject(item) && item['kind'] === 'Secret');
    if (isSecret) this.#secret.add(name);
    else this.#secret.delete(name);
    this.#variables[name] = value;
  }

  /** The value of a template, or undefined where its formula finds nothing. Throws FormulaFailure. */
  value(template: Template): MaybeJson {
    switch (template.kind) {
      case 'literal':
        return template.value;
      case 'formula':
        return this.#evaluate(template.formula);
      case 'text':
        return template.parts.map((part) => (typeof part === 'string' ? part : this.#insert(part))).join('');
      case 'array':
        return template.items.map((item) => this.value(item)).filter((item) => item !== undefined);
      case 'object':
        return this.#object(template.entries);
    }
  }

  #object(entries: readonly (readonly [string, Template])[]): MaybeJson {
    const result: Record<string, Json> = {};
    for (const [key, item] of entries) {
      const value = this.value(item);
      if (value !== undefined) result[key] = value;
    }
    return result;
  }

  #insert(formula: Formula): string {
    const value = this.#evaluate(formula);
    if (value === undefined || value === null) {
      throw invalid(
        formula.span,
        `"${formula.source}" gives nothing to insert; give a default with ?? if that is fine`,
      );
    }
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  #evaluate(formula: Formula): MaybeJson {
    for (const read of formula.reads) this.#compute(read.variable, () => formula.locate(read.range));
    try {
      return formula.evaluate(this.#input, this.#variables, this.random);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const span = formula.locate(error.range);
      const message = this.readsSecret(formula) ? error.discreet : error.message;
      throw new FormulaFailure({ code: 'ExpressionFailed', message: `${error.code}: ${message}`, span });
    }
  }

  /** True where a formula reads a Secret that was found, or what was computed from one. */
  readsSecret(formula: Formula): boolean {
    return this.#isSecret || formula.reads.some(({ variable }) => this.#secret.has(variable));
  }

  /** What a formula that was evaluated has read. */
  found({ variable, path }: Read): MaybeJson {
    return follow(variable === '' ? this.#input : this.#variables[variable], path);
  }

  #compute(name: string, spanOfRead: () => Span): void {
    if (!this.#computed.has(name)) {
      const item = this.#values.lets.find((other) => other.name === name);
      const input = this.#values.inputs.find(({ id }) => id === name);
      if (item === undefined && input === undefined) return;
      // Read in a circle: the rule has an error, and the value is nothing.
      this.#computed.set(name, undefined);
      this.#computed.set(name, this.#attempt(name, item, input, spanOfRead));
    }
    const thrown = this.#computed.get(name);
    if (thrown !== undefined) throw thrown;
  }

  #attempt(
    name: string,
    item: CompiledLet | undefined,
    input: CompiledInput | undefined,
    spanOfRead: () => Span,
  ): FormulaFailure | FormulaWait | undefined {
    try {
      if (item !== undefined) {
        this.#variables[name] = this.value(item.value);
        if (formulasOf(item.value).some((formula) => this.readsSecret(formula))) this.#secret.add(name);
      }
      return input === undefined ? undefined : this.#read(input, spanOfRead);
    } catch (error) {
      if (error instanceof FormulaFailure || error instanceof FormulaWait) return error;
      throw error;
    }
  }

  #read(input: CompiledInput, spanOfRead: () => Span): FormulaWait | undefined {
    const state = this.#values.resolve(input, this);
    if (state.kind === 'there') this.set(input.id, state.value);
    if (state.kind === 'there' || (state.kind === 'missing' && (input.isOptional || this.#moment === 'report')))
      return undefined;
    const code = state.kind === 'missing' ? 'InputMissing' : 'NotListed';
    return new FormulaWait({
      code,
      message: `needs "${input.id}": ${state.message}`,
      span: spanOfRead(),
      on: input.id,
    });
  }
}

// Items of arrays take no step.
function follow(value: MaybeJson, path: readonly string[]): MaybeJson {
  const [step, ...rest] = path;
  if (step === undefined || step === '*') return value;
  if (isArray(value)) {
    const found = value.flatMap((item) => follow(item, path) ?? []);
    return found.length > 0 ? found : undefined;
  }
  return isObject(value) && Object.hasOwn(value, step) ? follow(value[step], rest) : undefined;
}

/** A failure because a formula gave a value that its place cannot take. */
export function invalid(span: Span, message: string): FormulaFailure {
  return new FormulaFailure({ code: 'InvalidResult', message, span });
}

/** True, false, or false for nothing; anything else is a failure, since it would hide a mistake. */
export function toGuard(value: MaybeJson, span: Span, field: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw invalid(
    span,
    `${field} gave ${describeValue(value)}, not true or false; compare it, or use $exists or $boolean`,
  );
}

/** A value in a message: its type and the beginning of its text. */
export function describeValue(value: MaybeJson): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  const kind = isArray(value) ? 'a list' : isObject(value) ? 'a mapping' : value === null ? '' : `the ${typeof value}`;
  return `${kind} ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`.trim();
}

/** Where a template stands, for messages about its value. */
export function spanOf(template: Template, otherwise: Span): Span {
  if (template.kind === 'formula') return template.formula.span;
  const inner = template.kind === 'text' ? template.parts.find((part) => typeof part !== 'string') : undefined;
  return inner?.span ?? otherwise;
}
