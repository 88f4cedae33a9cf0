// What became of restarts that somebody wrote down who did not live to tell of them.

import { expect, test } from 'vitest';
import type { Change } from '../../../engine/model/change.ts';
import type { KubeObject } from '../../../engine/model/object.ts';
import { type PendingRestart, WITHDRAWN } from '../../../engine/model/restart.ts';
import { Restarting } from '../../../engine/run/restarting.ts';

const object = (mark: string, uid = 'u'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app', namespace: 'default', uid, annotations: { 'opsonata.dev/applied': mark } },
});
const pending = (more: Partial<PendingRestart> = {}): PendingRestart => ({
  child: 'app',
  ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'app' },
  ...{ reason: 'why', cause: 'c', mark: 'new', at: '2026-01-01T00:00:00Z', ...more },
});
const configure = (mark: string, hash?: string): Change =>
  ({
    ...{ kind: 'configure', child: 'app', desired: { object: object(mark) }, observed: object('old') },
    ...(hash === undefined ? {} : { record: { hash } }),
  }) as unknown as Change;
const create = (mark: string) =>
  ({ kind: 'create', child: 'app', desired: { object: object(mark) } }) as unknown as Change;
const unchanged = (mark: string): Change => ({ kind: 'unchanged', child: 'app', observed: object(mark), notes: [] });
const withdraw = { kind: 'withdraw', child: 'app', observed: object('old') } as unknown as Change;

const PATCH = { patches: { ids: ['app'] } };
test.each([
  ['has the mark, and is as wished', {}, [object('new')], [unchanged('new')], {}, 'told'],
  ['has the mark, and another change is wanted since', {}, [object('new')], [configure('newer')], {}, 'told'],
  ['has not the mark, and the change is still wanted', {}, [object('old')], [configure('new')], {}, 'left'],
  [
    'has the mark of before an edit, and the change is still wanted',
    {},
    [object('new')],
    [configure('new')],
    {},
    'left',
  ],
  ['has not the mark, and another change is wanted', {}, [object('old')], [configure('newer')], {}, 'gone'],
  ['is gone, and is made anew', {}, [], [create('new')], {}, 'left'],
  ['is gone for good', {}, [], [], {}, 'gone'],
  ['was not made anew, which alone would count', { uid: 'u' }, [object('new')], [unchanged('new')], {}, 'gone'],
  ['was made anew, which alone would count', { uid: 'before' }, [object('new')], [unchanged('new')], {}, 'told'],
  ['is patched as wished', { mark: 'h' }, [], [unchanged('')], PATCH, 'told'],
  ['is still to be patched', { mark: 'h' }, [], [configure('', 'h')], PATCH, 'left'],
  ['is to be patched otherwise', { mark: 'h' }, [], [configure('', 'i')], PATCH, 'told'],
  ['has its patch still to be taken back', { mark: WITHDRAWN }, [], [withdraw], {}, 'left'],
  ['has its patch taken back', { mark: WITHDRAWN }, [], [], {}, 'told'],
] as const)('the restart of an object that %s', (_what, more, observed, changes, patches, fate) => {
  const restarting = new Restarting();
  const scene = { restarting: [pending(more)], observed, changes, patches: { ids: [] }, ...patches };
  restarting.look(scene);
  restarting.look(scene);
  const told = restarting.found.map(({ restart }) => restart?.reason);
  const left = restarting.left(scene);
  expect([told, left.length]).toEqual([fate === 'told' ? ['why'] : [], fate === 'left' ? 1 : 0]);
});

test('a change that this operator makes itself is told by it alone, whoever tried before', () => {
  const restarting = new Restarting();
  const scene = { observed: [object('new')], changes: [unchanged('new')], patches: { ids: [] } };
  const before = [pending({ cause: 'earlier' }), pending()];
  restarting.look({ ...scene, restarting: before, changes: [configure('new')] });
  const { child, ref } = pending();
  const fault = { code: 'ApiUnavailable', message: '', retry: 'backoff' } as const;
  restarting.answered(pending(), { child, ref, result: 'failed', fault }, { restarting: before });
  expect(restarting.left({ restarting: before }).length).toBe(2);
  restarting.answered(pending(), { child, ref, result: 'configured' }, { restarting: before });
  restarting.look({ ...scene, restarting: before });
  expect([restarting.found, restarting.left({ restarting: before })]).toEqual([[], []]);
});
