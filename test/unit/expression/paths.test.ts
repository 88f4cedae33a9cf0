// Paths at the end of functions, the same from both back ends.

import { expect, test } from 'vitest';
import { evaluate } from '../../support/formula.ts';

test.each([
  '($map(ports, function($p){ tags[0] }))',
  '($map(ports, function($p, $i, $all){ tags[0] }))',
  '(ports ~> $map(function($p){ (1; tags[0]) }))',
])('%s gives nothing where nothing has that index', (formula) => {
  expect(evaluate(formula, { ports: [1, 2], tags: [] })).toBeUndefined();
});
