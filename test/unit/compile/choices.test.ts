// What of an input may choose where objects are: what says which object it is, as the rule has written it, and nothing
// that its writer says.

import { describe, expect, test } from 'vitest';
import { checkText } from '../../../tools/error-examples.ts';

type Scope = 'Cluster' | 'Namespaced';

const head = (scope: Scope) => `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource: { apiVersion: example.com/v1, kind: Web, crd: { scope: ${scope} } }
  let: { mine: =metadata.name, theirs: =spec.x, there: =$in.metadata.name }
`;
const input = (which: string, id = 'in', kind = 'Secret') =>
  `    - { id: ${id}, resource: { apiVersion: v1, kind: ${kind} }, ${which} }\n`;

/** The same formula as the namespace of a child, of an input and of the target of a patch. */
const PLACES: readonly (readonly [string, (formula: string, inputs: string) => string])[] = [
  [
    'a child',
    (formula, inputs) =>
      `  inputs:\n${inputs}  children:\n    - id: a\n      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name, namespace: ${formula} } }\n`,
  ],
  ['an input', (formula, inputs) => `  inputs:\n${input(`name: a, namespace: ${formula}`, 'late')}${inputs}`],
  [
    'the target of a patch',
    (formula, inputs) =>
      `  inputs:\n${inputs}  patches:\n    - id: p\n      target: { apiVersion: v1, kind: ConfigMap, name: a, namespace: ${formula} }\n      merge: { metadata: { labels: { a: b } } }\n`,
  ],
];

/** What is said of the choice; warnings and other mistakes are no part of it. */
function said(text: string): readonly string[] {
  const { diagnostics } = checkText(text);
  expect(diagnostics.filter(({ code, severity }) => severity === 'error' && code !== 'ChosenByResource')).toEqual([]);
  return diagnostics.flatMap(({ code, message }) => (code === 'ChosenByResource' ? [message] : []));
}

const NAMESPACES: readonly (readonly [which: string, formula: string, of: Partial<Record<Scope, string>>])[] = [
  ['name: =metadata.name', '=$in.metadata.name', { Namespaced: 'metadata.name' }],
  ['name: =$mine', '=$there', { Namespaced: 'metadata.name' }],
  ['name: "{% metadata.name %}-x"', '"{% $in.metadata.name %}-y"', { Namespaced: 'metadata.name' }],
  ['name: shared, namespace: platform', '=$in.metadata.name', {}],
  ['name: shared, namespace: platform', '=$in.metadata.namespace', {}],
  ['name: =spec.x, namespace: platform', '=$in.metadata.namespace', {}],
  ['name: =spec.x, namespace: =spec.y, namespaces: [a, b]', '=$in.metadata.namespace', {}],
  ['name: =spec.x, namespace: platform', '=$in.metadata.name', { Cluster: 'spec.x', Namespaced: 'spec.x' }],
  ['name: =$theirs, namespace: platform', '=$in.metadata.name', { Cluster: 'spec.x', Namespaced: 'spec.x' }],
  ['name: =spec.x, namespace: platform', '=$in.metadata.uid', { Cluster: 'spec.x', Namespaced: 'spec.x' }],
  // Whoever writes the object says this.
  ...(['name: =metadata.name', 'name: shared, namespace: platform'] as const).flatMap((which) =>
    (['data.x', 'metadata.labels.x'] as const).map(
      (field) =>
        [which, `=$in.${field}`, { Cluster: `$in.${field}`, Namespaced: `$in.${field}` }] as (typeof NAMESPACES)[0],
    ),
  ),
  ['name: =metadata.name', '=$string($in)', { Cluster: '$in', Namespaced: '$in' }],
  // Which objects have a label, and which namespaces have an object, is nobody's of the rule.
  [
    'selector: { matchLabels: { a: b } }, namespace: platform',
    '"=$in[0].metadata.name"',
    { Cluster: '$in.metadata.name', Namespaced: '$in.metadata.name' },
  ],
];

