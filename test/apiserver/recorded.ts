// The answers of the real server, kept as data: one line of JSON for each script.

import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Answer } from './script.ts';

/** The normalised answers to one script. */
export interface Recording {
  readonly script: string;
  readonly answers: readonly Answer[];
}

const fileOf = (suite: string): string => `test/apiserver/recorded/${suite}.jsonl.gz`;

/** The recordings of a suite, in the order of its scripts. */
export function readRecordings(suite: string): readonly Recording[] {
  const text = gunzipSync(readFileSync(fileOf(suite))).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recording);
}

/** Writes the recordings of a suite. */
export function writeRecordings(suite: string, recordings: readonly Recording[]): void {
  const text = recordings.map((recording) => `${JSON.stringify(recording)}\n`).join('');
  writeFileSync(fileOf(suite), gzipSync(text, { level: 9 }));
}
