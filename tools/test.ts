// `npm test [word…]`: the quick tests first, then the suites of the operator on the embedded API server, then all that
// need a real control plane. Words select files by name.
// Ends with one line that counts; a run that found no test has failed.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runStep } from './steps.ts';

const words = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'opsonata-test-'));
const total = { passed: 0, failed: 0, skipped: 0 };
// The suites run the bundle, which must be that of these sources.
let worst = await runStep({ name: 'bundle', command: ['npx', 'tsx', 'tools/build.ts'] });
for (const project of ['quick', 'embedded', 'cluster']) {
  const report = join(folder, `${project}.json`);
  const options = ['--passWithNoTests', '--reporter', 'default', '--reporter', 'json', `--outputFile.json=${report}`];
  worst = Math.max(
    worst,
    await runStep({ name: project, command: ['npx', 'vitest', 'run', '--project', project, ...options, ...words] }),
  );
  const counts = JSON.parse(await readFile(report, 'utf8').catch(() => '{}')) as Record<string, number>;
  total.passed += counts['numPassedTests'] ?? 0;
  total.failed += counts['numFailedTests'] ?? 0;
  total.skipped += (counts['numPendingTests'] ?? 0) + (counts['numTodoTests'] ?? 0);
}
await rm(folder, { recursive: true });
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
if (total.passed + total.failed === 0) console.log('no test was found');
process.exit(worst !== 0 || total.passed === 0 ? 1 : 0);
