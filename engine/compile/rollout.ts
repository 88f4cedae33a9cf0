// How the members of a child are replaced and removed, as the rule says it.

import type { DiagnosticCode } from '../model/diagnostic-codes.ts';
import type { CompiledRollout, LooseRule, PathStep } from '../model/rule.ts';
import { suggest } from '../model/suggest.ts';
import { compileGuard } from './guard.ts';
import { compileTemplate, type TemplateScope } from './template.ts';

type Children = NonNullable<NonNullable<LooseRule['spec']>['children']>;
type Tasks = NonNullable<NonNullable<LooseRule['spec']>['tasks']>;
type LooseChild = NonNullable<Children[number]>;

/** The tasks that drain members: task id -> id of the child whose members it drains. */
export type Drains = ReadonlyMap<string, string>;

/** Finds the tasks that drain members, and what does not go together there. */
export function drainsOf(children: Children, tasks: Tasks, { document, report }: TemplateScope): Drains {
  const drains = new Map<string, string>();
  const { places } = document;
  for (const [index, child] of children.entries()) {
    const drain = child?.rollout?.drain;
    if (drain === undefined || child?.id === undefined) continue;
    const span = places.value(['spec', 'children', index, 'rollout', 'drain']);
    const ids = tasks.flatMap((task) => task?.id ?? []);
    const other = drains.get(drain);
    const say = (code: DiagnosticCode, message: string, hint: string): void =>
      report({ code, severity: 'error', message, span, hint });
    if (!ids.includes(drain))
      say('UnknownChild', `no task has the id "${drain}"`, suggest(drain, ids) ?? 'add it under tasks');
    else if (other !== undefined)
      say('UnfitPolicy', `the task "${drain}" drains the members of "${other}" already`, 'write a task of its own');
    else drains.set(drain, child.id);
  }
  for (const [index, task] of tasks.entries()) {
    if (task?.key === undefined || !drains.has(task.id ?? '')) continue;
    report({
      code: 'UnfitPolicy',
      severity: 'error',
      message: 'a task that drains members runs once for each that leaves, so "key" says nothing',
      span: places.value(['spec', 'tasks', index, 'key']),
      hint: 'remove it',
    });
  }
  return drains;
}

/** Compiles the rollout of a child, if it has one. */
export function compileRollout(
  child: LooseChild,
  path: readonly PathStep[],
  scope: TemplateScope & { readonly children: Children },
): CompiledRollout | undefined {
  const { rollout } = child;
  if (rollout === undefined) return undefined;
  const at = [...path, 'rollout'];
  const { places } = scope.document;
  if (child.forEach === undefined) {
    scope.report({
      code: 'MissingField',
      severity: 'error',
      message: 'rollout needs the field "forEach"',
      span: places.key(at),
      hint: 'add forEach and key, or remove rollout: a child that exists once has no members',
    });
    return undefined;
  }
  const seen = { ...scope, variables: [...scope.variables, 'self'] };
  return {
    span: places.value(at),
    order: rollout.order === undefined ? undefined : compileTemplate(rollout.order, [...at, 'order'], seen),
    maxUnavailable: rollout.maxUnavailable ?? 1,
    gate: compileGuard(rollout.gate, [...at, 'gate'], seen),
    isOrdered: rollout.create === 'OrderedReady',
    drain: rollout.drain === undefined ? undefined : { id: rollout.drain, span: places.value([...at, 'drain']) },
    volumes: volumesOf(child, at, scope),
  };
}

function volumesOf(
  child: LooseChild,
  at: readonly PathStep[],
  { children, document, report }: TemplateScope & { readonly children: Children },
): readonly string[] {
  const many = children.flatMap((other) => (other?.forEach !== undefined && other.id !== child.id ? [other] : []));
  const said = child.rollout?.volumes;
  if (said === undefined)
    return many.flatMap(({ id, template }) => (template?.kind === 'PersistentVolumeClaim' ? (id ?? []) : []));
  const ids = many.flatMap(({ id }) => id ?? []);
  return said.flatMap((id, index) => {
    if (id === null || ids.includes(id)) return id ?? [];
    const message = `no other child with forEach has the id "${id}"`;
    const span = document.places.value([...at, 'volumes', index]);
    const hint = suggest(id, ids) ?? 'name a child that exists once for each key, as the members do';
    report({ code: 'UnknownChild', severity: 'error', message, span, hint });
    return [];
  });
}
