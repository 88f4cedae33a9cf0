// The facts that the embedded API server is made from fit together.

import { describe, expect, test } from 'vitest';
import { loadFacts } from '../../apiserver/facts/facts.ts';
import { KINDS } from '../../apiserver/ledger.ts';
import { isObject } from '../../apiserver/model/json.ts';
import { canonicalQuantity, resourceQuantity } from '../../apiserver/schema/quantity.ts';

// Structs that have a way of their own to travel, or that no object has in it.
const WITHOUT_WIRE = new Set(['io.k8s.apimachinery.pkg.version.Info']);

describe('the facts of the embedded API server', () => {
  const facts = loadFacts('schemas', '1.36');

  test('say of every field of every type how it travels', () => {
    const names = new Set<string>();
    const visit = (name: string): void => {
      if (names.has(name)) return;
      names.add(name);
      const text = JSON.stringify(facts.schema(name) ?? {});
      for (const [, ref = ''] of text.matchAll(/"\$ref":"([^"]+)"/g)) visit(ref);
    };
    for (const { schema } of facts.kinds) visit(schema);
    expect(names.size).toBeGreaterThan(400);
    const missing: string[] = [];
    for (const name of names) {
      const properties = facts.schema(name)?.['properties'];
      if (!isObject(properties) || WITHOUT_WIRE.has(name)) continue;
      for (const field of Object.keys(properties))
        if (facts.wire(name)?.has(field) !== true) missing.push(`${name}.${field}`);
    }
    expect(missing).toEqual([]);
  });

  test('have every kind that is emulated', () => {
    const known = facts.kinds.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`);
    expect(Object.keys(KINDS).filter((kind) => !known.includes(kind))).toEqual([]);
    expect(Object.keys(KINDS).length).toBeGreaterThan(25);
  });
});

describe('quantities', () => {
  // What a real API server answers for each.
  const stored: readonly (readonly [string, string | undefined])[] = [
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    ['1536Mi', '1536Mi'],
    ['1000', '1k'],
    ['1024', '1024'],
    ['64M', '64M'],
    ['1e3', '1e3'],
    ['1024E6', '1024E6'],
    ['1e-12', '1e-9'],
    ['1500n', '1500n'],
    ['0.0000000001', '1n'],
    ['0', '0'],
    ['-1500m', '-1500m'],
    ['1.5Gi', '1536Mi'],
    ['x', undefined],
    ['', undefined],
  ];

  test('of resources are rounded up to thousandths', () => {
    const texts = ['1500n', '0.1u', '1e-12', '1024u', '500m', '1Gi'];
    expect(texts.map(resourceQuantity)).toEqual(['1m', '1m', '1e-3', '2m', '500m', '1Gi']);
  });

  test.each(stored)('%s is stored as %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });
});
