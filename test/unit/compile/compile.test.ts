import { describe, expect, test } from 'vitest';
import { namesOf, toCrd } from '../../../engine/compile/crd.ts';
import { orderGraph } from '../../../engine/compile/graph.ts';
import { schemaOfCrd } from '../../../engine/compile/kinds.ts';
import { checkText } from '../../../tools/error-examples.ts';
import { ruleOf } from '../../support/rules.ts';

const child = (id: string, data: string, more = '') =>
  `    - id: ${id}\n${more}      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: ${id} }, data: { a: "${data}" } }\n`;

describe('the graph of children', () => {
  test('follows from what formulas read, through let and after', () => {
    const rule = ruleOf(
      `  let: { text: =$first.data.a }\n  children:\n${child('third', '=$second.data.a')}${child('second', '=$text')}${child('first', 'x')}${child('last', 'y', '      after: [third]\n')}`,
    );
    expect(rule.children.map(({ id, wave, upstream }) => [id, wave, [...upstream].sort()])).toEqual([
      ['first', 1, []],
      ['second', 2, ['first']],
      ['third', 3, ['first', 'second']],
      ['last', 4, ['first', 'second', 'third']],
    ]);
    expect(rule.children.find(({ id }) => id === 'second')?.dependencies).toMatchObject([
      { id: 'first', part: 'template' },
    ]);
  });

  test('names the path of a circle, with the place of each step', () => {
    const text = `apiVersion: opsonata.dev/v1alpha1\nkind: Rule\nmetadata: { name: web }\nspec:\n  resource: { apiVersion: example.com/v1, kind: Web }\n  children:\n${child('a', '=$b.data.a')}${child('b', '=$c.data.a')}${child('c', '=$a.data.a')}${child('d', 'x')}`;
    const { diagnostics } = checkText(text);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({
      code: 'DependencyCycle',
      message: 'these children wait for each other: a -> b -> c -> a',
    });
    expect(diagnostics[0]?.related?.map(({ span }) => span.start.line)).toEqual([8, 10, 12]);
  });

  test('reports each circle once', () => {
    const span = { file: 'f', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } };
    const node = (name: string, ...to: string[]) => ({ name, span, edges: to.map((target) => ({ to: target, span })) });
    const { order, diagnostics } = orderGraph(
      [node('a', 'b'), node('b', 'a'), node('c', 'c'), node('d', 'a'), node('e')],
      'nodes',
    );
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'nodes wait for each other: a -> b -> a',
      'nodes wait for each other: c -> c',
    ]);
    expect(order).toEqual(['e']);
  });
});

describe('texts', () => {
  test('are formulas, insertions, escapes or themselves', () => {
    const rule = ruleOf(
      '  status: { a: =spec.b, b: "{% spec.b %}-x", c: ==literal, d: "${VAR} $(VAR) {{ x }}", e: [=spec.b, 1] }\n',
    );
    expect(rule.status.map(([name, { kind }]) => [name, kind])).toEqual([
      ['a', 'formula'],
      ['b', 'text'],
      ['c', 'literal'],
      ['d', 'literal'],
      ['e', 'array'],
    ]);
    expect(rule.status[2]?.[1]).toEqual({ kind: 'literal', value: '=literal' });
    expect(rule.status[3]?.[1]).toEqual({ kind: 'literal', value: '${VAR} $(VAR) {{ x }}' });
  });
});

describe('the CRD', () => {
  test('has the names that kubebuilder would give', () => {
    expect(['WebApp', 'Policy', 'Proxy', 'Gateway', 'Mesh', 'Box'].map((kind) => namesOf(kind).plural)).toEqual([
      'webapps',
      'policies',
      'proxies',
      'gateways',
      'meshes',
      'boxes',
    ]);
  });

  test.each([
    ['has one where its fields have defaults', { properties: { size: { type: 'integer', default: 1 } } }, {}],
    ['has none where no field has a default', { properties: { size: { type: 'integer' } } }, undefined],
    [
      'has none where a field is required',
      { required: ['a'], properties: { a: { type: 'string' }, size: { type: 'integer', default: 1 } } },
      undefined,
    ],
    [
      'has none where a rule might refuse it',
      {
        properties: { size: { type: 'integer', default: 1 } },
        'x-kubernetes-validations': [{ rule: 'has(self.size)' }],
      },
      undefined,
    ],
    ['keeps its own', { default: { size: 2 }, properties: { size: { type: 'integer', default: 1 } } }, { size: 2 }],
  ] as const)('fills in a spec that a resource leaves out: it %s', (_what, more, expected) => {
    const spec = { type: 'object', ...more };
    const resource = { apiVersion: 'example.com/v1', kind: 'Web', crd: { schema: { spec } } };
    const kind = schemaOfCrd(toCrd({ spec: { resource } } as never));
    const found = (
      kind?.schema.properties as { readonly [name: string]: { readonly default?: unknown } } | undefined
    )?.['spec'];
    expect(found?.default).toEqual(expected);
  });

  test('is never taken for ready before an engine has seen the resource', () => {
    const { rules } = checkText(
      'apiVersion: opsonata.dev/v1alpha1\nkind: Rule\nmetadata: { name: web }\nspec:\n  resource: { apiVersion: example.com/v1, kind: Web, crd: {} }\n',
    );
    const crd = JSON.parse(JSON.stringify(rules[0]?.crd));
    const { status } = crd.spec.versions[0].schema.openAPIV3Schema.properties;
    expect(status.default).toEqual({ observedGeneration: -1 });
    expect(status.properties.conditions['x-kubernetes-list-map-keys']).toEqual(['type']);
    expect(crd.spec.versions[0].subresources).toEqual({ status: {} });
  });
});
