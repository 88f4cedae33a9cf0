// Kinds that show up while the operator runs.

import { describe, expect, test } from 'vitest';
import { assemble } from '../../../engine/compile/rule-set.ts';
import { load } from '../../../engine/load/load.ts';
import type { Diagnostic } from '../../../engine/model/diagnostic.ts';
import { KindChecks } from '../../../engine/run/kind-checks.ts';

const NOTHING = { schemas: { find: () => undefined }, checkSamples: () => [], checkSchedules: () => [] };
const loaded = load([
  {
    file: 'rule.yaml',
    found: false,
    text: `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource: { apiVersion: example.com/v1, kind: Web }
  children:
    - id: disk
      template: { apiVersion: late.example.com/v1, kind: Disk, metadata: { name: =metadata.name }, spec: { siez: 1 } }
`,
  },
]);
const disk = { apiVersion: 'late.example.com/v1', kind: 'Disk' };
const schema = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } };

function checksOf(answer: () => Promise<object | undefined>): {
  readonly checks: KindChecks;
  readonly reported: Diagnostic[];
} {
  const reported: Diagnostic[] = [];
  const checks = new KindChecks({
    discovery: { schemaOf: async () => (await answer()) as never },
    report: (diagnostic) => reported.push(diagnostic),
  });
  checks.use(assemble(loaded, NOTHING));
  return { checks, reported };
}

describe('a kind that shows up', () => {
  test('is checked, and a mistake is said once', async () => {
    let asked = 0;
    const { checks, reported } = checksOf(async () => {
      asked += 1;
      return { schema, isNamespaced: true, resolve: () => undefined };
    });
    await checks.served(disk);
    await checks.served(disk);
    expect(reported.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'UnknownField: there is no field "siez" in "spec"',
    ]);
    expect(asked).toBe(1);
  });

  test('is asked for again where the API server had no schema yet', async () => {
    let isThere = false;
    const { checks, reported } = checksOf(async () =>
      isThere ? { schema, isNamespaced: true, resolve: () => undefined } : undefined,
    );
    await checks.served(disk);
    expect(reported).toEqual([]);
    isThere = true;
    await checks.served(disk);
    expect(reported).toHaveLength(1);
  });
});
