// Numbers and dates as text: both of our back ends against the npm interpreter, for generated values and pictures, right
// and wrong ones. EXPRESSION_CASES and EXPRESSION_SEED as in expression.test.ts.

import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { compileExpression, type Expression, ExpressionError } from '../../engine/expression/expression.ts';
import type { MaybeJson } from '../../engine/model/json.ts';

const cases = Number(process.env['EXPRESSION_CASES'] ?? 3000);
const seed = process.env['EXPRESSION_SEED'] ?? (process.env['EXPRESSION_CASES'] === undefined ? '20260101' : undefined);

/** What a formula is given: a value, a text, a picture, options, a time zone. */
interface Input {
  readonly v?: number;
  readonly t?: string;
  readonly p?: string;
  readonly o?: Readonly<Record<string, string>>;
  readonly z?: string;
}

interface Case {
  readonly source: string;
  readonly input: Input;
}

const pickFrom = (letters: string, maxLength: number) =>
  fc.array(fc.constantFrom(...letters), { maxLength }).map((picked) => picked.join(''));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

const number = fc.oneof(
  fc.integer({ min: -20, max: 130 }),
  fc.integer({ min: -100_000, max: 2_000_000 }),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -400_000, max: 400_000 }).map((thousands) => thousands / 1000),
  fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -12, max: 25 })).map(([m, e]) => Number(`${m}e${e}`)),
);

const decimalPart = fc
  .tuple(
    fc.constantFrom('', '', '$', '-', 'EUR ', '('),
    fc.constantFrom('0', '#', '#0', '#,##0', '##,##,##0', '#,##,000', '00', '000,000', '0,00', '#,#', ''),
    fc.constantFrom('', '', '.', '.0', '.00', '.0#', '.##', '.000,000', '.0,00,0', '.00###'),
    fc.constantFrom('', '', '', '', '', '', 'e0', 'e00', 'e'),
    fc.constantFrom('', '', '%', '‰', ')', ' x', '%%'),
  )
  .map((pieces) => pieces.join(''));
const decimalPicture = fc.oneof(
  { weight: 4, arbitrary: decimalPart },
  { weight: 2, arbitrary: fc.tuple(decimalPart, decimalPart).map((pair) => pair.join(';')) },
  { weight: 2, arbitrary: pickFrom('0#,.;e%‰-x1', 9) },
);
const options = fc.oneof(
  fc.constantFrom<Readonly<Record<string, string>>>(
    { 'decimal-separator': ',', 'grouping-separator': '.' },
    { 'zero-digit': '\u0660', 'minus-sign': 'minus ' },
    { 'zero-digit': '\u245f', digit: 'd' },
    { 'exponent-separator': 'E', 'per-mille': 'pm', percent: 'pc' },
    { 'pattern-separator': '|', 'grouping-separator': "'" },
  ),
  fc.dictionary(
    fc.constantFrom('decimal-separator', 'grouping-separator', 'digit', 'minus-sign', 'zero-digit', 'percent', 'x'),
    fc.constantFrom(',', '.', '_', '\u0966', '%', '#', 'ab'),
    { maxKeys: 2 },
  ),
);

const integerPicture = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('A', 'a', 'I', 'i', 'w', 'W', 'Ww', '0', '#,##0', '0000', '#,##,##0') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('w;o', 'Ww;o', 'W;o', '0;o', '#0;o', 'A;o', '0;t', '\u0660', '#.##0', '#:000'),
  },
  { weight: 2, arbitrary: pickFrom('0#,.-1\u0661\u0660;oAw', 8) },
);
const integerText = fc.oneof(
  fc.constantFrom(
    'twelve',
    'one hundred and two',
    'XIV',
    'xiv',
    'AB',
    'ab',
    '1,234',
    '12th',
    '\u0661\u0662',
    '',
    'x',
    '0x1F',
  ),
  pickFrom('0123456789,.- ', 8),
  pickFrom('IVXLCDM', 6),
  fc
    .array(
      fc.constantFrom('one', 'Twenty', 'three', 'hundred', 'thousand', 'million', 'and', 'first', 'ninetieth', 'x'),
      { maxLength: 6 },
    )
    .chain((words) => fc.constantFrom(' ', '-', ', ', ' and ').map((space) => words.join(space))),
);

