// The lesson about the schema: what it says of editors, and what it says that `validate` prints.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runProgram } from './support/cluster.ts';

const LESSON = 'examples/16-schema';
const read = (name: string) => readFileSync(join(LESSON, name), 'utf8');

describe('the lesson about the schema', () => {
  test('shows what validate prints, one mistake for each line that differs', async () => {
    const path = `${LESSON}/mistakes.txt`;
    const ran = await runProgram(process.execPath, ['dist/opsonata.js', 'validate', path]);
    const [, shown] = /```text\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
    expect(`${ran.stdout.trimEnd()}\n`).toBe(shown);
    expect(ran.stderr).toBe('1 rule in 1 file: 10 errors, 0 warnings\n');
    expect(ran.code).toBe(1);
    const right = read('rule.yaml')
      .split('\n')
      .filter((line) => !/^ +#/.test(line));
    const wrong = read('mistakes.txt').split('\n');
    expect(wrong.length).toBe(right.length);
    const lines = wrong.flatMap((line, index) => (line === right[index] ? [] : [index + 1]));
    const told = [...ran.stdout.matchAll(/^examples\/16-schema\/mistakes\.txt:(\d+):/gm)].map(([, line]) =>
      Number(line),
    );
    expect(told).toEqual(lines);
  });

  test('says of the first line of a rule what holds of the rules of all lessons', () => {
    const files = readdirSync('examples').flatMap((name) =>
      readdirSync(join('examples', name)).flatMap((file) =>
        file === 'rule.yaml' ? [join('examples', name, file)] : [],
      ),
    );
    expect(files.length).toBeGreaterThan(14);
    for (const file of files) {
      const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(file, 'utf8')) ?? [];
      const path = join(file, '..', schema);
      expect(existsSync(path), `${file}: ${schema}`).toBe(true);
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ title: 'Rule' });
    }
  });
});
