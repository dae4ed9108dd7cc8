import { formatTime } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import type { Timestamp } from '$lib/platform';
import { isToday } from './present';

/** A moment as lists show it: the time of what is of today, the day of all else. */
export function listed(at: Timestamp): string {
  return isToday(at) ? todayAt(at) : formatTime(at, 'date', spoken.locale);
}

function todayAt(at: Timestamp): string {
  return t('common.todayAt', { time: formatTime(at, 'clock', spoken.locale) });
}

/** Moments as wide as lists show any, in the language shown. */
export function listedWidest(): string[] {
  return [formatTime('2026-10-28T22:58:00', 'date', spoken.locale), todayAt('2026-10-28T22:58:00')];
}
