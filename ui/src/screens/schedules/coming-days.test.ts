import { afterEach, expect, it, vi } from 'vitest';
import type { Schedule, ScheduleDetail, ScheduleProposal, ScheduleRhythm } from '$lib/platform';
import { Form } from './form.svelte';
import { comingDays } from './rhythm';

afterEach(() => vi.useRealTimers());

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

const at = (now: string) => vi.useFakeTimers({ toFake: ['Date'], now: new Date(now) });

const proposal: ScheduleProposal = {
  ...{ name: 'Rent', prefix: 'RENT', zone: 'Europe/Berlin', today: '2026-11-27', rows: [] },
};

it('comes no more on a day that has passed in the zone that was chosen', () => {
  at('2026-11-27T15:30:00Z');
  const form = new Form(proposal);
  Object.assign(form, { every: 'week', weekday: '5', time: '23:59' });
  expect(form.days[0]).toBe('2026-11-27');
  form.zone = 'Asia/Tokyo';
  expect(form.days).toEqual(['2026-12-04', '2026-12-11', '2026-12-18']);
  expect(form.example).toBe('RENT-2026-12-04-1');
});

it('comes on a day that is still to end in the zone that was chosen', () => {
  at('2026-11-27T05:00:00Z');
  const form = new Form(proposal);
  Object.assign(form, { every: 'month', day: '26', time: '23:59' });
  expect(form.days[0]).toBe('2026-12-26');
  form.zone = 'Pacific/Honolulu';
  expect(form.days[0]).toBe('2026-11-26');
  form.time = '18:00';
  expect(form.days[0]).toBe('2026-12-26');
});

it('never comes once more on a day that has come, wherever its zone is moved', () => {
  at('2026-11-27T05:00:00Z');
  const schedule = {
    ...{ name: 'Rent', prefix: 'RENT', zone: 'Europe/Berlin', time: '23:59', mode: 'draft' },
    rhythm: { every: 'month', day: 26 },
    next: { date: '2026-11-27', at: '2026-11-27T22:59:00Z', paidOn: null },
  } as Schedule;
  const form = new Form({ schedule, rows: [], days: [] } satisfies ScheduleDetail);
  form.zone = 'Pacific/Honolulu';
  expect(form.days[0]).toBe('2026-12-26');
});
