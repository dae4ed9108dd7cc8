import { expect, it } from 'vitest';
import { formatNear, formatTime } from '.';

const at = '2026-11-20T15:30:00Z';

it('names the zone in the full form', () => {
  expect(formatTime(at, 'full', 'en-US')).toMatch(/November.*2026.*(UTC|GMT|[A-Z]{3,4})/);
});

it('shows an unreadable moment as it came', () => {
  expect(formatTime('soon', 'date', 'en-US')).toBe('soon');
});

it.each([
  [0, 'now'],
  [20_000, '20 seconds ago'],
  [-20_000, 'in 20 seconds'],
  [5 * 60_000, '5 minutes ago'],
  [-59 * 60_000, 'in 59 minutes'],
])('%d ms later it was %s', (later, shown) => {
  expect(formatNear(at, Date.parse(at) + later, 'en-US')).toBe(shown);
});

it('shows the moment itself beyond the hour', () => {
  const later = Date.parse(at) + 3_600_000;
  expect(formatNear(at, later, 'en-US')).toBe(formatTime(at, 'minute', 'en-US'));
  expect(formatNear('soon', later, 'en-US')).toBe('soon');
});
