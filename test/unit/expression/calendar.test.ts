import { describe, expect, test } from 'vitest';
import { isMoment, momentOf, momentOfShort, toCivil } from '../../../engine/expression/functions/calendar.ts';

const DAY_MS = 86_400_000;
const DAYS_IN_ERA = 146_097;

describe('the calendar', () => {
  test('agrees with JavaScript on every day of four centuries, there and back', () => {
    const wrong: number[] = [];
    for (let day = -80_000; day < DAYS_IN_ERA - 80_000; day += 1) {
      const moment = day * DAY_MS + 45_296_789;
      const date = new Date(moment);
      const { year, month, day: dayOfMonth, weekday, ...rest } = toCivil(moment);
      const isSame =
        year === date.getUTCFullYear() &&
        month === date.getUTCMonth() + 1 &&
        dayOfMonth === date.getUTCDate() &&
        weekday % 7 === date.getUTCDay();
      const back = momentOf({ ...rest, year, month: month - 1, day: dayOfMonth });
      if (!isSame || back !== moment) wrong.push(moment);
    }
    expect(wrong).toEqual([]);
  });

  test.each([-8.64e15, -62_135_596_800_001, -1, 0, 951_782_399_999, 8.64e15])(
    'agrees with JavaScript on %d',
    (moment) => {
      const { year, month, day, hour, minute, second, millisecond } = toCivil(moment);
      const date = new Date(moment);
      expect([year, month, day, hour, minute, second, millisecond]).toEqual([
        ...[date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()],
        ...[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCMilliseconds()],
      ]);
    },
  );

  test.each([
    [2018, 0, 1],
    [2018, 13, 45],
    [2018, -14, 0],
    [99, 0, 1],
    [1, 11, 31],
    [-1, 1, 29],
    [Number.NaN, 0, 1],
    [275_760, 8, 14],
  ])('takes parts that are too large as JavaScript does: %d, %d, %d', (year, month, day) => {
    expect(momentOfShort({ year, month, day })).toBe(Date.UTC(year, month, day));
  });

  test('ends where JavaScript ends', () => {
    expect([isMoment(8.64e15), isMoment(8.64e15 + 1), isMoment(Number.NaN)]).toEqual([true, false, false]);
  });
});
