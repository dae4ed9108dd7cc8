import { formatDay, formatWeekday } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import type { Schedule, ScheduleRhythm } from '$lib/platform';

/** The last day of every month, however many it has. */
export const LAST_DAY = 31;
/** The last that every month has. */
const EVERY_MONTH_HAS = 28;

/** On which day of the week a date is, from 1 for Monday to 7 for Sunday. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

const dayOf = (moment: number) => new Date(moment).toISOString().slice(0, 10);
const DAY_MS = 24 * 60 * 60 * 1000;

/** The next days on which it comes round, from this one on, at most so many. */
export function comingDays(rhythm: ScheduleRhythm, from: string, most: number): string[] {
  const first = Date.parse(`${from}T00:00:00Z`);
  if (Number.isNaN(first)) return [];
  const every = (weeks: number, begun: number) =>
    Array.from({ length: most }, (_, round) => dayOf(begun + round * weeks * 7 * DAY_MS));
  switch (rhythm.every) {
    case 'once':
      return rhythm.date >= from ? [rhythm.date] : [];
    case 'week':
      return every(1, first + ((rhythm.weekday - weekdayOf(from) + 7) % 7) * DAY_MS);
    case 'two_weeks': {
      const begun = Date.parse(`${rhythm.from}T00:00:00Z`);
      if (Number.isNaN(begun)) return [];
      const rounds = Math.max(0, Math.ceil((first - begun) / (14 * DAY_MS)));
      return every(2, begun + rounds * 14 * DAY_MS);
    }
    case 'month': {
      const [year = 0, month = 1] = from.split('-').map(Number);
      // A month that has no such day is met on its last.
      const inMonth = (later: number) => {
        const days = new Date(Date.UTC(year, month + later, 0)).getUTCDate();
        return dayOf(Date.UTC(year, month - 1 + later, Math.min(rhythm.day, days)));
      };
      const months = Array.from({ length: most + 1 }, (_, later) => inMonth(later));
      return months.filter((day) => day >= from).slice(0, most);
    }
  }
}

function daysWords(rhythm: ScheduleRhythm): string {
  const weekday = (day: number) => formatWeekday(day, spoken.locale);
  switch (rhythm.every) {
    case 'once':
      return t('schedules.rhythm_once', { day: formatDay(rhythm.date, 'medium', spoken.locale) });
    case 'week':
      return t('schedules.rhythm_week', { weekday: weekday(rhythm.weekday) });
    case 'two_weeks':
      return t('schedules.rhythm_twoWeeks', { weekday: weekday(weekdayOf(rhythm.from)) });
    case 'month':
      if (rhythm.day >= LAST_DAY) return t('schedules.rhythm_monthLast');
      return rhythm.day > EVERY_MONTH_HAS
        ? t('schedules.rhythm_monthShort', { day: rhythm.day })
        : t('schedules.rhythm_month', { day: rhythm.day });
  }
}

/** Whether it is the computer's own time zone, under whichever of its names. */
function isHere(zone: string): boolean {
  const nameOf = (timeZone?: string) =>
    new Intl.DateTimeFormat(undefined, { timeZone }).resolvedOptions().timeZone;
  try {
    return nameOf(zone) === nameOf();
  } catch {
    return false;
  }
}

/** When a schedule comes round: "Every Friday at 09:00"; the time zone is named where it is not the computer's. */
export function rhythmWords({ rhythm, time, zone }: Schedule): string {
  const told = isHere(zone) ? time : t('schedules.inZone', { time, zone });
  return t('schedules.atTime', { rhythm: daysWords(rhythm), time: told });
}
