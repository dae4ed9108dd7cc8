import type { Timestamp } from '$lib/platform';

export const periods = ['any', 'today', 'week', 'month', 'lastMonth', 'year', 'custom'] as const;
export type Period = (typeof periods)[number];

interface Bounds {
  from: Timestamp | null;
  to: Timestamp | null;
}

/** Midnight of a day written `yyyy-mm-dd`, in the owner's time zone; null when there is no such day. */
export function startOfDay(written: string): Date | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(written.trim());
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? date : null;
}

/**
 * The first and the last moment of a period, in the owner's time zone. Of a period of the owner's
 * own, a day that cannot be read leaves its side open.
 */
export function periodBounds(
  period: Period,
  custom: { from: string; to: string },
  now: Date,
): Bounds {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  const between = (first: Date | null, afterLast: Date | null): Bounds => ({
    from: first?.toISOString() ?? null,
    to: afterLast ? new Date(afterLast.getTime() - 1).toISOString() : null,
  });
  switch (period) {
    case 'any':
      return between(null, null);
    case 'today':
      return between(new Date(year, month, day), null);
    case 'week':
      return between(new Date(year, month, day - 6), null);
    case 'month':
      return between(new Date(year, month, 1), null);
    case 'lastMonth':
      return between(new Date(year, month - 1, 1), new Date(year, month, 1));
    case 'year':
      return between(new Date(year, 0, 1), null);
    case 'custom': {
      const last = startOfDay(custom.to);
      const afterLast = last && new Date(last.getFullYear(), last.getMonth(), last.getDate() + 1);
      return between(startOfDay(custom.from), afterLast);
    }
  }
}
