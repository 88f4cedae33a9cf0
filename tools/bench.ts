// `npm run bench -- NAME`: runs bench/NAME.ts, which prints its figures. Fails where a goal does not hold.

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

const [name = ''] = process.argv.slice(2);
const file = new URL(`../bench/${name}.ts`, import.meta.url);
if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
  const names = (await readdir(new URL('../bench/', import.meta.url))).filter((entry) => entry !== 'inputs.ts');
  console.error(`usage: npm run bench -- ${names.map((entry) => entry.replace('.ts', '')).join('|')}`);
  process.exit(2);
}
const { run } = (await import(file.href)) as { run: () => Promise<boolean> };
process.exitCode = (await run()) ? 0 : 1;
