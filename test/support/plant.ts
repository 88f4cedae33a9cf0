// Part of the repository as one module, with a mistake in it or as it is: how tests prove that they find mistakes.

import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** A mistake: a text in a file that is replaced by another one. */
export interface Mistake {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

// Packages are found from here, and nothing of it is transformed once more.
const PLACE = 'node_modules/.cache/opsonata';

/** Loads a module with a mistake, or as it is. Throws where the text of a mistake is not found exactly once. */
export async function loadPlanted<T>(entry: string, mistake: Mistake | undefined): Promise<T> {
  await mkdir(PLACE, { recursive: true });
  const folder = await mkdtemp(join(PLACE, 'planted-'));
  const outfile = join(folder, 'runner.mjs');
  const target = mistake === undefined ? undefined : resolve(mistake.file);
  let planted = 0;
  try {
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      // The data files are where the server and the engine would find them.
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(resolve('apiserver/server.ts')).href) },
      plugins: [
        {
          name: 'plant',
          setup: ({ onLoad }) => {
            onLoad({ filter: /[\\/](apiserver|engine)[\\/].*\.ts$/ }, async ({ path }) => {
              if (mistake === undefined || path !== target) return undefined;
              planted += 1;
              return { contents: plant(await readFile(path, 'utf8'), mistake), loader: 'ts' };
            });
          },
        },
      ],
    });
    if (mistake !== undefined && planted !== 1) throw new Error(`${mistake.file} is no part of ${entry}`);
    return (await import(pathToFileURL(resolve(outfile)).href)) as T;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function plant(text: string, { file, find, put }: Mistake): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${find}`);
  return parts.join(put);
}
