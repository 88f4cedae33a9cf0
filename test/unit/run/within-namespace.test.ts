// What an engine that works in one namespace is told at its start.

import { describe, expect, test } from 'vitest';
import { readFacts } from '../../../cli/facts.ts';
import { factsSchemas } from '../../../engine/compile/kinds.ts';
import { assemble } from '../../../engine/compile/rule-set.ts';
import { load } from '../../../engine/load/load.ts';
import { withinNamespace } from '../../../engine/run/within-namespace.ts';

const schemas = factsSchemas(readFacts());

function said(spec: string): readonly string[] {
  const text = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource: { apiVersion: example.com/v1, kind: Web, crd: {} }
${spec}`;
  const rules = assemble(load([{ file: 'rule.yaml', text, found: false }]), {
    schemas,
    checkSamples: () => [],
    checkSchedules: () => [],
  });
  expect(rules.diagnostics).toEqual([]);
  return withinNamespace(rules, 'shop').diagnostics.map(
    ({ severity, message, hint }) => `${severity}: ${message}; ${hint}`,
  );
}

const input = (where: string, kind = 'v1, kind: Secret') =>
  `  inputs: [{ id: a, resource: { apiVersion: ${kind} }, name: x${where} }]\n`;
const patch = (where: string, kind = 'v1, kind: Service') =>
  `  patches: [{ id: a, target: { apiVersion: ${kind}, name: x${where} }, merge: { metadata: { labels: { a: b } } } }]\n`;
const read = (kind: string, reach: string) =>
  `warning: the input "a" is not in "shop", where this engine works: it lists ${kind} ${reach}; give the engine the rights for it; without them what reads it waits`;
const patched = (kind: string, reach: string) =>
  `warning: the target of "a" is not in "shop", where this engine works: it lists and patches ${kind} ${reach}; give the engine the rights for it; without them the patch waits`;

describe('an engine for one namespace', () => {
  test.each([
    [input(', namespace: platform'), read('Secret', 'in "platform"')],
    [
      input(', namespace: "*"').replace('name: x', 'selector: { matchLabels: { a: b } }'),
      read('Secret', 'in all namespaces'),
    ],
    [input(', namespace: =spec.x, namespaces: [shop, other]'), read('Secret', 'in "other"')],
    [input('', 'v1, kind: Node'), read('Node', 'of the whole cluster')],
    [patch(', namespace: platform'), patched('Service', 'in "platform"')],
    [patch('', 'v1, kind: Namespace'), patched('Namespace', 'of the whole cluster')],
    [
      '  children: [{ id: a, template: { apiVersion: v1, kind: ConfigMap, metadata: { name: x, namespace: platform } } }]\n',
      'warning: the child "a" is not in "shop", where this engine works: it lists and writes ConfigMap in "platform"; give the engine the rights for it; without them the child waits, and what depends on it',
    ],
  ])('is told what it needs beyond it: %s', (spec, expected) => expect(said(spec)).toEqual([expected]));

  test.each([
    input(''),
    input(', namespace: shop'),
    input(', namespace: =metadata.namespace'),
    patch(''),
    patch(', namespace: shop'),
  ])('hears nothing of what is in it: %s', (spec) => expect(said(spec)).toEqual([]));
});
