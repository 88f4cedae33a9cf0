// Functions that stand in for a regular expression, and what they give that is no match.

import { expect, test } from 'vitest';
import { evaluate } from '../../support/formula.ts';

const matcher = (fields: string) => `function($t){ {${fields}, "groups": [], "next": function(){ $$.none }} }`;

test.each([
  ['$replace("abc", MATCHER, "-")', '"match": "b", "start": $$.object'],
  ['$replace("abc", MATCHER, "-")', '"match": 5, "start": 0'],
  ['$split("abc", MATCHER)', '"match": "b", "start": $$.object, "end": 2'],
  ['$split("abc", MATCHER)', '"match": "b", "start": 1, "end": $$.object'],
])('%s with the match {%s} fails', (formula, fields) => {
  expect(
    evaluate(
      formula.replace('MATCHER', () => matcher(fields)),
      { object: { a: 1 } },
    ),
  ).toBe('error T1010');
});
