// Health documents -> compiled health rules. As rules, they are data with formulas; their context is the object, and the
// variables are the values of `let`. Promises what compile() promises.

import { ANY, BOOLEAN, functionNames, STRING, typeOfKind } from '../expression/expression.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { CompiledHealth, HealthCase, HealthDocument, HealthSample, HealthTarget } from '../model/health.ts';
import type { Json } from '../model/json.ts';
import { groupOf, type KubeObject } from '../model/object.ts';
import type { CompiledLet, PathStep, Template } from '../model/rule.ts';
import type { KindSchemas, Type, TypeEnvironment } from '../model/type.ts';
import { compileGuard } from './guard.ts';

import { compileTemplate, type TextScope } from './template.ts';
import { typeTemplate } from './type-template.ts';
import { compileLets, orderValues } from './values.ts';

/** What compiling one document gives. */
export interface CompiledHealthDocument {
  /** Undefined where the document lacks what makes a health rule. */
  readonly rule: CompiledHealth | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles one health rule. `schemas`: what is known of the kinds that it judges. */
export function compileHealth(document: HealthDocument, schemas: KindSchemas): CompiledHealthDocument {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => {
    diagnostics.push(diagnostic);
  };
  const { content, places } = document;
  const values = content.spec?.let as { [name: string]: Json } | undefined;
  const scope: TextScope = { document, variables: Object.keys(values ?? {}), report };
  for (const name of scope.variables) checkName(name, scope);
  const found = compileLets(values, scope);
  const lets = orderValues(found, [], scope).flatMap((name) => found.find((item) => item.name === name) ?? []);
  const cases = compileCases(document, scope);
  const name = content.metadata?.name;
  const target = toTarget(content.spec?.resource);
  if (name === undefined || target === undefined) return { rule: undefined, diagnostics };
  const rule = { name, target, lets, cases, samples: toSamples(document) };
  const texts = new Set<string>();
  for (const context of contextsOf(target, schemas)) {
    typeHealth(rule, context, {
      places,
      report: (found) => {
        const text = `${found.span.start.offset} ${found.message}`;
        if (!texts.has(text)) report(found);
        texts.add(text);
      },
    });
  }
  return { rule, diagnostics };
}

function checkName(name: string, { document, report }: TextScope): void {
  const hides = functionNames.includes(name);
  if (!hides && /^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return;
  report({
    code: 'InvalidName',
    severity: 'error',
    message: `the name "${name}" ${hides ? `hides the function $${name}` : 'is not an identifier'}`,
    span: document.places.key(['spec', 'let', name]),
    hint: 'choose another name',
  });
}

function compileCases({ content, places }: HealthDocument, scope: TextScope): readonly HealthCase[] {
  return (content.spec?.cases ?? []).flatMap((item, index): HealthCase[] => {
    if (item?.status === undefined) return [];
    const path = ['spec', 'cases', index];
    const { status, message } = item;
    return [
      {
        span: places.value(path),
        when: compileGuard(item.when, [...path, 'when'], scope),
        status,
        message: message === undefined ? undefined : compileTemplate(message, [...path, 'message'], scope),
      },
    ];
  });
}

function toTarget(
  resource: NonNullable<HealthDocument['content']['spec']>['resource'] | undefined,
): HealthTarget | undefined {
  const { apiVersion, kind } = resource ?? {};
  if (apiVersion === undefined || kind === undefined) return undefined;
  const kinds = (typeof kind === 'string' ? [kind] : [...kind]).filter((item) => typeof item === 'string');
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  return { group: groupOf(apiVersion), version, kinds };
}

function toSamples({ content, places }: HealthDocument): readonly HealthSample[] {
  return (content.spec?.samples ?? []).flatMap((sample, index): HealthSample[] => {
    if (sample?.object === undefined || sample.status === undefined) return [];
    const at = (field: string) => places.value(['spec', 'samples', index, field]);
    const { status, message } = sample;
    const spans = { object: at('object'), status: at('status'), message: at('message') };
    return [{ spans, object: sample.object as unknown as KubeObject, status, message }];
  });
}

// One for each kind of which the schema is known, or one for anything.
function contextsOf({ group, version, kinds }: HealthTarget, schemas: KindSchemas): readonly Type[] {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const known = kinds.flatMap((kind) => {
    const found = schemas.find(apiVersion, kind);
    return found === undefined
      ? []
      : [typeOfKind(found, { kind, isNamespaced: found.isNamespaced, isStored: true, hasGeneration: false })];
  });
  return known.length === 0 ? [ANY] : known;
}

function typeHealth(
  rule: CompiledHealth,
  context: Type,
  { places, report }: { places: HealthDocument['places']; report(diagnostic: Diagnostic): void },
): void {
  const types = new Map<string, Type>();
  const environment: TypeEnvironment = {
    context,
    present: new Set(),
    variable: (name) => types.get(name) ?? ANY,
  };
  const scope = { places, environment, report };
  for (const { name, value } of rule.lets as readonly CompiledLet[])
    types.set(name, typeTemplate(value, ['spec', 'let', name], scope).type);
  for (const [index, { when, message }] of rule.cases.entries()) {
    const check = (template: Template | undefined, field: string, type: Type): void => {
      const path: readonly PathStep[] = ['spec', 'cases', index, field];
      const asked = { ...scope, environment: { ...environment, isGuard: type === BOOLEAN } };
      if (template !== undefined) typeTemplate(template, path, asked, { type, isRequired: false });
    };
    check(when, 'when', BOOLEAN);
    check(message, 'message', STRING);
  }
}
