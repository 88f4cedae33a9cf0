// Golden texts: what users see, word for word. `npm run golden` rewrites them.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Compares a text with a file of test/golden. */
export function expectGolden(file: string, text: string): void {
  const path = `test/golden/${file}`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  expect(existsSync(path), `${path} is missing: npm run golden`).toBe(true);
  expect(text).toBe(readFileSync(path, 'utf8'));
}
