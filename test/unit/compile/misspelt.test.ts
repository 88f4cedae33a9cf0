// A word that is misspelt is one mistake, told once, under the word.

import { describe, expect, test } from 'vitest';
import { readFacts } from '../../../cli/facts.ts';
import { factsSchemas } from '../../../engine/compile/kinds.ts';
import { assemble } from '../../../engine/compile/rule-set.ts';
import { load } from '../../../engine/load/load.ts';
import type { Diagnostic } from '../../../engine/model/diagnostic.ts';

const DEPS = { schemas: factsSchemas(readFacts()), checkSamples: () => [], checkSchedules: () => [] };

const RULE = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource: { apiVersion: example.com/v1, kind: Web, crd: {} }
  let: { mine: =metadata.name }
  inputs:
    - { id: key, resource: { apiVersion: v1, kind: Secret }, name: a, namespace: =metadata.labels.x, namespaces: [a, b] }
  children:
    - id: config
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "{% metadata.name %}-x", labels: { a: =$mine } }
  patches:
    - id: label
      target: { apiVersion: v1, kind: Service, name: a }
      json: [{ op: add, path: /metadata/labels/a, value: b }]
`;

const check = (text: string): readonly Diagnostic[] =>
  assemble(load([{ file: 'rule.yaml', text, found: false }]), DEPS).diagnostics;

/** What is said where a word of the rule is written otherwise. */
function said(word: string, wrong: string, before = ''): readonly string[] {
  const at = RULE.indexOf(word, RULE.indexOf(before));
  const text = `${RULE.slice(0, at)}${wrong}${RULE.slice(at + word.length)}`;
  return check(text).map(({ code, hint, span }) => {
    const under = text.slice(span.start.offset, span.end.offset);
    return `${code} under ${under}: ${hint}`;
  });
}

describe('a misspelt word', () => {
  test('is missed in a rule that has none', () => expect(check(RULE)).toEqual([]));

  test.each([
    ['kind', 'knd', 'UnknownField under knd: did you mean "kind"?', ''],
    ['resource', 'resorce', 'UnknownField under resorce: did you mean "resource"?', '  resource'],
    // Where other fields may stand, too.
    ['apiVersion', 'apiVersin', 'UnknownField under apiVersin: did you mean "apiVersion"?', 'template:'],
    ['kind', 'knd', 'UnknownField under knd: did you mean "kind"?', 'template:'],
    ['name:', 'nme:', 'UnknownField under nme: did you mean "name"?', 'kind: ConfigMap'],
    // One that is given already is not meant.
    ['template:', 'templte:', 'UnknownField under templte: did you mean "template"?', 'id: config'],
    ['$mine', '$mie', 'UnknownVariable under $mie: did you mean "$mine"?', 'labels'],
    ['op: add', 'op: ad', 'WrongValue under ad: did you mean "add"?', 'json'],
  ])('%s, written %s, is one mistake', (word, wrong, expected, before) => {
    expect(said(word, wrong, before)).toEqual([expected]);
  });

  test('is no field that is given already', () => {
    expect(said('namespaces', 'namespacs')).toContain('UnknownField under namespacs: did you mean "namespaces"?');
  });

  test('in a name says nothing of who chooses it', () => {
    expect(said('metadata.name %}-x', 'metadata.nme %}-x')).toEqual(['UnknownField under nme: did you mean "name"?']);
  });

  test.each([
    ['includeWhen: =true', 'write when'],
    ['readyWhen: =true', 'write ready'],
    ['dependsOn: [a]', 'write after'],
  ])('of another tool is known: %s', (field, hint) => {
    const [found, ...others] = said('id: config', `id: config\n      ${field}`);
    expect([found, others]).toEqual([`UnknownField under ${field.split(':')[0]}: ${hint}`, []]);
  });

  test('of a subresource says nothing of what is written through it', () => {
    const part = 'name: a, subresource: statsu }';
    expect(said('name: a }', part, 'kind: Service')).toEqual(['WrongValue under statsu: did you mean "status"?']);
  });

  test('of another kind of value says how that is written', () => {
    expect(said('id: config', 'id: config\n      after: label')).toEqual([
      'WrongType under label: write a list, such as [label]',
    ]);
    expect(said('id: config', 'id: config\n      readsUnready: maybe')).toEqual([
      'WrongType under maybe: write true or false',
    ]);
  });
});
