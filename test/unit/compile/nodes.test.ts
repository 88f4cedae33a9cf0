// Mistakes in inputs, loops, names and namespaces.

import { describe, expect, test } from 'vitest';
import { checkText } from '../../../tools/error-examples.ts';

const rule = (spec: string, resource = '{ apiVersion: example.com/v1, kind: Web }') =>
  `apiVersion: opsonata.dev/v1alpha1\nkind: Rule\nmetadata: { name: web }\nspec:\n  resource: ${resource}\n${spec}`;
const child = (more: string, metadata = '{ name: =metadata.name }') =>
  `  children:\n    - id: a\n${more}      template: { apiVersion: v1, kind: ConfigMap, metadata: ${metadata} }\n`;
const input = (more: string, id = 'tls') =>
  `    - { id: ${id}, resource: { apiVersion: v1, kind: Secret }, ${more} }\n`;
const found = (text: string) =>
  checkText(text).diagnostics.map(
    ({ code, message, span }) => `${span.start.line}:${span.start.column} ${code} ${message}`,
  );

describe('the compiler', () => {
  test.each([
    ['forEach without key', child('      forEach: =spec.x\n'), ['8:7 MissingField forEach needs the field "key"']],
    ['key without forEach', child('      key: =spec.x\n'), ['8:7 MissingField key needs the field "forEach"']],
    [
      'items read outside a loop',
      child('', '{ name: "{% metadata.name %}-{% $item %}" }'),
      ['8:94 UnknownVariable there is no variable "$item"'],
    ],
    [
      'items read by the list itself',
      child('      forEach: =$item.x\n      key: =$item\n', '{ name: "{% metadata.name %}-{% $item %}" }'),
      ['8:17 UnknownVariable there is no variable "$item"'],
    ],
    [
      'an input with neither name nor selector',
      `  inputs:\n${input('optional: true')}`,
      ['7:13 MissingField an input needs a name or a selector'],
    ],
    [
      'an input with both',
      `  inputs:\n${input('name: a, selector: { matchLabels: { a: b } }')}`,
      ['7:71 WrongValue an input has a name or a selector, not both'],
    ],
    [
      'an input that hides a child',
      `  inputs:\n${input('name: a', 'a')}${child('')}`,
      ['9:11 InvalidName the name "a" is used twice'],
    ],
    [
      'inputs in a circle',
      `  inputs:\n${input('name: =$b.metadata.name', 'a')}${input('name: =$a.metadata.name', 'b')}`,
      ['7:67 DependencyCycle these values wait for each other: a -> b -> a'],
    ],
    [
      'a child that reads an input that is found through it',
      `  inputs:\n${input('name: =$a.metadata.name')}${child('', '{ name: =metadata.name, labels: { a: =$tls.metadata.name } }')}`,
      ['10:100 DependencyCycle these children wait for each other: a -> a'],
    ],
    [
      'an operator without values',
      `  inputs:\n${input('selector: { matchExpressions: [{ key: a, operator: In }] }')}`,
      ['7:113 WrongValue In needs values'],
    ],
    [
      'a name that the author of a resource chooses',
      child('', '{ name: =spec.name }'),
      ['8:70 ChosenByResource the name is chosen by spec.name alone; who writes a resource could claim any name'],
    ],
    [
      'a name that they choose through a list and a value',
      `  let: { base: =spec.base }\n${child('      forEach: =spec.x\n      key: =$item\n', '{ name: "{% $base %}-{% $item %}" }')}`,
      ['11:70 ChosenByResource the name is chosen by spec.base alone; who writes a resource could claim any name'],
    ],
    [
      'a namespace that they choose',
      `  inputs:\n${input('name: a, namespace: =spec.where')}`,
      ['7:82 ChosenByResource the namespace is chosen by spec.where; who writes a resource could reach any namespace'],
    ],
  ])('finds %s', (_what, spec, expected) => {
    expect(found(rule(spec))).toEqual(expected);
  });

  test.each([
    ['a name with the name of the resource', child('', '{ name: "{% metadata.name %}-{% spec.x %}" }')],
    ['a name with it by way of a value', `  let: { base: =metadata.name & spec.x }\n${child('', '{ name: =$base }')}`],
    ['a name that is listed', child('      names: [a, b]\n', '{ name: =spec.name }')],
    ['a name from a literal list', child('      forEach: [a, b]\n      key: =$item\n', '{ name: =$item }')],
    ['a namespace that is listed', `  inputs:\n${input('name: a, namespace: =spec.where, namespaces: [a]')}`],
    [
      'an item of any type',
      child('      forEach: =spec.x\n      key: =$item.a\n', '{ name: "{% metadata.name %}-{% $item.b.c[0] %}" }'),
    ],
  ])('takes %s', (_what, spec) => {
    expect(found(rule(spec))).toEqual([]);
  });

  test('asks for a group where the rule defines the kind', () => {
    const spec = child('');
    expect(found(rule(spec, '{ apiVersion: v1, kind: Web, crd: { scope: Cluster } }'))).toEqual([
      '5:27 WrongValue a kind that a rule defines needs a group of its own',
    ]);
  });

  test('knows what the items of a list are', () => {
    const crd =
      '{ apiVersion: example.com/v1, kind: Web, crd: { schema: { spec: { type: object, properties: { w: { type: array, items: { type: object, properties: { queue: { type: string } } } } } } } } }';
    const text = rule(
      child(
        '      forEach: =spec.w\n      key: =$item.qeue\n',
        '{ name: "{% metadata.name %}-{% $item.queue ?? 1 %}" }',
      ),
      crd,
    );
    expect(found(text)).toMatchObject(['9:19 UnknownField there is no field "qeue" in "$item"']);
  });

  test.each([
    ['namespace: system', []],
    ['namespace: ""', []],
    ['namespace: =metadata.namespace', []],
    [
      'namespace: =metadata.name',
      ['the namespace is chosen by metadata.name; who writes a resource could reach any namespace'],
    ],
    [
      'namespace: =spec.where',
      ['the namespace is chosen by spec.where; who writes a resource could reach any namespace'],
    ],
  ])('lets a rule say where children are, and nobody else: %s', (namespace, messages) => {
    const spec = child('', `{ name: =metadata.name, ${namespace} }`);
    expect(checkText(rule(spec)).diagnostics.map(({ message }) => message)).toEqual(messages);
    const listed = child('      namespaces: [one, two]\n', `{ name: =metadata.name, ${namespace} }`);
    expect(found(rule(listed))).toEqual([]);
  });

  test('lets the name of a resource without namespaces choose a namespace', () => {
    const spec = child('', '{ name: =metadata.name, namespace: =metadata.name }');
    expect(found(rule(spec, '{ apiVersion: example.com/v1, kind: Web, crd: { scope: Cluster } }'))).toEqual([]);
  });

  test('takes over nothing elsewhere by the name of a resource', () => {
    const adopting = (metadata: string) => found(rule(child('      adopt: ifUnowned\n', metadata)));
    expect(adopting('{ name: =metadata.name, namespace: system }')).toEqual([
      '8:14 ChosenByResource what is taken over is chosen by metadata.name; who writes a resource could take objects elsewhere',
    ]);
    expect(adopting('{ name: settings, namespace: system }')).toEqual([]);
    expect(adopting('{ name: =metadata.name }')).toEqual([]);
  });

  test('lets any number of rules add to a kind of Kubernetes, and one operate a kind of its own', () => {
    const two = (kind: string) =>
      `${rule(child(''), kind)}---\n${rule(child(''), kind).replace('name: web', 'name: two')}`;
    expect(found(two('{ apiVersion: v1, kind: Namespace }'))).toEqual([]);
    expect(found(two('{ apiVersion: example.com/v1, kind: Web }'))).toEqual([
      '14:49 DuplicateRule the kind Web of example.com is taken by the rule "web"',
    ]);
  });
});
