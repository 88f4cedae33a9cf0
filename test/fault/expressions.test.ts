// Hostile formulas end soon, in an error that says why or in a harmless value, and change nothing.

import { describe, expect, test } from 'vitest';
import { inputWithPods } from '../../bench/inputs.ts';
import { DEFAULT_BUDGET } from '../../engine/expression/budget.ts';
import { type BackEnd, compileExpression, ExpressionError, functionNames } from '../../engine/expression/expression.ts';
import { hashText } from '../../engine/model/hash.ts';
import type { Json } from '../../engine/model/json.ts';
import type { Attack } from './attacks/attack.ts';
import { forms } from './attacks/forms.ts';
import { growth } from './attacks/growth.ts';
import { lists } from './attacks/lists.ts';
import { names } from './attacks/names.ts';
import { texts } from './attacks/texts.ts';
import { changedPrototypes, freeze, LIMIT_MS, textOf, timed } from './measure.ts';

const PROFILES = ['rule', 'jsonata'] as const;
const BACK_ENDS = ['generated', 'closures'] as const;

const attacks: readonly Attack[] = [...growth, ...lists, ...texts, ...names, ...forms];

// Compiles and evaluates, and says what came of it.
function outcomeOf(formula: string, input: Json, profile: 'rule' | 'jsonata', backEnd: BackEnd): unknown {
  const { expression, diagnostics } = compileExpression(formula, { profile, backEnd });
  if (expression === undefined) return diagnostics[0]?.code;
  expect(expression.reads).toBeDefined();
  try {
    return { value: expression.evaluate(input, {}, { now: 0, random: () => 0 }) };
  } catch (error) {
    if (error instanceof ExpressionError) return error.code;
    throw error;
  }
}

// Large values are told by their length: the table would not be readable with them.
function show(outcome: unknown): string {
  if (typeof outcome === 'string') return outcome;
  const text = JSON.stringify((outcome as { value: unknown }).value ?? null);
  return text.length > 100_000 ? `= (${text.length} characters)` : `= ${text}`;
}

describe('hostile formulas', () => {
  test('are many, each with a name of its own', () => {
    expect(attacks.length).toBeGreaterThan(400);
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
  });

  for (const { name, formula, input, gives, inRule } of attacks) {
    test(name, () => {
      const text = textOf(input);
      freeze(input);
      for (const profile of PROFILES) {
        for (const backEnd of BACK_ENDS) {
          outcomeOf('1 + 1', {}, profile, backEnd);
          const { result, ms } = timed(LIMIT_MS, () => outcomeOf(formula, input, profile, backEnd));
          expect(show(result), `${profile}, ${backEnd}`).toBe(profile === 'rule' ? inRule : gives);
          expect(ms, `milliseconds: ${profile}, ${backEnd}`).toBeLessThan(LIMIT_MS);
        }
      }
      expect(changedPrototypes()).toEqual([]);
      expect(textOf(input)).toBe(text);
    });
  }
});

const hasPictures = functionNames.includes('formatNumber');
if (!hasPictures) console.log('skipped: $formatNumber with a picture of 1 MB, since there is no such function yet');

describe.skipIf(!hasPictures)('a picture of 1 MB', () => {
  test.each(BACK_ENDS)('does not stop $formatNumber (%s)', (backEnd) => {
    const input = { t: '#'.repeat(1_000_000) };
    const { result, ms } = timed(LIMIT_MS, () => outcomeOf('$formatNumber(1, t)', input, 'rule', backEnd));
    expect(show(result)).toMatch(/^(?:[DTU]\d{4}$|= ")/);
    expect(ms).toBeLessThan(LIMIT_MS);
  });
});

describe('real formulas', () => {
  const rows: readonly (readonly [name: string, pods: number, formula: string])[] = [
    [
      'of 1000 pods those that run, are ready and are of the application',
      1000,
      '$count(pods[status.phase = "Running" and metadata.labels.app = $$.metadata.name' +
        ' and $count(status.conditions[type = "Ready" and status = "True"]) > 0' +
        ' and $count(status.containerStatuses[ready = false or restartCount > 3]) = 0])',
    ],
    [
      'of 1000 pods a sorted list with the state of each',
      1000,
      '$map($sort(pods, function($a, $b){ $a.metadata.name > $b.metadata.name }), function($p){ {"name": $p.metadata.name, ' +
        '"node": $p.spec.nodeName, "ready": $count($p.status.conditions[type = "Ready" and status = "True"]) > 0} })',
    ],
    [
      'a Deployment',
      10,
      '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": metadata.name, "labels": $merge([metadata.labels, ' +
        '{"app": metadata.name}])}, "spec": {"replicas": spec.replicas, "selector": {"matchLabels": {"app": metadata.name}}, ' +
        '"template": {"metadata": {"labels": {"app": metadata.name}, "annotations": {"hash": $hash(spec)}}, "spec": ' +
        '{"containers": [{"name": "main", "image": spec.image & ":" & spec.version, "env": spec.env.{"name": name, "value": value}, ' +
        '"ports": $map(spec.ports, function($p){ {"name": $p.name, "containerPort": $p.port} }), "resources": spec.resources}]}}}}',
    ],
  ];
  for (const [name, pods, formula] of rows) {
    test.each(BACK_ENDS)(`stay far below the budget: ${name} (%s)`, (backEnd) => {
      const { expression } = compileExpression(formula, { backEnd });
      const { pods: list, ...rest } = inputWithPods(pods);
      // In no order at all: the worst for sorting.
      const shuffled = [...(list as readonly Json[])].sort((a, b) =>
        hashText(JSON.stringify(a)).localeCompare(hashText(JSON.stringify(b))),
      );
      const result = expression?.evaluate({ ...rest, pods: shuffled });
      expect(result).toBeDefined();
      const { fuel, size } = expression?.left ?? { fuel: 0, size: 0 };
      expect((DEFAULT_BUDGET.fuel - fuel) / DEFAULT_BUDGET.fuel).toBeLessThan(0.5);
      expect((DEFAULT_BUDGET.size - size) / DEFAULT_BUDGET.size).toBeLessThan(0.05);
    });
  }
});
