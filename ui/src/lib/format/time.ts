import type { Timestamp } from '$lib/platform';

type Style = 'clock' | 'date' | 'minute' | 'full';

const options: Record<Style, Intl.DateTimeFormatOptions> = {
  clock: { timeStyle: 'short' },
  date: { dateStyle: 'medium' },
  minute: { dateStyle: 'medium', timeStyle: 'short' },
  full: {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  },
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment in the owner's own time zone; `full` names the zone. */
export function formatTime(at: Timestamp, style: Style, locale: string): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return at;
  const id = `${locale} ${style}`;
  let format = formats.get(id);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, options[style]);
    formats.set(id, format);
  }
  return format.format(moment);
}

const NEAR_S = 3600;

/** How long ago, or how soon, within the hour: "20 seconds ago"; beyond it, the moment itself. */
export function formatNear(at: Timestamp, now: number, locale: string): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  // What cannot be read as a moment is no number either, and shown as it came.
  if (!(Math.abs(seconds) < NEAR_S)) return formatTime(at, 'minute', locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  return Math.abs(seconds) < 60
    ? relative.format(seconds, 'second')
    : relative.format(Math.trunc(seconds / 60), 'minute');
}

/** A month such as `2026-11`, of any time zone's calendar: "November 2026", or short: "Nov". */
export function formatMonth(month: string, style: 'short' | 'long', locale: string): string {
  const begun = new Date(`${month}-01T00:00:00Z`);
  if (Number.isNaN(begun.getTime())) return month;
  const options: Intl.DateTimeFormatOptions =
    style === 'short' ? { month: 'short' } : { month: 'long', year: 'numeric' };
  const id = `${locale} month ${style}`;
  let format = formats.get(id);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    formats.set(id, format);
  }
  return format.format(begun);
}

/** A day such as `2026-12-01`, of any time zone's calendar. */
export function formatDay(day: string, style: 'medium' | 'full', locale: string): string {
  const begun = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(begun.getTime())) return day;
  const id = `${locale} day ${style}`;
  let format = formats.get(id);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { dateStyle: style, timeZone: 'UTC' });
    formats.set(id, format);
  }
  return format.format(begun);
}

/** The name of a day of the week, from 1 for Monday to 7 for Sunday. */
export function formatWeekday(weekday: number, locale: string): string {
  // The first of January 2024 was a Monday.
  const day = new Date(Date.UTC(2024, 0, weekday));
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(day);
}

/** The day in words, so that the owner sees how it was read. */
export function longDate(date: string, locale: string, style: 'long' | 'full' = 'long'): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: style, timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

/** A time of the day as the locale writes it. */
export function localClock(clock: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(`2026-01-01T${clock}:00Z`),
  );
}
