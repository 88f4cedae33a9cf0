// What of kubectl's output counts as equal.

import { expect, test } from 'vitest';
import { normalizeOutput } from './normalize.ts';

const printed = (stdout: string) => normalizeOutput({ step: 'get', code: 0, stdout, stderr: '' }).stdout;
const manager = (name: string, second: number) =>
  `  - fieldsV1:\n      f:data:\n        f:${name}: {}\n    manager: ${name}\n    time: "2026-01-01T00:00:0${second}Z"\n`;
const yaml = (...managers: readonly string[]) =>
  `kind: ConfigMap\nmetadata:\n  managedFields:\n${managers.join('')}  name: a\n`;
const json = (...names: readonly string[]) =>
  JSON.stringify({
    metadata: {
      managedFields: names.map((name, at) => ({ time: `2026-01-01T00:00:0${at}Z`, manager: name })),
      name: 'a',
    },
  });

test('the order of managers does not, which the second of a write decides, and what they own does', () => {
  const wanted = yaml(manager('a', 1), manager('b', 1)).replaceAll(/2026-\S+Z/g, 'TIME');
  expect(printed(yaml(manager('b', 1), manager('a', 2)))).toBe(wanted);
  expect(printed(yaml(manager('a', 1), manager('b', 1)))).toBe(wanted);
  expect(printed(yaml(manager('a', 1), manager('c', 1)))).not.toBe(wanted);
  expect(printed(json('b', 'a'))).toBe(printed(json('a', 'b')));
  expect(printed(json('b', 'a'))).not.toBe(printed(json('b', 'c')));
});
