// Forks and snapshots: another server with everything that is here now, and a world of its own from then on.

import { afterEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../apiserver/clock.ts';
import { type Json, textIn } from '../../apiserver/model/json.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../../apiserver/server.ts';
import {
  BOX_DEFINITION,
  BOXES,
  box,
  CONFIG_MAPS,
  clientOf,
  DEFINITIONS,
  everythingIn,
  fill,
  latePod,
  PODS,
} from './kept.ts';
import { embeddedBackend } from './script.ts';

const REPLICA_SETS = '/apis/apps/v1/namespaces/default/replicasets';
const servers: ApiServer[] = [];
const clock = new VirtualClock();

function kept(server: ApiServer): ApiServer {
  servers.push(server);
  return server;
}

async function start(options: ApiServerOptions = {}): Promise<ApiServer> {
  return kept(await startApiServer({ clock, ...options }));
}

async function filled(): Promise<ApiServer> {
  const server = await start();
  await fill(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe('a fork', () => {
  test('has the same objects, versions and definitions', async () => {
    const server = await filled();
    const fork = kept(server.fork());
    const before = await everythingIn(server);
    expect(JSON.stringify(before)).toContain('quoted');
    expect(await everythingIn(fork)).toEqual(before);
    const made = await clientOf(fork).create(BOXES, box('second'));
    expect(made).toMatchObject({ status: 201, body: { spec: { size: 1 } } });
  });

  test('remembers what was before it', async () => {
    const server = await start();
    const from = await clientOf(server).version();
    await clientOf(server).create(CONFIG_MAPS, { metadata: { name: 'early' } });
    const fork = kept(server.fork());
    const answer = fork.handle({
      method: 'GET',
      path: CONFIG_MAPS,
      query: new URLSearchParams({ watch: 'true', resourceVersion: String(from) }),
      headers: {},
      body: '',
    });
    const seen: Json[] = [];
    if (answer.kind !== 'watch') throw new Error('no watch');
    answer.lines.onLine((line) => seen.push(textIn(line.object, 'metadata', 'name')));
    await clientOf(server).create(CONFIG_MAPS, { metadata: { name: 'elsewhere' } });
    await clientOf(fork).create(CONFIG_MAPS, { metadata: { name: 'late' } });
    answer.lines.stop();
    expect(seen).toEqual(['early', 'late']);
  });

  test('and its origin do not see what the other does, nor do two forks', async () => {
    const server = await filled();
    const [one, two] = [kept(server.fork()), kept(server.fork())];
    await clientOf(server).create(CONFIG_MAPS, { metadata: { name: 'origin' } });
    await clientOf(one).create(CONFIG_MAPS, { metadata: { name: 'one' } });
    await clientOf(one).remove(`${DEFINITIONS}/boxes.kept.example.com`);
    await clientOf(two).remove(`${CONFIG_MAPS}/there`);
    const names = await Promise.all([server, one, two].map((each) => clientOf(each).names(CONFIG_MAPS)));
    expect(names).toEqual([
      ['kube-root-ca.crt', 'origin', 'there'],
      ['kube-root-ca.crt', 'one', 'there'],
      ['kube-root-ca.crt'],
    ]);
    const boxes = await Promise.all([server, one, two].map((each) => clientOf(each).names(BOXES)));
    expect(boxes).toEqual([['first'], [], ['first']]);
  });

  test('goes on with what its origin was about to do', async () => {
    const server = await filled();
    await clientOf(server).create(CONFIG_MAPS, { metadata: { name: 'owner' } });
    const owner = await clientOf(server).get(`${CONFIG_MAPS}/owner`);
    const uid = textIn(owner, 'metadata', 'uid');
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
    await clientOf(server).create(CONFIG_MAPS, { metadata: { name: 'dependent', ownerReferences } });
    // Forked at once: nothing of what follows from the requests has happened yet.
    const json = { 'content-type': 'application/json' };
    const request = { query: new URLSearchParams(), headers: json };
    server.handle({ ...request, method: 'DELETE', path: `${CONFIG_MAPS}/owner`, body: '' });
    const other = JSON.stringify(BOX_DEFINITION).replaceAll('box', 'crate').replaceAll('Box', 'Crate');
    server.handle({ ...request, method: 'POST', path: DEFINITIONS, body: other });
    const fork = kept(server.fork());
    await clock.advance(0);
    for (const each of [server, fork]) {
      expect(await clientOf(each).names(CONFIG_MAPS)).toEqual(['kube-root-ca.crt', 'there']);
      expect(await clientOf(each).get(BOXES.replace('boxes', 'cratees'))).toMatchObject({ kind: 'CrateList' });
    }
  });

  test('sees time pass as its origin does, and ends alone', async () => {
    const server = await filled();
    const [fork, ended] = [kept(server.fork()), kept(server.fork())];
    await ended.stop();
    await clock.advance(29_000);
    expect(await clientOf(server).isReady('late')).toBe(false);
    expect(await clientOf(fork).isReady('late')).toBe(false);
    await clock.advance(1_000);
    expect(await clientOf(server).isReady('late')).toBe(true);
    expect(await clientOf(fork).isReady('late')).toBe(true);
    expect(await clientOf(ended).isReady('late')).toBe(false);
  });

  test('keeps apart what belongs to whom', async () => {
    const server = await start();
    const labels = { app: 'shop' };
    const spec = {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1' }] } },
    };
    await clientOf(server).create(REPLICA_SETS, { metadata: { name: 'shop' }, spec });
    await clock.advance(0);
    const fork = kept(server.fork());
    const scale = (each: ApiServer, replicas: number) =>
      embeddedBackend(each).send({
        method: 'PATCH',
        path: `${REPLICA_SETS}/shop`,
        contentType: 'application/merge-patch+json',
        body: { spec: { replicas } },
      });
    const other = kept(server.fork());
    const counts = [
      [other, 4],
      [server, 3],
      [fork, 5],
    ] as const;
    for (const [each, count] of counts) {
      await scale(each, count);
      await clock.advance(0);
    }
    for (const [each, count] of counts) {
      const set = await clientOf(each).get(`${REPLICA_SETS}/shop`);
      expect(set).toMatchObject({ status: { replicas: count, readyReplicas: count } });
      expect(await clientOf(each).names(PODS)).toHaveLength(count);
    }
  });

  test('takes no longer with many objects than with few', async () => {
    const forkTime = async (count: number): Promise<number> => {
      const server = await start({ simulate: false });
      const { create } = clientOf(server);
      for (let at = 0; at < count; at += 1) await create(CONFIG_MAPS, { metadata: { name: `one-${at}` } });
      const times = Array.from({ length: 41 }, () => {
        const started = performance.now();
        server.fork();
        return performance.now() - started;
      });
      return Math.min(...times);
    };
    const [few, many] = [await forkTime(10), await forkTime(5_000)];
    expect(many).toBeLessThan(few * 5);
  });
});

describe('a snapshot', () => {
  test('gives a server with the same objects and versions, where everything goes on', async () => {
    const text = (await filled()).snapshot();
    const origin = servers[0] as ApiServer;
    const server = await start({ snapshot: text });
    await clock.advance(0);
    expect(await everythingIn(server)).toEqual(await everythingIn(origin));
    expect(await clientOf(server).isReady('late')).toBe(false);
    await clock.advance(30_000);
    expect(await clientOf(server).isReady('late')).toBe(true);
    const address = async (name: string) => textIn(await clientOf(server).get(`${PODS}/${name}`), 'status', 'podIP');
    await clientOf(server).create(PODS, latePod('other', '0s'));
    await clock.advance(0);
    expect(await address('other')).toMatch(/^10\.1\./);
    expect(await address('other')).not.toBe(await address('late'));
  });

  test('does not remember what was before it', async () => {
    const text = (await filled()).snapshot();
    const server = await start({ snapshot: text });
    const query = new URLSearchParams({ watch: 'true', resourceVersion: '5' });
    const answer = server.handle({ method: 'GET', path: CONFIG_MAPS, query, headers: {}, body: '' });
    if (answer.kind !== 'watch') throw new Error('no watch');
    const seen: Json[] = [];
    answer.lines.onLine(({ object }) => seen.push(textIn(object, 'reason')));
    expect(seen).toEqual(['Expired']);
  });

  test.each([
    ['what is none', () => 'kind: Snapshot\n', 'it is no apiserver snapshot'],
    ['an empty file', () => '', 'it is no apiserver snapshot'],
    [
      'a newer one',
      (text: string) => text.replace('"format":1', '"format":2'),
      'it is of format 2, and this is for formats up to 1',
    ],
    [
      'one of another version of Kubernetes',
      (text: string) => text.replace('"1.36"', '"1.30"'),
      'it is of Kubernetes 1.30, and this is for 1.36',
    ],
    [
      'one that is cut short between objects',
      (text: string) => text.split('\n').slice(0, -2).join('\n'),
      /^it has \d+ objects of \d+$/,
    ],
    ['one that is cut short in an object', (text: string) => text.slice(0, -9), /^it has \d+ objects of \d+$/],
    ['one that was changed', (text: string) => text.replace('quoted', 'qoted'), /^line \d+ is not as it was written$/],
  ])('refuses %s', async (_, change, message) => {
    const text = change((await filled()).snapshot());
    await expect(startApiServer({ snapshot: text })).rejects.toThrow(message);
  });
});
