// Quantities: written as Kubernetes writes them, and exact.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../support/formula.ts';
import { seeded } from '../../support/seeded.ts';

const text = (q: string | number) => evaluate('$quantityText(q)', { q });
const compare = (a: string | number, b: string | number) => evaluate('$quantityCompare(a, b)', { a, b });
const add = (a: string | number, b: string | number) => String(evaluate('$quantityAdd(a, b)', { a, b }));
const scale = (q: string, n: number) => String(evaluate('$quantityScale(q, n)', { q, n }));

const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'e3', 'E-2', 'e+5');
const number = fc.oneof(
  fc.integer({ min: -9999, max: 9999 }).map(String),
  fc.tuple(fc.integer({ min: -999, max: 999 }), fc.nat(99_999)).map(([whole, fraction]) => `${whole}.${fraction}`),
);
const quantity = fc.tuple(number, suffix).map(([digits, unit]) => digits + unit);
// What is larger than 2 to the 63rd in powers of 1024 is cut, as Kubernetes does: the laws of adding hold below. Of these
// the sum of three is.
const summable = quantity.filter((q) => Math.abs(evaluate('$quantity(q)', { q }) as number) < 2 ** 61);

describe('quantities', () => {
  // Source: resource.ParseQuantity and CanonicalizeBytes of k8s.io/apimachinery 0.36.3.
  test.each([
    ['0', '0'],
    ['-0Ki', '0'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['+.5', '500m'],
    ['1.', '1'],
    ['1000', '1k'],
    ['1234567', '1234567'],
    ['1024Mi', '1Gi'],
    ['1023Ki', '1023Ki'],
    ['1Ki', '1Ki'],
    ['0.5Ki', '512'],
    ['0.9765625Ki', '1k'],
    ['1.5Gi', '1536Mi'],
    ['0.1Mi', '104857600m'],
    ['-2048Ki', '-2Mi'],
    ['0.1n', '1n'],
    ['-0.1n', '-1n'],
    ['1.0000000001', '1000000001n'],
    ['8Ei', '9223372036854775807'],
    ['1e3', '1e3'],
    ['1E3', '1e3'],
    ['1.5e0', '1500e-3'],
    ['12e-1', '1200e-3'],
    ['1E', '1E'],
    ['1e30', '1e30'],
  ])('%s is written %s', (given, wanted) => {
    expect(text(given)).toBe(wanted);
  });

  test.each([
    '',
    ' 1',
    '1 ',
    '1.2.3',
    'Ki',
    '.',
    '+',
    '1K',
    '1ki',
    '1kb',
    '4 GB',
    '1e',
    '1e1.5',
    '0x10',
    '1_000',
    '١',
    'Infinity',
    `1${'0'.repeat(100)}`,
    '1e301',
  ])('refuses "%s"', (given) => {
    expect(text(given)).toBe('error U1006');
  });

  test('takes a number for what it shows', () => {
    expect(text(0.1 + 0.2)).toBe('300m');
    expect(text(1e21)).toBe('1000E');
    expect(text(-2.5)).toBe('-2500m');
    expect(text(9_007_199_254_740_991)).toBe('9007199254740991');
  });

  test('is out of range where no number is that large', () => {
    const digits = '9'.repeat(90);
    expect(evaluate('$quantity(q)', { q: `${digits}e300` })).toBe('error D1001');
  });

  test('rounds bytes up to whole ones, and nothing else', () => {
    expect(scale('1Gi', 0.7)).toBe('751619277');
    expect(scale('-1Ki', 0.3)).toBe('-308');
    expect(scale('1G', 0.7)).toBe('700M');
    expect(scale('1', 0.3)).toBe('300m');
  });

  // Source: Quantity.Add of k8s.io/apimachinery 0.36.3.
  test.each([
    ['1Gi', '1G', '2073741824'],
    ['1G', '1Gi', '2073741824'],
    ['1Gi', '1024', '1048577Ki'],
    ['0', '1Gi', '1Gi'],
    ['1Gi', '0.5', '1073741824500m'],
    ['0.00048828125Ki', '2047500m', '2048'],
    ['1e3', '1k', '2e3'],
  ])('%s and %s are %s', (a, b, wanted) => {
    expect(add(a, b)).toBe(wanted);
  });

  test('gives nothing of nothing', () => {
    for (const formula of [
      '$quantity(x)',
      '$quantityText(x)',
      '$quantityCompare(1, x)',
      '$quantityAdd(x, 1)',
      '$quantityScale("1", x)',
    ])
      expect(evaluate(`$exists(${formula})`), formula).toBe(false);
  });
});

describe('the laws of quantities', () => {
  test('a written quantity is written the same again, and is as large', () => {
    fc.assert(
      fc.property(quantity, (q) => {
        const written = text(q) as string;
        expect(text(written)).toBe(written);
        expect(compare(q, written)).toBe(0);
      }),
      seeded(),
    );
  });

  test('adding commutes, associates and has an inverse', () => {
    fc.assert(
      fc.property(summable, summable, summable, (a, b, c) => {
        expect(compare(add(a, b), add(b, a))).toBe(0);
        expect(compare(add(add(a, b), c), add(a, add(b, c)))).toBe(0);
        expect(add(a, scale(text(a) as string, -1))).toBe('0');
      }),
      seeded(),
    );
  });

  test('comparing is a total order that goes with adding', () => {
    fc.assert(
      fc.property(summable, summable, summable, (a, b, c) => {
        const order = compare(a, b) as number;
        expect(compare(b, a)).toBe(order === 0 ? 0 : -order);
        expect(compare(add(a, c), add(b, c))).toBe(order);
        if (order <= 0 && (compare(b, c) as number) <= 0) expect(compare(a, c)).not.toBe(1);
        const [left, right] = [evaluate('$quantity(a)', { a }) as number, evaluate('$quantity(b)', { b }) as number];
        if (left !== right) expect(order).toBe(left < right ? -1 : 1);
      }),
      seeded(),
    );
  });

  test('n times a quantity is as much as adding it n times', () => {
    fc.assert(
      fc.property(
        quantity.filter((q) => !q.includes('i')),
        fc.integer({ min: 0, max: 12 }),
        (q, n) => {
          const sum = Array.from({ length: n }).reduce<string>((so) => add(so, q), '0');
          expect(compare(scale(q, n), sum)).toBe(0);
        },
      ),
      seeded(),
    );
  });
});
