import { describe, expect, test } from 'vitest';
import { compile } from '../../../engine/compile/compile.ts';
import { assemble } from '../../../engine/compile/rule-set.ts';
import { load } from '../../../engine/load/load.ts';
import { loadObjects } from '../../../engine/load/resource.ts';
import type { RuleDocument } from '../../../engine/model/rule.ts';

const text = (
  now: string,
  versions: string,
  name = 'web',
  apiVersion = 'example.com/v2',
) => `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: ${name} }
spec:
  resource:
    apiVersion: ${apiVersion}
    kind: Web
    crd:
      schema: { spec: ${now} }
      versions: ${versions}
`;
const documentOf = (rule: string) =>
  load([{ file: 'rule.yaml', text: rule, found: false }]).documents[0] as RuleDocument;
const compiled = (now: string, versions: string) => compile(documentOf(text(now, versions)));
/** Line, the text that is pointed at, and the message. */
const said = (now: string, old: string) => {
  const rule = text(now, `[{ name: v1, schema: { spec: ${old} } }]`);
  return compile(documentOf(rule)).diagnostics.map(
    ({ code, message, span: { start, end } }) =>
      `${start.line} ${rule.slice(start.offset, end.offset)} ${code}: ${message}`,
  );
};
const object = (properties: string, more = '') => `{ type: object, properties: { ${properties} }${more} }`;

describe('older versions of a kind', () => {
  test('have schemas whose words are read', () => {
    const now = object('a: { type: string }');
    expect(said(now, '{ type: object, propertis: { a: { type: string } } }')).toEqual([
      '10 propertis InvalidSchema: "propertis" is not a keyword of a schema',
    ]);
  });

  test('are served with the fields of the newest, which is stored', () => {
    const { rule, diagnostics } = compiled(
      object('a: { type: string }, b: { type: string }'),
      `[{ name: v1, deprecationWarning: go on, schema: { spec: ${object('a: { type: string }')} } }, { name: v1beta1, served: false }]`,
    );
    expect(diagnostics).toEqual([]);
    expect(rule?.apiVersions).toEqual(['example.com/v2', 'example.com/v1', 'example.com/v1beta1']);
    const { versions = [] } = (rule?.crd?.['spec'] ?? {}) as {
      readonly versions?: readonly { readonly schema: object }[];
    };
    const without = versions.map(({ schema: _schema, ...rest }) => ({
      ...rest,
      additionalPrinterColumns: undefined,
      subresources: undefined,
    }));
    expect(without).toEqual([
      { name: 'v2', served: true, storage: true },
      { name: 'v1', served: true, storage: false, deprecated: true, deprecationWarning: 'go on' },
      { name: 'v1beta1', served: false, storage: false },
    ]);
    expect(versions[1]?.schema).toEqual(versions[0]?.schema);
  });

  test.each([
    ['fields that are added', object('a: { type: string }, b: { type: integer }'), object('a: { type: string }')],
    ['a default that is added', object('a: { type: string, default: x }', ', required: [a]'), object('')],
    ['a value that is added', object('a: { type: string, enum: [x, y] }'), object('a: { type: string, enum: [x] }')],
    [
      'a map that takes every field',
      '{ type: object, additionalProperties: { type: string } }',
      '{ type: object, additionalProperties: { type: string } }',
    ],
    ['anything', '{ type: object, x-kubernetes-preserve-unknown-fields: true }', object('a: { type: string }')],
  ])('may have %s in the newest', (_name, now, old) => {
    expect(said(now, old)).toEqual([]);
  });

  test.each([
    [
      'a field that is gone',
      object('a: { type: string }'),
      object('b: { type: string }'),
      '10 b InvalidSchema: v1 has "spec.b", and v2, the newest version, has not',
    ],
    [
      'a field of another type',
      object('a: { type: integer }'),
      object('a: { type: string }'),
      '10 a InvalidSchema: "spec.a" is a string in v1 and an integer in v2',
    ],
    [
      'a field that is gone from the items of a list',
      object('a: { type: array, items: { type: object, properties: { x: { type: string } } } }'),
      object('a: { type: array, items: { type: object, properties: { y: { type: string } } } }'),
      '10 y InvalidSchema: v1 has "spec.a[].y", and v2, the newest version, has not',
    ],
    [
      'a field that became required',
      object('a: { type: string }', ', required: [a]'),
      object('a: { type: string }'),
      '9 a InvalidSchema: v2 requires "spec.a", which objects of v1 need not have',
    ],
    [
      'a value that is gone',
      object('a: { type: string, enum: [x] }'),
      object('a: { type: string, enum: [x, y] }'),
      '9 enum InvalidSchema: "spec.a" may be "y" in v1, and not in v2',
    ],
    [
      'fewer values',
      object('a: { type: string, enum: [x] }'),
      object('a: { type: string }'),
      '9 enum InvalidSchema: "spec.a" takes any value in v1, and only some in v2',
    ],
    [
      'a map that became an object',
      object('a: { type: object, properties: {} }'),
      object('a: { type: object, additionalProperties: { type: string } }'),
      '10 a InvalidSchema: "spec.a" is a map in v1 and an object in v2',
    ],
  ])('may not have %s', (_name, now, old, what) => {
    expect(said(now, old)).toEqual([what]);
  });

  test('have names that differ', () => {
    const { diagnostics } = compiled(object(''), '[{ name: v2 }, { name: v1 }, { name: v1 }]');
    expect(diagnostics.map(({ message, span }) => `${span.start.column} ${message}`)).toEqual([
      '26 the version "v2" is there twice',
      '54 the version "v1" is there twice',
    ]);
  });

  test('belong to one rule', () => {
    const files = [text(object(''), '[{ name: v1 }]'), text(object(''), '[]', 'other', 'example.com/v1')];
    const loaded = load(files.map((rule, index) => ({ file: `${index}.yaml`, text: rule, found: false })));
    const { diagnostics } = assemble(loaded, {
      schemas: { find: () => undefined },
      checkSamples: () => [],
      checkSchedules: () => [],
    });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'the kind Web of example.com is taken by the rule "web"',
    ]);
  });

  test('are read as the newest', () => {
    const { rule } = compiled(object('a: { type: string, default: x }'), '[{ name: v1 }]');
    if (rule === undefined) throw new Error('no rule');
    const known = { ...rule.resource, apiVersions: rule.apiVersions, crd: rule.crd };
    const read = (apiVersion: string) =>
      loadObjects(
        [
          {
            file: 'cr.yaml',
            text: `apiVersion: ${apiVersion}\nkind: Web\nmetadata: { name: a }\nspec: {}\n`,
            found: false,
          },
        ],
        known,
      ).objects;
    expect(read('example.com/v1')).toEqual(read('example.com/v2'));
    expect(read('example.com/v1')[0]).toMatchObject({ apiVersion: 'example.com/v2', spec: { a: 'x' } });
  });
});
