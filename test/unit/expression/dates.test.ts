import { describe, expect, test } from 'vitest';
import { type Given, given, givenByOracle } from '../../support/given.ts';

type Row = readonly [source: string, expected: Given];

// From JSONata's documentation and XPath's, each checked against the npm package below.
const values: readonly Row[] = [
  [`$fromMillis(1521801216617)`, '2018-03-23T10:33:36.617Z'],
  [`$fromMillis(1521801216617, undefined, '+0100')`, '2018-03-23T11:33:36.617+01:00'],
  [`$fromMillis(1521801216617, '[M01]/[D01]/[Y0001] [h#1]:[m01][P]')`, '03/23/2018 10:33am'],
  [`$fromMillis(1521801216617, '[H01]:[m01]:[s01] [z]', '-0500')`, '05:33:36 GMT-05:00'],
  [
    `$fromMillis(1521801216617, '[Y]-[M01]-[D01]T[H01]:[m]:[s].[f001][Z0101t]', '+0100')`,
    '2018-03-23T11:33:36.617+0100',
  ],
  [`$fromMillis(1521801216617, '[D1o] [MNn] [Y,2-2]')`, '23rd March 18'],
  [`$fromMillis(1521801216617, '[FNn,3-3], [D] [MN,*-3] [Y]')`, 'Fri, 23 MAR 2018'],
  [`$fromMillis(1521801216617, '[Dwo] [MNn] [YWw]')`, 'twenty-third March Two Thousand and Eighteen'],
  [`$fromMillis(1521801216617, '[YI] [Ma] [DA]')`, 'MMXVIII c W'],
  [`$fromMillis(1521801216617, '[d] [d001] [F1] [FN]')`, '82 082 5 FRIDAY'],
  [`$fromMillis(1104537600000, '[X0001]-W[W01]-[F1], week [w] of [xNn]')`, '2004-W53-6, week 5 of December'],
  [`$fromMillis(1419940800000, '[X0001]-W[W01]-[F1], week [w] of [xNn]')`, '2015-W01-2, week 1 of January'],
  [`$fromMillis(1521801216617, '[PN] [Pn] [C] [E]')`, 'AM am ISO ISO'],
  [`$fromMillis(1521801216617, '[[[Y]]]')`, '[2018]'],
  [`$fromMillis(1521801216617, '[Z] [Z0] [Z0000] [z]', '+0530')`, '+05:30 +5:30 +0530 GMT+05:30'],
  [`$fromMillis(-1)`, '1969-12-31T23:59:59.999Z'],
  [`$fromMillis(-62135596800000)`, '0001-01-01T00:00:00.000Z'],
  [`$fromMillis(951782400000, '[Y]-[M]-[D] [d]')`, '2000-2-29 60'],
  [`$toMillis('1970-01-01T00:00:00.001Z')`, 1],
  [`$toMillis('2018')`, 1514764800000],
  [`$toMillis('2018-02-30')`, 1519948800000],
  [`$toMillis('2017-10-30T16:25:32.935+0100')`, 1509377132935],
  [`$toMillis('2017-10-30T24:00:00-01:30')`, 1509413400000],
  [`$toMillis('2018-03-27', '[Y1]-[M01]-[D01]')`, 1522108800000],
  [`$toMillis('27th March 2018', '[D1o] [MNn] [Y]')`, 1522108800000],
  [`$toMillis('Tuesday, 27 Mar 2018', '[FNn], [D] [MNn,*-3] [Y]')`, 1522108800000],
  [`$toMillis('twenty-seventh March, two thousand and eighteen', '[Dwo] [MNn], [Yw]')`, 1522108800000],
  [`$toMillis('2018-086', '[Y]-[d001]')`, 1522108800000],
  [`$toMillis('27.III.MMXVIII', '[D].[MI].[YI]')`, 1522108800000],
  [`$toMillis('20180327', '[Y0001][M01][D01]')`, 1522108800000],
  [`$toMillis('3/27/2018 9:05 PM', '[M]/[D]/[Y] [h]:[m] [PN]')`, 1522184700000],
  [`$toMillis('12:30 am 2018-1-1', '[h]:[m] [P] [Y]-[M]-[D]')`, 1514766600000],
  [`$toMillis('2018-03-27T10:00:00+01:00', '[Y]-[M]-[D]T[H]:[m]:[s][Z]')`, 1522141200000],
  [`$toMillis('2018-03-27 GMT-5', '[Y]-[M]-[D] [z0]')`, 1522126800000],
  [`$toMillis('2018-03-27 10:05:06.789', '[Y]-[M]-[D] [H]:[m]:[s].[f]')`, 1522145106789],
  [`$toMillis('no', '[Y]')`, undefined],
  [`$toMillis('x', 'x')`, undefined],
];

