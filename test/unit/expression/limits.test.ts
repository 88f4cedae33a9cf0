// Formulas that are too much are refused before they are parsed; what only looks like it is not.

import { describe, expect, test } from 'vitest';
import { findExcess } from '../../../engine/expression/limits.ts';

const brackets = `${'('.repeat(150)}1${')'.repeat(150)}`;

describe('findExcess', () => {
  const allowed: readonly (readonly [name: string, source: string])[] = [
    ['brackets in a text', `"${brackets}" & 'x'`],
    ['brackets in a text behind an escaped quote', `"\\"${brackets}"`],
    ['brackets in a name', `\`${brackets}\``],
    ['brackets in a comment', `/* " ${brackets} */ 1`],
    ['brackets in a regular expression', `$match(a, /\\(${'\\('.repeat(150)}/)`],
    ['a quote inside a name', `a"b.c${'.d'.repeat(10)}`],
    ['many commas', `[${'1 + 1,'.repeat(500)}1]`],
    ['many defaults beside each other', `[${'a ?? 1,'.repeat(400)}1]`],
    ['a chain of defaults', `a${' ?? a'.repeat(100)}`],
  ];
  test.each(allowed)('lets through %s', (_name, source) => {
    expect(findExcess(source)).toBeUndefined();
  });

  const refused: readonly (readonly [name: string, source: string, message: string, at: number])[] = [
    ['brackets', brackets, 'the formula nests more than 100 levels', 100],
    ['brackets behind a division', `(a) / "b" / ${brackets}`, 'the formula nests more than 100 levels', 112],
    [
      'brackets behind a regular expression',
      `$f(/"/, ${brackets}, /"/)`,
      'the formula nests more than 100 levels',
      107,
    ],
    ['brackets behind a name with a quote', `a"b + ${brackets} + "`, 'the formula nests more than 100 levels', 106],
    ['brackets behind a comment', `/*"*/${brackets}/*"*/`, 'the formula nests more than 100 levels', 105],
    [
      'brackets behind a slash in a signature',
      `function($a)<n/"/>{${brackets}} & "`,
      'the formula nests more than 100 levels',
      118,
    ],
    ['operators', `a${' & a'.repeat(301)}`, 'the formula has more than 300 operators in a row', 1202],
    ['words', `[${'1,'.repeat(1300)}1]`, 'the formula has more than 2500 words and signs', 2500],
    ['comments', `${'/**/'.repeat(301)}1`, 'the formula has more than 300 comments in a row', 1200],
    [
      'defaults inside each other',
      `${'('.repeat(20)}a${' ?? 1)'.repeat(20)}`,
      'the formula has too many defaults (?? and ?:) inside each other',
      70,
    ],
  ];
  test.each(refused)('refuses too many %s', (_name, source, message, at) => {
    expect(findExcess(source)).toEqual({ message, range: { start: at, end: at + 1 } });
  });

  test('refuses what is too long, as a whole', () => {
    expect(findExcess('x'.repeat(65_537))).toEqual({
      message: 'the formula is longer than 65536 characters',
      range: { start: 0, end: 65_537 },
    });
  });
});
