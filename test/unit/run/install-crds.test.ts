import { expect, test } from 'vitest';
import type { KubeClient } from '../../../engine/kube/client.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { CrdInstaller } from '../../../engine/run/install-crds.ts';
import { createLog } from '../../../engine/run/log.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';

const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'a.b.c' } };

const failuresWith = async (conditions: readonly { readonly [name: string]: string }[]): Promise<readonly string[]> => {
  const clock = new VirtualClock();
  const live = { ...crd, status: { conditions } } as unknown as KubeObject;
  const client = { get: async () => live, apply: async () => live } as unknown as KubeClient;
  const lines: { readonly event: string; readonly message?: string }[] = [];
  const log = createLog(
    (line) => lines.push(JSON.parse(line)),
    () => clock.now(),
  );
  const installer = new CrdInstaller({ client, clock, log, random: () => 0, onEnded: () => undefined });
  installer.install({ name: 'rule', crd });
  await settle();
  await clock.advance(30_500);
  installer.stop();
  return lines.flatMap(({ event, message }) => (event === 'failed' && message !== undefined ? [message] : []));
};

test('a definition that never gets its names says why', async () => {
  const message = '"things" is already in use';
  expect(await failuresWith([{ type: 'NamesAccepted', status: 'False', message }])).toEqual([
    'CustomResourceDefinition a.b.c: the definition is not established: "things" is already in use',
  ]);
  expect(await failuresWith([{ type: 'NamesAccepted', status: 'True', message: 'no conflicts found' }])).toEqual([
    'CustomResourceDefinition a.b.c: the definition is not established',
  ]);
  expect(await failuresWith([{ type: 'Established', status: 'True', message: '' }])).toEqual([]);
});
