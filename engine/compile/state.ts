// What a rule remembers: schedules, triggers and memory.

import type { Json } from '../model/json.ts';
import type { CompiledLet, CompiledSchedule, CompiledTrigger, LooseRule, PathStep } from '../model/rule.ts';
import { compileGuard } from './guard.ts';
import { compileTemplate, type TemplateScope } from './template.ts';

type Spec = NonNullable<LooseRule['spec']>;

/** What a rule remembers. */
export interface CompiledState {
  readonly schedules: readonly CompiledSchedule[];
  readonly triggers: readonly CompiledTrigger[];
  readonly memory: readonly CompiledLet[];
}

/** Compiles what a rule remembers. A rule for a kind of somebody else has no status to keep it in. */
export function compileState(spec: Spec, decorates: boolean, scope: TemplateScope): CompiledState {
  for (const field of ['schedules', 'triggers', 'memory', 'tasks'] as const) {
    if (decorates && spec[field] !== undefined) reportHomeless(field, scope);
  }
  return {
    schedules: compileSchedules(spec.schedules ?? [], scope),
    triggers: compileTriggers(spec.triggers ?? [], scope),
    memory: compileMemory(spec.memory as { [name: string]: Json } | undefined, scope),
  };
}

function reportHomeless(field: string, { document, report }: TemplateScope): void {
  report({
    code: 'WrongValue',
    severity: 'error',
    message: `${field} would be kept in the status of a kind of somebody else`,
    span: document.places.key(['spec', field]),
    hint: 'keep it in a kind of your own, whose resources the rule reads as inputs',
  });
}

function compileSchedules(
  schedules: NonNullable<Spec['schedules']>,
  scope: TemplateScope,
): readonly CompiledSchedule[] {
  return schedules.flatMap((schedule, index): CompiledSchedule[] => {
    if (schedule?.id === undefined) return [];
    const path = ['spec', 'schedules', index];
    const { cron, every, timeZone } = schedule;
    const compile = (value: string | undefined, field: string) =>
      value === undefined ? undefined : compileTemplate(value, [...path, field], scope);
    checkWhich(schedule, path, scope);
    return [
      {
        id: schedule.id,
        span: scope.document.places.value([...path, 'id']),
        when: compileGuard(schedule.when, [...path, 'when'], scope),
        cron: compile(cron, 'cron'),
        timeZone: compile(timeZone, 'timeZone'),
        every: compile(every, 'every'),
      },
    ];
  });
}

function checkWhich(
  { cron, every }: { readonly cron?: string; readonly every?: string },
  path: readonly PathStep[],
  { document, report }: TemplateScope,
): void {
  if ((cron === undefined) !== (every === undefined)) return;
  const both = cron !== undefined;
  report({
    code: both ? 'WrongValue' : 'MissingField',
    severity: 'error',
    message: both ? 'a schedule has cron or every, not both' : 'a schedule needs cron or every',
    span: both ? document.places.key([...path, 'every']) : document.places.value([...path, 'id']),
    hint: both ? 'remove one of the two' : 'add cron: "0 3 * * *" or every: 10m',
  });
}

function compileTriggers(triggers: NonNullable<Spec['triggers']>, scope: TemplateScope): readonly CompiledTrigger[] {
  const seen = new Set<string>();
  return triggers.flatMap((trigger, index): CompiledTrigger[] => {
    if (trigger?.id === undefined || trigger.annotation === undefined) return [];
    const { id, annotation } = trigger;
    for (const [field, value] of [
      ['id', `id ${id}`],
      ['annotation', annotation],
    ] as const) {
      if (seen.has(value)) {
        const span = scope.document.places.value(['spec', 'triggers', index, field]);
        const message = `two triggers have the same ${field}`;
        scope.report({ code: 'InvalidName', severity: 'error', message, span, hint: 'remove one of the two' });
      }
      seen.add(value);
    }
    return [{ id, annotation }];
  });
}

function compileMemory(
  values: { readonly [name: string]: Json } | undefined,
  scope: TemplateScope,
): readonly CompiledLet[] {
  return Object.entries(values ?? {}).map(([name, value]) => {
    const path = ['spec', 'memory', name];
    const span = scope.document.places.key(path);
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
      const message = `the name "${name}" is not an identifier`;
      scope.report({ code: 'InvalidName', severity: 'error', message, span, hint: 'use letters and digits' });
    }
    return { name, value: compileTemplate(value, path, scope), span };
  });
}
