// Bundles the command line into dist/: plain JavaScript that starts with `node` alone. The bundle is split, so that an
// offline command loads only its own part.

import { chmod, copyFile, cp, readdir, rm, stat } from 'node:fs/promises';
import { build } from 'esbuild';

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: { opsonata: 'cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  // Some dependencies are CommonJS and call require for Node's own modules.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
// What the command line reads at run time (cli/facts.ts) stands beside it.
for (const file of await readdir('schemas'))
  if (file.endsWith('.json.gz')) await copyFile(`schemas/${file}`, `dist/${file}`);
await cp('rules/health', 'dist/health', { recursive: true });
await chmod('dist/opsonata.js', 0o755);
let bytes = 0;
const files = await readdir('dist', { recursive: true });
for (const file of files) bytes += (await stat(`dist/${file}`)).size;
console.error(`dist: ${files.length} files, ${Math.round(bytes / 1024)} KiB`);
