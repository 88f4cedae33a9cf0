// What a resource remembers is never overwritten by an operator that has not seen it.

import { describe, expect, test } from 'vitest';
import { recordIntents } from '../../../engine/apply/record.ts';
import { writeJournal } from '../../../engine/apply/write-journal.ts';
import { writeStatus } from '../../../engine/apply/write-status.ts';
import type { KubeClient } from '../../../engine/kube/client.ts';
import type { Change } from '../../../engine/model/change.ts';
import { Fault } from '../../../engine/model/fault.ts';
import { type KubeObject, toRef } from '../../../engine/model/object.ts';
import { DEFAULT_POLICY } from '../../../engine/model/policy.ts';
import { ownerOf } from '../../support/rules.ts';

const owner = ownerOf({}, { resourceVersion: '10' });
const later = ownerOf({}, { resourceVersion: '11' });

/** An API server where the resource has another version since. */
const world = () => {
  const applied: KubeObject[] = [];
  const observed: KubeObject[] = [];
  const client = {
    get: async () => later,
    apply: async (object: KubeObject) => {
      applied.push(object);
      const { resourceVersion } = object.metadata;
      if (resourceVersion !== undefined && resourceVersion !== later.metadata.resourceVersion)
        throw new Fault({ code: 'Conflict', retry: 'now', message: 'the object has been modified' });
      return later;
    },
  } as unknown as KubeClient;
  const deps = { client, observe: (object: KubeObject) => observed.push(object), forget: () => undefined };
  return { applied, observed, deps };
};
const entry = { child: 'there', ref: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'other', name: 'a' } };

test.each(['status', 'annotation'] as const)(
  'the journal in the %s is bound to what was looked at',
  async (journal) => {
    const { applied, observed, deps } = world();
    const input = { rule: 'web', journal, records: [], inventory: [] };
    const write = async (seen: KubeObject) =>
      await writeJournal({ records: [], inventory: [entry] }, { ...input, owner: seen }, deps);
    await expect(write(owner)).rejects.toMatchObject({ code: 'Conflict' });
    // It is looked at anew, so that the next try sees what the other has remembered.
    expect(observed).toEqual([later]);
    await write(later);
    expect(applied.map(({ metadata }) => metadata.resourceVersion)).toEqual(['10', '11']);
  },
);

test('so is a status that remembers, and no other', async () => {
  const { applied, deps } = world();
  await writeStatus({ ok: true }, { rule: 'web', owner, isJournal: false }, deps);
  await expect(writeStatus({ ok: true }, { rule: 'web', owner, isJournal: true }, deps)).rejects.toMatchObject({
    code: 'Conflict',
  });
  expect(applied.map(({ metadata }) => metadata.resourceVersion)).toEqual([undefined, '10']);
});

describe('a definition that has no room for the reasons of restarts', () => {
  const observed = { ...ownerOf(), apiVersion: 'apps/v1', kind: 'Deployment' };
  const change = {
    ...{
      kind: 'configure',
      child: 'app',
      observed,
      desired: { child: 'app', object: observed, policy: DEFAULT_POLICY },
    },
    ...{ differences: [], reclaim: [], isHolding: false, whole: { policy: DEFAULT_POLICY } },
  } as unknown as Change;
  const elsewhere = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'other' } };
  const create = {
    kind: 'create',
    child: 'there',
    desired: { child: 'there', object: elsewhere },
  } as unknown as Change;
  const pending = { child: 'app', ref: toRef(observed), reason: 'why', cause: 'c', mark: 'm', at: '' };

  test.each([
    ['alone', [change], 0],
    ['beside what has to be remembered', [change, create], 1],
  ] as const)('holds up no change, %s', async (_what, changes, written) => {
    const { applied, deps } = world();
    const client = {
      ...deps.client,
      apply: async (object: KubeObject) => {
        if (JSON.stringify(object).includes('"cause"'))
          throw new Fault({ code: 'SchemaMismatch', retry: 'never', message: 'field not declared in schema' });
        applied.push(object);
        return object;
      },
    } as KubeClient;
    const input = { rule: 'web', owner, journal: 'status', records: [], inventory: [] } as const;
    const faults = await recordIntents(
      changes,
      { ...input, restarts: new Map([[change, pending]]) },
      { ...deps, client },
    );
    expect([...faults]).toEqual([]);
    expect(applied.length).toBe(written);
  });
});
