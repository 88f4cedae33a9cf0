// The policies of a child: what its rule says, and which of it does not go together.

import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import { isObject, type Json } from '../model/json.ts';
import { type ChildPolicy, DEFAULT_POLICY, type FieldPath, mayHoldData } from '../model/policy.ts';
import type { LooseRule, PathStep, RuleDocument } from '../model/rule.ts';
import type { Type } from '../model/type.ts';
import { findPathProblem, parseFieldPath } from './field-path.ts';

type LooseChild = NonNullable<NonNullable<NonNullable<LooseRule['spec']>['children']>[number]>;

/** What compiling policies needs. */
export interface PolicyScope {
  readonly document: RuleDocument;
  report(diagnostic: Diagnostic): void;
}

/** Compiles the policies of the child at `path`. */
export function compilePolicy(child: LooseChild, path: readonly PathStep[], scope: PolicyScope): ChildPolicy {
  const policy: ChildPolicy = {
    onConflict: child.onConflict ?? DEFAULT_POLICY.onConflict,
    onImmutable: child.onImmutable ?? DEFAULT_POLICY.onImmutable,
    isReplaced: child.rollout !== undefined && child.onImmutable === 'recreate' && child.template?.kind === 'Pod',
    recreatesData: child.recreate === 'dataToo',
    onDrift: child.onDrift ?? DEFAULT_POLICY.onDrift,
    adopt: child.adopt ?? DEFAULT_POLICY.adopt,
    write: child.write ?? DEFAULT_POLICY.write,
    onDelete: child.onDelete ?? DEFAULT_POLICY.onDelete,
    ignoreFields: compilePaths(child, path, scope),
  };
  const say = (field: string, code: DiagnosticCode, message: string, hint: string): void =>
    scope.report({ code, severity: 'error', message, span: scope.document.places.value([...path, field]), hint });
  lintRecreation(child, policy, say);
  lintAdoption(child, policy, say);
  if (policy.write === 'once') {
    for (const field of ['onConflict', 'onImmutable', 'onDrift', 'ignoreFields'] as const) {
      if (child[field] === undefined) continue;
      say(field, 'UnfitPolicy', `a child with write: once is never changed, so "${field}" says nothing`, 'remove it');
    }
  }
  return policy;
}

/** Where formulas of a child's template may use chance: in the content of an object that is written once. */
export function mayUseChance(child: LooseChild, path: readonly PathStep[]): boolean {
  return child.write === 'once' && path[path.indexOf('template') + 1] !== 'metadata';
}

type Say = (field: string, code: DiagnosticCode, message: string, hint: string) => void;

function lintRecreation(child: LooseChild, policy: ChildPolicy, say: Say): void {
  const template = (child.template ?? {}) as { readonly [key: string]: Json };
  const { apiVersion, kind, spec } = template;
  if (child.recreate !== undefined && policy.onImmutable !== 'recreate') {
    say('recreate', 'UnfitPolicy', '"recreate" says nothing without onImmutable: recreate', 'remove it');
  }
  if (policy.onImmutable !== 'recreate' || policy.recreatesData) return;
  const object = { apiVersion: String(apiVersion), kind: String(kind), ...(spec === undefined ? {} : { spec }) };
  if (!mayHoldData(object)) return;
  const claims = kind === 'StatefulSet' ? ' with claims' : '';
  say(
    'onImmutable',
    'DataAtRisk',
    `a ${kind}${claims} may hold data, which would go with it`,
    'add recreate: dataToo if it may go, or leave onImmutable out',
  );
}

// Who made the object before knows what is in it: a password that somebody else chose must not become ours.
function lintAdoption(child: LooseChild, policy: ChildPolicy, say: Say): void {
  if (policy.adopt !== 'ifUnowned') return;
  if (policy.write === 'once') {
    say(
      'adopt',
      'UnfitPolicy',
      'a child with write: once would be taken over with a content that nobody knows',
      'say ifReleased, which takes only what the rule itself has let go, or remove it',
    );
  } else if (child.template?.kind === 'Secret') {
    say(
      'adopt',
      'UnfitPolicy',
      'a Secret is not taken over: whoever made it knows, or chose, what is in it',
      'say ifReleased, which takes only what the rule itself has let go, or remove it',
    );
  }
}

// What names an object, and the engine's own marks.
const ALWAYS_OURS = /^(apiVersion|kind|status)\b|^metadata$|^metadata\.(?!labels\b|annotations\b)|opsonata\.dev\//;

function compilePaths(child: LooseChild, path: readonly PathStep[], scope: PolicyScope): readonly FieldPath[] {
  return (child.ignoreFields ?? []).flatMap((text, index): FieldPath[] => {
    if (text === null) return [];
    const parsed = parseFieldPath(text);
    const problem =
      'message' in parsed
        ? parsed
        : ALWAYS_OURS.test(text)
          ? { message: `"${text}" cannot be left out of a write`, hint: 'name a field of the content' }
          : undefined;
    if (problem === undefined) return [parsed as FieldPath];
    const span = scope.document.places.value([...path, 'ignoreFields', index]);
    scope.report({ code: 'WrongValue', severity: 'error', ...problem, span });
    return [];
  });
}

/** Checks the paths of `ignoreFields` against the kind, and that the template sets what they name. */
export function typePolicy(policy: ChildPolicy, path: readonly PathStep[], kind: Type, scope: PolicyScope): void {
  const { content, places } = scope.document;
  const child = content.spec?.children?.[Number(path[2])];
  for (const ignored of policy.ignoreFields) {
    const index = (child?.ignoreFields ?? []).indexOf(ignored.text);
    const span = places.value([...path, 'ignoreFields', index]);
    const problem = findPathProblem(ignored, kind);
    if (problem !== undefined) {
      scope.report({ code: 'UnknownField', severity: 'error', ...problem, span });
    } else if (!mayBeSet(child?.template as Json, ignored)) {
      const message = `the template does not set "${ignored.text}", so there is nothing to ignore`;
      scope.report({ code: 'UnfitPolicy', severity: 'warning', message, span, hint: 'remove it' });
    }
  }
}

// False only where the template is written out down to a mapping that lacks the field.
function mayBeSet(template: Json, { steps }: FieldPath): boolean {
  let current = template;
  for (const step of steps) {
    if (!isObject(current) || step.kind !== 'field') return true;
    if (!Object.hasOwn(current, step.name)) return false;
    current = current[step.name] as Json;
  }
  return true;
}
