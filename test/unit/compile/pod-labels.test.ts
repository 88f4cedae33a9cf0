// The selector of a workload and the labels of its pods.

import { describe, expect, test } from 'vitest';
import { checkText } from '../../../tools/error-examples.ts';

function said(selector: string, labels: string, [apiVersion, kind] = ['apps/v1', 'Deployment']): readonly string[] {
  const text = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource: { apiVersion: example.com/v1, kind: Web }
  let: { labels: { app: =metadata.name } }
  children:
    - id: a
      template:
        apiVersion: ${apiVersion}
        kind: ${kind}
        metadata: { name: =metadata.name }
        spec: { selector: { matchLabels: ${selector} }, template: { metadata: { labels: ${labels} } } }
`;
  return checkText(text).diagnostics.map(({ message, span }) => {
    const under = text.slice(span.start.offset, span.end.offset);
    return `${span.start.line} ${under}: ${message}`;
  });
}

describe('a selector', () => {
  test.each([
    [
      '{ app: =metadata.name }',
      '{ ap: =metadata.name }',
      '13 app: the selector matches no pod of its own: they have no label "app"',
    ],
    ['{ app: web }', '{ ap: web }', '13 app: the selector matches no pod of its own: they have no label "app"'],
    [
      '{ a: b, app: web }',
      '{ a: b, app: wbe }',
      '13 app: the selector matches no pod of its own: they have another value of "app"',
    ],
  ])('that matches none of its own pods is told: %s beside %s', (selector, labels, expected) => {
    expect(said(selector, labels)).toEqual([expected]);
  });

  test.each([
    ['{ app: =metadata.name }', '{ app: =metadata.name, more: x }'],
    ['{ app: web }', '{ app: =metadata.name }'],
    ['=$labels', '{ ap: x }'],
    ['{ app: web }', '=$labels'],
  ])('may match where nobody knows: %s beside %s', (selector, labels) => {
    expect(said(selector, labels)).toEqual([]);
  });

  test('of another kind is its own affair', () => {
    expect(said('{ app: web }', '{ ap: web }', ['example.com/v1', 'Rollout'])).toEqual([]);
  });
});
