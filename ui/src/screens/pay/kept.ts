import type { Platform } from '$lib/platform';
import type { PayForm } from './pay-form.svelte';

/** The payout that was left half-written last, of one account; in this window's memory only. */
interface Kept {
  profileId: string;
  form: PayForm;
}

const kept = new WeakMap<Platform, Kept>();

/** What was left half-written of the payout that is asked for; null where there is nothing. */
export function leftPayout(
  platform: Platform,
  profileId: string,
  { payeeId, retryOf }: { payeeId: string | null; retryOf: string | null },
): PayForm | null {
  const left = kept.get(platform);
  if (left?.profileId !== profileId || !left.form.unfinished) return null;
  const { form } = left;
  const same = retryOf === null ? !form.retryOf : form.retryOf?.id === retryOf;
  return same && (payeeId === null || form.payee?.id === payeeId) ? form : null;
}

/** Keeps what is written for the next time. */
export function keepPayout(platform: Platform, profileId: string, form: PayForm) {
  if (form.written && !form.paid) kept.set(platform, { profileId, form });
  else forgetPayout(platform, form);
}

/** The owner gives it up: the next form is empty. */
export function forgetPayout(platform: Platform, form: PayForm) {
  if (kept.get(platform)?.form === form) kept.delete(platform);
}
