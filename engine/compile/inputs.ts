// The inputs of a rule: live objects that it reads, and how they are found.

import type { Json } from '../model/json.ts';
import type { CompiledInput, CompiledSelector, LooseRule, PathStep, Template } from '../model/rule.ts';
import type { LabelSelector } from '../model/selector.ts';
import { type ChoiceScope, compileChoice } from './choice.ts';
import { compileGuard } from './guard.ts';
import { compileTemplate, type TemplateScope } from './template.ts';

type Spec = NonNullable<LooseRule['spec']>;
type LooseInput = NonNullable<NonNullable<Spec['inputs']>[number]>;
type LooseSelector = NonNullable<LooseInput['selector']>;

/** Compiles the inputs. */
export function compileInputs(
  inputs: NonNullable<Spec['inputs']>,
  scope: TemplateScope,
  choices: Pick<ChoiceScope, 'named' | 'own'>,
): readonly CompiledInput[] {
  return inputs.flatMap((input, index): CompiledInput[] => {
    const { apiVersion, kind } = input?.resource ?? {};
    if (input?.id === undefined || apiVersion === undefined || kind === undefined) return [];
    const path = ['spec', 'inputs', index];
    checkWhich(input, path, scope);
    const { namespace, namespaces } = input;
    return [
      {
        id: input.id,
        resource: { apiVersion, kind },
        span: scope.document.places.value([...path, 'id']),
        when: compileGuard(input.when, [...path, 'when'], scope),
        name: input.name === undefined ? undefined : compileTemplate(input.name, [...path, 'name'], scope),
        selector: compileSelector(input.selector, [...path, 'selector'], scope),
        namespace:
          namespace === undefined
            ? undefined
            : compileChoice(namespace, namespaces, [...path, 'namespace'], { ...scope, ...choices }),
        isOptional: input.optional === true,
      },
    ];
  });
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

function checkWhich({ name, selector }: LooseInput, path: readonly PathStep[], scope: TemplateScope): void {
  if ((name === undefined) !== (selector === undefined)) return;
  const both = name !== undefined;
  scope.report({
    code: both ? 'WrongValue' : 'MissingField',
    severity: 'error',
    message: both ? 'an input has a name or a selector, not both' : 'an input needs a name or a selector',
    span: both ? scope.document.places.key([...path, 'selector']) : scope.document.places.value([...path, 'id']),
    hint: both ? 'remove one of the two' : 'add name for one object, selector for a list',
  });
}
