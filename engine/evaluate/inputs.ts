// The inputs of a rule -> what they are at this moment, and what was asked for.

import type { Span } from '../model/diagnostic.ts';
import { describeRequest, type InputAnswer, type InputReader, type InputRequest } from '../model/input.ts';
import type { Json, MaybeJson } from '../model/json.ts';
import type { KubeObject } from '../model/object.ts';
import type { CompiledInput, CompiledSelector } from '../model/rule.ts';
import type { LabelSelector } from '../model/selector.ts';
import { describeValue, type InputState, invalid, type Scope, spanOf, toGuard } from './formula.ts';

/** Finds inputs, and remembers what it was asked for. */
export class Inputs {
  readonly requests: InputRequest[] = [];
  readonly #owner: KubeObject;
  readonly #read: InputReader;
  readonly #found = new Map<string, InputState>();

  constructor(owner: KubeObject, read: InputReader) {
    this.#owner = owner;
    this.#read = read;
  }

  /** What an input is. Throws FormulaFailure where its own formulas fail. */
  resolve(input: CompiledInput, scope: Scope): InputState {
    const known = this.#found.get(input.id);
    if (known !== undefined) return known;
    const state = this.#find(input, scope);
    this.#found.set(input.id, state);
    return state;
  }

  #find(input: CompiledInput, scope: Scope): InputState {
    const { when, span } = input;
    if (when !== undefined && !toGuard(scope.value(when), spanOf(when, span), 'when'))
      return { kind: 'there', value: undefined };
    const request = this.toRequest(input, scope);
    if (request === undefined) return { kind: 'missing', message: 'its name is nothing' };
    const answer = this.ask(request);
    if (answer.kind === 'unknown') return { kind: 'unknown', message: `${describeRequest(request)}: ${answer.reason}` };
    if (request.selector !== undefined) return { kind: 'there', value: answer.objects as unknown as Json };
    const [object] = answer.objects;
    if (object !== undefined) return { kind: 'there', value: object as unknown as MaybeJson };
    return { kind: 'missing', message: `${describeRequest(request)} does not exist` };
  }

  /** Asks, and remembers it. */
  ask(request: InputRequest): InputAnswer {
    this.requests.push(request);
    return this.#read(request);
  }

  /** What an input asks for; undefined where its name is nothing. Throws FormulaFailure. */
  toRequest(input: CompiledInput, scope: Scope): InputRequest | undefined {
    const namespace = this.#namespaceOf(input, scope);
    const where = { ...input.resource, ...(namespace === undefined || namespace === '*' ? {} : { namespace }) };
    if (input.selector !== undefined) return { ...where, selector: toSelector(input.selector, input.span, scope) };
    if (input.name === undefined) return undefined;
    const name = scope.value(input.name);
    if (name === undefined || name === null || name === '') return undefined;
    if (typeof name !== 'string') throw invalid(spanOf(input.name, input.span), `name gave ${describeValue(name)}`);
    return { ...where, name };
  }

  #namespaceOf({ namespace }: CompiledInput, scope: Scope): string | undefined {
    if (namespace === undefined) return this.#owner.metadata.namespace;
    const value = scope.value(namespace.template);
    const span = spanOf(namespace.template, namespace.span);
    if (typeof value !== 'string' || value === '') throw invalid(span, `namespace gave ${describeValue(value)}`);
    return checkChoice(value, namespace.choices, span, 'namespace');
  }
}

/** The value, where the rule allows it. Throws FormulaFailure. */
export function checkChoice(
  value: string,
  choices: readonly string[] | undefined,
  span: Span,
  field: 'name' | 'namespace',
): string {
  if (choices === undefined || choices.includes(value)) return value;
  throw invalid(span, `the ${field} "${value}" is not one of those that the rule allows: ${choices.join(', ')}`);
}

function toSelector({ terms }: CompiledSelector, span: Span, scope: Scope): LabelSelector {
  return terms.map((term) => ({
    ...term,
    values: term.values.map((template) => {
      const value = scope.value(template);
      if (typeof value === 'string') return value;
      throw invalid(
        spanOf(template, span),
        `the label "${term.key}" is compared with ${describeValue(value)}, not a text`,
      );
    }),
  }));
}
