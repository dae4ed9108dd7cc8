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
