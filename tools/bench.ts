// `npm run bench -- NAME`: runs bench/NAME.ts, which prints its figures. Fails where a goal does not hold.
//
// What is measured is bundled first, as the product is: a loader that compiles on the fly wraps every function.

import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [name = ''] = process.argv.slice(2);
const file = `bench/${name}.ts`;
if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
  const names = (await readdir('bench')).filter((entry) => entry !== 'inputs.ts');
  console.error(`usage: npm run bench -- ${names.map((entry) => entry.replace('.ts', '')).join('|')}`);
  process.exit(2);
}
// Inside the repository, so that packages are found.
const folder = '.tmp/bench';
await mkdir(folder, { recursive: true });
try {
  const outfile = `${folder}/${name}-${process.pid}.mjs`;
  await build({ entryPoints: [file], outfile, bundle: true, packages: 'external', format: 'esm', platform: 'node' });
  const { run } = (await import(pathToFileURL(outfile).href)) as { run: () => Promise<boolean> };
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
