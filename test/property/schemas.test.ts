// Whatever stands in the place of a schema, it is said what is wrong with it, and nothing throws.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from '../../engine/compile/compile.ts';
import { load } from '../../engine/load/load.ts';
import { ruleWithSchema } from '../support/schemas.ts';
import { seeded } from '../support/seeded.ts';

const NAMES = ['a', 'b', 'metadata'];
const anything = fc.oneof(
  fc.constantFrom(null, true, false, 0, 1.5, -1, 'a', '(', 'object', 'array', 'string', 'map', 'set', 'atomic'),
  fc.array(fc.constantFrom('a', 'b', 1, null), { maxLength: 2 }),
  fc.dictionary(fc.constantFrom(...NAMES, 'type', 'default'), fc.constantFrom('a', 1, null, 'object'), { maxKeys: 2 }),
);

// Keywords whose values are schemas mostly have such, so that what is wrong stands deep within, too.
const { schema } = fc.letrec((tie) => {
  const within = tie('schema');
  const mostly = (value: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 15, arbitrary: value }, { weight: 1, arbitrary: anything });
  const forms = mostly(fc.array(within, { maxLength: 2 }));
  const flag = mostly(fc.boolean());
  const keywords = {
    type: mostly(fc.constantFrom('object', 'array', 'string', 'integer', 'number', 'boolean')),
    properties: mostly(fc.dictionary(fc.constantFrom(...NAMES), within, { maxKeys: 2 })),
    items: mostly(within),
    additionalProperties: mostly(within),
    ...{ allOf: forms, anyOf: forms, oneOf: forms, not: mostly(within) },
    ...{ default: anything, enum: mostly(fc.array(anything, { maxLength: 2 })), pattern: mostly(fc.constant('a')) },
    ...{ required: mostly(fc.array(fc.constantFrom(...NAMES), { maxLength: 2 })), minimum: mostly(fc.integer()) },
    ...{ nullable: flag, 'x-kubernetes-int-or-string': flag, 'x-kubernetes-embedded-resource': flag },
    ...{ uniqueItems: mostly(fc.constant(false)), 'x-kubernetes-preserve-unknown-fields': mostly(fc.constant(true)) },
    'x-kubernetes-list-type': mostly(fc.constantFrom('map', 'set', 'atomic')),
    'x-kubernetes-list-map-keys': mostly(fc.array(fc.constantFrom(...NAMES), { maxLength: 2 })),
    'x-kubernetes-map-type': mostly(fc.constantFrom('atomic', 'granular')),
  };
  return { schema: fc.oneof({ depthSize: 'small' }, anything, fc.record(keywords, { requiredKeys: [] })) };
});

test('a schema of any form is looked at to its end', () => {
  let wrong = 0;
  fc.assert(
    fc.property(schema, (given) => {
      const text = ruleWithSchema(JSON.stringify(given));
      const { documents, diagnostics } = load([{ file: 'rule.yaml', text, found: false }]);
      const all = [...diagnostics, ...documents.flatMap((document) => compile(document).diagnostics)];
      for (const { hint, span } of all) {
        expect(hint).toBeTruthy();
        expect(span.start.line).toBeGreaterThan(4);
      }
      if (all.length > 0) wrong += 1;
    }),
    seeded(500),
  );
  expect(wrong).toBeGreaterThan(300);
});
