import { readClock } from '$lib/format';
import { dayUnreadable } from '$lib/domain';
import { t } from '$lib/i18n';
import { startOfDay } from '../payouts/period';

/** A day and a time as the owner wrote them, as a moment in the owner's time zone, or what is wrong with either. */
export interface NotBefore {
  at: string | null;
  dayError: string | null;
  timeError: string | null;
}

/** Before any moment is chosen: at once. */
export const AT_ONCE: NotBefore = { at: null, dayError: null, timeError: null };

/** Reads the moment before which nothing is to be sent. */
export function readNotBefore(day: string, time: string, now: Date): NotBefore {
  const date = startOfDay(day);
  if (!date) return { ...AT_ONCE, dayError: dayUnreadable() };
  const clock = readClock(time);
  if (clock === null) return { ...AT_ONCE, timeError: t('runs.timeUnreadable') };
  const [hour, minute] = clock.split(':').map(Number);
  date.setHours(hour ?? 0, minute ?? 0);
  if (date <= now) return { ...AT_ONCE, dayError: t('runs.timePast') };
  return { ...AT_ONCE, at: date.toISOString() };
}
