// The data folder: what was answered is there again, however the process ended; what is not as it was written is refused.

import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../apiserver/clock.ts';
import { DataFolder } from '../../apiserver/files/data-folder.ts';
import type { ApiFetch } from '../../apiserver/http/fetch.ts';
import { type Json, listIn, textIn } from '../../apiserver/model/json.ts';
import { type ApiServer, startApiServer } from '../../apiserver/server.ts';
import { Store } from '../../apiserver/store/store.ts';
import { BOXES, box, CONFIG_MAPS, clientOf, everythingIn, fill, latePod, PODS } from './kept.ts';
import { administratorFetch } from './network.ts';
import { embeddedBackend } from './script.ts';

const root = mkdtempSync(join(tmpdir(), 'opsonata-data-'));
const servers: ApiServer[] = [];
let count = 0;

function newFolder(): string {
  count += 1;
  return join(root, `data-${count}`);
}

async function start(data: string, clock = new VirtualClock()): Promise<ApiServer> {
  const server = await startApiServer({ data, clock });
  servers.push(server);
  await clock.advance(0);
  return server;
}

// The folder as it is now: as a server leaves it that is killed in this instant.
function asKilled(data: string): string {
  const copy = newFolder();
  cpSync(data, copy, { recursive: true });
  return copy;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('a data folder', () => {
  test('has everything again after the server has ended, and after it was killed', async () => {
    const data = newFolder();
    const clock = new VirtualClock();
    const first = await start(data, clock);
    await fill(first);
    const before = await everythingIn(first);
    const copy = asKilled(data);
    await first.stop();
    for (const folder of [data, copy]) {
      const again = await start(folder, clock);
      expect(await everythingIn(again)).toEqual(before);
      expect(await clientOf(again).create(BOXES, box('second'))).toMatchObject({ body: { spec: { size: 1 } } });
    }
  });

  test('goes on upwards with the versions', async () => {
    const data = newFolder();
    const versions: number[] = [];
    for (const name of ['a', 'b', 'c']) {
      const server = await start(data);
      const made = await clientOf(server).create(CONFIG_MAPS, { metadata: { name } });
      const gone = await clientOf(server).remove(`${CONFIG_MAPS}/${name}`);
      expect([made.status, gone.status]).toEqual([201, 200]);
      versions.push(Number(textIn(made.body, 'metadata', 'resourceVersion')), await clientOf(server).version());
      await server.stop();
    }
    expect(new Set(versions).size).toBe(6);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  });

  test('lets workloads and the garbage collector go on', async () => {
    const data = newFolder();
    const clock = new VirtualClock();
    const first = await start(data, clock);
    const { create, get } = clientOf(first);
    await create(PODS, latePod('late', '30s'));
    await create(CONFIG_MAPS, { metadata: { name: 'owner' } });
    const uid = textIn(await get(`${CONFIG_MAPS}/owner`), 'metadata', 'uid');
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
    await create(CONFIG_MAPS, { metadata: { name: 'dependent', ownerReferences } });
    // Killed before anything follows from the request.
    first.handle({
      method: 'DELETE',
      path: `${CONFIG_MAPS}/owner`,
      query: new URLSearchParams(),
      headers: {},
      body: '',
    });
    const again = await start(asKilled(data), clock);
    expect(await clientOf(again).names(CONFIG_MAPS)).toEqual(['kube-root-ca.crt']);
    await clock.advance(29_000);
    expect(await clientOf(again).isReady('late')).toBe(false);
    await clock.advance(1_000);
    expect(await clientOf(again).isReady('late')).toBe(true);
  });

  test('keeps the tokens of service accounts valid', async () => {
    const data = newFolder();
    const path = '/api/v1/namespaces/default/serviceaccounts/default/token';
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const first = await start(data);
    const token = textIn((await clientOf(first).create(path, body)).body, 'status', 'token');
    await first.stop();
    const askWith = async (server: ApiServer): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await embeddedBackend(server).send({ method: 'GET', path: '/api', headers });
      return answer.status;
    };
    expect(token.split('.')).toHaveLength(3);
    expect(await askWith(await start(data))).toBe(200);
    expect(await askWith(await start(newFolder()))).toBe(401);
  });

  test('is readable by its owner only', async () => {
    const data = newFolder();
    await start(data);
    for (const name of ['identity', 'snapshot', 'journal'])
      expect(statSync(join(data, name)).mode & 0o777, name).toBe(0o600);
  });

  test('is for one server at a time', async () => {
    const data = newFolder();
    await (await start(data)).stop();
    writeFileSync(join(data, 'lock'), String(process.ppid));
    await expect(startApiServer({ data })).rejects.toThrow(
      `${data}/lock says that process ${process.ppid} uses this folder; remove the file if that is not so`,
    );
    // Of a process that has died without a word; no system has so many.
    writeFileSync(join(data, 'lock'), String(2 ** 30));
    expect(await clientOf(await start(data)).names('/api/v1/namespaces')).toContain('default');
  });

  test('takes a snapshot only when it is new', async () => {
    const filled = await start(newFolder());
    await fill(filled);
    const data = newFolder();
    const snapshot = filled.snapshot();
    await (await startApiServer({ data, snapshot })).stop();
    expect(await clientOf(await start(data)).names(BOXES)).toEqual(['first']);
    await servers.pop()?.stop();
    await expect(startApiServer({ data, snapshot })).rejects.toThrow(
      `a snapshot is for a new folder, and there are objects in ${data}`,
    );
  });
});

