// Rules about the schedules of CronJobs: how many fields there are. What stands in them is not checked.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, invalid, required } from '../model/field-error.ts';
import { textIn } from '../model/json.ts';

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

/** What is wrong with the schedule of a CronJob. */
export function checkSchedule(object: ApiObject): readonly FieldError[] {
  const schedule = textIn(object, 'spec', 'schedule');
  if (schedule === '') return [required('spec.schedule')];
  const why = mistakeOf(schedule);
  return why === undefined ? [] : [invalid('spec.schedule', schedule, why)];
}

function mistakeOf(schedule: string): string | undefined {
  if (schedule.startsWith('@')) {
    const isKnown = DESCRIPTORS.has(schedule) || schedule.startsWith('@every ');
    return isKnown ? undefined : `unrecognized descriptor: ${schedule}`;
  }
  const fields = schedule.split(/\s+/).filter((field) => field !== '');
  if (fields.length === FIELDS) return undefined;
  return `expected exactly ${FIELDS} fields, found ${fields.length}: [${fields.join(' ')}]`;
}
