import { expect, test } from 'vitest';
import type { WatchEvent } from '../../../engine/kube/transport.ts';
import { Fault } from '../../../engine/model/fault.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { Reads } from '../../../engine/watch/reads.ts';
import { Reflector } from '../../../engine/watch/reflector.ts';
import { Store } from '../../../engine/watch/store.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';

const config: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'n', uid: 'u', resourceVersion: '1' },
};

test('what may not be looked at any more is not known, and who read it hears of that and of the end of it', async () => {
  const clock = new VirtualClock();
  const store = new Store((error) => {
    throw error;
  });
  // The watch is refused, then the rights are back.
  const refused = new Fault({ code: 'Forbidden', retry: 'backoff', message: 'configmaps is forbidden' });
  let watches = 0;
  const source = {
    list: async () => ({ items: [config], resourceVersion: '5', continueToken: undefined }),
    async *watch({ signal }: { signal: AbortSignal }): AsyncGenerator<WatchEvent> {
      watches += 1;
      await new Promise<void>((resolve) => clock.after(60_000, resolve));
      if (watches === 1) throw refused;
      yield { type: 'BOOKMARK', object: { ...config, metadata: { ...config.metadata, resourceVersion: '9' } } };
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  const reflector = new Reflector(source, store, { clock, random: () => 0, log: () => undefined });
  const woken: string[] = [];
  const reads = new Reads({ observe: () => ({ store, reflector }), wake: (key) => woken.push(key) });
  const ask = () => reads.reader('one')({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'n', name: 'a' });
  ask();
  reflector.start();
  await settle();
  expect(ask()).toEqual({ kind: 'found', objects: [config] });
  woken.length = 0;
  await clock.advance(60_000);
  expect(ask()).toEqual({ kind: 'unknown', reason: 'configmaps is forbidden', isServed: true });
  expect(woken).toEqual(['one']);
  await clock.advance(600_000);
  expect(ask()).toMatchObject({ kind: 'found', objects: [{ metadata: { name: 'a' } }] });
  expect(woken).toEqual(['one', 'one']);
  await reflector.stop();
});
