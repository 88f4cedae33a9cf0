import { describe, expect, test } from 'vitest';
import { type Given, given, givenByOracle } from '../../support/given.ts';

type Row = readonly [source: string, expected: Given];

// From JSONata's documentation and XPath's, each checked against the npm package below.
const values: readonly Row[] = [
  [`$formatInteger(0,'w')`, 'zero'],
  [`$formatInteger(99,'w;o')`, 'ninety-ninth'],
  [`$formatInteger(1000,'Ww')`, 'One Thousand'],
  [`$formatInteger(1234567,'w')`, 'one million, two hundred and thirty-four thousand, five hundred and sixty-seven'],
  [`$formatInteger(1100,'w')`, 'one thousand, one hundred'],
  [`$formatInteger(3730,'w')`, 'three thousand, seven hundred and thirty'],
  [`$formatInteger(1e15,'w')`, 'one thousand trillion'],
  [`$formatInteger(555,'W;o')`, 'FIVE HUNDRED AND FIFTY-FIFTH'],
  [`$formatInteger(1999,'I')`, 'MCMXCIX'],
  [`$formatInteger(27,'A')`, 'AA'],
  [`$formatInteger(12,'a')`, 'l'],
  [`$formatInteger(1,'i')`, 'i'],
  [`$formatInteger(123,'000')`, '123'],
  [`$formatInteger(1234567,'#,##0')`, '1,234,567'],
  [`$formatInteger(1234567,'#,##,##0')`, '12,34,567'],
  [`$formatInteger(12,'0000')`, '0012'],
  [`$formatInteger(21,'0;o')`, '21st'],
  [`$formatInteger(11,'0;o')`, '11th'],
  [`$formatInteger(123,'١')`, '١٢٣'],
  [`$formatInteger(-5.5,'00')`, '-06'],
  [`$formatInteger(1234,'0:00')`, '12:34'],
  [`$formatInteger(1234,'#,##,000')`, ',4'],
  [`$parseInteger('twelve thousand, three hundred and sixty-five','w')`, 12365],
  [`$parseInteger('ninety-ninth','w;o')`, 99],
  [`$parseInteger('MCMXCIX','I')`, 1999],
  [`$parseInteger('xlii','i')`, 42],
  [`$parseInteger('AA','A')`, 27],
  [`$parseInteger('1,234,567','#,##0')`, 1234567],
  [`$parseInteger('12th','0;o')`, 12],
  [`$parseInteger('١٢٣','٠')`, 123],
  [`$parseInteger('one trillion','w')`, 1000000000000],
  [`$parseInteger('1.234','#.##0')`, 1],
];

const errors: readonly Row[] = [
  [`$formatInteger(12,'')`, 'error D3130'],
  [`$formatInteger(12,'α')`, 'error D3130'],
  [`$formatInteger(12,'0١')`, 'error D3131'],
  [`$parseInteger('x','α')`, 'error D3130'],
];

describe('whole numbers as text', () => {
  test.each([...values, ...errors])('%s gives %j, here and in the npm package', async (source, expected) => {
    expect(given(source)).toEqual(expected);
    expect(await givenByOracle(source)).toEqual(expected);
  });

  test.each([
    ['no picture to write', '$formatInteger(1, nothing)', 'error T0410'],
    ['no picture to read', `$parseInteger('1', nothing)`, 'error T0410'],
    ['a number that JSON does not have', `$formatInteger(1/0, 'w')`, 'error D1001'],
    ['text that is no number', `$parseInteger('twenty-x', 'w')`, 'error D1001'],
    ['digits of another script', `$parseInteger('1', '٠')`, 'error D3030'],
  ])('refuse %s', (_what, source, expected) => {
    expect(given(source)).toBe(expected);
  });

  test('are nothing for nothing', () => {
    expect(given(`[$formatInteger(nothing, '0'), $parseInteger(nothing, '0')]`)).toEqual([]);
  });

  test.each([
    ['a long picture', '$formatInteger(5, p)', { p: '0'.repeat(1_000_000) }, 'error U1001'],
    ['many groups', '$formatInteger(5, p)', { p: `${','.repeat(40_000)}${'#'.repeat(40_000)}0` }, 'error U1001'],
    ['a Roman number with a million letters', `$length($formatInteger(1e9, 'I'))`, {}, 1_000_000],
    ['a Roman number without end', `$formatInteger(1e300, 'I')`, {}, 'error U1003'],
    ['a long text', `$parseInteger(p, 'w')`, { p: 'one '.repeat(250_000) }, 'error U1001'],
  ])('end within their budget for %s', (_what, source, input, expected) => {
    expect(given(source, input)).toEqual(expected);
  });
});