const presentation = fc.constantFrom(
  ...['', '', '', '1', '01', '0001', '001', '1o', '#1', '9,999', 'I', 'i', 'a', 'A', 'w', 'W', 'Ww', 'wo', 'Wwo', 'N'],
  ...[
    'n',
    'Nn',
    'Nn',
    '01:01',
    '0101',
    '0',
    '00:00',
    '01:01t',
    '0101t',
    't',
    '1t',
    '\u0661',
    '00.00',
    '#',
    '000000',
    '1c',
  ],
);
const width = fc.constantFrom(
  '',
  '',
  '',
  ',2',
  ',2-2',
  ',*-3',
  ',3-3',
  ',*-4',
  ',1-2',
  ',*',
  ',x',
  ',4',
  ',0',
  ',*-1',
  ',-2',
);
const marker = fc
  .tuple(fc.constantFrom(...'YYYMMMDDDdFWwXxHHHhhmmmsssfPPZzCE'), presentation, width)
  .map(([component, look, size]) => `[${component}${look}${size}]`);
const between = fc.constantFrom('', '', '-', ':', ' ', 'T', '/', ', ', ' of ', '[[', ']]', '.', 'week ', '(');
const datePicture = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['[Y0001]-[M01]-[D01]', '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]', '[Y]-[d001]', '[H01]:[m]'],
      ...['[D1o] [MNn] [Y0001]', '[FNn], [D1o] [MNn], [Y]', '[h]:[m01] [P]', '[h]:[m01] [PN] [D] [MNn,*-3] [Y,2-2]'],
      ...[
        '[X0001]-W[W01]-[F1]',
        'Week [w] of [xNn] [X]',
        '[YI].[MI].[DI]',
        '[Yw] [Mw] [Dwo]',
        '[Y0001][M01][D01][H01][m01]',
      ],
      ...[
        '[M01]/[D01]',
        '[D01].[M01].[Y0001] [H01]:[m01] [z]',
        '[Y] [M] [D] [Z0101t]',
        '[Ya]-[MA]-[Da]',
        '[H]:[m]:[s] [Z0]',
      ],
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.tuple(marker, between), { minLength: 1, maxLength: 5 })
      .map((pairs) => pairs.flat().join('')),
  },
  { weight: 1, arbitrary: pickFrom('[]YMDH10-nN,o :q', 12) },
);
const moment = fc.oneof(
  fc.integer({ min: 0, max: 2_000_000_000 }).map((seconds) => seconds * 1000),
  fc.integer({ min: -3_000_000_000_000, max: 5_000_000_000_000 }),
  fc.integer({ min: -800, max: 400_000 }).map((days) => days * 86_400_000),
  fc.integer({ min: -62_200_000_000_000, max: -58_900_000_000_000 }),
  fc.double({ min: -9e15, max: 9e15, noNaN: true }),
);
const zone = fc.constantFrom('+0000', '+0100', '-0500', '+0530', '-0330', '0', '+1', '-1', '1400', 'Z', '', '-0030');
const isoText = fc.oneof(
  moment.filter((value) => Math.abs(value) < 8e15).map((value) => new Date(value).toISOString()),
  fc
    .tuple(
      fc.constantFrom('2018', '2020', '0004', '18'),
      fc.constantFrom('', '-02', '-12', '-13', '-00', '-2'),
      fc.constantFrom('', '-01', '-29', '-31', '-32', '-00'),
      fc.constantFrom('', 'T10:11:12', 'T24:00:00', 'T23:59:59', 'T29:00:00', 'T10:11', ' 10:11:12'),
      fc.constantFrom('', '', '.5', '.123', '.99999', '.0009'),
      fc.constantFrom('', 'Z', '+01:00', '-0130', '+2400', '+01', 'z'),
    )
    .map((pieces) => pieces.join('')),
);
const dateText = fc.oneof(
  fc.constantFrom('2018-02-03', '12 March 2019', '1st May 2020', '9:30 am', '10:45 PM', '2018-366', 'MMXX.II.XXIX', ''),
  pickFrom('0123456789-:+ ZamAMIVX', 14),
);

const plain: fc.Arbitrary<Case> = fc.oneof(
  fc
    .record({ v: number, p: decimalPicture, o: maybe(options) })
    .map((input) => ({ source: '$formatNumber(v, p, o)', input: drop(input) })),
  fc.record({ v: number, p: integerPicture }).map((input) => ({ source: '$formatInteger(v, p)', input })),
  fc.record({ t: integerText, p: integerPicture }).map((input) => ({ source: '$parseInteger(t, p)', input })),
  fc.record({ v: number, p: integerPicture }).map((input) => ({
    source: '$parseInteger($formatInteger(v, p), p)',
    input,
  })),
  fc
    .record({ v: moment, p: maybe(datePicture), z: maybe(zone) })
    .map((input) => ({ source: '$fromMillis(v, p, z)', input: drop(input) })),
  fc.record({ t: isoText }).map((input) => ({ source: '$toMillis(t)', input })),
  fc.record({ t: dateText, p: datePicture }).map((input) => ({ source: '$toMillis(t, p)', input })),
  fc
    .record({ v: moment, p: datePicture, z: maybe(zone) })
    .map((input) => ({ source: '$toMillis($fromMillis(v, p, z), p)', input: drop(input) })),
);

