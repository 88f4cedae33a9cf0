import { describe, expect, test } from 'vitest';
import type { WatchEvent } from '../../../engine/kube/transport.ts';
import type { FaultCode } from '../../../engine/model/codes.ts';
import { Fault } from '../../../engine/model/fault.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { type ListPage, Reflector, type ReflectorSource } from '../../../engine/watch/reflector.ts';
import { Store, type StoreChange } from '../../../engine/watch/store.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';

const object = (name: string, resourceVersion: number, uid = `uid-${name}`): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'n', uid, resourceVersion: String(resourceVersion) },
});
const fault = (code: FaultCode, more: object = {}) => new Fault({ code, retry: 'backoff', message: code, ...more });
const event = (type: WatchEvent['type'], item: KubeObject): WatchEvent => ({ type, object: item });

type Step = ListPage | Fault;
type Stream = readonly (WatchEvent | Fault | 'open' | { readonly afterMs: number })[];

/** A source that plays a script: lists and watches, each used once. */
class Script implements ReflectorSource {
  readonly calls: string[] = [];
  /** When each call came. */
  readonly times: number[] = [];
  readonly #lists: Step[];
  readonly #watches: Stream[];
  readonly #clock: VirtualClock;

  constructor(lists: readonly Step[], watches: readonly Stream[], clock: VirtualClock) {
    this.#lists = [...lists];
    this.#watches = [...watches];
    this.#clock = clock;
  }

  #note(call: string): void {
    this.calls.push(call);
    this.times.push(this.#clock.now());
  }

  async list({ continueToken }: { continueToken: string | undefined }): Promise<ListPage> {
    this.#note(continueToken === undefined ? 'list' : `list ${continueToken}`);
    const step = this.#lists.shift();
    if (step === undefined) throw fault('ApiUnavailable');
    if (step instanceof Fault) throw step;
    return step;
  }

