// What all workloads have in common: pods from templates, which of them count, names that stand for contents.

import { type ApiObject, isTerminating, nameOf, namespaceOf } from '../model/api-object.ts';
import { type Json, type JsonObject, listIn, objectIn, textIn, toCanonicalText } from '../model/json.ts';
import { ownerReferenceTo } from './owner.ts';
import { isReady } from './pod-stage.ts';

/** What a pod of a workload has besides its template. */
export interface PodExtras {
  /** Its name; undefined for one that is generated from that of the owner. */
  readonly name?: string;
  readonly generateName?: string;
  readonly labels?: JsonObject;
  readonly annotations?: JsonObject;
  readonly finalizers?: readonly string[];
  readonly spec?: JsonObject;
}

/** A pod from the template of its owner. */
export function podOf(owner: ApiObject, template: JsonObject, extras: PodExtras = {}): JsonObject {
  const { name, labels = {}, annotations = {}, finalizers, spec = {} } = extras;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name === undefined ? {} : { name }),
      generateName: extras.generateName ?? `${nameOf(owner)}-`,
      namespace: namespaceOf(owner),
      labels: { ...objectIn(template, 'metadata', 'labels'), ...labels },
      annotations: { ...objectIn(template, 'metadata', 'annotations'), ...annotations },
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [ownerReferenceTo(owner)],
    },
    spec: { ...objectIn(template, 'spec'), ...spec },
  };
}

/** True for a pod that has ended. */
export function isOver(pod: ApiObject): boolean {
  const phase = textIn(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed';
}

/** True for a pod that neither has ended nor is on its way out. */
export function isActive(pod: ApiObject): boolean {
  return !isOver(pod) && !isTerminating(pod);
}

/** Since when a pod has been ready, or undefined where it is not. */
function readySinceMs(pod: ApiObject): number | undefined {
  if (!isReady(pod)) return undefined;
  const ready = listIn(pod, 'status', 'conditions').find((one) => textIn(one, 'type') === 'Ready');
  return Date.parse(textIn(ready, 'lastTransitionTime'));
}

/** How many pods are ready, and when that changes. */
export interface ReadyCount {
  readonly ready: number;
  readonly available: number;
  readonly nextMs: number | undefined;
}

/** Which pods are ready, which have been for long enough, and when the next one will have been. */
export function countReady(pods: readonly ApiObject[], minReadySeconds: number, nowMs: number): ReadyCount {
  let [ready, available] = [0, 0];
  let nextMs: number | undefined;
  for (const pod of pods) {
    const sinceMs = readySinceMs(pod);
    if (sinceMs === undefined) continue;
    ready += 1;
    const atMs = sinceMs + minReadySeconds * 1_000;
    if (minReadySeconds === 0 || atMs <= nowMs) available += 1;
    else nextMs = Math.min(nextMs ?? atMs, atMs);
  }
  return { ready, available, nextMs };
}

const SIGNS = 'bcdfghjklmnpqrstvwxz2456789';

/** A short name that stands for a content: the same for the same content, here and in every run. */
export function hashOf(content: Json): string {
  let hash = 0x811c9dc5;
  for (const sign of toCanonicalText(content)) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return [...String(hash)].map((digit) => SIGNS[digit.charCodeAt(0) % SIGNS.length]).join('');
}

/** A list of conditions with one of them in the place of its former; it keeps its time while its status stays. */
export function withCondition(conditions: readonly Json[], condition: JsonObject): readonly Json[] {
  const before = conditions.find((one) => textIn(one, 'type') === condition['type']);
  const isSame = before !== undefined && textIn(before, 'status') === condition['status'];
  const kept = isSame ? { lastTransitionTime: textIn(before, 'lastTransitionTime') } : {};
  const others = conditions.filter((one) => textIn(one, 'type') !== condition['type']);
  return [...others, { ...condition, ...kept }];
}

/** A condition of a list by its type. */
export function conditionIn(conditions: readonly Json[], type: string): JsonObject | undefined {
  const found = conditions.find((one) => textIn(one, 'type') === type);
  return found === undefined ? undefined : objectIn(found);
}
