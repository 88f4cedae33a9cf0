// A set of rules, for an engine that works in one namespace: which of them can run there, and what they need beyond it.

import type { RuleSet } from '../compile/rule-set.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { CompiledChild, CompiledRule, RuleDocument } from '../model/rule.ts';

/**
 * The rules that can run in a namespace. A rule for a kind without namespaces cannot: its resources are in none, and every
 * other engine would work on them as well. One with children elsewhere can, where the engine has the rights.
 */
export function withinNamespace(rules: RuleSet, namespace: string): RuleSet {
  const all = [...rules.rules.values()];
  const refused = all.filter(({ rule }) => rule.isClusterScoped);
  const broken = refused.map(({ rule: { name, file } }) => ({ name, file, isKept: false }));
  const diagnostics = all.flatMap(({ rule, document }) =>
    rule.isClusterScoped
      ? [refuse(rule, document, namespace)]
      : rule.children.flatMap((child) => warn(child, namespace)),
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

function warn({ id, resource, where, span }: CompiledChild, namespace: string): readonly Diagnostic[] {
  const needs = reachOf(where, namespace);
  if (needs === undefined) return [];
  const message = `the child "${id}" is not in "${namespace}", where this engine works: it lists and writes ${resource.kind} ${needs}`;
  const hint = 'give the engine the rights for it; without them the child waits, and what depends on it';
  return [{ code: 'BeyondNamespace', severity: 'warning', message, span, hint }];
}

function reachOf(where: CompiledChild['where'], namespace: string): string | undefined {
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
