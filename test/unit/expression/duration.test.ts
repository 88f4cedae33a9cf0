// Durations and points in time, against Go's notation and JavaScript's calendar.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../support/formula.ts';
import { seeded } from '../../support/seeded.ts';

const seconds = (d: string) => evaluate('$duration(d)', { d });
const text = (s: number) => evaluate('$durationText(s)', { s });
const timeAdd = (t: string, d: string | number) => evaluate('$timeAdd(t, d)', { t, d });
const timeSince = (a: string, b: string) => evaluate('$timeSince(a, b)', { a, b });

describe('durations', () => {
  // Source: time.ParseDuration and Duration.String of Go.
  test.each([
    ['0', 0, '0s'],
    ['1ns', 1e-9, '1ns'],
    ['1.5us', 1.5e-6, '1.5\u00b5s'],
    ['2\u03bcs', 2e-6, '2\u00b5s'],
    ['250ms', 0.25, '250ms'],
    ['.5s', 0.5, '500ms'],
    ['1.s', 1, '1s'],
    ['90s', 90, '1m30s'],
    ['1h', 3600, '1h0m0s'],
    ['-1h0.5s', -3600.5, '-1h0m0.5s'],
    ['+1.5h', 5400, '1h30m0s'],
    ['2d12h', 216_000, '60h0m0s'],
    ['1m1h', 3660, '1h1m0s'],
  ])('%s is %d seconds, which is written %s', (given, value, written) => {
    expect(seconds(given)).toBe(value);
    expect(text(value)).toBe(written);
  });

  test.each([
    '',
    '1',
    'h',
    '1 h',
    '1h ',
    '1w',
    '1h-5m',
    '--1h',
    '.s',
    '1..5s',
    '300000000h',
    '9'.repeat(1000),
    `${'1h'.repeat(60)}`,
  ])('refuses "%s"', (given) => {
    expect(seconds(given)).toBe('error U1009');
  });

  test('are read back from what is written', () => {
    const size = 9_200_000_000;
    fc.assert(
      fc.property(fc.integer({ min: -size, max: size }), fc.integer({ min: -1e15, max: 1e15 }), (whole, nanos) => {
        for (const value of [whole, whole / 1000, nanos / 1e9]) expect(seconds(text(value) as string)).toBe(value);
      }),
      seeded(),
    );
  });
});

const instant = fc.integer({ min: -62_000_000_000_000, max: 253_000_000_000_000 });
const inJavaScript = (ms: number) =>
  new Date(ms)
    .toISOString()
    .replace('.000Z', 'Z')
    .replace(/(\.\d+?)0+Z$/, '$1Z');

describe('points in time', () => {
  test('move as in the calendar of JavaScript', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: -9e9, max: 9e9 }), (ms, by) => {
        const moved = ms + by;
        fc.pre(moved > -62_000_000_000_000 && moved < 253_000_000_000_000);
        const [from, to] = [inJavaScript(ms), inJavaScript(moved)];
        expect(timeAdd(from, by / 1000)).toBe(to);
        expect(timeAdd(from, text(by / 1000) as string)).toBe(to);
        expect(timeSince(to, from)).toBe(by / 1000);
      }),
      seeded(500),
    );
  });

  test.each([
    ['0000-01-01T00:00:00Z', '0s', '0000-01-01T00:00:00Z'],
    ['0000-02-28T23:59:59Z', '1s', '0000-02-29T00:00:00Z'],
    ['1900-02-28T00:00:00Z', '1d', '1900-03-01T00:00:00Z'],
    ['2000-02-28T00:00:00Z', '1d', '2000-02-29T00:00:00Z'],
    ['0395-12-31T23:59:59Z', '1s', '0396-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59Z', '999999999ns', '9999-12-31T23:59:59.999999999Z'],
    ['2026-06-01T12:00:00.250+05:30', '750ms', '2026-06-01T06:30:01Z'],
    ['2026-06-01T12:00:00-23:59', '0s', '2026-06-02T11:59:00Z'],
  ])('%s and %s make %s', (time, duration, wanted) => {
    expect(timeAdd(time, duration)).toBe(wanted);
  });

  test.each([
    '',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-1-1T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00.Z',
    '2026-01-01t00:00:00z',
  ])('refuses "%s"', (time) => {
    expect(timeAdd(time, '0s')).toBe('error U1010');
  });

  test('end with the year 9999', () => {
    expect(timeAdd('9999-12-31T23:59:59Z', '1s')).toBe('error U1017');
    expect(timeAdd('0000-01-01T00:00:00Z', '-1ns')).toBe('error U1017');
  });
});
