// From texts to the set at work: what falls back to its last version, what goes, and who wins.

import { describe, expect, test } from 'vitest';
import { assemble, type RuleSet } from '../../../engine/compile/rule-set.ts';
import { checkSamples } from '../../../engine/evaluate/samples.ts';
import { load } from '../../../engine/load/load.ts';
import type { Diagnostic } from '../../../engine/model/diagnostic.ts';
import { FIRST, PAIRS, ruleOf } from '../../support/definitions.ts';

const NOTHING = { schemas: { find: () => undefined }, checkSamples, checkSchedules: () => [] };

function rule(name: string, kind: string, more = ''): string {
  return `apiVersion: opsonata.dev/v1alpha1\nkind: Rule\nmetadata: { name: ${name} }\nspec:\n  resource: { apiVersion: example.com/v1, kind: ${kind} }\n${more}`;
}

const WRONG = '  lets: {}\n';

function next(
  files: Readonly<Record<string, string>>,
  atWork?: RuleSet,
  diagnostics: readonly Diagnostic[] = [],
): RuleSet {
  const loaded = load(Object.entries(files).map(([file, text]) => ({ file, text, found: true })));
  return assemble({ ...loaded, diagnostics: [...diagnostics, ...loaded.diagnostics] }, NOTHING, atWork);
}

const said = ({ rules, broken, diagnostics }: RuleSet) => ({
  rules: Object.fromEntries([...rules].map(([name, { document }]) => [name, document.file])),
  broken: broken.map(({ name, file, isKept }) => `${name} ${file} ${isKept ? 'kept' : 'out'}`),
  codes: diagnostics.map(({ code }) => code),
});

