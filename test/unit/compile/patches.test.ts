import { describe, expect, test } from 'vitest';
import { readFacts } from '../../../cli/facts.ts';
import { compile } from '../../../engine/compile/compile.ts';
import { factsSchemas, kindSchemas } from '../../../engine/compile/kinds.ts';
import { load } from '../../../engine/load/load.ts';
import type { RuleDocument } from '../../../engine/model/rule.ts';

const facts = factsSchemas(readFacts());
const SCHEMA =
  '{ type: object, required: [x, count], properties: { x: { type: string }, count: { type: integer }, maybe: { type: string } } }';

const check = (patch: string, children = '') => {
  const text = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource: { apiVersion: example.com/v1, kind: Web, crd: { schema: { spec: ${SCHEMA} } } }
  let: { mine: =spec.x }
${children}  patches:
    - id: patch
      ${patch}
`;
  const loaded = load([{ file: 'rule.yaml', text, found: false }]);
  const [document] = loaded.documents;
  const { rule, diagnostics } = compile(document as RuleDocument, kindSchemas([document as RuleDocument], facts));
  const said = [...loaded.diagnostics, ...diagnostics].map(({ code, severity, message, span }) => {
    const { line, column } = span.start;
    return `${line}:${column} ${severity} ${code}: ${message}`;
  });
  return { patch: rule?.patches[0], said };
};
const BESIDE = 'target: { apiVersion: v1, kind: ConfigMap, name: =spec.x }';
const withContent = (content: string, target = BESIDE) => check(`${target}\n      ${content}`).said;

describe('a patch', () => {
  test('is compiled with what it needs', () => {
    const children =
      '  children:\n    - id: made\n      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name } }\n    - id: other\n      template: { apiVersion: v1, kind: Secret, metadata: { name: =metadata.name } }\n';
    const { patch, said } = check(
      `when: =spec.count > 1\n      after: [other]\n      ${BESIDE}\n      merge: { data: { hash: =$hash($made.data) } }`,
      children,
    );
    expect(said).toEqual([]);
    expect(patch?.dependencies.map(({ id, part }) => `${id} ${part}`)).toEqual(['made template', 'other after']);
    expect(patch?.upstream).toEqual(['made', 'other']);
  });

  test.each([
    ['', '8:11 error MissingField: the patch does nothing'],
    ['apply: {}\n      merge: {}', '11:7 error WrongValue: a patch has one of apply, merge and json'],
    ['apply: { kind: Secret }', '10:16 error ReservedMetadata: kind of an object that is not yours cannot be patched'],
    [
      'merge: { metadata: { finalizers: [a] } }',
      '10:28 error ReservedMetadata: metadata.finalizers of an object that is not yours cannot be patched',
    ],
    [
      'merge: { metadata: { labels: { opsonata.dev/rule: a } } }',
      '10:38 error ReservedMetadata: metadata.labels.opsonata.dev/rule of an object that is not yours cannot be patched',
    ],
    ['merge: { status: {} }', '10:16 error ReservedMetadata: status of an object that is not yours cannot be patched'],
    [
      'merge: {}\n      onConflict: yield',
      '11:19 error UnfitPolicy: "onConflict" says nothing of merge, which sets fields whoever owns them',
    ],
    ['merge: { dta: {} }', '10:16 error UnknownField: there is no field "dta" in ConfigMap'],
    [
      'merge: { data: { a: =spec.count } }',
      '10:28 error WrongType: the formula gives an integer, and the field takes a text',
    ],
    ['merge: { data: { a: =spec.maybe } }', undefined],
    ['merge: { data: { a: null } }', undefined],
    ['apply: { data: { a: text } }', undefined],
  ])('with %j', (content, said) => {
    const found = withContent(content);
    if (said === undefined) expect(found).toEqual([]);
    else expect(found.join('\n')).toContain(said);
  });

  test('keeps nothing of a Secret where all can see it', () => {
    const target = 'target: { apiVersion: v1, kind: Secret, name: =metadata.name }';
    expect(withContent('merge: { stringData: { a: b } }', target)).toEqual([
      '10:7 error UnfitPolicy: merge would keep what it replaces of a Secret in the status, for all to see',
    ]);
    expect(withContent('apply: { stringData: { a: b } }', target)).toEqual([]);
  });
});

describe('the target of a patch', () => {
  const chosen = (target: string) => withContent('merge: { metadata: { labels: { a: b } } }', `target: ${target}`);

  test.each([
    ['the name in its own namespace', '{ apiVersion: v1, kind: ConfigMap, name: =spec.x }', undefined],
    ['its own namespace', '{ apiVersion: v1, kind: Namespace, name: =metadata.namespace }', undefined],
    ['a literal', '{ apiVersion: v1, kind: Namespace, name: shared }', undefined],
    ['one of a list', '{ apiVersion: v1, kind: Namespace, name: =spec.x, names: [a, b] }', undefined],
    [
      'any namespace',
      '{ apiVersion: v1, kind: Namespace, name: =spec.x }',
      '9:56 error ChosenByResource: the name is chosen by spec.x alone; who writes a resource could claim any name',
    ],
    [
      'any namespace, through a value of let',
      '{ apiVersion: v1, kind: Namespace, name: =$mine }',
      '9:56 error ChosenByResource: the name is chosen by spec.x alone; who writes a resource could claim any name',
    ],
    [
      'an object in another namespace',
      '{ apiVersion: v1, kind: ConfigMap, name: =spec.x, namespace: shared }',
      '9:56 error ChosenByResource: the name is chosen by spec.x alone; who writes a resource could claim any name',
    ],
    [
      'the namespace',
      '{ apiVersion: v1, kind: ConfigMap, name: a, namespace: =spec.x }',
      '9:70 error ChosenByResource: the namespace is chosen by spec.x; who writes a resource could reach any namespace',
    ],
    [
      'a kind that nobody knows',
      '{ apiVersion: other.example.com/v1, kind: Thing, name: =spec.x }',
      '9:70 error ChosenByResource: the name is chosen by spec.x alone; who writes a resource could claim any name',
    ],
    [
      'all namespaces by a label',
      '{ apiVersion: v1, kind: Namespace, selector: { matchLabels: { team: =spec.x } } }',
      '9:60 error ChosenByResource: the objects are chosen by spec.x; who writes a resource could reach any object of the kind',
    ],
    ['a computed kind', '{ apiVersion: v1, kind: "=spec.x", name: a }', '9:39 error WrongValue: "kind"'],
    [
      'neither name nor selector',
      '{ apiVersion: v1, kind: ConfigMap }',
      '9:15 error MissingField: the target of a patch needs a name or a selector',
    ],
  ])('chooses %s', (_, target, said) => {
    const found = chosen(target);
    if (said === undefined) expect(found).toEqual([]);
    else expect(found.join('\n')).toContain(said);
  });
});

describe('operations', () => {
  const operations = (...list: readonly string[]) =>
    withContent(`json: [${list.join(', ')}]`, 'target: { apiVersion: apps/v1, kind: Deployment, name: =spec.x }');

  test.each([
    ['{ op: replace, path: /spec/replicas, value: =spec.count }', undefined],
    ['{ op: add, path: /metadata/annotations/a~1b, value: text }', undefined],
    ['{ op: add, path: /spec/template/spec/containers/-, value: { name: a } }', undefined],
    ['{ op: test, path: /spec/replicas, value: anything }', undefined],
    ['{ op: replace, path: /spec/replcas, value: 1 }', 'UnknownField: there is no field "replcas"'],
    [
      '{ op: add, path: /spec/template/spec/containers/app/image, value: a }',
      'UnknownField: "app" is no place in a list',
    ],
    ['{ op: replace, path: /spec/replicas, value: many }', 'WrongType: the value is the text "many"'],
    ['{ op: replace, path: /spec/replicas }', 'WrongValue: "replace" needs "value"'],
    ['{ op: remove, path: /spec/replicas, value: 1 }', 'WrongValue: "remove" has no "value"'],
    ['{ op: move, path: /spec/replicas }', 'WrongValue: "move" needs "from"'],
    ['{ op: remove, path: "/spec/{% spec.x %}" }', 'LiteralRequired: a path is computed'],
    ['{ op: remove, path: /metadata/finalizers }', 'ReservedMetadata: metadata.finalizers of an object'],
    ['{ op: remove, path: /metadata }', 'ReservedMetadata: metadata of an object'],
    ['{ op: replace, path: /, value: {} }', 'ReservedMetadata: the whole of an object'],
    ['{ op: move, from: /metadata/ownerReferences, path: /spec/x }', 'ReservedMetadata: metadata.ownerReferences of'],
    ['{ op: remove, path: spec }', 'WrongValue: "path"'],
  ])('%s', (operation, said) => {
    const found = operations(operation);
    if (said === undefined) expect(found).toEqual([]);
    else expect(found.join('\n')).toContain(said);
  });
});

describe('a subresource', () => {
  const through = (target: string, content: string) =>
    withContent(content, `target: { apiVersion: ${target}, name: =metadata.name }`);

  test.each([
    ['v1, kind: Service, subresource: status', 'merge: { status: { loadBalancer: { ingress: [] } } }', undefined],
    ['v1, kind: Pod, subresource: resize', 'json: [{ op: remove, path: /spec/containers/0/resources }]', undefined],
    ['example.com/v1, kind: Thing, subresource: resize', 'apply: { spec: { size: 1 } }', undefined],
    [
      'v1, kind: ConfigMap, subresource: status',
      'apply: { status: {} }',
      'WrongValue: ConfigMap has no subresource "status"',
    ],
    [
      'v1, kind: Service, subresource: resize',
      'apply: { spec: {} }',
      '9:61 error WrongValue: Service has no subresource "resize"',
    ],
    [
      'v1, kind: Service, subresource: status',
      'merge: { spec: {} }',
      '10:16 error ReservedMetadata: spec is not written through the subresource "status"',
    ],
    [
      'v1, kind: Pod, subresource: resize',
      'json: [{ op: add, path: /metadata/labels/a, value: b }]',
      'ReservedMetadata: metadata is not written through the subresource "resize"',
    ],
  ])('of %s with %s', (target, content, said) => {
    const found = through(target, content);
    if (said === undefined) expect(found).toEqual([]);
    else expect(found.join('\n')).toContain(said);
  });

  test('that is none is told once', () => {
    expect(through('v1, kind: ConfigMap, subresource: statu', 'merge: { data: {} }')).toEqual([
      expect.stringContaining('"subresource" cannot be the text "statu"'),
    ]);
  });
});
