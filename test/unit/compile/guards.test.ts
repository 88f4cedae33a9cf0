import { describe, expect, test } from 'vitest';
import { compile } from '../../../engine/compile/compile.ts';
import { compileHealth } from '../../../engine/compile/health.ts';
import { load } from '../../../engine/load/load.ts';
import type { RuleDocument } from '../../../engine/model/rule.ts';

const text = (child: string) => `apiVersion: opsonata.dev/v1alpha1
kind: Rule
metadata: { name: web }
spec:
  resource:
    apiVersion: example.com/v1
    kind: Web
    crd:
      schema:
        spec:
          type: object
          required: [name]
          properties:
            name: { type: string }
            paused: { type: boolean }
            ready: { type: boolean, default: false }
            tier: { type: string, enum: [web, db] }
            size: { type: integer }
            tags: { type: array, items: { type: string } }
  children:
    - id: other
      when: =$exists(spec.size)
      template: { apiVersion: example.com/v1, kind: Thing, metadata: { name: other } }
    - id: config
      ${child}
      template: { apiVersion: v1, kind: ConfigMap, metadata: { name: a } }
`;
const warningsOf = (child: string) => {
  const [document] = load([{ file: 'rule.yaml', text: text(child), found: false }]).documents;
  return compile(document as RuleDocument).diagnostics.map(
    ({ code, severity, message, hint }) => `${severity} ${code}: ${message}; ${hint}`,
  );
};

describe('a guard that is false where a field is not set', () => {
  test.each([
    [
      'spec.paused != true',
      'where "spec.paused" is not set, "!=" gives false; write $not(spec.paused = true), or $exists(spec.paused) before it',
    ],
    [
      'true != spec.paused',
      'where "spec.paused" is not set, "!=" gives false; write $not(spec.paused = true), or $exists(spec.paused) before it',
    ],
    [
      'spec.tier != "db"',
      'where "spec.tier" is not set, "!=" gives false; write $not(spec.tier = "db"), or $exists(spec.tier) before it',
    ],
    [
      'spec.paused = false',
      'where "spec.paused" is not set, "=" gives false; write (spec.paused ?? false) = false, or $exists(spec.paused) before it',
    ],
    [
      '$not(spec.paused)',
      'where "spec.paused" is not set, $not gives nothing, which counts as false; write $not(spec.paused ?? false)',
    ],
    [
      '$not(spec.tier)',
      'where "spec.tier" is not set, $not gives nothing, which counts as false; write $not($exists(spec.tier))',
    ],
    [
      'spec.name = "a" and ($not(spec.paused))',
      'where "spec.paused" is not set, $not gives nothing, which counts as false; write $not(spec.paused ?? false)',
    ],
    [
      'spec.ready or spec.size != 3',
      'where "spec.size" is not set, "!=" gives false; write $not(spec.size = 3), or $exists(spec.size) before it',
    ],
  ])('is warned of: %s', (formula, what) => {
    expect(warningsOf(`when: '=${formula}'`)).toEqual([`warning MaybeNothing: ${what}`]);
  });

  test.each([
    'spec.ready != true',
    '$not(spec.ready)',
    '$not(spec.paused = true)',
    '$not(spec.paused ?? false)',
    '(spec.paused ?? false) != true',
    '$exists(spec.paused) and spec.paused != true',
    '$not($exists(spec.paused)) or spec.paused = false',
    'spec.paused = true',
    'spec.paused',
    'spec.tier = "db"',
    '$not("a" in spec.tags)',
    '$other.status.phase != "x" or spec.ready',
  ])('is none: %s', (formula) => {
    expect(warningsOf(`when: '=${formula}'`)).toEqual([]);
  });

  test('is looked for where only true counts, and nowhere else', () => {
    expect(warningsOf('ready: =spec.paused != true')).toHaveLength(1);
    const template = text('when: true').replace(
      'metadata: { name: a }',
      'metadata: { name: a }, immutable: =spec.paused != true',
    );
    const [document] = load([{ file: 'rule.yaml', text: template, found: false }]).documents;
    expect(compile(document as RuleDocument).diagnostics).toEqual([]);
  });
});

test('a health rule is not told to use the time, which it does not see', () => {
  const health = `apiVersion: opsonata.dev/v1alpha1
kind: Health
metadata: { name: queue }
spec:
  resource: { apiVersion: example.com/v1, kind: Queue }
  cases: [{ when: =$now() > status.at, status: Current }]
`;
  const [document] = load([{ file: 'health.yaml', text: health, found: false }]).health;
  const hints = (document === undefined ? [] : compileHealth(document, { find: () => undefined }).diagnostics).map(
    ({ hint }) => hint,
  );
  expect(hints).toEqual(['ask only what the object says: its health may not depend on when it is asked']);
  expect(warningsOf('when: =$now() > spec.name')[0]).toMatch(/; use the variable \$now$/);
});
