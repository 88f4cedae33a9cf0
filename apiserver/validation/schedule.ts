// Rules about CronJobs.

import type { ApiObject } from '../model/api-object.ts';
import { type FieldError, invalid, required } from '../model/field-error.ts';
import { objectIn, textIn } from '../model/json.ts';
import { scheduleProblem } from './cron.ts';
import { checkNeededOneOf, checkNotNegative } from './fields.ts';
import { checkJobTemplate } from './job.ts';
import { checkTimeZone, isTimeZone } from './time-zone.ts';

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

function checkSchedule(schedule: string, path: string): readonly FieldError[] {
  if (schedule === '') return [required(path)];
  const why = scheduleProblem(schedule, isTimeZone);
  const errors = why === undefined ? [] : [invalid(path, schedule, why)];
  if (!schedule.includes('TZ')) return errors;
  return [...errors, invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')];
}
