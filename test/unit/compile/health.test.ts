import { describe, expect, test } from 'vitest';
import { assemble } from '../../../engine/compile/rule-set.ts';
import { load } from '../../../engine/load/load.ts';
import type { KindSchemas } from '../../../engine/model/type.ts';

const HEAD = 'apiVersion: opsonata.dev/v1alpha1\nkind: Health\nmetadata: { name: queue }\n';
const RESOURCE = '  resource: { apiVersion: example.com/v1, kind: Queue }\n';
const NO_SCHEMAS: KindSchemas = { find: () => undefined };
const SCHEMAS: KindSchemas = {
  find: (apiVersion, kind) => {
    if (apiVersion !== 'example.com/v1' || kind !== 'Queue') return undefined;
    const schema = {
      type: 'object',
      properties: {
        status: {
          type: 'object',
          properties: { phase: { type: 'string', enum: ['On', 'Off'] }, size: { type: 'integer' } },
        },
      },
    };
    return { schema, isNamespaced: true, resolve: () => undefined };
  },
};

function problems(text: string, schemas = NO_SCHEMAS): readonly string[] {
  const texts = load([{ file: 'health.yaml', text, found: false }]);
  return assemble(texts, { schemas, checkSamples: () => [], checkSchedules: () => [] }).diagnostics.map(
    ({ code, message, hint, span: { start } }) => `${start.line}:${start.column} ${code}: ${message}; ${hint}`,
  );
}

describe('mistakes in health rules', () => {
  test.each([
    [
      'a field that does not exist',
      `${HEAD}spec:\n${RESOURCE}  case: []\n`,
      ['6:3 UnknownField: "spec" has no field "case"; did you mean "cases"?'],
    ],
    [
      'a status that is none',
      `${HEAD}spec:\n${RESOURCE}  cases: [{ status: Ready }]\n`,
      ['6:21 WrongValue: "status" cannot be the text "Ready"; use Current or InProgress or Failed or Terminating'],
    ],
    [
      'a kind with a typo',
      `${HEAD.replace('Health', 'Helth')}spec:\n${RESOURCE}  cases: [{ status: Current }]\n`,
      ['2:7 WrongValue: "kind" cannot be the text "Helth"; did you mean "Health"?'],
    ],
    [
      'a group that is no name',
      `${HEAD}spec:\n  resource: { apiVersion: "exa*.com/v1", kind: Queue }\n  cases: [{ status: Current }]\n`,
      [
        '5:27 WrongValue: "apiVersion" is the text "exa*.com/v1"; write GROUP/VERSION, such as example.com/v1, or a star for what may be any, such as example.com/*',
      ],
    ],
    [
      'a text in place of a formula',
      `${HEAD}spec:\n${RESOURCE}  cases: [{ when: status.ok, status: Current }]\n`,
      ['6:19 WrongValue: "when" is a plain text, not a formula; write when: =status.ok'],
    ],
    [
      'a variable that is not there',
      `${HEAD}spec:\n${RESOURCE}  let: { ready: true }\n  cases: [{ when: =$redy, status: Current }]\n`,
      ['7:20 UnknownVariable: there is no variable "$redy"; did you mean "$ready"?'],
    ],
    [
      'a name that hides a function',
      `${HEAD}spec:\n${RESOURCE}  let: { condition: true }\n  cases: [{ status: Current }]\n`,
      ['6:10 InvalidName: the name "condition" hides the function $condition; choose another name'],
    ],
    [
      'values that read each other',
      `${HEAD}spec:\n${RESOURCE}  let: { a: =$b, b: =$a }\n  cases: [{ status: Current }]\n`,
      [expect.stringMatching(/DependencyCycle/)],
    ],
    [
      'the time, which no health depends on',
      `${HEAD}spec:\n${RESOURCE}  cases: [{ when: =$now > "x", status: Current }]\n`,
      [expect.stringMatching(/^6:20 ExpressionUnsupported: rules have no \$now/)],
    ],
  ])('%s', (_name, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test('are found against the schema of the kind, where it is known', () => {
    const cases = `  let: { phase: =status.phase }
  cases:
    - { when: =$phase = "Onn", status: Current }
    - { when: =status.sise > 1, status: Failed }
    - { when: =status.size, status: Failed }
    - { status: InProgress, message: =status.size }
`;
    const text = `${HEAD}spec:\n${RESOURCE}${cases}`;
    expect(problems(text)).toEqual([]);
    expect(problems(text, SCHEMAS)).toEqual([
      expect.stringMatching(/^8:\d+ NeverEqual: /),
      expect.stringMatching(/^9:\d+ UnknownField: .*sise.*did you mean "size"/),
      expect.stringMatching(/^10:\d+ WrongType: /),
      expect.stringMatching(/^11:\d+ WrongType: /),
    ]);
    const both = text.replace('kind: Queue }', 'kind: [Queue, Queue2] }');
    expect(problems(both, SCHEMAS)).toHaveLength(4);
  });

  test('two rules for one kind, or of one name', () => {
    const one = `${HEAD}spec:\n${RESOURCE}  cases: [{ status: Current }]\n`;
    const other = one.replace('kind: Queue }', 'kind: [Topic, Queue] }');
    expect(problems(`${one}---\n${other}`)).toEqual([
      '10:19 DuplicateRule: the name "queue" is taken by another rule; rename or remove one of them',
      '12:57 DuplicateRule: the health of Queue of example.com/v1 is taken by another rule; rename or remove one of them',
    ]);
  });
});

test('a health rule is found beside rules in a directory, and other documents are passed over', () => {
  const text = `${HEAD}spec:\n${RESOURCE}  cases: [{ status: Current }]\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n---\napiVersion: other.dev/v1\nkind: Health\n`;
  const { health, documents, diagnostics } = load([{ file: 'a.yaml', text, found: true }]);
  expect([health.length, documents.length, diagnostics]).toEqual([1, 0, []]);
});
