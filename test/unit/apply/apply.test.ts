import { describe, expect, test } from 'vitest';
import { apply } from '../../../engine/apply/apply.ts';
import { evaluate } from '../../../engine/evaluate/evaluate.ts';
import type { KubeClient } from '../../../engine/kube/client.ts';
import type { Outcome } from '../../../engine/model/change.ts';
import { Fault } from '../../../engine/model/fault.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import type { Desired } from '../../../engine/model/plan.ts';
import { momentOf, ownerOf, ruleOf, storedOf } from '../../support/rules.ts';

const rule = ruleOf(`  children:
    - id: config
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: shop } }
`);
const plan = evaluate(rule, momentOf({ owner: ownerOf(), observed: [], now: '2026-01-01T00:00:00Z' }));
const desired = plan.desired[0] as Desired;
const child = storedOf(desired.object);

// Creates the child where an object of its name is there already.
async function createOver(live: KubeObject): Promise<Outcome | undefined> {
  const client: KubeClient = {
    get: async () => live,
    apply: async () => {
      throw new Fault({ code: 'Conflict', retry: 'now', message: 'the version is another' });
    },
    patch: async () => live,
    delete: async () => undefined,
  };
  const change = { kind: 'create', child: 'config', desired } as const;
  const deps = { client, observe: () => undefined, forget: () => undefined };
  return (
    await apply([change], { rule: 'web', owner: ownerOf(), journal: 'status', records: [], inventory: [] }, deps)
  )[0]?.outcome;
}

const metadataOf = (metadata: object): KubeObject => ({ ...child, metadata: { ...child.metadata, ...metadata } });
const ofDeadOwner = metadataOf({
  labels: { ...child.metadata.labels, 'opsonata.dev/owner-uid': 'dead' },
  ownerReferences: [{ ...child.metadata.ownerReferences?.[0], uid: 'dead' }],
});

describe('a child whose name is taken', () => {
  test.each([
    ['by itself, without its labels', metadataOf({ labels: {} }), 'Conflict', 'now'],
    [
      'by itself, under another rule’s label',
      metadataOf({ labels: { 'opsonata.dev/rule': 'other' } }),
      'Conflict',
      'now',
    ],
    ['by an object of nobody', metadataOf({ labels: {}, ownerReferences: [] }), 'NotOwned', 'never'],
    [
      'by an object that is being deleted',
      metadataOf({ labels: {}, ownerReferences: [], deletionTimestamp: '2026-01-01T00:00:00Z' }),
      'NotOwned',
      'backoff',
    ],
    ['by one of an owner of the same name that is gone', ofDeadOwner, 'NotOwned', 'backoff'],
    [
      'by one that another rule made',
      metadataOf({ labels: { 'opsonata.dev/rule': 'other' }, managedFields: [] }),
      'NotOwned',
      'never',
    ],
  ])('%s', async (_, live, code, retry) => {
    expect(await createOver(live)).toMatchObject({ result: 'failed', fault: { code, retry } });
  });
});
