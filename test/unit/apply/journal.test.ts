// What a resource remembers is never overwritten by an operator that has not seen it.

import { expect, test } from 'vitest';
import { writeJournal } from '../../../engine/apply/write-journal.ts';
import { writeStatus } from '../../../engine/apply/write-status.ts';
import type { KubeClient } from '../../../engine/kube/client.ts';
import { Fault } from '../../../engine/model/fault.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
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
