import { expect, it } from 'vitest';
import { readClock, readDay } from './read-date';

it.each([
  ['9:00', '09:00'],
  ['09:00', '09:00'],
  ['9', '09:00'],
  ['14.30', '14:30'],
  ['1430', '14:30'],
  ['930', '09:30'],
  ['2 pm', '14:00'],
  ['2:30PM', '14:30'],
  ['12:05 a.m.', '00:05'],
  ['12 p.m.', '12:00'],
  ['下午2:30', '14:30'],
  ['上午12:00', '00:00'],
  ['２：３０', '02:30'],
  ['24:00', null],
  ['9:60', null],
  ['13 pm', null],
  ['0 am', null],
  ['nine', null],
  ['', null],
])('%s is the time %s', (typed, clock) => {
  expect(readClock(typed)).toBe(clock);
});

it.each([
  ['11272026', 'en-US', '2026-11-27'],
  ['2026-11-27', 'en-US', '2026-11-27'],
  ['3/4/2027', 'en-US', '2027-03-04'],
  ['3/4/2027', 'es-ES', '2027-04-03'],
  ['27.11.2026', 'en-US', '2026-11-27'],
])('%s is a day in %s', (typed, locale, date) => {
  expect(readDay(typed, locale)).toEqual({ ok: true, date });
});
