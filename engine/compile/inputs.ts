// The inputs of a rule: live objects that it reads, and how they are found.

import type { Span } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import type { CompiledInput, CompiledSelector, LooseRule, PathStep, Template } from '../model/rule.ts';
import type { LabelSelector } from '../model/selector.ts';
import { type ChoiceScope, compileChoice, lintNamespace } from './choice.ts';
import { compileGuard } from './guard.ts';
import { compileTemplate, type TemplateScope } from './template.ts';

type Spec = NonNullable<LooseRule['spec']>;
type LooseInput = NonNullable<NonNullable<Spec['inputs']>[number]>;
type LooseSelector = NonNullable<LooseInput['selector']>;

/** Compiles the inputs. */
export function compileInputs(
  inputs: NonNullable<Spec['inputs']>,
  scope: TemplateScope,
  choices: Pick<ChoiceScope, 'named' | 'own' | 'isClusterScoped'>,
): readonly CompiledInput[] {
  const compiled = inputs.flatMap((input, index): { input: CompiledInput; path: readonly PathStep[] }[] => {
    const { apiVersion, kind } = input?.resource ?? {};
    if (input?.id === undefined || apiVersion === undefined || kind === undefined) return [];
    const path = ['spec', 'inputs', index];
    const span = scope.document.places.value([...path, 'id']);
    checkWhich(input, path, 'an input', span, scope);
    const which = compileWhich(input, path, scope);
    const when = compileGuard(input.when, [...path, 'when'], scope);
    return [{ input: { id: input.id, resource: { apiVersion, kind }, span, when, ...which }, path }];
  });
  const all = compiled.map(({ input }) => input);
  for (const { input, path } of compiled) lintWhere(input, path, { ...scope, ...choices, inputs: all });
  return all;
}

/** Reports a namespace of objects that the author of a resource chooses. */
export function lintWhere(
  { namespace }: Pick<CompiledInput, 'namespace'>,
  path: readonly PathStep[],
  scope: ChoiceScope,
): void {
  if (namespace?.choices === undefined) lintNamespace(namespace?.template, [...path, 'namespace'], scope);
}

/** How objects are chosen: by name or by selector, in a namespace. */
export type LooseWhich = Pick<LooseInput, 'name' | 'selector' | 'namespace' | 'namespaces' | 'optional'>;

/** Compiles what chooses objects. */
export function compileWhich(
  { name, selector, namespace, namespaces, optional }: LooseWhich,
  path: readonly PathStep[],
  scope: TemplateScope,
): Pick<CompiledInput, 'name' | 'selector' | 'namespace' | 'isOptional'> {
  return {
    name: name === undefined ? undefined : compileTemplate(name, [...path, 'name'], scope),
    selector: compileSelector(selector, [...path, 'selector'], scope),
    namespace:
      namespace === undefined ? undefined : compileChoice(namespace, namespaces, [...path, 'namespace'], scope),
    isOptional: optional === true,
  };
}

/** A selector without formulas, as the resource of a rule has it. */
export function compileLiteralSelector(
  selector: LooseSelector | undefined,
  path: readonly PathStep[],
  scope: TemplateScope,
): LabelSelector | undefined {
  const compiled = compileSelector(selector, path, scope);
  return compiled?.terms.map((term) => ({
    ...term,
    values: term.values.flatMap((value) => {
      if (value.kind === 'literal') return [String(value.value)];
      const message = 'which resources a rule is for cannot be computed';
      const hint = 'write the value out, or use when';
      scope.report({
        code: 'LiteralRequired',
        severity: 'error',
        message,
        span: scope.document.places.value(path),
        hint,
      });
      return [];
    }),
  }));
}

function compileSelector(
  selector: LooseSelector | undefined,
  path: readonly PathStep[],
  scope: TemplateScope,
): CompiledSelector | undefined {
  if (selector === undefined) return undefined;
  const value = (text: Json, ...steps: PathStep[]): Template => compileTemplate(text, [...path, ...steps], scope);
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, text]) => ({
    key,
    operator: 'In' as const,
    values: [value(text as Json, 'matchLabels', key)],
  }));
  const terms = (selector.matchExpressions ?? []).flatMap((term, index) => {
    if (term?.key === undefined || term.operator === undefined) return [];
    const values = (term.values ?? []).flatMap((text, at) =>
      text === null ? [] : [value(text, 'matchExpressions', index, 'values', at)],
    );
    const needsValues = term.operator === 'In' || term.operator === 'NotIn';
    if (needsValues === values.length > 0) return [{ key: term.key, operator: term.operator, values }];
    scope.report({
      code: 'WrongValue',
      severity: 'error',
      message: `${term.operator} ${needsValues ? 'needs' : 'takes no'} values`,
      span: scope.document.places.value([...path, 'matchExpressions', index, 'operator']),
      hint: needsValues ? 'list them under values' : 'remove values',
    });
    return [];
  });
  return { terms: [...labels, ...terms] };
}

/** Reports what has neither a name nor a selector, or both. `what`: how it is called; `span`: where it begins. */
export function checkWhich(
  { name, selector }: LooseWhich,
  path: readonly PathStep[],
  what: string,
  span: Span,
  scope: TemplateScope,
): void {
  if ((name === undefined) !== (selector === undefined)) return;
  const both = name !== undefined;
  scope.report({
    code: both ? 'WrongValue' : 'MissingField',
    severity: 'error',
    message: both ? `${what} has a name or a selector, not both` : `${what} needs a name or a selector`,
    span: both ? scope.document.places.key([...path, 'selector']) : span,
    hint: both ? 'remove one of the two' : 'add name for one object, selector for a list',
  });
}
