// Blocks of addresses; IPv6 text against what a URL makes of it.

import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../engine/model/json.ts';
import { evaluate } from '../../support/formula.ts';
import { seeded } from '../../support/seeded.ts';

const cidr = (c: string) => evaluate('$cidr(c)', { c });
const contains = (a: string, b: string) => evaluate('$cidrContains(a, b)', { a, b });
const host = (c: string, n: number) => evaluate('$cidrHost(c, n)', { c, n });
const subnet = (c: string, bits: number, n: number) => evaluate('$cidrSubnet(c, bits, n)', { c, bits, n });

const four = fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, prefix]) => `${address}/${prefix}`);
const six = fc.tuple(fc.ipV6(), fc.nat(128)).map(([address, prefix]) => `${address}/${prefix}`);
const block = fc.oneof(four, six);

describe('blocks of addresses', () => {
  test('of IPv6 are written as in URLs', () => {
    const groups = fc.array(fc.constantFrom('0', '0', '00', '1', 'ab', 'FFFF', '0a0'), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV6(),
          groups.map((list) => list.join(':')),
        ),
        (address) => {
          const theirs = new URL(`http://[${address}]`).hostname.slice(1, -1);
          const ours = (cidr(`${address}/128`) as JsonObject)['address'];
          if (!/^::ffff:[0-9a-f]+:[0-9a-f]+$/.test(theirs)) expect(ours).toBe(theirs);
          expect(isIPv6(String(ours))).toBe(true);
        },
      ),
      seeded(500),
    );
  });

  // Source: RFC 5952, section 5.
  test('of IPv4 within IPv6 show the IPv4 address', () => {
    expect((cidr('::FFFF:C0A8:1/128') as JsonObject)['address']).toBe('::ffff:192.168.0.1');
    expect((cidr('64:ff9b::192.0.2.33/96') as JsonObject)['network']).toBe('64:ff9b::/96');
  });

  test.each([
    '',
    '/',
    '10.0.0.0',
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.256/8',
    '010.0.0.0/8',
    '1.2.3.4.5/8',
    '::/129',
    ':::/8',
    '1::2::3/8',
    '1:2:3:4::5:6:7:8/8',
    '1:2:3:4:5:6:7:8:9/8',
    '1:2:3:4:5:6:7/8',
    '12345::/8',
    'g::/8',
    '1.2.3.4::/8',
    '::1.2.3/8',
    ':1::2/8',
    'fe80::1%eth0/64',
    `${'1:'.repeat(50_000)}/8`,
  ])('refuses "%s"', (text) => {
    expect(cidr(text)).toBe('error U1011');
  });

  test('hold their own parts', () => {
    fc.assert(
      fc.property(block, (text) => {
        const parts = cidr(text) as JsonObject;
        for (const part of ['address', 'first', 'last', 'network'])
          expect(contains(text, String(parts[part])), part).toBe(true);
        expect(host(text, 0)).toBe(parts['first']);
        expect(host(text, -1)).toBe(parts['last']);
        expect((parts['family'] === 4 ? isIPv4 : isIPv6)(String(parts['netmask']))).toBe(true);
        expect((cidr(String(parts['network'])) as JsonObject)['address']).toBe(parts['first']);
        expect(cidr(`${parts['address']}/${parts['prefix']}`)).toEqual(parts);
      }),
      seeded(),
    );
  });

  test.each([
    ['10.0.0.0/16', '10.0.0.0/8', false],
    ['10.0.0.0/8', '10.0.0.0/16', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['::/0', '0.0.0.0', false],
    ['10.0.0.0/31', '10.0.0.2', false],
  ])('%s and %s: %s', (outer, inner, wanted) => {
    expect(contains(outer, inner)).toBe(wanted);
  });

  test('hold their subnets, which do not hold each other', () => {
    fc.assert(
      fc.property(block, fc.nat(12), fc.nat(), fc.nat(), (text, bits, one, other) => {
        const { prefix, family } = cidr(text) as { readonly prefix: number; readonly family: 4 | 6 };
        fc.pre(prefix + bits <= (family === 4 ? 32 : 128));
        const [n, m] = [one % 2 ** bits, other % 2 ** bits];
        const [left, right] = [String(subnet(text, bits, n)), String(subnet(text, bits, m))];
        expect(contains(text, left)).toBe(true);
        expect(contains(left, right)).toBe(n === m);
        expect((cidr(left) as JsonObject)['size']).toBe(((cidr(text) as JsonObject)['size'] as number) / 2 ** bits);
      }),
      seeded(),
    );
  });

  test.each([
    ['$cidrHost("10.0.0.0/30", 4)'],
    ['$cidrHost("10.0.0.0/30", -5)'],
    ['$cidrHost("10.0.0.0/30", 0.5)'],
    ['$cidrHost("::/0", 1e300)'],
    ['$cidrSubnet("10.0.0.0/24", 9, 0)'],
    ['$cidrSubnet("10.0.0.0/24", -1, 0)'],
    ['$cidrSubnet("10.0.0.0/24", 1, 2)'],
    ['$cidrSubnet("10.0.0.0/24", 1, -1)'],
    ['$cidrSubnet("10.0.0.0/24", 1e300, 0)'],
  ])('%s is outside', (formula) => {
    expect(evaluate(formula)).toBe('error U1012');
  });
});