describe('a set of rules', () => {
  const good = next({ 'a.yaml': rule('a', 'A'), 'b.yaml': rule('b', 'B') });

  test('has a version for each rule, which follows its text and its place', () => {
    const version = (files: Record<string, string>) => next(files).rules.get('a')?.version;
    expect(version({ 'a.yaml': rule('a', 'A') })).toBe(good.rules.get('a')?.version);
    expect(version({ 'a.yaml': `# moved\n${rule('a', 'A')}` })).not.toBe(good.rules.get('a')?.version);
    expect(version({ 'c.yaml': rule('a', 'A') })).not.toBe(good.rules.get('a')?.version);
    expect(version({ 'a.yaml': `${rule('a', 'A')}---\n${rule('z', 'Z')}` })).toBe(good.rules.get('a')?.version);
  });

  test('keeps the last version of a rule that broke, and takes over the rest', () => {
    const after = next({ 'a.yaml': rule('a', 'A', WRONG), 'b.yaml': rule('b', 'B', '  let: { x: 1 }\n') }, good);
    expect(said(after)).toEqual({
      rules: { a: 'a.yaml', b: 'b.yaml' },
      broken: ['a a.yaml kept'],
      codes: ['UnknownField'],
    });
    expect(after.rules.get('a')).toBe(good.rules.get('a'));
    expect(after.rules.get('b')?.version).not.toBe(good.rules.get('b')?.version);
    const mended = next({ 'a.yaml': rule('a', 'A'), 'b.yaml': rule('b', 'B') }, after);
    expect(said(mended)).toEqual({ rules: { a: 'a.yaml', b: 'b.yaml' }, broken: [], codes: [] });
  });

  test('keeps it over several broken texts', () => {
    const once = next({ 'a.yaml': rule('a', 'A', WRONG) }, good);
    expect(next({ 'a.yaml': 'kind: Rule\nspec: [' }, once).rules.get('a')).toBe(good.rules.get('a'));
  });

  test('lets a rule go only where no text that is wrong could be meant for it', () => {
    expect(said(next({ 'a.yaml': rule('a', 'A') }, good)).rules).toEqual({ a: 'a.yaml' });
    expect(said(next({ 'a.yaml': rule('a', 'A'), 'b.yaml': 'kind: Rule\nmetadata: {' }, good))).toMatchObject({
      rules: { a: 'a.yaml', b: 'b.yaml' },
      broken: [expect.stringMatching(/^undefined b\.yaml out$/), 'b b.yaml kept'],
    });
    // A new name that is broken: the old rule stays until the new one is good.
    expect(said(next({ 'b.yaml': rule('bee', 'B', WRONG) }, good)).rules).toEqual({ b: 'b.yaml' });
    expect(said(next({ 'b.yaml': rule('bee', 'B') }, good)).rules).toEqual({ bee: 'b.yaml' });
  });

  test('keeps all rules below a path that cannot be read', () => {
    const position = { line: 1, column: 1, offset: 0 };
    const span = { file: 'rules', start: position, end: position };
    const unreadable: Diagnostic = { code: 'FileUnreadable', severity: 'error', message: 'gone', span };
    const before = next({ 'rules/a.yaml': rule('a', 'A'), 'other/b.yaml': rule('b', 'B') });
    expect(said(next({}, before, [unreadable])).rules).toEqual({ a: 'rules/a.yaml' });
  });

  test('gives what is claimed twice to the first, whatever was at work, and names both', () => {
    const files = { 'a.yaml': rule('a', 'A'), 'b.yaml': rule('a', 'B'), 'c.yaml': rule('c', 'A') };
    const both = next(files);
    expect(said(both)).toEqual({
      rules: { a: 'a.yaml' },
      broken: ['a b.yaml out', 'c c.yaml out'],
      codes: ['DuplicateRule', 'DuplicateRule'],
    });
    expect(both.diagnostics.map(({ span, related }) => [span.file, related?.[0]?.span.file])).toEqual([
      ['b.yaml', 'a.yaml'],
      ['c.yaml', 'a.yaml'],
    ]);
    const late = next({ 'c.yaml': files['c.yaml'] });
    expect(said(next(files, late))).toEqual(said(both));
  });

  // test/cluster/definitions.test.ts: an API server serves one of each two.
  test.each(PAIRS)('has one rule only that defines $what', ({ resource, taken }) => {
    const defining = (name: string, text: string) =>
      ruleOf({ what: '', resource: text, wrong: undefined }).replace('name: defs', `name: ${name}`);
    const set = next({ 'a.yaml': defining('one', FIRST), 'b.yaml': defining('two', resource) });
    expect(set.diagnostics.map(({ message }) => message)).toEqual(
      taken === undefined ? [] : [`${taken} is taken by the rule "one"`],
    );
    expect(set.diagnostics.map(({ span, related }) => [span.file, related?.[0]?.span.file])).toEqual(
      taken === undefined ? [] : [['b.yaml', 'a.yaml']],
    );
    expect([...set.rules.keys()]).toEqual(taken === undefined ? ['one', 'two'] : ['one']);
  });

  test('tells each word that another rule has, once', () => {
    const second = 'apiVersion: pairs.example.com/v1, kind: We, crd: { singular: web, shortNames: [x, w, z] }';
    const two = ruleOf({ what: '', resource: second, wrong: undefined });
    const one = ruleOf({ what: '', resource: FIRST, wrong: undefined }).replace('name: defs', 'name: one');
    const { diagnostics } = next({ 'a.yaml': one, 'b.yaml': two });
    expect(diagnostics.map(({ span }) => two.slice(span.start.offset, span.end.offset))).toEqual(['web', 'w']);
  });

  test('has one rule only that operates a kind, in whatever version', () => {
    const other = rule('b', 'A').replace('/v1,', '/v2,');
    const { diagnostics } = next({ 'a.yaml': rule('a', 'A'), 'b.yaml': other });
    expect(diagnostics.map(({ message }) => message)).toEqual(['the kind A of example.com is taken by the rule "a"']);
    expect(
      next({ 'a.yaml': rule('a', 'A'), 'b.yaml': other.replace('kind: A', 'kind: A, decorates: true') }),
    ).toMatchObject({ diagnostics: [] });
  });

  test('takes nothing from a rule that runs for one that is broken', () => {
    const after = next({ '0.yaml': rule('zero', 'A', WRONG), 'a.yaml': rule('a', 'A') }, good);
    expect(said(after).rules).toEqual({ a: 'a.yaml' });
  });

  test('checks the others against the last version of a rule that broke', () => {
    const crd = (field: string) =>
      `apiVersion: opsonata.dev/v1alpha1\nkind: Rule\nmetadata: { name: disk }\nspec:\n  resource:\n    apiVersion: example.com/v1\n    kind: Disk\n    crd: { schema: { spec: { type: object, properties: { ${field}: { type: integer } } } } }\n`;
    const user = rule(
      'user',
      'User',
      '  children:\n    - id: disk\n      template: { apiVersion: example.com/v1, kind: Disk, metadata: { name: =metadata.name }, spec: { size: 1 } }\n',
    );
    const before = next({ 'disk.yaml': crd('size'), 'user.yaml': user });
    expect(said(before).codes).toEqual([]);
    const broken = next({ 'disk.yaml': crd('bytes') + WRONG, 'user.yaml': user }, before);
    expect(said(broken)).toMatchObject({ broken: ['disk disk.yaml kept'], codes: ['UnknownField'] });
    const changed = next({ 'disk.yaml': crd('bytes'), 'user.yaml': user }, broken);
    expect(said(changed)).toMatchObject({ broken: ['user user.yaml kept'], codes: ['UnknownField'] });
    // A rule depends on the definitions of the kinds that it speaks of.
    const wider = next({ 'disk.yaml': crd('size: { type: integer }, more'), 'user.yaml': user }, before);
    expect(wider.rules.get('user')?.version).not.toBe(before.rules.get('user')?.version);
  });
});
