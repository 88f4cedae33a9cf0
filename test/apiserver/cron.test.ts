// The schedules of CronJobs.

import { expect, test } from 'vitest';
import { isTimeZone, nextTime, parseSchedule } from '../../apiserver/simulate/cron.ts';

// 2030-01-01 is a Tuesday.
const START = Date.parse('2030-01-01T00:00:00Z');

test.each([
  ['* * * * *', '', ['2030-01-01T00:01Z', '2030-01-01T00:02Z']],
  ['*/20 3 * * *', '', ['2030-01-01T03:00Z', '2030-01-01T03:20Z', '2030-01-01T03:40Z', '2030-01-02T03:00Z']],
  ['5/30 0-1 * * *', '', ['2030-01-01T00:05Z', '2030-01-01T00:35Z', '2030-01-01T01:05Z']],
  ['0 12 * * mon,WED', '', ['2030-01-02T12:00Z', '2030-01-07T12:00Z']],
  ['0 0 * * 7', '', ['2030-01-06T00:00Z', '2030-01-13T00:00Z']],
  ['0 0 13 * fri', '', ['2030-01-04T00:00Z', '2030-01-11T00:00Z', '2030-01-13T00:00Z']],
  ['0 0 13 * *', '', ['2030-01-13T00:00Z', '2030-02-13T00:00Z']],
  ['0 0 29 feb *', '', ['2032-02-29T00:00Z', '2036-02-29T00:00Z']],
  ['@monthly', '', ['2030-02-01T00:00Z', '2030-03-01T00:00Z']],
  ['0 9 * * *', 'Europe/Berlin', ['2030-01-01T08:00Z', '2030-01-02T08:00Z']],
  ['0 9 1 jul *', 'Europe/Berlin', ['2030-07-01T07:00Z']],
])('%s in time zone "%s" is due at its times', (text, timeZone, expected) => {
  const schedule = parseSchedule(text);
  if (schedule === undefined) throw new Error('not understood');
  const times: (number | undefined)[] = [];
  for (let afterMs: number | undefined = START; times.length < expected.length && afterMs !== undefined; ) {
    afterMs = nextTime(schedule, afterMs, timeZone);
    times.push(afterMs);
  }
  expect(times).toEqual(expected.map((time) => Date.parse(time)));
});

test('a day that never comes has no time', () => {
  const schedule = parseSchedule('0 0 30 2 *');
  if (schedule === undefined) throw new Error('not understood');
  expect(nextTime(schedule, START, '')).toBeUndefined();
});

test.each(['', '* * * *', '60 * * * *', '5-1 * * * *', '*/0 * * * *', 'a * * * *', '* * 0 * *', '@sometimes'])(
  '"%s" is no schedule',
  (text) => {
    expect(parseSchedule(text)).toBeUndefined();
  },
);

test('a time zone that nobody knows is none', () => {
  expect([isTimeZone(''), isTimeZone('Asia/Tokyo'), isTimeZone('Mars/Base')]).toEqual([true, true, false]);
});
