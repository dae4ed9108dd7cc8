import { expect, it } from 'vitest';
import type { ScheduleRhythm } from '$lib/platform';
import { comingDays } from './rhythm';

it.each<[ScheduleRhythm, string, string[]]>([
  [{ every: 'once', date: '2026-12-01' }, '2026-11-27', ['2026-12-01']],
  [{ every: 'once', date: '2026-11-26' }, '2026-11-27', []],
  [{ every: 'week', weekday: 5 }, '2026-11-27', ['2026-11-27', '2026-12-04', '2026-12-11']],
  [{ every: 'week', weekday: 1 }, '2026-11-27', ['2026-11-30', '2026-12-07', '2026-12-14']],
  [
    { every: 'two_weeks', from: '2026-11-20' },
    '2026-11-27',
    ['2026-12-04', '2026-12-18', '2027-01-01'],
  ],
  [
    { every: 'two_weeks', from: '2026-12-01' },
    '2026-11-27',
    ['2026-12-01', '2026-12-15', '2026-12-29'],
  ],
  [{ every: 'month', day: 5 }, '2026-11-27', ['2026-12-05', '2027-01-05', '2027-02-05']],
  [{ every: 'month', day: 30 }, '2026-12-31', ['2027-01-30', '2027-02-28', '2027-03-30']],
  [{ every: 'month', day: 31 }, '2026-11-27', ['2026-11-30', '2026-12-31', '2027-01-31']],
])('%j comes from %s on: %j', (rhythm, from, days) => {
  expect(comingDays(rhythm, from, 3)).toEqual(days);
});
