import { expect, it } from 'vitest';
import type { PaidMonth } from '$lib/platform';
import { seriesOf } from './months';

const paid = (month: string, ...sums: [string, string][]): PaidMonth => ({
  month,
  payouts: sums.length,
  sums: sums.map(([amount, currency]) => ({ amount, currency })),
});

it('draws nothing where nothing was paid', () => {
  expect(seriesOf([paid('2026-10'), paid('2026-11')])).toEqual([]);
});

it('gives each currency a scale of its own', () => {
  const [won, dollars] = seriesOf([
    paid('2026-09', ['250.00', 'USD']),
    paid('2026-10', ['1000.00', 'USD'], ['9', 'KRW']),
    paid('2026-11', ['0.50', 'USD']),
  ]);
  expect(won?.currency).toBe('KRW');
  expect(won?.bars.map(({ share }) => share)).toEqual([0, 1000, 0]);
  expect(dollars?.bars.map(({ share }) => share)).toEqual([250, 1000, 0]);
  expect(dollars?.most.month).toBe('2026-10');
});

it('is exact beyond what a float can tell apart', () => {
  const [series] = seriesOf([
    paid('2026-10', ['90071992547409.92', 'USD']),
    paid('2026-11', ['90071992547409.93', 'USD']),
  ]);
  expect(series?.most.month).toBe('2026-11');
  expect(series?.bars.map(({ share }) => share)).toEqual([999, 1000]);
});