describe('the namespace of', () => {
  const cases = PLACES.flatMap(([place, put]) =>
    NAMESPACES.flatMap(([which, formula, of]) =>
      (['Cluster', 'Namespaced'] as const).map((scope) => ({ place, put, which, formula, scope, by: of[scope] })),
    ),
  );
  test.each(cases)('$place in a rule for a $scope kind: $formula of an input with $which', (one) => {
    // A kind without namespaces has none of its own.
    const which = one.which.includes('namespace') ? one.which : `${one.which}, namespace: platform`;
    expect(said(head(one.scope) + one.put(one.formula, input(which)))).toEqual(
      one.by === undefined
        ? []
        : [`the namespace is chosen by ${one.by}; who writes a resource could reach any namespace`],
    );
  });

  test('an input whose own namespace is the resource’s is the resource’s', () => {
    const rule = head('Namespaced') + PLACES[0]?.[1]('=$in.metadata.namespace', input('name: =spec.x'));
    expect(said(rule)).toEqual([]);
  });

  test('inputs that name each other is looked at to its end', () => {
    const circle =
      input('name: =$b.metadata.name, namespace: p', 'a') + input('name: =$a.metadata.name, namespace: p', 'b');
    const text = head('Cluster') + PLACES[0]?.[1]('=$a.metadata.name', circle + input('name: x, namespace: p'));
    expect(checkText(text).diagnostics.map(({ code }) => code)).toContain('DependencyCycle');
  });
});

describe('namespaces that are selected', () => {
  const rule = (scope: Scope, label: string, forEach: string, more = '') =>
    `${head(scope)}  inputs:
    - { id: spaces, resource: { apiVersion: v1, kind: Namespace }, selector: { matchLabels: { shared: ${label} } } }
${input('selector: { matchLabels: { a: b } }, namespace: platform')}  children:
    - id: a
      forEach: ${forEach}
      key: =$string($item.metadata.name)
${more}      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: =metadata.name, namespace: =$item.metadata.name } }
`;

  test.each([
    ['the label that the rule names', 'yes please', '=$spaces', {}],
    ['one that the resource names', '=spec.x', '=$spaces', { Cluster: 'spec.x', Namespaced: 'spec.x' }],
    ['the name of the resource', '=metadata.name', '=$spaces', { Namespaced: 'metadata.name' }],
    // What a formula makes of them may be anything.
    [
      'a list that is made of them',
      'yes please',
      '=$append($spaces, spec.x)',
      { Cluster: '$spaces', Namespaced: '$spaces' },
    ],
    ['objects that are no namespaces', 'yes please', '=$in', { Cluster: '$in', Namespaced: '$in' }],
  ] as const)('by %s', (_by, label, forEach, of: Partial<Record<Scope, string>>) => {
    for (const scope of ['Cluster', 'Namespaced'] as const) {
      const by = of[scope];
      expect(said(rule(scope, label, forEach))).toEqual(
        by === undefined ? [] : [`the namespace is chosen by ${by}; who writes a resource could reach any namespace`],
      );
    }
  });

  test('may be fewer by what the resource says of each', () => {
    const some = '      when: =$item.metadata.labels.team = spec.x\n';
    expect(said(rule('Cluster', 'yes please', '=$spaces', some))).toEqual([]);
  });
});

describe('a name', () => {
  const child = (name: string, which: string) =>
    `${head('Cluster')}  inputs:\n${input(which)}  children:\n    - id: a\n      template: { apiVersion: v1, kind: ConfigMap, metadata: { namespace: x, name: ${name} } }\n`;
  const patch = (name: string, which: string) =>
    `${head('Cluster')}  inputs:\n${input(which)}  patches:\n    - id: p\n      target: { apiVersion: v1, kind: Namespace, name: ${name} }\n      merge: { metadata: { labels: { a: b } } }\n`;

  test.each([
    ['=$in.metadata.name', 'name: =metadata.name, namespace: platform', undefined],
    ['"{% $in.metadata.name %}-{% spec.x %}"', 'name: =metadata.name, namespace: platform', undefined],
    ['=$in.metadata.name', 'name: shared, namespace: platform', undefined],
    ['"{% $in.metadata.name %}-{% spec.x %}"', 'name: shared, namespace: platform', 'spec.x'],
    ['=$in.metadata.name', 'name: =spec.x, namespace: platform', 'spec.x'],
    // That the object has the resource's name does not make what is in it the resource's own.
    ['=$in.data.x', 'name: =metadata.name, namespace: platform', '$in.data.x'],
  ])('%s of an input with %s', (name, which, by) => {
    const expected =
      by === undefined ? [] : [`the name is chosen by ${by} alone; who writes a resource could claim any name`];
    expect(said(child(name, which))).toEqual(expected);
    expect(said(patch(name, which))).toEqual(expected);
  });
});