  async *watch({
    resourceVersion,
    signal,
  }: {
    resourceVersion: string;
    signal: AbortSignal;
  }): AsyncGenerator<WatchEvent> {
    this.#note(`watch ${resourceVersion}`);
    for (const step of this.#watches.shift() ?? ['open' as const]) {
      if (step instanceof Fault) throw step;
      if (step === 'open') await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      else if ('afterMs' in step) await new Promise<void>((resolve) => this.#clock.after(step.afterMs, resolve));
      else yield step;
    }
  }
}

const page = (resourceVersion: number, items: readonly KubeObject[], continueToken?: string): ListPage => ({
  items,
  resourceVersion: String(resourceVersion),
  continueToken,
});

const setup = (lists: readonly Step[], watches: readonly Stream[]) => {
  const clock = new VirtualClock();
  const source = new Script(lists, watches, clock);
  const store = new Store((error) => {
    throw error;
  });
  const changes: string[] = [];
  store.onChange(({ type, object: item }: StoreChange) =>
    changes.push(`${type} ${item.metadata.name}@${item.metadata.resourceVersion}`),
  );
  const reflector = new Reflector(source, store, { clock, random: () => 0, log: () => undefined });
  reflector.start();
  return { clock, source, store, changes, reflector };
};

describe('the reflector', () => {
  test('lists in pages, then watches from the version of the list', async () => {
    const { source, changes, reflector } = setup(
      [page(5, [object('a', 1)], 'next'), page(5, [object('b', 2)])],
      [[event('MODIFIED', object('a', 6)), event('DELETED', object('b', 7)), 'open']],
    );
    await settle();
    expect(source.calls).toEqual(['list', 'list next', 'watch 5']);
    expect(changes).toEqual(['added a@1', 'added b@2', 'updated a@6', 'deleted b@7']);
    expect(reflector.state).toBe('synced');
    await reflector.stop();
  });

  test('goes on from the last version after a cut, without a list', async () => {
    const { clock, source, reflector } = setup(
      [page(5, [])],
      [
        [event('ADDED', object('a', 6)), fault('ApiUnavailable')],
        [event('BOOKMARK', object('', 9)), { afterMs: 5_000 }],
        ['open'],
      ],
    );
    await settle();
    await clock.advance(10_000);
    expect(source.calls).toEqual(['list', 'watch 5', 'watch 6', 'watch 9']);
    await reflector.stop();
  });

  test('lists once when the version is gone, and tells what was deleted meanwhile', async () => {
    const { clock, source, changes, reflector } = setup(
      [page(5, [object('a', 1), object('b', 2)]), page(20, [object('a', 15)])],
      [[fault('Expired')], ['open']],
    );
    await settle();
    await clock.advance(0);
    expect(source.calls).toEqual(['list', 'watch 5', 'list', 'watch 20']);
    expect(changes).toEqual(['added a@1', 'added b@2', 'deleted b@2', 'updated a@15']);
    await reflector.stop();
  });

  test('lists at once when the version is gone, however long the API server was away', async () => {
    const away = Array.from({ length: 8 }, () => [fault('ApiUnavailable')] as const);
    const { clock, source, reflector } = setup(
      [page(5, []), page(20, []), page(30, [])],
      [...away, [fault('Expired')], [event('BOOKMARK', object('', 21)), fault('Expired')], ['open']],
    );
    await settle();
    await clock.advance(60_000);
    expect(source.calls.slice(-5)).toEqual(['watch 5', 'list', 'watch 20', 'list', 'watch 30']);
    expect(source.calls).toHaveLength(1 + 8 + 5);
    expect(source.times.at(-4)).toBe(source.times.at(-5));
    // The second one soon after it waits, a little.
    expect((source.times.at(-2) ?? 0) - (source.times.at(-3) ?? 0)).toBe(400);
    await reflector.stop();
  });

  test('never takes part of a list for the whole', async () => {
    const { clock, source, changes, reflector } = setup(
      [
        page(5, [object('a', 1)]),
        page(9, [object('b', 8)], 'next'),
        fault('Expired'),
        page(12, [object('a', 1), object('b', 8)]),
      ],
      [[fault('Expired')], ['open']],
    );
    await settle();
    await clock.advance(5_000);
    expect(source.calls).toEqual(['list', 'watch 5', 'list', 'list next', 'list', 'watch 12']);
    expect(changes).toEqual(['added a@1', 'added b@8']);
    await reflector.stop();
  });

  test('does not go back in time when a server is behind', async () => {
    const { clock, store, changes, reflector } = setup(
      [page(12, [object('a', 12)]), page(4, [object('a', 4), object('old', 3)])],
      [[fault('Expired')], ['open']],
    );
    await settle();
    await clock.advance(0);
    expect(store.get('n/a')?.metadata.resourceVersion).toBe('12');
    expect(changes).toEqual(['added a@12', 'added old@3']);
    await reflector.stop();
  });

  test('keeps what we wrote while a list was under way', async () => {
    const { clock, store, reflector } = setup([page(5, []), page(20, [])], [[fault('Expired')], ['open']]);
    await settle();
    store.put(object('ours', 25));
    await clock.advance(0);
    expect(store.get('n/ours')).toBeDefined();
    await reflector.stop();
  });

  test('asks at most a few times a minute when every watch ends at once', async () => {
    const { clock, source, reflector } = setup(
      [page(5, [])],
      Array.from({ length: 500 }, () => []),
    );
    await settle();
    await clock.advance(120_000);
    const watches = source.calls.filter((call) => call.startsWith('watch')).length;
    expect(watches).toBeGreaterThan(5);
    expect(watches).toBeLessThan(80);
    await reflector.stop();
  });

  test('waits as long as the server asks, and does not list for it', async () => {
    const { clock, source, reflector } = setup(
      [page(5, [])],
      [[fault('ApiThrottled', { retryAfterMs: 7_000 })], ['open']],
    );
    await settle();
    await clock.advance(6_999);
    expect(source.calls).toEqual(['list', 'watch 5']);
    await clock.advance(1);
    expect(source.calls).toEqual(['list', 'watch 5', 'watch 5']);
    await reflector.stop();
  });

  test('tells that a kind is gone, keeps asking, and goes on when it is back', async () => {
    const { clock, changes, reflector, source } = setup(
      [page(5, [object('a', 1)]), fault('KindNotFound'), fault('KindNotFound'), page(30, [object('a', 29, 'new')])],
      [[fault('Expired')], ['open']],
    );
    await settle();
    await clock.advance(0);
    expect(reflector.state).toBe('missing');
    expect(changes).toEqual(['added a@1', 'deleted a@1']);
    await clock.advance(20_000);
    expect(reflector.state).toBe('synced');
    expect(changes.at(-1)).toBe('added a@29');
    expect(source.calls.filter((call) => call === 'list').length).toBe(4);
    await reflector.stop();
  });

  test('stops at any moment', async () => {
    const { clock, reflector, source } = setup([fault('ApiUnavailable'), fault('ApiUnavailable')], []);
    await settle();
    const stopped = reflector.stop();
    await stopped;
    const calls = source.calls.length;
    await clock.advance(100_000);
    expect(source.calls.length).toBe(calls);
    await reflector.stop();
  });
});

describe('the store', () => {
  const store = () => new Store(() => undefined);

  test('does not let a late event bring back what was deleted', () => {
    const one = store();
    one.put(object('a', 5));
    one.remove(object('a', 9));
    expect(one.put(object('a', 7))).toBe(false);
    expect(one.put(object('a', 12, 'another'))).toBe(true);
  });

  test('lets an object come back that had only left the selector', () => {
    const one = store();
    one.put(object('a', 5));
    one.remove(object('a', 9));
    expect(one.put(object('a', 9))).toBe(true);
  });

  test('keeps its indexes in step', () => {
    const one = store();
    const byUid = one.index(({ metadata }) => [metadata.uid as string]);
    one.put(object('a', 1, 'x'));
    one.put(object('b', 2, 'x'));
    expect(byUid('x').map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    one.put(object('a', 3, 'y'));
    expect(byUid('x').map(({ metadata }) => metadata.name)).toEqual(['b']);
    one.remove(object('b', 4, 'x'));
    expect(byUid('x')).toEqual([]);
    one.removeIndex(byUid);
    one.put(object('c', 5, 'y'));
    expect(byUid('y').map(({ metadata }) => metadata.name)).toEqual(['a']);
  });

  test('goes on when a listener throws', () => {
    const errors: unknown[] = [];
    const one = new Store((error) => errors.push(error));
    const seen: string[] = [];
    one.onChange(() => {
      throw new Error('bug');
    });
    one.onChange(({ object: item }) => seen.push(item.metadata.name));
    one.put(object('a', 1));
    expect([seen, errors.length]).toEqual([['a'], 1]);
  });
});
