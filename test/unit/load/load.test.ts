import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatDiagnostics } from '../../../cli/print-diagnostics.ts';
import { compile } from '../../../engine/compile/compile.ts';
import { load } from '../../../engine/load/load.ts';
import { collectSources } from '../../../engine/load/source.ts';
import { parseYaml, type YamlDocument } from '../../../engine/load/yaml.ts';
import { timed } from '../../fault/measure.ts';
import { expectGolden } from '../../support/golden.ts';

const file = (text: string, name = 'rule.yaml') => ({ file: name, text, found: false });

describe('a file with many mistakes', () => {
  test('is reported whole in one run, each mistake with its place and a hint', () => {
    const source = file(readFileSync('test/golden/ten-mistakes.rule.yaml', 'utf8'), 'ten-mistakes.rule.yaml');
    const loaded = load([source]);
    const diagnostics = [
      ...loaded.diagnostics,
      ...loaded.documents.flatMap((document) => compile(document).diagnostics),
    ];
    expect(new Set(diagnostics.map(({ code }) => code)).size).toBeGreaterThanOrEqual(10);
    expect(diagnostics.filter(({ hint }) => hint === undefined)).toEqual([]);
    expectGolden('ten-mistakes.txt', formatDiagnostics(diagnostics, [source]));
  });

  test('names an item by its list', () => {
    const text = readFileSync('test/golden/ten-mistakes.rule.yaml', 'utf8').replace('after:', 'afer:');
    expect(load([file(text)]).diagnostics.map(({ message }) => message)).toContain('"children[0]" has no field "afer"');
  });

  test('never throws, whatever is cut off its end', () => {
    const text = readFileSync('test/golden/ten-mistakes.rule.yaml', 'utf8');
    let count = 0;
    // Each load compiles the schema anew: all lengths together would take as long as a test may.
    for (let end = 0; end < text.length; end += 5) {
      const loaded = load([file(text.slice(0, end))]);
      for (const document of loaded.documents) count += compile(document).diagnostics.length;
    }
    expect(count).toBeGreaterThan(200);
  });
});

describe('places inside scalars', () => {
  const placeOf = (yaml: string, word: string) => {
    const document = parseYaml('f', yaml)[0] as YamlDocument;
    const value = (document.value as { a: string }).a;
    const start = value.indexOf(word);
    const { start: from, end: to } = document.places.text(['a'], {
      start,
      end: start + word.length,
    });
    return yaml.slice(from.offset, to.offset);
  };

  test.each([
    ['plain', 'a: =one + two'],
    ['single quotes', "a: '=''x'' & two'"],
    ['double quotes with escapes', 'a: "=\\"x\\" & \\u0041 & two"'],
    ['a literal block', 'a: |\n    first\n      second two\n'],
    ['a literal block with a blank line', 'a: |-\n\n  first\n\n  two'],
    ['a folded block', 'a: >-\n  first\n  second two\n'],
    ['a plain text over several lines', 'a: first\n  second\n  two'],
    ['double quotes over several lines', 'a: "first\n  second two"'],
  ])('are found in %s', (_name, yaml) => {
    expect(placeOf(yaml, 'two')).toBe('two');
  });
});

describe('YAML', () => {
  test('keeps what it can say exactly and reports the rest', () => {
    const codes = (text: string) =>
      parseYaml('f', text).flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code));
    expect(codes('a: 9007199254740993')).toEqual(['UnsafeNumber']);
    expect(codes('a: 9007199254740991')).toEqual([]);
    expect(codes('a: .inf')).toEqual(['UnsafeNumber']);
    expect(codes('a: 0644')).toEqual(['AmbiguousScalar']);
    expect(codes('a: yes')).toEqual(['AmbiguousScalar']);
    expect(codes('on: { a: 1 }')).toEqual(['AmbiguousScalar']);
    expect(codes('"on": { a: 1 }')).toEqual([]);
    expect(codes('a: "yes"')).toEqual([]);
    expect(codes('<<: { a: 1 }')).toEqual(['ReservedKey']);
    expect(codes('a: 1\na: 2')).toEqual(['DuplicateKey']);
    expect(codes('a: &x [1]\nb: *x')).toEqual([]);
    expect(codes('a: *nothing')).toEqual(['YamlSyntax']);
  });

  test('expands no alias bomb', () => {
    const bomb = [
      'a0: &a0 [x]',
      ...Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(',')}]`),
    ].join('\n');
    const { result, ms } = timed(2_000, () => parseYaml('f', bomb));
    expect(result[0]?.diagnostics.length).toBeGreaterThan(0);
    expect(ms).toBeLessThan(2_000);
  });

  test('does not pollute the prototype', () => {
    parseYaml('f', '__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('files', () => {
  const tree: Record<string, string> = {
    'rules/a.yaml':
      'apiVersion: opsonata.dev/v1alpha1\nkind: Rule\nmetadata: { name: a }\nspec: { resource: { apiVersion: a.example.com/v1, kind: A } }\n',
    'rules/sub/b.yml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: b }\n',
    'rules/.hidden.yaml': 'no: rule',
    'rules/node_modules/c.yaml': 'no: rule',
    'rules/readme.md': '# nothing',
  };
  const source = {
    isDirectory: async (path: string) => !path.includes('.') || path.endsWith('rules'),
    list: async (folder: string) => [
      ...new Set(
        Object.keys(tree).flatMap((path) =>
          path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1).split('/')[0] as string] : [],
        ),
      ),
    ],
    read: async (path: string) => {
      if (tree[path] === undefined) throw new Error(`"${path}" does not exist`);
      return tree[path];
    },
  };

  test('of other kinds are passed over when they were found, and refused when they were named', async () => {
    const found = await collectSources(['rules'], source);
    expect(found.files.map((one) => one.file)).toEqual(['rules/a.yaml', 'rules/sub/b.yml']);
    expect(load(found.files)).toMatchObject({ documents: [{ file: 'rules/a.yaml' }], diagnostics: [] });
    const named = await collectSources(['rules/sub/b.yml', 'rules/none.yaml'], source);
    expect([...named.diagnostics, ...load(named.files).diagnostics].map(({ code }) => code)).toEqual([
      'FileUnreadable',
      'NotARule',
    ]);
  });

  test('that cannot be entered hide no other', async () => {
    const dangling = {
      ...source,
      list: async (path: string) => ['0-dangling.yaml', ...(await source.list(path))],
      isDirectory: async (path: string) => {
        if (path.endsWith('dangling.yaml')) throw new Error(`"${path}" does not exist`);
        return await source.isDirectory(path);
      },
    };
    const found = await collectSources(['rules/'], dangling);
    expect(found.files.map((one) => one.file)).toEqual(['rules/a.yaml', 'rules/sub/b.yml']);
    expect(found.diagnostics).toMatchObject([
      { code: 'FileUnreadable', span: { file: 'rules/0-dangling.yaml' } },
      { code: 'FileUnreadable', span: { file: 'rules/sub/0-dangling.yaml' } },
    ]);
  });
});
