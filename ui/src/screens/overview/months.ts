import { wholeOf } from '$lib/format';
import type { Money, PaidMonth } from '$lib/platform';

/** What was paid in one month. */
export interface Bar {
  month: string;
  paid: Money;
  /** The height of its bar, in thousandths of the highest. */
  share: number;
}

/** One currency's months: currencies never share a scale, and are never added up. */
export interface Series {
  currency: string;
  bars: Bar[];
  most: Bar;
}

const WHOLE = 1000n;

/** The months by currency, in alphabetical order; none when nothing was paid. */
export function seriesOf(months: readonly PaidMonth[]): Series[] {
  const codes = new Set(months.flatMap(({ sums }) => sums.map(({ currency }) => currency)));
  return [...codes].sort().map((currency) => {
    const paid = months.map(({ month, sums }) => ({
      month,
      paid: sums.find((sum) => sum.currency === currency) ?? { amount: '0', currency },
    }));
    const highest = paid.reduce((most, { paid }) => larger(most, wholeOf(paid.amount)), 1n);
    const bars = paid.map((bar) => {
      // Only the picture's size is a plain number; what was paid stays as it is.
      return { ...bar, share: Number((wholeOf(bar.paid.amount) * WHOLE) / highest) };
    });
    const most = bars.reduce((best, bar) => (bar.share > best.share ? bar : best));
    return { currency, bars, most };
  });
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
