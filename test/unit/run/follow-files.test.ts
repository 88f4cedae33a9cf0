// Files that change while they are read.

import { describe, expect, test } from 'vitest';
import type { LiveSource } from '../../../engine/load/source.ts';
import { FileFollower } from '../../../engine/run/follow-files.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';

const SETTLE_MS = 100;

// A folder in memory. `onRead` happens between two reads.
class Folder implements LiveSource {
  readonly files = new Map<string, string>();
  isLocked = false;
  lookMs: number | undefined = 2_000;
  onRead: (path: string) => void = () => undefined;
  hint: () => void = () => undefined;
  watches = 0;

  isDirectory = async (path: string) => path === 'rules';
  list = async () => [...this.files.keys()];
  isBusy = async () => this.isLocked;

  read = async (path: string) => {
    const text = this.files.get(path.replace('rules/', ''));
    this.onRead(path);
    if (text === undefined) throw new Error(`"${path}" does not exist`);
    return text;
  };

  watch = (_paths: readonly string[], onChange: () => void) => {
    this.watches += 1;
    this.hint = onChange;
    return () => {
      this.watches -= 1;
    };
  };
}

function follow(files: Readonly<Record<string, string>>) {
  const folder = new Folder();
  for (const [name, text] of Object.entries(files)) folder.files.set(name, text);
  const clock = new VirtualClock();
  const told: string[] = [];
  const follower = new FileFollower(['rules'], {
    source: folder,
    clock,
    settleMs: SETTLE_MS,
    onChange: ({ files: found, diagnostics }) =>
      told.push([...found.map(({ text }) => text), ...diagnostics.map(({ message }) => message)].join(' ')),
  });
  // Time in small steps, with everything that follows from each.
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += SETTLE_MS / 2) {
      await settle();
      await clock.advance(SETTLE_MS / 2);
    }
  };
  return { folder, pass, waiting: () => clock.waiting, told, follower };
}

describe('files that are followed', () => {
  test('are told of once they were read twice with the same result, and after each change', async () => {
    const { folder, pass, waiting, told, follower } = follow({ 'a.yaml': 'a1', 'b.yaml': 'b1' });
    const started = follower.start();
    await settle();
    expect(told).toEqual([]);
    await pass(SETTLE_MS);
    await started;
    expect(told).toEqual(['a1 b1']);
    folder.files.set('a.yaml', 'a2');
    folder.hint();
    await pass(SETTLE_MS);
    expect(told).toEqual(['a1 b1', 'a2 b1']);
    // Nothing says that this one happened.
    folder.files.delete('b.yaml');
    await pass(5_000);
    expect(told).toEqual(['a1 b1', 'a2 b1', 'a2']);
    await follower.stop();
    expect(folder.watches).toBe(0);
    expect(waiting()).toEqual([]);
  });

  test('are looked at all the same where nobody tells of a change, but not where none can come', async () => {
    for (const lookMs of [2_000, undefined]) {
      const { folder, pass, waiting, follower } = follow({ 'a.yaml': 'a' });
      folder.lookMs = lookMs;
      const started = follower.start();
      await pass(SETTLE_MS);
      await started;
      await settle();
      expect(waiting()).toEqual(lookMs === undefined ? [] : [lookMs]);
      await follower.stop();
    }
  });

  test('are never told of half: a write that goes on is waited for', async () => {
    const { folder, pass, told, follower } = follow({ 'a.yaml': 'half' });
    void follower.start();
    await settle();
    folder.files.set('a.yaml', 'half and more');
    await pass(SETTLE_MS);
    folder.files.set('a.yaml', 'whole');
    await pass(SETTLE_MS);
    expect(told).toEqual([]);
    await pass(SETTLE_MS);
    expect(told).toEqual(['whole']);
    await follower.stop();
  });

  test('are never told of mixed: files of before and after a change do not come together', async () => {
    const { folder, pass, told, follower } = follow({ 'a.yaml': 'a1', 'b.yaml': 'b1' });
    // A volume that is swapped between two files of the first read.
    folder.onRead = (path) => {
      if (path !== 'rules/a.yaml') return;
      folder.files.set('a.yaml', 'a2').set('b.yaml', 'b2');
    };
    const started = follower.start();
    await pass(3 * SETTLE_MS);
    await started;
    expect(told).toEqual(['a2 b2']);
    await follower.stop();
  });

  test('wait for a checkout under way', async () => {
    const { folder, pass, told, follower } = follow({ 'a.yaml': 'a1' });
    folder.isLocked = true;
    const started = follower.start();
    await pass(20 * SETTLE_MS);
    expect(told).toEqual([]);
    folder.isLocked = false;
    await pass(2 * SETTLE_MS);
    await started;
    expect(told).toEqual(['a1']);
    await follower.stop();
  });

  test('are not told of again where they came back to what they were', async () => {
    const { folder, pass, told, follower } = follow({ 'a.yaml': 'a1' });
    const started = follower.start();
    await pass(SETTLE_MS);
    await started;
    folder.files.set('a.yaml', 'a2');
    folder.hint();
    await settle();
    folder.files.set('a.yaml', 'a1');
    await pass(10 * SETTLE_MS);
    expect(told).toEqual(['a1']);
    await follower.stop();
  });
});
