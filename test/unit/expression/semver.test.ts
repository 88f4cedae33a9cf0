// Versions: ordered as semver.org says, and never slow.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../support/formula.ts';
import { seeded } from '../../support/seeded.ts';

const compare = (a: string, b: string) => evaluate('$semverCompare(a, b)', { a, b });

describe('versions', () => {
  // Source: the example of semver.org, section 11.
  test('are ordered as the specification orders its example', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
    ];
    for (const [i, a] of ordered.entries())
      for (const [j, b] of ordered.entries()) expect(compare(a, b)).toBe(Math.sign(i - j));
  });

  test('are ordered by their numbers, with or without a v', () => {
    const version = fc.tuple(fc.nat(30), fc.nat(30), fc.nat(30));
    fc.assert(
      fc.property(version, version, (a, b) => {
        const wanted = Math.sign(a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
        expect(compare(a.join('.'), `v${b.join('.')}`)).toBe(wanted);
        expect(evaluate('$semverSatisfies(v, r)', { v: a.join('.'), r: `>=${b.join('.')}` })).toBe(wanted >= 0);
      }),
      seeded(),
    );
  });

  test('keep what stands behind the numbers', () => {
    expect(evaluate('$semver("1.2.3-rc.1+build.5")')).toEqual({
      major: 1,
      minor: 2,
      patch: 3,
      prerelease: ['rc', 1],
      build: ['build', '5'],
      text: '1.2.3-rc.1+build.5',
    });
    expect(compare('1.2.3+a', '1.2.3+b')).toBe(0);
  });

  test.each([
    '',
    '1',
    '1.2',
    '1.2.3.4',
    'latest',
    ' 1.2.3',
    '1.2.3 ',
    '=1.2.3',
    'vv1.2.3',
    '01.2.3',
    '99999999999999999999.0.0',
    `1.2.3-${'a'.repeat(300)}`,
  ])('refuses "%s"', (version) => {
    expect(evaluate('$semver(version)', { version })).toBe('error U1007');
  });

  test.each(['>=', 'a range', '1.2.3 - ', `>=1.0.0 ${' '.repeat(50_000)}`, '>=1.0.0 || '.repeat(10_000)])(
    'refuses the range "%s"',
    (range) => {
      expect(evaluate('$semverSatisfies("1.2.3", range)', { range })).toBe('error U1008');
    },
  );
});
