// The defaults of the kinds of group apps.

import type { MutableObject } from '../model/json.ts';
import { ensured, fill, items, part } from './field.ts';
import { fillClaimSpec } from './network.ts';
import { fillPodSpec } from './pod.ts';

/** The annotation with the number of a DaemonSet's template. */
export const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** Deployments. */
export function fillDeployment(object: MutableObject): void {
  const spec = ensured(object, 'spec');
  fill(spec, 'replicas', 1);
  const strategy = ensured(spec, 'strategy');
  fill(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = ensured(strategy, 'rollingUpdate');
    fill(rolling, 'maxUnavailable', '25%');
    fill(rolling, 'maxSurge', '25%');
  }
  fill(spec, 'revisionHistoryLimit', 10);
  fill(spec, 'progressDeadlineSeconds', 600);
  fillTemplate(spec);
}

/** DaemonSets. */
export function fillDaemonSet(object: MutableObject): void {
  // A number that only the server counts, which travels as an annotation.
  fill(ensured(ensured(object, 'metadata'), 'annotations'), TEMPLATE_GENERATION, '0');
  const spec = ensured(object, 'spec');
  const strategy = ensured(spec, 'updateStrategy');
  fill(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = ensured(strategy, 'rollingUpdate');
    fill(rolling, 'maxUnavailable', 1);
    fill(rolling, 'maxSurge', 0);
  }
  fill(spec, 'revisionHistoryLimit', 10);
  fillTemplate(spec);
}

/** StatefulSets. */
export function fillStatefulSet(object: MutableObject): void {
  const spec = ensured(object, 'spec');
  fill(spec, 'podManagementPolicy', 'OrderedReady');
  const strategy = ensured(spec, 'updateStrategy');
  if (strategy['type'] === undefined) {
    strategy['type'] = 'RollingUpdate';
    ensured(strategy, 'rollingUpdate');
  }
  const rolling = part(strategy, 'rollingUpdate');
  if (strategy['type'] === 'RollingUpdate' && rolling !== undefined) fill(rolling, 'partition', 0);
  const retention = ensured(spec, 'persistentVolumeClaimRetentionPolicy');
  fill(retention, 'whenDeleted', 'Retain');
  fill(retention, 'whenScaled', 'Retain');
  fill(spec, 'replicas', 1);
  fill(spec, 'revisionHistoryLimit', 10);
  for (const claim of items(spec, 'volumeClaimTemplates')) {
    fill(claim, 'apiVersion', 'v1');
    fill(claim, 'kind', 'PersistentVolumeClaim');
    fillClaimSpec(part(claim, 'spec'));
    fill(ensured(claim, 'status'), 'phase', 'Pending');
  }
  fillTemplate(spec);
}

/** ReplicaSets. */
export function fillReplicaSet(object: MutableObject): void {
  const spec = ensured(object, 'spec');
  fill(spec, 'replicas', 1);
  fillTemplate(spec);
}

function fillTemplate(spec: MutableObject): void {
  fillPodSpec(part(part(spec, 'template'), 'spec'));
}
