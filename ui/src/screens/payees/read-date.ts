/** A date of birth as it was typed: `yyyy-mm-dd`, or why it cannot be one. */
export type ReadDate =
  | { ok: true; date: string }
  | { ok: false; reason: 'empty' | 'unreadable' | 'not_real' | 'future' | 'under_age' | 'too_old' };

type Part = 'year' | 'month' | 'day';

/** Pockyt registers nobody younger (pockyt-api.md section 4.1). */
const ADULT_YEARS = 18;
const OLDEST_YEARS = 120;

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
 * Reads a date of birth the way people write it: 1990-04-30, 19900430, 04301990, 4/30/1990,
 * 30.4.1990 or 1990年4月30日. A year in front decides the order; otherwise the locale does, unless
 * only the other order makes a real day. `today` is the owner's own date.
 */
export function readBirthDate(typed: string, locale: string, today = new Date()): ReadDate {
  const text = typed.normalize('NFKC').trim();
  if (text === '') return { ok: false, reason: 'empty' };
  const groups = /^\D*\d+\D+\d+\D+\d+\D*$/.test(text) ? text.match(/\d+/g) : eightDigits(text);
  if (!groups || !/^[\d\s./年月日-]+$/.test(text)) return { ok: false, reason: 'unreadable' };

  const [first = '', second = '', third = ''] = groups;
  const orders = first.length === 4 ? [['year', 'month', 'day']] : yearLast(locale);
  if (first.length !== 4 && third.length !== 4) return { ok: false, reason: 'unreadable' };

  for (const order of orders) {
    const read = { year: 0, month: 0, day: 0 };
    [first, second, third].forEach((digits, index) => {
      read[order[index] as Part] = Number(digits);
    });
    if (isReal(read)) return judge(read, today);
  }
  return { ok: false, reason: 'not_real' };
}

/** The parts of a date of eight digits alone: the year is in front where that makes a real day. */
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

function judge({ year, month, day }: Day, today: Date): ReadDate {
  const birthdayLies = [
    today.getFullYear() - year,
    today.getMonth() + 1 - month,
    today.getDate() - day,
  ];
  const [years = 0, months = 0, days = 0] = birthdayLies;
  const hadBirthday = months > 0 || (months === 0 && days >= 0);
  const age = hadBirthday ? years : years - 1;
  if (age < 0) return { ok: false, reason: 'future' };
  if (age < ADULT_YEARS) return { ok: false, reason: 'under_age' };
  if (age > OLDEST_YEARS) return { ok: false, reason: 'too_old' };
  const padded = [String(year).padStart(4, '0'), pad(month), pad(day)];
  return { ok: true, date: padded.join('-') };
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** The date in words, so that the owner sees how it was read. */
export function longDate(date: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

/** An example in the locale's own writing. */
export function exampleDate(locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone: 'UTC',
  }).format(new Date('1990-04-30T00:00:00Z'));
}
