// YAML that is written reads back as the same value, in both versions of YAML.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Json } from '../../../engine/model/json.ts';
import { evaluate } from '../../support/formula.ts';

const toYaml = (value: Json) => String(evaluate('$toYaml(value)', { value }));

// Pieces that mean something in YAML, to be put together.
const piece = fc.constantFrom(
  ...[
    'a',
    'b',
    ' ',
    ' ',
    ':',
    '#',
    '-',
    '--',
    '---',
    '...',
    '\n',
    '\n',
    '\r',
    '\t',
    "'",
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    '&',
    '*',
    '!',
    '|',
    '>',
    '%',
  ],
  ...[
    '@',
    '`',
    '?',
    '=',
    '<<',
    '~',
    '\\',
    '/',
    '_',
    '.',
    '+',
    '0',
    '1',
    '7',
    '0x',
    '0o',
    '0b',
    'e3',
    'true',
    'yes',
    'no',
    'on',
    'n',
    'null',
    '.inf',
    '.nan',
  ],
  ...[
    '2026-01-02',
    '12:30',
    '\u0000',
    '\u0007',
    '\u007f',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\uffff',
    'é',
    '😀',
    '__proto__',
  ],
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'grapheme' }),
);
const scalar = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

// Readers of YAML have corners of their own; the seed makes a run say something about the change and not about chance.
describe('YAML', () => {
  test.each(['1.1', '1.2'] as const)('reads back as the same value in YAML %s', (version) => {
    fc.assert(
      fc.property(value, (given) => {
        const written = toYaml(given);
        expect(parse(written, { version, merge: version === '1.1' }), written).toEqual(given);
      }),
      { numRuns: 1000, seed: 20260101 },
    );
  });

  // Source: the types of YAML 1.1 and of the core schema of YAML 1.2.
  test.each([
    ...[
      '',
      '~',
      'null',
      'Null',
      'y',
      'N',
      'yes',
      'No',
      'on',
      'OFF',
      'true',
      'False',
      '1',
      '-1',
      '+1',
      '1_000',
      '_1',
      '0b1',
      '0o7',
      '017',
      '0xFf',
    ],
    ...[
      '1.5',
      '.5',
      '5.',
      '1e3',
      '1E-3',
      'e3',
      '.inf',
      '-.Inf',
      '.NaN',
      '1:30',
      '12:30:45',
      '2026-01-02',
      '2026-1-2 10:00:00',
      '<<',
      '=',
    ],
  ])('the text "%s" is quoted', (given) => {
    expect(toYaml({ [given]: given })).toMatch(/^(["'])(.*)\1: \1\2\1\n$/);
    for (const version of ['1.1', '1.2'] as const) expect(parse(toYaml([given]), { version })).toEqual([given]);
  });

  test.each([
    '10.0.0.1',
    '1.2.3',
    'v1',
    '10Gi',
    '500m',
    'nginx:1.25',
    'a#b',
    '/bin/sh',
    '--x=1',
    'yesterday',
    'no-one',
    '1.2.3-rc.1',
  ])('the text "%s" is not', (given) => {
    expect(toYaml([given])).toBe(`- ${given}\n`);
  });

  test('large numbers have a point, without which YAML 1.1 takes them for text', () => {
    expect(toYaml([1e21, -2.5e-9, 1e20])).toBe('- 1.0e+21\n- -2.5e-9\n- 100000000000000000000\n');
  });

  test('reads back with a key of any length', () => {
    const given = [{ ['k'.repeat(3000)]: { a: 1 }, b: [['x\ny\n'], [[]], {}] }];
    expect(parse(toYaml(given))).toEqual(given);
  });

  test('looks as kubectl prints it', () => {
    const given = {
      spec: {
        containers: [
          { name: 'app', image: 'ghcr.io/example/app:1.2', args: ['--port=80', '-v', '* * *'], env: [] },
          { name: 'side', command: ['sh', '-c', 'echo a\necho b'] },
        ],
        matrix: [[1, 2], ['x']],
        replicas: 3,
      },
      metadata: {
        labels: { 'app.kubernetes.io/name': 'shop', on: 'true', version: '1.10', ip: '10.0.0.1', date: '2026-01-02' },
        annotations: {},
      },
      data: { 'app.conf': 'listen 80;\n', blank: 'a\n\n', ' padded ': "it's", none: null },
    };
    expect(toYaml(given)).toBe(`data:
  ' padded ': it's
  app.conf: |
    listen 80;
  blank: |+
    a

  none: null
metadata:
  annotations: {}
  labels:
    app.kubernetes.io/name: shop
    date: "2026-01-02"
    ip: 10.0.0.1
    "on": "true"
    version: "1.10"
spec:
  containers:
  - args:
    - --port=80
    - -v
    - '* * *'
    env: []
    image: ghcr.io/example/app:1.2
    name: app
  - command:
    - sh
    - -c
    - |-
      echo a
      echo b
    name: side
  matrix:
  - - 1
    - 2
  - - x
  replicas: 3
`);
  });

  test('has no place for functions', () => {
    expect(evaluate('$toYaml({"f": function($x){ $x }})')).toBe('error U1002');
  });
});
