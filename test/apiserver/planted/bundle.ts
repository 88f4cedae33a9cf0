// The embedded server and what replays recordings on it as one module, with or without a bug in it.

import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Bug } from './bugs.ts';

/** What the bundle exports. */
type Runner = typeof import('./runner.ts');

// Packages are found from here, and nothing of it is transformed once more.
const PLACE = 'node_modules/.cache/opsonata';

/** Loads the server with a bug, or as it is. Throws where the text of a bug is not found exactly once. */
export async function loadRunner(bug: Bug | undefined): Promise<Runner> {
  await mkdir(PLACE, { recursive: true });
  const folder = await mkdtemp(join(PLACE, 'planted-'));
  const outfile = join(folder, 'runner.mjs');
  const target = bug === undefined ? undefined : resolve(bug.file);
  let planted = 0;
  try {
    await build({
      entryPoints: ['test/apiserver/planted/runner.ts'],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      // The facts are where the server would find them.
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(resolve('apiserver/server.ts')).href) },
      plugins: [
        {
          name: 'plant',
          setup: ({ onLoad }) => {
            onLoad({ filter: /[\\/]apiserver[\\/].*\.ts$/ }, async ({ path }) => {
              if (bug === undefined || path !== target) return undefined;
              planted += 1;
              return { contents: plant(await readFile(path, 'utf8'), bug), loader: 'ts' };
            });
          },
        },
      ],
    });
    if (bug !== undefined && planted !== 1) throw new Error(`${bug.file} is no part of the server`);
    return (await import(pathToFileURL(resolve(outfile)).href)) as Runner;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function plant(text: string, { file, find, put }: Bug): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${find}`);
  return parts.join(put);
}
