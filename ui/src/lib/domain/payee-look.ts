import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleOff from '@lucide/svelte/icons/circle-off';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import CircleX from '@lucide/svelte/icons/circle-x';
import LoaderCircle from '@lucide/svelte/icons/loader-circle';
import Mail from '@lucide/svelte/icons/mail';
import ScanSearch from '@lucide/svelte/icons/scan-search';
import type { Icon, Tone } from '$lib/components';
import { t } from '$lib/i18n';
import type { AccountStatus, Payee, PayeeStatus } from '$lib/platform';

/** How a payee's status looks; its word is the catalogue's `domain.payee_…`. */
export const payeeLook: Record<PayeeStatus, { tone: Tone; icon: Icon }> = {
  registering: { tone: 'blue', icon: LoaderCircle },
  refused: { tone: 'red', icon: CircleX },
  pending: { tone: 'blue', icon: Mail },
  in_review: { tone: 'blue', icon: ScanSearch },
  active: { tone: 'green', icon: CircleCheck },
  declined: { tone: 'red', icon: CircleX },
  deactivated: { tone: 'grey', icon: CircleOff },
  unknown: { tone: 'grey', icon: CircleQuestionMark },
};

/** Pockyt calls a profile pending until it is approved, also once the payee has been through it and has entered an account. */
export function isSubmitted(payee: Pick<Payee, 'status' | 'accountPending'>): boolean {
  return payee.status === 'pending' && payee.accountPending;
}

/** A payee's status in a word: ours, or Pockyt's where there is none of ours. */
export function payeeWord(payee: Pick<Payee, 'status' | 'statusRaw' | 'accountPending'>): string {
  if (isSubmitted(payee)) return t('domain.payeeSubmitted');
  if (payee.status === 'unknown' && payee.statusRaw) return payee.statusRaw;
  return t(`domain.payee_${payee.status}`);
}

/** Why the payee stands there. */
export function payeeWhy(payee: Pick<Payee, 'status' | 'accountPending'>): string {
  return isSubmitted(payee) ? t('domain.payeeSubmittedWhy') : t(`domain.payeeWhy_${payee.status}`);
}

/** How a funding account's status looks. */
export const accountLook: Record<AccountStatus, { tone: Tone; icon: Icon }> = {
  pending: { tone: 'blue', icon: LoaderCircle },
  activated: { tone: 'green', icon: CircleCheck },
  invalid: { tone: 'red', icon: CircleX },
  gone: { tone: 'grey', icon: CircleOff },
  unknown: { tone: 'grey', icon: CircleQuestionMark },
};
