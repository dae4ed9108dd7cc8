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

/** How long ago, in the largest fitting unit: "3 hours ago". */
export function formatAgo(at: Timestamp, now: number, locale: string): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_557_600],
    ['month', 2_629_800],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ];
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(0, 'minute');
}
