import { describe, expect, test } from 'vitest';
import { compile } from '../../../engine/compile/compile.ts';
import { load } from '../../../engine/load/load.ts';
import type { Diagnostic } from '../../../engine/model/diagnostic.ts';
import { DEFINITIONS, ruleOf } from '../../support/definitions.ts';

function diagnosticsOf(text: string): readonly Diagnostic[] {
  const { documents, diagnostics } = load([{ file: 'rule.yaml', text, found: false }]);
  return [...diagnostics, ...documents.flatMap((document) => compile(document).diagnostics)];
}

describe('the definition that a rule brings', () => {
  // test/cluster/definitions.test.ts: API servers say the same of each.
  test.each(DEFINITIONS)('is told at its word, once and with a hint: $what', (definition) => {
    const text = ruleOf(definition);
    const diagnostics = diagnosticsOf(text);
    if (definition.wrong === undefined) {
      expect(diagnostics).toEqual([]);
      return;
    }
    expect(diagnostics.map(({ severity, hint }) => [severity, hint])).toEqual([['error', definition.hint]]);
    const { start, end } = (diagnostics[0] as Diagnostic).span;
    const word = text.slice(start.offset, end.offset);
    // A field that is missing is told at what lacks it.
    if (definition.wrong.startsWith('{')) expect(word).toMatch(/^(\{|scale$)/);
    else expect(word).toBe(definition.wrong);
  });

  test('is not of a group of the engine', () => {
    const [diagnostic] = diagnosticsOf(
      ruleOf({ what: '', resource: 'apiVersion: opsonata.dev/v1, kind: Rule, crd: {}', wrong: undefined }),
    );
    expect(diagnostic?.message).toBe('the group "opsonata.dev" belongs to the engine');
  });

  test("is somebody else's where the rule brings none, whatever its group", () => {
    const resource = 'apiVersion: apps/v1, kind: Deployment';
    expect(diagnosticsOf(ruleOf({ what: '', resource, wrong: undefined }))).toEqual([]);
  });
});