describe('a journal', () => {
  let data = '';
  let journal = '';
  let names: readonly string[] = [];

  beforeAll(async () => {
    data = newFolder();
    const server = await start(data);
    for (const name of ['a', 'b', 'c', 'd']) await clientOf(server).create(CONFIG_MAPS, { metadata: { name } });
    names = await clientOf(server).names(CONFIG_MAPS);
    data = asKilled(data);
    journal = readFileSync(join(data, 'journal'), 'utf8');
  });

  const startWith = async (text: string | Buffer): Promise<readonly string[]> => {
    const folder = asKilled(data);
    writeFileSync(join(folder, 'journal'), text);
    const server = await start(folder);
    const found = await clientOf(server).names(CONFIG_MAPS);
    // What comes afterwards does not follow half a line.
    await clientOf(server).create(CONFIG_MAPS, { metadata: { name: 'z' } });
    expect(await clientOf(await start(asKilled(folder))).names(CONFIG_MAPS)).toEqual([...found, 'z']);
    return found;
  };

  test('may end in the middle of its last line, wherever that is', async () => {
    expect(names).toEqual(['a', 'b', 'c', 'd', 'kube-root-ca.crt']);
    const bytes = Buffer.from(journal);
    const last = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
    const places = Array.from({ length: 9 }, (_, at) => last + Math.floor(((bytes.length - 1 - last) * at) / 8));
    expect(new Set(places).size).toBe(9);
    for (const place of places)
      expect(await startWith(bytes.subarray(0, place)), String(place)).toEqual(names.filter((name) => name !== 'd'));
    expect(await startWith(journal)).toEqual(names);
  });

  const lineOf = (name: string): number =>
    journal.split('\n').findIndex((line) => line.includes(`"name":"${name}"`)) + 1;

  test.each([
    [
      'has a changed letter',
      () => journal.replace('"name":"b"', '"name":"B"'),
      () => `line ${lineOf('b')} is not as it`,
    ],
    [
      'has a changed letter in its last whole line',
      () => journal.replace('"name":"d"', '"name":"D"'),
      () => `line ${lineOf('d')} is not as it was written`,
    ],
    [
      'lacks a line',
      () =>
        journal
          .split('\n')
          .filter((line) => !line.includes('"name":"b"'))
          .join('\n'),
      () => `the change before line ${lineOf('b')} is missing`,
    ],
    [
      'lacks its first changes',
      () =>
        journal
          .split('\n')
          .filter((_, at) => at !== 1)
          .join('\n'),
      () => 'it goes on at version 3, the snapshot ends at 1',
    ],
    ['has no head', () => journal.split('\n').slice(1).join('\n'), () => 'it is no apiserver journal'],
    ['is empty', () => '', () => 'it is no apiserver journal'],
    [
      'is newer',
      () => journal.replace('"format":1', '"format":7'),
      () => 'it is of format 7, and this is for formats up',
    ],
  ])('that %s is refused, and left as it is', async (_, change, message) => {
    const folder = asKilled(data);
    const path = join(folder, 'journal');
    const text = change();
    expect(text).not.toBe(journal);
    writeFileSync(path, text);
    await expect(startApiServer({ data: folder })).rejects.toThrow(`${path} cannot be read: ${message()}`);
    expect(readFileSync(path, 'utf8')).toBe(text);
    // Nothing holds the folder.
    writeFileSync(path, journal);
    expect(await clientOf(await start(folder)).names(CONFIG_MAPS)).toEqual(names);
  });

  test('gives way to a new snapshot when it has grown long, at whatever moment that ends', async () => {
    const folder = newFolder();
    const files = new DataFolder(folder, '1.36', 2_000);
    const store: Store = new Store({ record: (change) => files.record(change, store.contents) });
    files.begin(store.contents);
    const sizes: number[] = [];
    for (let at = 0; at < 100; at += 1) {
      store.put('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `one-${at % 7}`, at } });
      sizes.push(statSync(join(folder, 'journal')).size);
    }
    expect(Math.max(...sizes)).toBeLessThan(2_500);
    expect(sizes.filter((size, at) => size < (sizes[at - 1] ?? 0)).length).toBeGreaterThan(3);
    const whole = [...store.contents.objects];
    const read = (path: string) => {
      const again = new DataFolder(path, '1.36');
      again.close();
      return again.contents;
    };
    const old = readFileSync(join(folder, 'journal'), 'utf8');
    expect(read(asKilled(folder))).toMatchObject({ version: 101 });
    files.begin(store.contents);
    const between = asKilled(folder);
    files.close();
    // The new snapshot is there, and the old journal still is.
    writeFileSync(join(between, 'journal'), old);
    const { version, objects = [] } = read(between) ?? {};
    expect(version).toBe(101);
    expect([...objects]).toEqual(whole);
  });

  test('that cannot be written ends in an error, and nothing has changed', async () => {
    const folder = newFolder();
    const files = new DataFolder(folder, '1.36');
    const store: Store = new Store({ record: (change) => files.record(change, store.contents) });
    files.begin(store.contents);
    files.close();
    const heard: Json[] = [];
    store.onAnyChange(({ after }) => heard.push(after));
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'lost' } };
    expect(() => store.put('/configmaps', object)).toThrow(`nothing can be kept in ${folder} any more`);
    expect([store.version, store.list('/configmaps'), heard]).toEqual([1, [], []]);
  });
});

