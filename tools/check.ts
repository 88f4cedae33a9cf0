// `npm run check`: everything that must hold before a commit and needs Node only, but for the cluster suites.
// Runs all steps, even after a failure, and ends with a line for each.

import { runStep, type Step } from './steps.ts';

const steps: readonly Step[] = [
  { name: 'format and lint', command: ['npx', 'biome', 'ci', '.'] },
  { name: 'types', command: ['npx', 'tsc', '--noEmit'] },
  { name: 'generated parts', command: ['npx', 'tsx', 'tools/generate.ts', '--check'] },
  { name: 'unused code', command: ['npx', 'knip'] },
  { name: 'bundle', command: ['npx', 'tsx', 'tools/build.ts'] },
  { name: 'quick tests', command: ['npx', 'vitest', 'run', '--project', 'quick'] },
];

const results: string[] = [];
let failed = 0;
for (const step of steps) {
  const started = performance.now();
  const code = await runStep(step);
  if (code !== 0) failed += 1;
  results.push(
    `${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
}
console.log(`\n${results.join('\n')}`);
process.exit(failed === 0 ? 0 : 1);
