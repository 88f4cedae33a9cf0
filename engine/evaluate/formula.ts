// Evaluates templates for one custom resource, and turns whatever goes wrong into a failure with its place.

import { ExpressionError } from '../expression/expression.ts';
import type { Span } from '../model/diagnostic.ts';
import { isArray, isObject, type Json, type MaybeJson } from '../model/json.ts';
import type { Failure } from '../model/plan.ts';
import { type CompiledLet, type Formula, formulasOf, type Template } from '../model/rule.ts';

/** Thrown inside evaluate/ only: carries a failure to the child, condition or field that it belongs to. */
export class FormulaFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The context and variables of one evaluation. Values of `let` are computed when first read, and once. */
export class Scope {
  readonly #input: Json;
  readonly #variables: Record<string, MaybeJson>;
  readonly #lets: ReadonlyMap<string, CompiledLet>;
  readonly #computed = new Map<string, FormulaFailure | undefined>();
  // Variables that hold a Secret, or were computed from one: their values are not shown in messages.
  readonly #secret = new Set<string>();
  readonly #isSecret: boolean;
  /** Numbers from 0 to below 1, for functions of chance; there are none where it is not given. */
  random: (() => number) | undefined;

  constructor(input: Json, lets: readonly CompiledLet[], variables: Readonly<Record<string, MaybeJson>>) {
    this.#input = input;
    this.#variables = { ...variables };
    this.#lets = new Map(lets.map((item) => [item.name, item]));
    this.#isSecret = isObject(input) && input['kind'] === 'Secret';
  }

  /** Sets a variable for all later evaluations. */
  set(name: string, value: MaybeJson): void {
    if (isObject(value) && value['kind'] === 'Secret') this.#secret.add(name);
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
    for (const read of formula.reads) this.#compute(read.variable);
    try {
      return formula.evaluate(this.#input, this.#variables, this.random);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const span = formula.locate(error.range);
      const message = this.#readsSecret(formula) ? error.discreet : error.message;
      throw new FormulaFailure({ code: 'ExpressionFailed', message: `${error.code}: ${message}`, span });
    }
  }

  #readsSecret(formula: Formula): boolean {
    return this.#isSecret || formula.reads.some(({ variable }) => this.#secret.has(variable));
  }

  #compute(name: string): void {
    const item = this.#lets.get(name);
    if (item === undefined) return;
    if (!this.#computed.has(name)) {
      this.#computed.set(name, undefined);
      try {
        this.#variables[name] = this.value(item.value);
        if (formulasOf(item.value).some((formula) => this.#readsSecret(formula))) this.#secret.add(name);
      } catch (error) {
        if (!(error instanceof FormulaFailure)) throw error;
        this.#computed.set(name, error);
      }
    }
    const failed = this.#computed.get(name);
    if (failed !== undefined) throw failed;
  }
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
