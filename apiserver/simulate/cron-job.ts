// CronJobs: a job each time of their schedule, and not too many of those that have ended.
// Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/

import { type ApiObject, isTerminating, nameOf, namespaceOf, toTime, uidOf } from '../model/api-object.ts';
import { type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { isTimeZone, nextTime, parseSchedule } from './cron.ts';
import { ownerReferenceTo } from './owner.ts';
import { conditionIn } from './workload.ts';
import { numberIn, type World } from './world.ts';

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Makes the job whose time has come, and reports. The result is the next time. */
export function reconcileCronJob(world: World, cron: ApiObject): number | undefined {
  const jobs = (): readonly ApiObject[] => world.children(cron, 'Job');
  trim(world, cron, jobs());
  const isSuspended = objectIn(cron, 'spec')['suspend'] === true;
  const times = isSuspended || isTerminating(cron) ? undefined : timesOf(cron, world.nowMs);
  const started = times?.dueMs === undefined ? undefined : start(world, cron, { dueMs: times.dueMs, jobs: jobs() });
  report(world, cron, { jobs: jobs(), started });
  return times?.nextMs;
}

// The last time that was missed, and the one to come.
function timesOf(cron: ApiObject, nowMs: number) {
  const schedule = parseSchedule(textIn(cron, 'spec', 'schedule'));
  const timeZone = textIn(cron, 'spec', 'timeZone');
  if (schedule === undefined || !isTimeZone(timeZone)) return undefined;
  const last = textIn(cron, 'status', 'lastScheduleTime') || textIn(cron, 'metadata', 'creationTimestamp');
  const deadline = numberIn(cron, ['spec', 'startingDeadlineSeconds'], -1);
  const earliestMs = Math.max(Date.parse(last), deadline < 0 ? 0 : nowMs - deadline * 1_000);
  let dueMs: number | undefined;
  let nextMs = nextTime(schedule, earliestMs, timeZone);
  while (nextMs !== undefined && nextMs <= nowMs) {
    dueMs = nextMs;
    nextMs = nextTime(schedule, nextMs, timeZone);
  }
  return { dueMs, nextMs };
}

function isFinished(job: ApiObject): boolean {
  return endOf(job) !== undefined;
}

function endOf(job: ApiObject): 'Complete' | 'Failed' | undefined {
  const conditions = listIn(job, 'status', 'conditions');
  return (['Complete', 'Failed'] as const).find((type) => conditionIn(conditions, type)?.['status'] === 'True');
}

// The time for which a job was made, or undefined where none was.
function start(
  world: World,
  cron: ApiObject,
  { dueMs, jobs }: { readonly dueMs: number; readonly jobs: readonly ApiObject[] },
): number | undefined {
  const running = jobs.filter((job) => !isFinished(job));
  const policy = textIn(cron, 'spec', 'concurrencyPolicy');
  if (policy === 'Forbid' && running.length > 0) return undefined;
  if (policy === 'Replace') for (const job of running) world.remove(job);
  const template = objectIn(cron, 'spec', 'jobTemplate');
  world.create({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${nameOf(cron)}-${Math.floor(dueMs / 60_000)}`,
      namespace: namespaceOf(cron),
      labels: objectIn(template, 'metadata', 'labels'),
      annotations: { ...objectIn(template, 'metadata', 'annotations'), [SCHEDULED]: toTime(dueMs) },
      ownerReferences: [ownerReferenceTo(cron)],
    },
    spec: objectIn(template, 'spec'),
  });
  return dueMs;
}

// Of those that have ended the newest stay.
function trim(world: World, cron: ApiObject, jobs: readonly ApiObject[]): void {
  for (const [end, field] of [
    ['Complete', 'successfulJobsHistoryLimit'],
    ['Failed', 'failedJobsHistoryLimit'],
  ] as const) {
    const ended = jobs.filter((job) => endOf(job) === end && !isTerminating(job));
    const limit = numberIn(cron, ['spec', field], end === 'Complete' ? 3 : 1);
    for (const job of ended.slice(0, Math.max(0, ended.length - limit))) world.remove(job);
  }
}

function report(
  world: World,
  cron: ApiObject,
  { jobs, started }: { readonly jobs: readonly ApiObject[]; readonly started: number | undefined },
): void {
  const current = world.again(cron);
  if (current === undefined) return;
  const { active: _, ...status } = objectIn(current, 'status');
  const ends = jobs.filter((job) => endOf(job) === 'Complete').map((job) => textIn(job, 'status', 'completionTime'));
  const last = [textIn(status, 'lastSuccessfulTime'), ...ends].sort().at(-1) ?? '';
  world.changeStatus(current, {
    ...status,
    active: jobs.filter((job) => !isFinished(job)).map(referenceTo),
    ...(started === undefined ? {} : { lastScheduleTime: toTime(started) }),
    ...(last === '' ? {} : { lastSuccessfulTime: last }),
  });
}

function referenceTo(job: ApiObject): JsonObject {
  const resourceVersion = textIn(job, 'metadata', 'resourceVersion');
  const { apiVersion, kind } = job;
  return { apiVersion, kind, name: nameOf(job), namespace: namespaceOf(job), uid: uidOf(job), resourceVersion };
}
