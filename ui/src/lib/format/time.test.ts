import { expect, it } from 'vitest';
import { formatAgo, formatTime } from '.';

const at = '2026-11-20T15:30:00Z';

it('names the zone in the full form', () => {
  expect(formatTime(at, 'full', 'en-US')).toMatch(/November.*2026.*(UTC|GMT|[A-Z]{3,4})/);
});

it('shows an unreadable moment as it came', () => {
  expect(formatTime('soon', 'date', 'en-US')).toBe('soon');
});

it.each([
  [30_000, 'this minute'],
  [5 * 60_000, '5 minutes ago'],
  [3 * 3_600_000, '3 hours ago'],
  [26 * 3_600_000, 'yesterday'],
])('%d ms later it was %s', (later, shown) => {
  expect(formatAgo(at, Date.parse(at) + later, 'en-US')).toBe(shown);
});
