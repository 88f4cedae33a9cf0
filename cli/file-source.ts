// Reads rule files from the disk, or from standard input for `-`.

import { readdir, readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Source } from '../engine/index.ts';

/** The Source of the command line. Errors say what is wrong with the path in a person's words. */
export const fileSource: Source = {
  isDirectory: async (path) => path !== '-' && (await explain(path, stat(path))).isDirectory(),
  list: async (directory) => await explain(directory, readdir(directory)),
  read: async (path) => (path === '-' ? await text(process.stdin) : await explain(path, readFile(path, 'utf8'))),
};

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
