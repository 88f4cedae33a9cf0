// Paths of columns and of scale that lead to no field.

import { describe, expect, test } from 'vitest';
import { checkText } from '../../../tools/error-examples.ts';

const SPEC =
  '{ type: object, properties: { replicas: { type: integer }, ports: { type: array, items: { type: object, properties: { port: { type: integer } } } }, any: { type: object, x-kubernetes-preserve-unknown-fields: true } } }';
const STATUS = '{ type: object, properties: { ready: { type: integer } } }';

function said(crd: string): readonly string[] {
  const text = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource: { apiVersion: example.com/v1, kind: Web, crd: { ${crd}, schema: { spec: ${SPEC}, status: ${STATUS} } } }
`;
  return checkText(text).diagnostics.map(
    ({ severity, code, message, hint, span }) =>
      `${severity} ${code} under ${text.slice(span.start.offset, span.end.offset)}: ${message}; ${hint}`,
  );
}

const column = (path: string) => `printerColumns: [{ name: A, type: string, jsonPath: '${path}' }]`;

describe('a path', () => {
  test.each([
    ['.spec.replics', 'there is no field "replics" in "spec", so that nothing is found here; did you mean "replicas"?'],
    ['.stats.ready', 'there is no field "stats" in the kind, so that nothing is found here; did you mean "status"?'],
    ['.spec.ports[0].prt', 'there is no field "prt" in "ports", so that nothing is found here; did you mean "port"?'],
    [
      '.status.conditions[?(@.type=="Ready")].stats',
      'there is no field "stats" in "conditions", so that nothing is found here; did you mean "status"?',
    ],
  ])('of a column that leads nowhere is told: %s', (path, message) => {
    expect(said(column(path))).toEqual([`warning UnknownField under '${path}': ${message}`]);
  });

  test('of scale that leads nowhere is told', () => {
    const scale = 'scale: { specReplicasPath: .spec.replicas, statusReplicasPath: .status.redy }';
    expect(said(scale)).toEqual([
      'warning UnknownField under .status.redy: there is no field "redy" in "status", so that nothing is found here; did you mean "ready"?',
    ]);
  });

  test.each([
    '.spec.replicas',
    '.spec.ports[*].port',
    '.spec.any.thing.at.all',
    '.status.ready',
    '.status.observedGeneration',
    '.status.conditions[?(@.type=="Ready")].status',
    '.metadata.labels.app\\.kubernetes\\.io/name',
    '.metadata.creationTimestamp',
  ])('that leads to a field is fine: %s', (path) => expect(said(column(path))).toEqual([]));
});
