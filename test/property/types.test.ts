// What is known of a formula before it runs holds when it runs: its type, that it does not fail for the types of its
// operands, and that what is called an error never comes to anything. EXPRESSION_CASES sets the number of cases and
// EXPRESSION_SEED their seed; without them the cases are the same each time.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileExpression,
  describeType,
  type Expression,
  ExpressionError,
} from '../../engine/expression/expression.ts';
import type { Json, MaybeJson } from '../../engine/model/json.ts';
import type { Type } from '../../engine/model/type.ts';
import { environment, isOfType, resources } from '../support/typed-data.ts';
import { comparisons, strictFormulas, typedFormulas } from '../support/typed-formulas.ts';

const cases = Number(process.env['EXPRESSION_CASES'] ?? 3000);
const seed = process.env['EXPRESSION_SEED'] ?? (process.env['EXPRESSION_CASES'] === undefined ? '20260103' : undefined);
const settings = (share: number) => ({
  numRuns: Math.round(cases * share),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
});

// Failures for which the types are not to blame, but single values.
const BY_VALUE: ReadonlySet<string> = new Set([
  // Numbers: too large, of a negative, of texts that are none.
  ...['D1001', 'D3060', 'D3061', 'D3030', 'D2014', 'D3001'],
  // Texts: limits, patterns.
  ...['D3010', 'D3011', 'D3020', 'D3040', 'D1004', 'D3140'],
  // How many there are, and names.
  ...['D1009', 'D3138', 'D3139', 'U1004'],
  // Budgets, and texts that are no quantity, version, address or image.
  ...['U1001', 'U1003', 'U1005', 'U1006', 'U1007', 'U1011', 'U1016'],
]);

// What was once of another type than was said, and comes up too seldom by chance.
const FOUND = fc.constantFrom(
  '(spec.env.value)[]',
  '$merge(spec.env)',
  '{"a": spec.debug, "size": true}',
  'spec.ports^(port).[name, protocol]',
  'spec.groups.[members, %.replicas]',
  'spec.tags[$length($)]',
  '$lookup(spec.weights, metadata.name)',
  'metadata{"n": name}',
  'spec.env[]{name: $}',
  '($not(spec.port) ? 1 : spec.port)',
  '$map($map(spec.tags, function(){ spec.matrix }), function($e){ {"a": $e} })',
  '$string($spread(spec.debug))',
  '$range(0, status.ready)',
  '$merge([{"a": 1}, metadata.labels])',
);

const anyTyped = fc.oneof({ weight: 1, arbitrary: FOUND }, { weight: 4, arbitrary: typedFormulas });

// Parts whose fields may be of any type: what is done with them can fail. The rest of a division by zero is no number.
const VAGUE = /\$zip|\$reduce|\$each|\$sift|\|\$\|| % /;

interface Outcome {
  readonly value?: MaybeJson;
  readonly code?: string;
}

function evaluate(expression: Expression, input: Json): Outcome {
  try {
    return { value: expression.evaluate(input) };
  } catch (error) {
    if (error instanceof ExpressionError) return { code: error.code };
    throw error;
  }
}

function expectOfType({ value, code }: Outcome, type: Type, source: string): void {
  if (code !== undefined) expect(BY_VALUE, source).toContain(code);
  else expect([isOfType(value, type), value], `${source} is ${describeType(type)}`).toEqual([true, value]);
}

const some = (filling: { readonly isFull: boolean }, count: number) =>
  fc.array(resources(filling), { minLength: count, maxLength: count });

describe('formulas of which nothing is said', () => {
  const { numRuns, ...rest } = settings(0.6);

  test(`come to a value of their type, in ${numRuns} cases`, { timeout: 3_600_000 }, () => {
    const seen = { silent: 0, typed: 0 };
    const property = fc.property(anyTyped, some({ isFull: false }, 4), (source, inputs) => {
      const { expression } = compileExpression(source);
      if (expression === undefined) return;
      const { type, diagnostics } = expression.infer(environment);
      if (diagnostics.length > 0 || VAGUE.test(source)) return;
      seen.silent += 1;
      if (type.kind !== 'any') seen.typed += 1;
      for (const input of inputs) expectOfType(evaluate(expression, input), type, source);
    });
    fc.assert(property, { numRuns, ...rest });
    expect(seen.silent).toBeGreaterThan(numRuns * 0.2);
    expect(seen.typed).toBeGreaterThan(seen.silent * 0.5);
  });
});

// A value as a list; a predicate that always holds makes an empty array of nothing.
function listed(value: MaybeJson): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

describe('formulas that are called wrong', () => {
  const { numRuns, ...rest } = settings(0.3);

  test(`come to nothing or fail, in ${numRuns} cases`, { timeout: 3_600_000 }, () => {
    let wrong = 0;
    const property = fc.property(strictFormulas, some({ isFull: true }, 5), (source, inputs) => {
      const { expression } = compileExpression(source);
      const diagnostics = expression?.infer(environment).diagnostics ?? [];
      const error = diagnostics.find(({ severity }) => severity === 'error');
      if (expression === undefined || error === undefined) return;
      wrong += 1;
      for (const input of inputs)
        expect(listed(evaluate(expression, input).value), `${source}: ${error.message}`).toEqual([]);
    });
    fc.assert(property, { numRuns, ...rest });
    expect(wrong).toBeGreaterThan(numRuns * 0.2);
  });
});

describe('comparisons that are said never to hold', () => {
  const { numRuns, ...rest } = settings(0.1);

  test(`never do, in ${numRuns} cases`, { timeout: 3_600_000 }, () => {
    let never = 0;
    const property = fc.property(comparisons, some({ isFull: false }, 5), ({ left, token, right }, inputs) => {
      const { expression } = compileExpression(`${left} ${token} ${right}`);
      const isNever = expression?.infer(environment).diagnostics.some(({ code }) => code === 'NeverEqual');
      if (expression === undefined || isNever !== true) return;
      never += 1;
      // Whether both sides are there: what is not there equals nothing and differs from nothing.
      const { expression: both } = compileExpression(`$exists(${left}) and $exists(${right})`);
      for (const input of inputs) {
        const isThere = both !== undefined && evaluate(both, input).value === true;
        expect(evaluate(expression, input).value, `${left} ${token} ${right}`).toBe(token === '!=' && isThere);
      }
    });
    fc.assert(property, { numRuns, ...rest });
    expect(never).toBeGreaterThan(numRuns * 0.15);
  });
});
