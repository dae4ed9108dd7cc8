import { describe, expect, it } from 'vitest';
import { periodBounds, startOfDay } from './period';

const now = new Date(2026, 2, 15, 13, 45);
const none = { from: '', to: '' };
const at = (...parts: [number, number, number]) => new Date(...parts).toISOString();
const justBefore = (...parts: [number, number, number]) =>
  new Date(new Date(...parts).getTime() - 1).toISOString();

describe('a period', () => {
  it.each([
    ['today', at(2026, 2, 15), null],
    ['week', at(2026, 2, 9), null],
    ['month', at(2026, 2, 1), null],
    ['lastMonth', at(2026, 1, 1), justBefore(2026, 2, 1)],
    ['year', at(2026, 0, 1), null],
    ['any', null, null],
  ] as const)('%s begins and ends at midnights of the owner', (period, from, to) => {
    expect(periodBounds(period, none, now)).toEqual({ from, to });
  });

  it('of the owner’s own includes its last day', () => {
    expect(periodBounds('custom', { from: '2026-01-30', to: '2026-01-31' }, now)).toEqual({
      from: at(2026, 0, 30),
      to: justBefore(2026, 1, 1),
    });
  });

  it('leaves the side open whose day cannot be read', () => {
    expect(periodBounds('custom', { from: '2026-02-30', to: 'soon' }, now)).toEqual({
      from: null,
      to: null,
    });
  });
});

it.each(['2026-02-30', '2026-13-01', '15.3.2026', '2026-3-5', ''])('%j is no day', (written) => {
  expect(startOfDay(written)).toBeNull();
});
