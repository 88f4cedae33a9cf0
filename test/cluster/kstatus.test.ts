// Our built-in health is that of kstatus, asked itself: on generated objects of every kind that it knows. Needs Go, and
// no cluster. UPDATE_RECORDED=1 records what test/unit/evaluate/kstatus.test.ts replays.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compareWithKstatus, KSTATUS_RECORDED, type KstatusAnswers } from '../support/kstatus-compare.ts';
import { kstatusObjects } from '../support/kstatus-objects.ts';

const SEED = Number(process.env['KSTATUS_SEED'] ?? 1);
const OBJECTS = 20_000;
const RECORDED = 3_000;

function askKstatus(objects: KstatusAnswers['objects']): KstatusAnswers {
  const run = spawnSync('go', ['run', '.'], {
    cwd: 'tools/kstatus',
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false' },
    input: objects.map((object) => JSON.stringify(object)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
    timeout: 600_000,
  });
  if (run.status !== 0) throw new Error(`go run ended with ${run.status}: ${run.stderr}`);
  const said = run.stdout.trim().split('\n');
  return { objects, said: said.map((line) => JSON.parse(line) as string) };
}

test('health without rules is what kstatus says, but for the published differences', {
  timeout: 660_000,
}, (context) => {
  if (spawnSync('go', ['version']).status !== 0) {
    const reason = 'kstatus is written in Go, which is not here';
    console.log(`\nSKIPPED: the comparison with kstatus, because ${reason}\n`);
    context.skip(reason);
  }
  const answers = askKstatus(kstatusObjects(SEED, OBJECTS));
  expect(answers.said).toHaveLength(OBJECTS);
  const { unexplained, stale } = compareWithKstatus(answers);
  expect(unexplained.slice(0, 5)).toEqual([]);
  expect(stale).toEqual([]);
  if (process.env['UPDATE_RECORDED'] === undefined) return;
  const recorded = { objects: answers.objects.slice(0, RECORDED), said: answers.said.slice(0, RECORDED) };
  writeFileSync(KSTATUS_RECORDED, gzipSync(JSON.stringify(recorded), { level: 9 }));
});
