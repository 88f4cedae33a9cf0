import { describe, expect, test } from 'vitest';
import { type Given, given, givenByOracle } from '../../support/given.ts';

type Row = readonly [source: string, expected: Given];

// From JSONata's documentation and XPath's, each checked against the npm package below.
const values: readonly Row[] = [
  [`$formatNumber(12345.6, '#,###.00')`, '12,345.60'],
  [`$formatNumber(1234.5678, '00.000e0')`, '12.346e2'],
  [`$formatNumber(34.555, '#0.00;(#0.00)')`, '34.56'],
  [`$formatNumber(-34.555, '#0.00;(#0.00)')`, '(34.56)'],
  [`$formatNumber(0.14, '01%')`, '14%'],
  [`$formatNumber(0.14, '001‰')`, '140‰'],
  [`$formatNumber(0.14, '###pm', {'per-mille': 'pm'})`, '140pm'],
  [`$formatNumber(1234.5678, '①①.①①①e①', {'zero-digit': '\\u245f'})`, '①②.③④⑥e②'],
  [`$formatNumber(-6, '000')`, '-006'],
  [`$formatNumber(12345678.9, '9,999.99')`, '12,345,678.90'],
  [`$formatNumber(1234567.8, '#,##,##0.0')`, '12,34,567.8'],
  [`$formatNumber(0.0234, '0.0##e0')`, '2.34e-2'],
  [`$formatNumber(0, '0.0e0')`, '0.0e0'],
  [`$formatNumber(0.5, '#')`, '0'],
  [`$formatNumber(1.5, '#')`, '2'],
  [`$formatNumber(2.5, '#')`, '2'],
  [`$formatNumber(123.9, '9999')`, '0124'],
  [`$formatNumber(14, 'EUR 0,00.-')`, 'EUR 0,14-'],
  [`$formatNumber(0.4, '#.#')`, '.4'],
  [`$formatNumber(1234.5, '#.##0,00', {'decimal-separator': ',', 'grouping-separator': '.'})`, '1.234,50'],
  [`$formatNumber(1234567890123456789012, '#,##0')`, '1.2345678901234568e+2'],
  [`$formatNumber(0.123456789, '0.000,000,0')`, '0.123,4568'],
  [`$formatNumber(12, '#,##,##0')`, ',,12'],
];

const errors: readonly Row[] = [
  [`$formatNumber(20,'#;#;#')`, 'error D3080'],
  [`$formatNumber(20,'#.0.0')`, 'error D3081'],
  [`$formatNumber(20,'#0%%')`, 'error D3082'],
  [`$formatNumber(20,'#0‰‰')`, 'error D3083'],
  [`$formatNumber(20,'#0%‰')`, 'error D3084'],
  [`$formatNumber(20,'.e0')`, 'error D3085'],
  [`$formatNumber(20,'0+.e0')`, 'error D3086'],
  [`$formatNumber(20,'0,.e0')`, 'error D3087'],
  [`$formatNumber(20,'0,')`, 'error D3088'],
  [`$formatNumber(20,'0,,0')`, 'error D3089'],
  [`$formatNumber(20,'0#.e0')`, 'error D3090'],
  [`$formatNumber(20,'#0.#0e0')`, 'error D3091'],
  [`$formatNumber(20,'#0.0e0%')`, 'error D3092'],
  [`$formatNumber(20,'#0.0e0,0')`, 'error D3093'],
];

describe('decimal numbers as text', () => {
  test.each([...values, ...errors])('%s gives %j, here and in the npm package', async (source, expected) => {
    expect(given(source)).toEqual(expected);
    expect(await givenByOracle(source)).toEqual(expected);
  });

  test.each([
    ['no picture', '$formatNumber(1, nothing)', 'error T0410'],
    ['two marks that are the same', `$formatNumber(1, '0', {'decimal-separator': ','})`, 'error T0410'],
    ['a mark of two characters', `$formatNumber(1, '0', {'digit': '##'})`, 'error T0410'],
    ['a mark that is no text', `$formatNumber(1, '0', {'digit': 1})`, 'error T0410'],
    ['a number that cannot be rounded', `$formatNumber(1e308, '0.00')`, 'error D1001'],
    ['a number that JSON does not have', `$formatNumber(1/0, '0')`, 'error D1001'],
  ])('refuse %s', (_what, source, expected) => {
    expect(given(source)).toBe(expected);
  });

  test('have more decimals than JavaScript writes', () => {
    expect(given(`$formatNumber(1.5, p)`, { p: `0.${'0'.repeat(120)}` })).toBe(`1.5${'0'.repeat(119)}`);
  });

  test('are nothing for nothing', () => {
    expect(given(`$formatNumber(nothing, '0')`)).toBeUndefined();
  });

  test.each([
    ['a long picture', '0'.repeat(1_000_000), 'error U1001'],
    ['many groups', `${'0,0,00,'.repeat(50_000)}0`, 'error U1001'],
    ['a long exponent', `0e${'0'.repeat(100_000)}`, `2e${'0'.repeat(100_000)}`],
  ])('end within their budget for %s', (_what, p, expected) => {
    expect(given('$formatNumber(1.5, p)', { p })).toBe(expected);
  });
});
