/** A day as it was typed: `yyyy-mm-dd`, or why it is none. */
export type ReadDay =
  | { ok: true; date: string }
  | { ok: false; reason: 'empty' | 'unreadable' | 'not_digits' | 'short_year' | 'not_real' };

type Part = 'year' | 'month' | 'day';

/** In which order the locale writes day, month and year. */
export function orderOf(locale: string): Part[] {
  const parts = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(0);
  return parts
    .map((part) => part.type)
    .filter((type): type is Part => ['year', 'month', 'day'].includes(type));
}

/**
 * Reads a day the way people write it: 1990-04-30, 19900430, 04301990, 4/30/1990, 30.4.1990 or
 * 1990年4月30日. A year in front decides the order; otherwise the locale does, unless only the other
 * order makes a real day.
 */
export function readDay(typed: string, locale: string): ReadDay {
  const text = typed.normalize('NFKC').trim();
  if (text === '') return { ok: false, reason: 'empty' };
  // A month in letters, "Dec 1", or no date at all.
  if (/\p{L}/u.test(text.replace(/[年月日]/g, ''))) return { ok: false, reason: 'not_digits' };
  const groups = /^\D*\d+\D+\d+\D+\d+\D*$/.test(text) ? text.match(/\d+/g) : eightDigits(text);
  if (!groups || !/^[\d\s./年月日-]+$/.test(text)) return { ok: false, reason: 'unreadable' };

  const [first = '', second = '', third = ''] = groups;
  // Whoever writes dots writes the day first.
  const dotted = /^\s*\d+\.\s*\d+\.\s*\d+/.test(text);
  const orders = first.length === 4 ? [['year', 'month', 'day']] : yearLast(dotted ? 'de' : locale);
  if (first.length !== 4 && third.length !== 4) return { ok: false, reason: 'short_year' };

  for (const order of orders) {
    const read = { year: 0, month: 0, day: 0 };
    [first, second, third].forEach((digits, index) => {
      read[order[index] as Part] = Number(digits);
    });
    if (isReal(read)) return { ok: true, date: written(read) };
  }
  return { ok: false, reason: 'not_real' };
}

/** The parts of a day of eight digits alone: the year is in front where that makes a real day. */
function eightDigits(text: string): string[] | null {
  if (!/^\d{8}$/.test(text)) return null;
  const [year, month, day] = [text.slice(0, 4), text.slice(4, 6), text.slice(6)] as const;
  const real = isReal({ year: Number(year), month: Number(month), day: Number(day) });
  return real ? [year, month, day] : [text.slice(0, 2), text.slice(2, 4), text.slice(4)];
}

function yearLast(locale: string): Part[][] {
  const monthFirst: Part[] = ['month', 'day', 'year'];
  const dayFirst: Part[] = ['day', 'month', 'year'];
  const order = orderOf(locale);
  return order.indexOf('month') < order.indexOf('day')
    ? [monthFirst, dayFirst]
    : [dayFirst, monthFirst];
}

interface Day {
  year: number;
  month: number;
  day: number;
}

function isReal({ year, month, day }: Day): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function written({ year, month, day }: Day): string {
  return [String(year).padStart(4, '0'), pad(month), pad(day)].join('-');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/**
 * Reads a time of the day the way people write it: 9:00, 14.30, 1430, 2 pm, 下午2:30 or 14点30分.
 * `HH:MM`, or null where it is none.
 */
export function readClock(typed: string): string | null {
  const text = typed
    .normalize('NFKC')
    .trim()
    .replace(/[点點时時]/, ':')
    .replace(/分$/, '')
    .replace(/:$/, '');
  if (/上午|下午/.test(text) && /[ap]/i.test(text)) return null;
  const match =
    /^(\d{1,2})(\d{2})$/.exec(text) ??
    /^(?:上午|下午)?\s*(\d{1,2})(?:[:.](\d{2}))?\s*(?:[ap]\.?\s?m\.?)?$/i.exec(text);
  if (!match) return null;
  const [hour, minute] = [Number(match[1]), Number(match[2] ?? 0)];
  const half = /p|下午/i.test(text) ? 12 : /a|上午/i.test(text) ? 0 : null;
  if (half === null ? hour > 23 : hour < 1 || hour > 12) return null;
  if (minute > 59) return null;
  return `${pad(half === null ? hour : (hour % 12) + half)}:${pad(minute)}`;
}

/** A day as an example, in the locale's own writing. */
export function exampleDate(locale: string, date = '1990-04-30'): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone: 'UTC',
  }).format(new Date(`${date}T00:00:00Z`));
}
