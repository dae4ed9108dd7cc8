import { t } from '$lib/i18n';
import { readDay } from '../payouts/period';

/** A day and a time as the owner wrote them, as a moment in the owner's time zone. */
export type NotBefore = { at: string | null; error: string | null };

/** No day at all means at once. */
export function readNotBefore(day: string, time: string, now: Date): NotBefore {
  if (day.trim() === '') return { at: null, error: null };
  const date = readDay(day);
  if (!date) return { at: null, error: t('payouts.dateUnreadable') };
  const written = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(time.trim());
  if (!written) return { at: null, error: t('runs.timeUnreadable') };
  date.setHours(Number(written[1]), Number(written[2]));
  if (date <= now) return { at: null, error: t('runs.timePast') };
  return { at: date.toISOString(), error: null };
}
