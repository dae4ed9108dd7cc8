import { readDay, type ReadDay } from '$lib/format';

/** A date of birth as it was typed: `yyyy-mm-dd`, or why it cannot be one. */
export type ReadDate = ReadDay | { ok: false; reason: 'future' | 'under_age' | 'too_old' };

/** Pockyt registers nobody younger (pockyt-api.md section 4.1). */
const ADULT_YEARS = 18;
const OLDEST_YEARS = 120;

/** Reads a date of birth. `today` is the owner's own date. */
export function readBirthDate(typed: string, locale: string, today = new Date()): ReadDate {
  const read = readDay(typed, locale);
  if (!read.ok) return read;
  const [year = 0, month = 0, day = 0] = read.date.split('-').map(Number);
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
  return read;
}
