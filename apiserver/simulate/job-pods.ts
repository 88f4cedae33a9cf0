// The pods of a job: how they are made, counted once, and let go.

import { type ApiObject, finalizersOf, isTerminating, nameOf, withMetadata } from '../model/api-object.ts';
import { type JsonObject, listIn, objectIn, textIn } from '../model/json.ts';
import { isActive, isOver, podOf } from './workload.ts';
import { numberIn, type World } from './world.ts';

/** Holds a pod until its end has been counted. */
export const JOB_TRACKING = 'batch.kubernetes.io/job-tracking';
const INDEX = 'batch.kubernetes.io/job-completion-index';

/** The pods of a job, as they matter to it. */
export interface JobPods {
  readonly all: readonly ApiObject[];
  readonly active: readonly ApiObject[];
  /** Ended and not counted yet. */
  readonly succeeded: readonly ApiObject[];
  readonly failed: readonly ApiObject[];
}

/** Finds them. */
export function podsOf(world: World, job: ApiObject): JobPods {
  const all = world.children(job, 'Pod', objectIn(job, 'spec')['selector']);
  const uncounted = all.filter((pod) => finalizersOf(pod).includes(JOB_TRACKING) && isOver(pod));
  return {
    all,
    active: all.filter(isActive),
    succeeded: uncounted.filter((pod) => textIn(pod, 'status', 'phase') === 'Succeeded'),
    failed: uncounted.filter((pod) => textIn(pod, 'status', 'phase') === 'Failed'),
  };
}

/** True for a job whose pods have numbers. */
export function isIndexed(job: ApiObject): boolean {
  return textIn(job, 'spec', 'completionMode') === 'Indexed';
}

/** The number of a pod of an indexed job. */
export function indexOf(pod: ApiObject): number {
  return Number(textIn(pod, 'metadata', 'annotations', INDEX) || -1);
}

/** Makes pods; those of an indexed job take the first numbers that are free. */
export function makePods(
  world: World,
  job: ApiObject,
  { count, taken }: { readonly count: number; readonly taken: ReadonlySet<number> },
): void {
  let index = 0;
  for (let made = 0; made < count; made += 1) {
    while (taken.has(index)) index += 1;
    world.create(isIndexed(job) ? indexedPod(job, index) : plainPod(job));
    index += 1;
  }
}

function plainPod(job: ApiObject): JsonObject {
  return podOf(job, objectIn(job, 'spec', 'template'), { finalizers: [JOB_TRACKING] });
}

function indexedPod(job: ApiObject, index: number): JsonObject {
  const template = objectIn(job, 'spec', 'template');
  const variable = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } },
  };
  const withVariable = (name: string) =>
    listIn(template, 'spec', name).map((container) => ({
      ...objectIn(container),
      env: [...listIn(container, 'env'), variable],
    }));
  const mark = { [INDEX]: String(index) };
  const spec = { containers: withVariable('containers'), hostname: `${nameOf(job)}-${index}` };
  const init = withVariable('initContainers');
  return podOf(job, template, {
    generateName: `${nameOf(job)}-${index}-`,
    labels: mark,
    annotations: mark,
    finalizers: [JOB_TRACKING],
    spec: init.length === 0 ? spec : { ...spec, initContainers: init },
  });
}

/** Lets pods go whose end has been counted, or does not count. */
export function letGo(world: World, pods: readonly ApiObject[]): void {
  for (const pod of pods) {
    const current = world.again(pod);
    if (current === undefined || !finalizersOf(current).includes(JOB_TRACKING)) continue;
    const left = finalizersOf(current).filter((name) => name !== JOB_TRACKING);
    world.change(current, withMetadata(current, { finalizers: left.length === 0 ? undefined : left }));
  }
}

/** Deletes pods that are not needed any more. They do not count as failed. */
export function dismiss(world: World, pods: readonly ApiObject[]): void {
  letGo(world, pods);
  for (const pod of pods) world.remove(pod);
}

/** How often the containers of running pods were restarted. */
export function restartsOf(pods: readonly ApiObject[]): number {
  const counts = pods.flatMap((pod) => listIn(pod, 'status', 'containerStatuses'));
  return counts.reduce((sum: number, one) => sum + numberIn(one, ['restartCount']), 0);
}

/** When the last of some pods has ended. */
export function lastEndMs(pods: readonly ApiObject[]): number {
  const ends = pods.flatMap((pod) =>
    listIn(pod, 'status', 'containerStatuses').map((one) =>
      Date.parse(textIn(one, 'state', 'terminated', 'finishedAt')),
    ),
  );
  return Math.max(0, ...ends.filter((atMs) => !Number.isNaN(atMs)));
}

/** Numbers as a job lists them: `0-2,5`. */
export function toRanges(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const number of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}${to === from + 1 ? ',' : '-'}${to}`)).join(',');
}

/** The numbers that a list of ranges names. */
export function fromRanges(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}

/** True while pods are on their way out. */
export function isEmptying({ all }: JobPods): boolean {
  return all.some((pod) => isTerminating(pod));
}
