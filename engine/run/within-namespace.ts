// A set of rules, for an engine that works in one namespace: which of them can run there, and what they need beyond it.

import { placeOf } from '../compile/choice.ts';
import type { RuleSet } from '../compile/rule-set.ts';
import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { GroupVersionKind } from '../model/object.ts';
import {
  type ChildPlace,
  type CompiledInput,
  type CompiledRule,
  formulasOf,
  type RuleDocument,
} from '../model/rule.ts';
import type { KindSchemas } from '../model/type.ts';

/**
 * The rules that can run in a namespace. A rule for a kind without namespaces cannot: its resources are in none, and every
 * other engine would work on them as well. One that makes, reads or patches objects elsewhere can, where the engine has
 * the rights.
 */
export function withinNamespace(rules: RuleSet, namespace: string): RuleSet {
  const all = [...rules.rules.values()];
  const refused = all.filter(({ rule }) => rule.isClusterScoped);
  const broken = refused.map(({ rule: { name, file } }) => ({ name, file, isKept: false }));
  const diagnostics = all.flatMap(({ rule, document }) =>
    rule.isClusterScoped
      ? [refuse(rule, document, namespace)]
      : elsewhere(rule, rules.schemas).flatMap((one) => warn(one, namespace)),
  );
  return {
    ...rules,
    rules: new Map([...rules.rules].filter(([, { rule }]) => !rule.isClusterScoped)),
    broken: [...rules.broken, ...broken],
    diagnostics: [...rules.diagnostics, ...diagnostics],
  };
}

/** Why a rule for a kind without namespaces does not run, as a sentence. */
export function describeBeyond({ resource }: CompiledRule, namespace: string): string {
  return `objects of ${resource.kind} are in no namespace, and this engine works in "${namespace}" only`;
}

function refuse(rule: CompiledRule, { places }: RuleDocument, namespace: string): Diagnostic {
  return {
    code: 'BeyondNamespace',
    severity: 'error',
    message: describeBeyond(rule, namespace),
    span: places.value(['spec', 'resource', 'kind']),
    hint: 'run the rule in an engine without --namespace',
  };
}

interface Elsewhere {
  /** How it is called, and what is done with its objects. */
  readonly what: string;
  readonly deed: string;
  readonly waits: string;
  readonly resource: GroupVersionKind;
  readonly where: ChildPlace;
  readonly span: Span;
}

function elsewhere({ children, inputs, patches }: CompiledRule, schemas: KindSchemas): readonly Elsewhere[] {
  return [
    ...children.map(({ id, resource, where, span }) => {
      const waits = 'the child waits, and what depends on it';
      return { what: `the child "${id}"`, deed: 'lists and writes', waits, resource, where, span };
    }),
    ...inputs.map((input) => {
      const { id, resource, span } = input;
      const where = whereIs(input, schemas);
      return { what: `the input "${id}"`, deed: 'lists', waits: 'what reads it waits', resource, where, span };
    }),
    ...patches.map(({ id, target, span }) => {
      const { resource } = target;
      const where = whereIs(target, schemas);
      return {
        what: `the target of "${id}"`,
        deed: 'lists and patches',
        waits: 'the patch waits',
        resource,
        where,
        span,
      };
    }),
  ];
}

function whereIs({ resource, namespace }: CompiledInput, schemas: KindSchemas): ChildPlace {
  const { isNamespaced } = schemas.find(resource.apiVersion, resource.kind) ?? {};
  const { template, choices } = namespace ?? {};
  if (template?.kind === 'literal' && template.value === '*' && isNamespaced !== false) return { kind: 'anywhere' };
  const reads = formulasOf(template).flatMap((formula) => formula.reads);
  const isOwn = reads.length > 0 && reads.every(({ variable, path }) => variable === '' && path[1] === 'namespace');
  return placeOf(isOwn ? undefined : template, choices, isNamespaced);
}

function warn({ what, deed, waits, resource, where, span }: Elsewhere, namespace: string): readonly Diagnostic[] {
  const needs = reachOf(where, namespace);
  if (needs === undefined) return [];
  const message = `${what} is not in "${namespace}", where this engine works: it ${deed} ${resource.kind} ${needs}`;
  const hint = `give the engine the rights for it; without them ${waits}`;
  return [{ code: 'BeyondNamespace', severity: 'warning', message, span, hint }];
}

function reachOf(where: ChildPlace, namespace: string): string | undefined {
  switch (where.kind) {
    case 'beside':
      return undefined;
    case 'none':
      return 'of the whole cluster';
    case 'anywhere':
      return 'in all namespaces';
    case 'named': {
      const others = where.namespaces.filter((other) => other !== namespace).map((other) => `"${other}"`);
      return others.length === 0 ? undefined : `in ${others.join(', ')}`;
    }
  }
}
