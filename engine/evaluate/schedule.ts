// When schedules come. The one door to croner. Times are whole seconds since 1970.
//
// A schedule that came several times while nobody looked came once, at the last of these times; so a restart neither
// skips nor repeats.

import { Cron } from 'croner';
import { ExpressionError, parseDuration, toInstant, toSeconds } from '../expression/expression.ts';
import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { MaybeJson } from '../model/json.ts';
import type { CompiledRule, CompiledSchedule, RuleDocument, Template } from '../model/rule.ts';
import type { ScheduleState } from '../model/state.ts';
import { describeValue, FormulaFailure, invalid, type Scope, spanOf, toGuard } from './formula.ts';

/** Finds the times of a pattern. */
interface Pattern {
  /** What the times are computed from. */
  readonly spec: string;
  /** The first time after another; undefined where there is none. */
  next(after: number): number | undefined;
  /** The last time up to `now`; `from` is one of the times. */
  last(from: number, now: number): number;
}

// A shorter period would keep the engine and the API server busy for nothing. Chosen.
const SHORTEST_SECONDS = 1;
// Times between two looks that are stepped through; of a pattern with more it is enough to know one near now. Chosen.
const MAX_STEPS = 10_000;
// How far what came last may be ahead of the clock. Chosen: more than clocks are ever set back in good order.
const AHEAD_SECONDS = 3_600;
const FIVE_FIELDS = /^\s*(\S+\s+){4}\S+\s*$/;
const NAMED = /^@(yearly|annually|monthly|weekly|daily|hourly)$/;

/**
 * The state of a schedule at a time, or undefined where it is not wanted now, or never comes. Throws FormulaFailure for
 * what is no pattern, no period or no time zone.
 */
export function nextSchedule(
  schedule: CompiledSchedule,
  before: ScheduleState | undefined,
  now: number,
  scope: Scope,
): ScheduleState | undefined {
  const { id, when, span } = schedule;
  if (when !== undefined && !toGuard(scope.value(when), spanOf(when, span), 'when')) return undefined;
  const pattern = patternOf(schedule, scope);
  if (pattern === undefined) return undefined;
  const due = before?.spec === pattern.spec ? toSeconds(before.next) : undefined;
  if (before !== undefined && due !== undefined && due > now)
    return isFromAhead(before, now) ? sooner(before, pattern, now) : before;
  const came = due === undefined ? undefined : pattern.last(due, now);
  const next = pattern.next(Math.max(came ?? now, now));
  if (next === undefined) return undefined;
  const last = came === undefined ? before?.last : toInstant(came);
  return { id, spec: pattern.spec, ...(last === undefined ? {} : { last }), next: toInstant(next) };
}

// The clock was wrong and has gone back: the time that is kept may be years ahead. A small step back is none, or what came
// just before it would come again.
function isFromAhead({ last }: ScheduleState, now: number): boolean {
  return last !== undefined && toSeconds(last) - now > AHEAD_SECONDS;
}

function sooner(before: ScheduleState, pattern: Pattern, now: number): ScheduleState {
  const next = pattern.next(now);
  return next === undefined || next >= toSeconds(before.next) ? before : { ...before, next: toInstant(next) };
}

/** What is wrong with schedules in which no formula is: they can be read before the rule runs. */
export function checkSchedules({ schedules }: CompiledRule, document: RuleDocument): readonly Diagnostic[] {
  const written = document.content.spec?.schedules ?? [];
  return schedules.flatMap((schedule) => {
    const index = written.findIndex((one) => one?.id === schedule.id);
    const check = (field: 'cron' | 'every' | 'timeZone', hint: string, read: (value: string, at: Span) => unknown) => {
      const span = document.places.value(['spec', 'schedules', index, field]);
      return checkPart(schedule[field], hint, (value) => read(value, span));
    };
    return [
      ...check('cron', 'write minute, hour, day of month, month and day of week', (text, at) =>
        toCron(text, 'UTC', at),
      ),
      ...check('timeZone', 'write a name such as Europe/Berlin', toZone),
      ...check('every', 'write it as 90s, 30m or 1h30m', toPeriod),
    ];
  });
}

function checkPart(part: Template | undefined, hint: string, read: (value: string) => unknown): readonly Diagnostic[] {
  // What cannot be a text was reported where it stands.
  if (part?.kind !== 'literal' || typeof part.value !== 'string') return [];
  try {
    read(part.value);
    return [];
  } catch (error) {
    if (!(error instanceof FormulaFailure)) throw error;
    const { message, span } = error.failure;
    return [{ code: 'WrongValue', severity: 'error', message, span, hint }];
  }
}

function patternOf({ cron, every, timeZone, span }: CompiledSchedule, scope: Scope): Pattern | undefined {
  if (every !== undefined) {
    const value = scope.value(every);
    return value === undefined || value === null ? undefined : toPeriod(value, spanOf(every, span));
  }
  const text = cron === undefined ? undefined : scope.value(cron);
  if (cron === undefined || text === undefined || text === null) return undefined;
  const zone = timeZone === undefined ? undefined : scope.value(timeZone);
  const at = spanOf(cron, span);
  if (typeof text !== 'string') throw invalid(at, `cron gave ${describeValue(text)}, not a text`);
  return toCron(text, toZone(zone, timeZone === undefined ? span : spanOf(timeZone, span)), at);
}

function toZone(zone: MaybeJson, span: Span): string {
  if (zone === undefined || zone === null) return 'UTC';
  if (typeof zone === 'string' && isZone(zone)) return zone;
  throw invalid(span, `${describeValue(zone)} is no time zone of the IANA database`);
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function toCron(text: string, timezone: string, span: Span): Pattern {
  // Seconds and years are no part of what Kubernetes takes for a schedule.
  const known = text === '@midnight' ? '@daily' : text;
  const cron = FIVE_FIELDS.test(known) || NAMED.test(known) ? parse(known, timezone) : undefined;
  if (cron === undefined)
    throw invalid(span, `"${text}" is no cron schedule: minute, hour, day of month, month, day of week`);
  const next = (after: number): number | undefined => {
    const found = cron.nextRun(toInstant(after));
    return found === null ? undefined : Math.floor(found.getTime() / 1000);
  };
  const last = (from: number, now: number): number => {
    let latest = from;
    for (let steps = 0; steps < MAX_STEPS; steps += 1) {
      const found = next(latest);
      if (found === undefined || found > now) break;
      latest = found;
    }
    return latest;
  };
  return { spec: `${text} ${timezone}`, next, last };
}

function parse(text: string, timezone: string): Cron | undefined {
  try {
    return new Cron(text, { timezone, paused: true });
  } catch {
    return undefined;
  }
}

function toPeriod(value: MaybeJson, span: Span): Pattern {
  const period = typeof value === 'string' ? Math.floor(toPeriodSeconds(value, span)) : 0;
  if (period < SHORTEST_SECONDS)
    throw invalid(span, `every gave ${describeValue(value)}, not a duration of a second or more, such as "10m"`);
  return {
    spec: `every ${value}`,
    next: (after) => after + period,
    last: (from, now) => from + Math.floor((now - from) / period) * period,
  };
}

function toPeriodSeconds(text: string, span: Span): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof ExpressionError) throw invalid(span, `every: ${error.message}`);
    throw error;
  }
}