describe('a server that is killed while it is written to', () => {
  const folder = join(root, 'killed');
  const running: ChildProcess[] = [];

  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
  });

  // The bundle as users start it.
  async function startProcess() {
    const child = spawn(process.execPath, ['dist/opsonata.js', 'apiserver', '--data', folder]);
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    running.push(child);
    let [out, errors] = ['', ''];
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8');
    });
    const send = await new Promise<ApiFetch>((resolve, reject) => {
      child.once('close', () => reject(new Error(`it ended: ${errors}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString('utf8');
        if (out.trimEnd().endsWith('\n}')) resolve(administratorFetch(out));
      });
    });
    return { send, kill: () => child.kill('SIGKILL'), ended };
  }

  test('has lost nothing that it had answered', async () => {
    const answered = new Map<string, string>();
    let [kills, last] = [0, 0];
    const check = async (send: ApiFetch): Promise<void> => {
      const list = (await (await send(CONFIG_MAPS)).json()) as Json;
      const found = new Map(
        listIn(list, 'items').map((one) => [
          textIn(one, 'metadata', 'name'),
          textIn(one, 'metadata', 'resourceVersion'),
        ]),
      );
      expect([...answered].filter(([name, version]) => found.get(name) !== version)).toEqual([]);
      expect(Number(textIn(list, 'metadata', 'resourceVersion'))).toBeGreaterThanOrEqual(last);
      last = Number(textIn(list, 'metadata', 'resourceVersion'));
    };
    for (const writes of [1, 7, 40, 150]) {
      const server = await startProcess();
      await check(server.send);
      const before = answered.size;
      const write = async (worker: number): Promise<void> => {
        for (let at = 0; at < 1_000; at += 1) {
          const name = `w${kills}-${worker}-${at}`;
          const body = JSON.stringify({ metadata: { name }, data: { text: 'x'.repeat(500) } });
          const headers = { 'content-type': 'application/json' };
          const answer = await server.send(CONFIG_MAPS, { method: 'POST', body, headers });
          const made = (await answer.json()) as Json;
          expect(answer.status).toBe(201);
          answered.set(name, textIn(made, 'metadata', 'resourceVersion'));
          if (answered.size === before + writes) server.kill();
        }
      };
      const workers = await Promise.allSettled([0, 1, 2, 3].map(write));
      await server.ended;
      // Each was cut off in a request.
      const codes = workers.map((worker) => worker.status === 'rejected' && worker.reason.code);
      expect(codes.map((code) => ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code) || code)).toEqual([
        true,
        true,
        true,
        true,
      ]);
      kills += 1;
    }
    const server = await startProcess();
    await check(server.send);
    server.kill();
    await server.ended;
    expect(kills).toBe(4);
    expect(answered.size).toBeGreaterThanOrEqual(198);
  });
});
