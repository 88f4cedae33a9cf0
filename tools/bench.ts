// `npm run bench -- NAME`: runs bench/NAME.ts, which prints its figures. Fails where a goal does not hold.
//
// What is measured is bundled first and run by plain node, as the product is: a loader that compiles on the fly wraps
// every function.

import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { runStep } from './steps.ts';

const [name = ''] = process.argv.slice(2);
if (!/^[a-z-]+$/.test(name) || !existsSync(`bench/${name}.ts`)) {
  const names = (await readdir('bench')).filter((entry) => entry.endsWith('.ts') && entry !== 'inputs.ts');
  console.error(`usage: npm run bench -- ${names.map((entry) => entry.replace('.ts', '')).join('|')}`);
  process.exit(2);
}
// Inside the repository, so that packages are found.
const folder = `.tmp/bench-${process.pid}`;
await mkdir(folder, { recursive: true });
try {
  const outfile = `${folder}/${name}.mjs`;
  const contents = `import { run } from './bench/${name}.ts';\nprocess.exitCode = (await run()) ? 0 : 1;`;
  const options = { bundle: true, packages: 'external', format: 'esm', platform: 'node' } as const;
  await build({ ...options, stdin: { contents, resolveDir: '.', loader: 'ts' }, outfile });
  // Some measure the command as well.
  await runStep({ name: 'bundle', command: ['npx', 'tsx', 'tools/build.ts'] });
  process.exitCode = await runStep({ name, command: [process.execPath, outfile] });
} finally {
  await rm(folder, { recursive: true, force: true });
}
