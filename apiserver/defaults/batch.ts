// The defaults of the kinds of group batch.

import type { MutableObject } from '../model/json.ts';
import { ensured, fill, isFilled, items, part } from './field.ts';
import { fillPodSpec } from './pod.ts';

const MAX_INT32 = 2 ** 31 - 1;

/** Jobs. */
export function fillJob(object: MutableObject): void {
  const spec = ensured(object, 'spec');
  const labels = part(part(part(spec, 'template'), 'metadata'), 'labels');
  // One and the same object in both places: what the server adds to the labels of the pods, the job has too.
  const metadata = ensured(object, 'metadata');
  if (labels !== undefined && !isFilled(metadata, 'labels')) metadata['labels'] = labels;
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
  fill(spec, 'parallelism', 1);
  fill(spec, 'backoffLimit', spec['backoffLimitPerIndex'] === undefined ? 6 : MAX_INT32);
  fill(spec, 'completionMode', 'NonIndexed');
  fill(spec, 'suspend', false);
  fill(spec, 'podReplacementPolicy', spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed');
  fill(spec, 'manualSelector', false);
  fillJobTemplate(spec);
}

/** CronJobs. */
export function fillCronJob(object: MutableObject): void {
  const spec = ensured(object, 'spec');
  fill(spec, 'concurrencyPolicy', 'Allow');
  fill(spec, 'suspend', false);
  fill(spec, 'successfulJobsHistoryLimit', 3);
  fill(spec, 'failedJobsHistoryLimit', 1);
  const template = part(part(spec, 'jobTemplate'), 'spec');
  if (template !== undefined) fillJobTemplate(template);
}

// What is in the pods of a job, and in the failure policy.
function fillJobTemplate(spec: MutableObject): void {
  for (const rule of items(part(spec, 'podFailurePolicy'), 'rules'))
    for (const pattern of items(rule, 'onPodConditions')) fill(pattern, 'status', 'True');
  fillPodSpec(part(part(spec, 'template'), 'spec'));
}
