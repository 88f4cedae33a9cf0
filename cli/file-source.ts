// Reads rule files from the disk, or from standard input for `-`, and tells of changes.

import { type FSWatcher, statSync, watch } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { LiveSource, Source } from '../engine/index.ts';

// A lock that is older was left behind by a git that died. Chosen.
const LOCK_LIMIT_MS = 60_000;

// Not every file system tells of changes. Chosen: soon for a person who waits, and nothing for the machine.
const LOOK_MS = 2_000;

/** The Source of the command line. Errors say what is wrong with the path in a person's words. */
export const fileSource: Source = {
  isDirectory: async (path) => path !== '-' && (await explain(path, stat(path))).isDirectory(),
  list: async (directory) => await explain(directory, readdir(directory)),
  read: async (path) => (path === '-' ? await text(process.stdin) : await explain(path, readFile(path, 'utf8'))),
};

/**
 * The same, alive. Files are watched by their folders, since editors and volumes put new files in the place of old ones.
 * Standard input is read once.
 */
export function createLiveSource(): LiveSource {
  let input: Promise<string> | undefined;
  const readInput = async (): Promise<string> => {
    input ??= fileSource.read('-');
    return await input;
  };
  return {
    ...fileSource,
    lookMs: LOOK_MS,
    read: async (path) => (path === '-' ? await readInput() : await fileSource.read(path)),
    watch: (paths, onChange) => {
      const folders = new Set(paths.map((path) => (isFolder(path) ? path : dirname(path))));
      const watchers = [...folders].flatMap((folder) => watchFolder(folder, onChange));
      return () => {
        for (const watcher of watchers) watcher.close();
      };
    },
    // git holds this lock while it changes a working tree.
    isBusy: async (path) => {
      for (let folder = resolve(path); ; folder = dirname(folder)) {
        const lock = await stat(join(folder, '.git', 'index.lock')).catch(() => undefined);
        if (lock !== undefined) return Date.now() - lock.mtimeMs < LOCK_LIMIT_MS;
        if (folder === dirname(folder)) return false;
      }
    },
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

// A folder that cannot be watched is looked at all the same, if later: see FileFollower.
function watchFolder(folder: string, onChange: () => void): FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', onChange);
    return [watcher];
  } catch {
    return [];
  }
}

async function explain<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EACCES'
          ? 'may not be read'
          : code === 'EISDIR'
            ? 'is a directory'
            : `cannot be read (${code})`;
    throw new Error(`"${path}" ${reason}`, { cause: error });
  }
}
