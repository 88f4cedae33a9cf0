// Rules about CronJobs. Of a schedule it is checked how many fields there are, not what stands in them.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, invalid, required } from '../model/field-error.ts';
import { type Json, objectIn, textIn } from '../model/json.ts';
import { checkNeededOneOf, checkNotNegative } from './fields.ts';
import { checkJobTemplate } from './job.ts';

const FIELDS = 5;
const DESCRIPTORS: ReadonlySet<string> = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]);

const NUMBERS = ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'];
const POLICIES = ['Allow', 'Forbid', 'Replace'];

/** What is wrong with a CronJob. */
export function checkCronJob(object: ApiObject): readonly FieldError[] {
  const spec = objectIn(object, 'spec');
  return [
    ...checkSchedule(textIn(spec, 'schedule'), 'spec.schedule'),
    ...checkNotNegative(spec, NUMBERS, 'spec'),
    ...checkTimeZone(spec['timeZone'], 'spec.timeZone'),
    ...checkNeededOneOf(textIn(spec, 'concurrencyPolicy'), POLICIES, 'spec.concurrencyPolicy'),
    ...checkJobTemplate(objectIn(spec, 'jobTemplate'), 'spec.jobTemplate'),
  ];
}

function checkTimeZone(zone: Json | undefined, path: string): readonly FieldError[] {
  if (typeof zone !== 'string') return [];
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')];
  return isTimeZone(zone) ? [] : [invalid(path, zone, `unknown time zone ${zone}`)];
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function checkSchedule(schedule: string, path: string): readonly FieldError[] {
  if (schedule === '') return [required(path)];
  const why = mistakeOf(schedule);
  const errors = why === undefined ? [] : [invalid(path, schedule, why)];
  if (!schedule.includes('TZ')) return errors;
  return [...errors, invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')];
}

function mistakeOf(schedule: string): string | undefined {
  if (schedule.startsWith('@')) {
    const isKnown = DESCRIPTORS.has(schedule) || schedule.startsWith('@every ');
    return isKnown ? undefined : `unrecognized descriptor: ${schedule}`;
  }
  // A time zone before it has its own message.
  if (/^(?:CRON_)?TZ=/.test(schedule)) return undefined;
  const fields = schedule.split(/\s+/).filter((field) => field !== '');
  if (fields.length === FIELDS) return undefined;
  return `expected exactly ${FIELDS} fields, found ${fields.length}: [${fields.join(' ')}]`;
}
