// The rules of roles: what they allow, and whether some rules give all that others do.
// Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/

import type { Json } from '../model/json.ts';
import { listIn } from '../model/json.ts';
import type { Attributes } from './attributes.ts';

/** One rule of a role. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** The rules of a role. */
export function rulesOf(role: Json | undefined): readonly PolicyRule[] {
  return listIn(role, 'rules').map((rule) => {
    const texts = (name: string): readonly string[] =>
      listIn(rule, name).filter((text): text is string => typeof text === 'string');
    return {
      verbs: texts('verbs'),
      apiGroups: texts('apiGroups'),
      resources: texts('resources'),
      resourceNames: texts('resourceNames'),
      nonResourceURLs: texts('nonResourceURLs'),
    };
  });
}

/** True where a rule allows something. */
export function allows(rule: PolicyRule, wanted: Attributes): boolean {
  if (!hasOrAll(rule.verbs, wanted.verb)) return false;
  if (wanted.kind === 'path') return rule.nonResourceURLs.some((pattern) => matchesPath(pattern, wanted.path));
  return (
    hasOrAll(rule.apiGroups, wanted.group) &&
    matchesResource(rule.resources, wanted.resource, wanted.subresource) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(wanted.name))
  );
}

function hasOrAll(values: readonly string[], value: string): boolean {
  return values.includes('*') || values.includes(value);
}

function matchesResource(resources: readonly string[], resource: string, subresource: string): boolean {
  if (subresource === '') return hasOrAll(resources, resource);
  return hasOrAll(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

function matchesPath(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}

/** What of `wanted` the rules in `held` do not give, in pieces of one group, resource, verb and name each. */
export function missingRules(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(toPieces).filter((piece) => !held.some((rule) => gives(rule, piece)));
}

const NOTHING: PolicyRule = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };

function toPieces(rule: PolicyRule): readonly PolicyRule[] {
  const names = rule.resourceNames.length === 0 ? [[]] : rule.resourceNames.map((name) => [name]);
  const pieces: PolicyRule[] = [];
  for (const group of rule.apiGroups)
    for (const resource of rule.resources)
      for (const verb of rule.verbs)
        for (const resourceNames of names)
          pieces.push({ ...NOTHING, apiGroups: [group], resources: [resource], verbs: [verb], resourceNames });
  for (const url of rule.nonResourceURLs)
    for (const verb of rule.verbs) pieces.push({ ...NOTHING, nonResourceURLs: [url], verbs: [verb] });
  return pieces;
}

function gives(rule: PolicyRule, piece: PolicyRule): boolean {
  const isNamed = rule.resourceNames.length === 0 || piece.resourceNames.length > 0;
  return (
    isNamed &&
    piece.verbs.every((verb) => hasOrAll(rule.verbs, verb)) &&
    piece.apiGroups.every((group) => hasOrAll(rule.apiGroups, group)) &&
    piece.resources.every((resource) => givesResource(rule.resources, resource)) &&
    piece.resourceNames.every((name) => rule.resourceNames.length === 0 || rule.resourceNames.includes(name)) &&
    piece.nonResourceURLs.every((url) => rule.nonResourceURLs.some((pattern) => matchesPath(pattern, url)))
  );
}

function givesResource(resources: readonly string[], wanted: string): boolean {
  if (hasOrAll(resources, wanted)) return true;
  const slash = wanted.indexOf('/');
  return slash >= 0 && resources.includes(`*${wanted.slice(slash)}`);
}

/** Rules as one text for each, in order; pieces about the same resource are one rule. */
export function describeRules(pieces: readonly PolicyRule[]): readonly string[] {
  const merged = new Map<string, PolicyRule>();
  for (const [at, piece] of pieces.entries()) {
    const key = piece.nonResourceURLs.length > 0 ? String(at) : JSON.stringify({ ...piece, verbs: [] });
    const before = merged.get(key);
    merged.set(key, before === undefined ? piece : { ...piece, verbs: [...before.verbs, ...piece.verbs] });
  }
  return [...new Set([...merged.values()].map(describe))].sort();
}

const SHOWN = [
  ['APIGroups', 'apiGroups'],
  ['Resources', 'resources'],
  ['NonResourceURLs', 'nonResourceURLs'],
  ['ResourceNames', 'resourceNames'],
  ['Verbs', 'verbs'],
] as const;

function describe(rule: PolicyRule): string {
  const parts = SHOWN.flatMap(([title, name]) => (rule[name].length === 0 ? [] : [`${title}:${quoteAll(rule[name])}`]));
  return `{${parts.join(', ')}}`;
}

/** Texts in a list, as Go shows them. */
export function quoteAll(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
}
