// Installs the CustomResourceDefinition that a rule brings.

import { missingFields } from '../diff/diff.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Clock } from '../model/clock.ts';
import { Fault } from '../model/fault.ts';
import { hashText } from '../model/hash.ts';
import { getPath, isArray, isObject, type Json, type JsonObject, toCanonicalText } from '../model/json.ts';
import { APPLIED_ANNOTATION, fieldManagerOf } from '../model/marks.ts';
import { type KubeObject, toRef } from '../model/object.ts';
import type { CompiledRule } from '../model/rule.ts';
import type { Log } from './log.ts';

const POLL_MS = 100;
const LIMIT_MS = 30_000;

/**
 * Applies the definition that a rule brings, if it is not in the cluster as the rule wants it, and waits until the API
 * server serves it. Fields that others added stay. Throws Fault, FieldConflict among them where another manager holds a
 * field.
 */
export async function installCrd(
  rule: CompiledRule,
  deps: { readonly client: KubeClient; readonly clock: Clock; readonly log: Log },
): Promise<void> {
  if (rule.crd === undefined) return;
  const crd = withMark(rule.crd);
  const before = await find(crd, deps.client);
  if (before === undefined || !isInstalled(crd, before, rule)) {
    await deps.client.apply(crd, { fieldManager: fieldManagerOf(rule.name) });
    deps.log.info(before === undefined ? 'created' : 'configured', { rule: rule.name, ref: toRef(crd) });
  }
  await waitEstablished(crd, deps);
}

function withMark(crd: JsonObject): KubeObject {
  const object = crd as unknown as KubeObject;
  const annotations = { [APPLIED_ANNOTATION]: hashText(toCanonicalText(crd)) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function isInstalled(crd: KubeObject, live: KubeObject, rule: CompiledRule): boolean {
  const isSame = live.metadata.annotations?.[APPLIED_ANNOTATION] === crd.metadata.annotations?.[APPLIED_ANNOTATION];
  return isSame && missingFields(crd, live, fieldManagerOf(rule.name)).length === 0;
}

async function find(crd: KubeObject, client: KubeClient): Promise<KubeObject | undefined> {
  try {
    return await client.get(toRef(crd));
  } catch (error) {
    if (error instanceof Fault && error.code === 'NotFound') return undefined;
    throw error;
  }
}

async function waitEstablished(
  crd: KubeObject,
  { client, clock }: { readonly client: KubeClient; readonly clock: Clock },
): Promise<void> {
  const limitMs = clock.now() + LIMIT_MS;
  for (;;) {
    const live = await client.get(toRef(crd));
    const conditions = getPath(live as unknown as Json, ['status', 'conditions']);
    const established =
      isArray(conditions) &&
      conditions.filter(isObject).some((item) => item['type'] === 'Established' && item['status'] === 'True');
    if (established) return;
    if (clock.now() > limitMs)
      throw new Fault({
        code: 'KindNotFound',
        retry: 'backoff',
        message: 'the definition is not established',
        subject: toRef(crd),
      });
    await new Promise<void>((resolve) => {
      clock.after(POLL_MS, resolve);
    });
  }
}