const errors: readonly Row[] = [
  [`$fromMillis(0, '[Y')`, 'error D3135'],
  [`$fromMillis(0, '[]')`, 'error D3132'],
  [`$fromMillis(0, '[YN]')`, 'error D3133'],
  [`$fromMillis(0, '[Z00000]')`, 'error D3134'],
  [`$fromMillis(0, '[D٠0]')`, 'error D3131'],
  [`$fromMillis(0, '[Dα]')`, 'error D3130'],
  [`$toMillis('foo')`, 'error D3110'],
  [`$toMillis('twenty-seven of march, two thousand and eighteen', '[Dw] of [Mn], [Yw]')`, 'error D3136'],
  [`$toMillis('2018 10', '[Y] [m]')`, 'error D3136'],
  [`$toMillis('2018 3 10:01', '[X] [W] [H]:[m]')`, 'error D3136'],
  [`$toMillis('2018', '[Yα]')`, 'error D3130'],
  [`$toMillis('2018', '[YN]')`, 'error D3133'],
];

describe('moments as text', () => {
  test.each([...values, ...errors])('%s gives %j, here and in the npm package', async (source, expected) => {
    expect(given(source)).toEqual(expected);
    expect(await givenByOracle(source)).toEqual(expected);
  });

  test('lie in the time zone that is asked for, even beyond the day', () => {
    expect(given(`$fromMillis(1577836799999, '[Y] [H]:[m]', '+0001')`)).toBe('2020 0:00');
  });

  test.each([
    ['a component that does not exist', `$fromMillis(0, '[q1]')`, 'error D3132'],
    ['names of what has none', `$fromMillis(0, '[fN]')`, 'error D3133'],
    ['a time zone that is no number', `$fromMillis(0, '[Y]', 'UTC')`, 'error D1001'],
    ['a moment out of range', '$fromMillis(8640000000000001)', 'error D1001'],
    ['a 13th month', `$toMillis('2018-13-01')`, 'error D3110'],
    ['a day without a month', `$toMillis('2018-31')`, 'error D3110'],
    ['a fraction without a time', `$toMillis('2018.5')`, 'error D3110'],
    ['a time zone without a time', `$toMillis('2018-03-15+0100')`, 'error D3110'],
    ['an hour behind the end of the day', `$toMillis('2018-03-15T24:00:01Z')`, 'error D3110'],
    ['a fraction behind the end of the day', `$toMillis('2018-03-15T24:00:00.0009Z')`, 'error D3110'],
    ['a time zone of more than a day', `$toMillis('2018-03-15T10:00:00+2400')`, 'error D3110'],
  ])('refuse %s', (_what, source, expected) => {
    expect(given(source)).toBe(expected);
  });

  test('are in UTC where they name no time zone, on every machine', () => {
    expect(given(`$toMillis('2018-03-27T00:00:00')`)).toBe(1522108800000);
  });

  test('keep a year below 100', () => {
    expect(given(`$fromMillis($toMillis('0050-03-15Z'))`)).toBe('0050-03-15T00:00:00.000Z');
  });

  test('have a separator in their time zone that means itself', () => {
    expect(given(`$toMillis('2018+01x00', '[Y][Z00.00]')`)).toBeUndefined();
    expect(given(`$toMillis('2018-03-27 +01.00', '[Y]-[M]-[D] [Z00.00]')`)).toBe(1522105200000);
  });

  test('take what they leave out from now, but not in rules', () => {
    const source = `$fromMillis($toMillis('7:30', '[H]:[m]'))`;
    expect(given(source, {}, 'jsonata')).toBe('2020-02-29T07:30:00.000Z');
    expect(given(source)).toBe('error D3136');
  });

  test('now is one, in the whole language', () => {
    expect(given('$now()', {}, 'jsonata')).toBe('2020-02-29T12:34:56.789Z');
    expect(given(`$now('[H]:[m] [Z]', '+0100')`, {}, 'jsonata')).toBe('13:34 +01:00');
  });

  test('are nothing for nothing', () => {
    expect(given('[$fromMillis(nothing), $toMillis(nothing)]')).toEqual([]);
  });

  test.each([
    ['a long picture', '$fromMillis(0, p)', { p: '[Y]'.repeat(300_000) }, 'error U1001'],
    ['a wide number', `$fromMillis(0, '[Y,999999999]')`, {}, 'error U1003'],
    [
      'names that could end anywhere',
      '$toMillis(t, p)',
      { p: `${'[MN]'.repeat(50)}!`, t: 'a'.repeat(2000) },
      'error U1001',
    ],
    [
      'words that could end anywhere',
      '$toMillis(t, p)',
      { p: `${'[Yw]'.repeat(9)}!`, t: 'sixteen'.repeat(900) },
      'error U1001',
    ],
    [
      'names that could end at 50 places',
      '$toMillis(t, p)',
      { p: `${'[MN]'.repeat(12)}!`, t: 'a'.repeat(50) },
      undefined,
    ],
    ['words in a row', `$toMillis(t, '[Yw]!')`, { t: 'and'.repeat(3000) }, undefined],
  ])('end within their budget for %s', (_what, source, input, expected) => {
    expect(given(source, input)).toEqual(expected);
  });
});
