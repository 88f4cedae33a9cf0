import { describe, expect, test } from 'vitest';
import { readFacts } from '../../../cli/facts.ts';
import { compile } from '../../../engine/compile/compile.ts';
import { findPathProblem, parseFieldPath } from '../../../engine/compile/field-path.ts';
import { factsSchemas, kindSchemas } from '../../../engine/compile/kinds.ts';
import { load } from '../../../engine/load/load.ts';
import { DEFAULT_POLICY, withoutField } from '../../../engine/model/policy.ts';
import type { RuleDocument } from '../../../engine/model/rule.ts';

const facts = factsSchemas(readFacts());

const check = (policy: string, template = 'apiVersion: v1, kind: ConfigMap, metadata: { name: a }') => {
  const text = `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource: { apiVersion: example.com/v1, kind: Web }
  children:
    - id: a
      ${policy}
      template: { ${template} }
`;
  const [document] = load([{ file: 'rule.yaml', text, found: false }]).documents;
  const { rule, diagnostics } = compile(document as RuleDocument, kindSchemas([document as RuleDocument], facts));
  const said = diagnostics.map(({ code, severity, message, hint, span }) => {
    const { line, column } = span.start;
    return `${line}:${column} ${severity} ${code}: ${message}${hint === undefined ? '' : `; ${hint}`}`;
  });
  return { policy: rule?.children[0]?.policy, said };
};
const DEPLOYMENT =
  'apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 1, selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: app, image: a }] } } }';

describe('policies', () => {
  test('are the safe ones where a child says nothing', () => {
    expect(check('')).toEqual({ policy: DEFAULT_POLICY, said: [] });
    expect(DEFAULT_POLICY).toMatchObject({
      onConflict: 'fail',
      onImmutable: 'fail',
      adopt: 'never',
      onDelete: 'delete',
    });
  });

  test.each([
    [
      'write: once\n      onDrift: warn',
      '9:16 error UnfitPolicy: a child with write: once is never changed, so "onDrift" says nothing; remove it',
    ],
    ['recreate: dataToo', '8:17 error UnfitPolicy: "recreate" says nothing without onImmutable: recreate; remove it'],
    [
      'write: once\n      adopt: ifUnowned',
      '9:14 error UnfitPolicy: a child with write: once would be taken over with a content that nobody knows; say ifReleased, which takes only what the rule itself has let go, or remove it',
    ],
  ])('that do not go together are errors: %s', (policy, said) => {
    expect(check(policy).said).toEqual([said]);
  });

  test('never take over a Secret', () => {
    const { said } = check('adopt: ifUnowned', 'apiVersion: v1, kind: Secret, metadata: { name: a }');
    expect(said).toEqual([
      '8:14 error UnfitPolicy: a Secret is not taken over: whoever made it knows, or chose, what is in it; say ifReleased, which takes only what the rule itself has let go, or remove it',
    ]);
  });
});

describe('onImmutable: recreate', () => {
  const claims = 'spec: { volumeClaimTemplates: [] }';
  const stateful = 'apiVersion: apps/v1, kind: StatefulSet, metadata: { name: a }';

  test.each([
    ['PersistentVolumeClaim', 'apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: a }'],
    ['Namespace', 'apiVersion: v1, kind: Namespace, metadata: { name: a }'],
    ['Secret', 'apiVersion: v1, kind: Secret, metadata: { name: a }'],
    ['Database', 'apiVersion: example.com/v1, kind: Database, metadata: { name: a }'],
    ['StatefulSet with claims', `${stateful}, ${claims}`],
  ])('has to be said twice of a %s', (kind, template) => {
    const refused = `8:20 error DataAtRisk: a ${kind} may hold data, which would go with it; add recreate: dataToo if it may go, or leave onImmutable out`;
    expect(check('onImmutable: recreate', template).said).toContain(refused);
    const twice = check('onImmutable: recreate\n      recreate: dataToo', template);
    expect(twice.said.filter((line) => line.includes('DataAtRisk'))).toEqual([]);
    expect(twice.policy).toMatchObject({ onImmutable: 'recreate', recreatesData: true });
  });

  test('is said once of kinds that hold no data', () => {
    expect(check('onImmutable: recreate', DEPLOYMENT).said).toEqual([]);
    expect(check('onImmutable: recreate').said).toEqual([]);
  });
});

describe('ignoreFields', () => {
  test.each([
    ['spec.replicas', undefined],
    ['spec.replica', 'there is no field "replica"'],
    ['spec.template.spec.containers[name=app].image', undefined],
    ['spec.template.spec.containers[].imag', 'there is no field "imag"'],
    ['spec.template.spec.containers.image', '"image" stands behind a list'],
    ['spec.replicas.x', '"x" stands behind a value that has no fields'],
    ['spec[].x', 'brackets stand behind what is no list'],
    ['spec..x', '"spec..x" is no path'],
    ['.spec', '".spec" is no path'],
    ['spec.template.spec.containers[app]', '"[app]" chooses no items'],
    ['metadata.name', '"metadata.name" cannot be left out of a write'],
    ['metadata.ownerReferences', '"metadata.ownerReferences" cannot be left out of a write'],
    ['metadata.labels["opsonata.dev/rule"]', '"metadata.labels["opsonata.dev/rule"]" cannot be left out of a write'],
    ['spec.paused', 'the template does not set "spec.paused", so there is nothing to ignore'],
  ])('%s', (path, message) => {
    const { said } = check(`ignoreFields: [${JSON.stringify(path)}]`, DEPLOYMENT);
    expect(said).toHaveLength(message === undefined ? 0 : 1);
    expect(said[0] ?? '').toContain(message ?? '');
    if (message !== undefined) expect(said[0]).toMatch(/^8:22 /);
  });

  test('suggest the nearest field', () => {
    const { said } = check('ignoreFields: [spec.replica]', DEPLOYMENT);
    expect(said[0]).toContain('did you mean "replicas"?');
  });
});

describe('paths', () => {
  const steps = (text: string) => {
    const path = parseFieldPath(text);
    return 'steps' in path ? path.steps : path;
  };
  const value = {
    a: {
      'x/y.z': 1,
      list: [
        { name: 'one', v: 1 },
        { name: 'two', v: 2 },
      ],
    },
  };

  test('name keys with dots, items and all items', () => {
    expect(steps('a["x/y.z"].list[name=one,v=1].v')).toEqual([
      { kind: 'field', name: 'a' },
      { kind: 'field', name: 'x/y.z' },
      { kind: 'field', name: 'list' },
      {
        kind: 'items',
        keys: [
          ['name', 'one'],
          ['v', '1'],
        ],
      },
      { kind: 'field', name: 'v' },
    ]);
  });

  test.each([
    ['a["x/y.z"]', { a: { list: value.a.list } }],
    ['a.list[name=two].v', { a: { ...value.a, list: [{ name: 'one', v: 1 }, { name: 'two' }] } }],
    ['a.list[].v', { a: { ...value.a, list: [{ name: 'one' }, { name: 'two' }] } }],
    ['a.list[v=1]', { a: { ...value.a, list: [{ name: 'two', v: 2 }] } }],
    ['a.none.v', value],
    ['a.list.v', value],
  ])('%s is taken out of a value', (text, left) => {
    const path = parseFieldPath(text);
    expect('steps' in path && withoutField(value, path.steps)).toEqual(left);
  });

  test('are not checked where the type is not known', () => {
    const path = parseFieldPath('a.b');
    expect('steps' in path && findPathProblem(path, { kind: 'any' })).toBeUndefined();
  });
});