const drop = (input: { readonly [K in keyof Input]: Input[K] | undefined }): Input =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

type Outcome = { readonly value: unknown } | { readonly code: string };

const oracles = new Map<string, ReturnType<typeof jsonata>>();
const expressions = new Map<string, Expression>();

// The interpreter's clock cannot be set: it says what it read, and we take that.
async function oracle({ source, input }: Case): Promise<{ readonly outcome: Outcome; readonly now: number }> {
  const known = oracles.get(source) ?? jsonata(`{"now": $millis(), "value": ${source}}`);
  oracles.set(source, known);
  try {
    const { now, value } = (await known.evaluate(structuredClone(input))) as { now: number; value?: unknown };
    return { outcome: { value }, now };
  } catch (error) {
    return { outcome: { code: String((error as { code?: string }).code) }, now: 0 };
  }
}

function ours({ source, input }: Case, backEnd: 'closures' | 'generated', now: number): Outcome {
  const key = `${backEnd} ${source}`;
  const known = expressions.get(key) ?? compileExpression(source, { backEnd, profile: 'jsonata' }).expression;
  if (known === undefined) throw new Error(`${source} does not compile`);
  expressions.set(key, known);
  try {
    return { value: known.evaluate(input as MaybeJson, {}, { now, random: () => 0 }) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { code: error.code };
  }
}

type Difference = (one: Case, theirs: Outcome, own: Outcome) => boolean;

const textOf = (outcome: Outcome) => ('value' in outcome ? String(outcome.value) : '');
const fails = (outcome: Outcome, code: string) => 'code' in outcome && outcome.code === code;
const MARK = /"(?:decimal-separator|grouping-separator|digit|zero-digit)"/;

// The published differences: docs/reference/expression-differences.md.
const PUBLISHED: readonly Difference[] = [
  // The interpreter failed by accident, with an error of JavaScript.
  (_one, theirs) => fails(theirs, 'undefined'),
  // No number, or a text made of one.
  (_one, theirs, own) => fails(own, 'D1001') && /NaN|Infinity/.test(textOf(theirs)),
  ({ input }, _theirs, own) =>
    fails(own, 'D1001') && (!/^[-+]?\d/.test(input.z ?? '0') || Math.abs(input.v ?? 0) > 8.63e15),
  // A component that does not exist.
  ({ input }, _theirs, own) => fails(own, 'D3132') && /\[\s*[^YMDdFWwXxHhmsfPZzCE\s]/.test(input.p ?? ''),
  // A text that looks like ISO 8601, but is no moment.
  ({ input }, theirs, own) => fails(own, 'D3110') && (textOf(theirs) === 'NaN' || !input.t?.includes('T')),
  // Without a time zone, it is the machine's.
  ({ source, input }) =>
    source === '$toMillis(t)' && /T[^Z+-]*$/.test(input.t ?? '') && new Date().getTimezoneOffset() !== 0,
  // A year below 100 with a time zone but without a time.
  ({ source, input }) => source === '$toMillis(t)' && /^00[^T]*Z$/.test(input.t ?? ''),
  // Marks that are not one character, or the same.
  ({ input }, _theirs, own) => fails(own, 'T0410') && MARK.test(JSON.stringify(input.o ?? {})),
];

describe('numbers and dates as text', () => {
  test(`are what the npm interpreter makes, in ${cases} generated cases`, { timeout: 1_200_000 }, async () => {
    let compared = 0;
    let values = 0;
    await fc.assert(
      fc.asyncProperty(plain, async (one) => {
        const { outcome, now } = await oracle(one);
        const own = ours(one, 'closures', now);
        expect(ours(one, 'generated', now)).toEqual(own);
        if (PUBLISHED.some((isDifference) => isDifference(one, outcome, own))) return;
        compared += 1;
        if ('value' in own && own.value !== undefined) values += 1;
        expect(own).toEqual(outcome);
      }),
      { numRuns: cases, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
    expect(compared).toBeGreaterThan(cases * 0.8);
    expect(values).toBeGreaterThan(cases * 0.4);
  });
});
