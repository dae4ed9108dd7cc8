import { orderOf } from '$lib/format';
import { isMessageKey, spoken, t } from '$lib/i18n';
import type { Actor } from '$lib/platform';

/** Who must act next, as a short phrase. */
export function actorWord(actor: Actor): string {
  return t(`domain.act_${actor}`);
}

/** What to do about a day that cannot be read. */
export function dayUnreadable(): string {
  return t('payees.dateUnreadable', { order: orderOf(spoken.locale).join('_') });
}

/** The word that the ledger's label of a bank account begins with. */
const BANK_ACCOUNT = /^Bank account(?= |$)/;

/** The ledger's label of an account in the shown language: "Bank account ••••5655". */
export function accountName(label: string): string {
  return label.replace(BANK_ACCOUNT, t('domain.bankAccount'));
}

/** Whether the ledger's label is of a bank account. */
export function isAtBank(label: string): boolean {
  return BANK_ACCOUNT.test(label);
}

/** How the money travels; a channel without a word of ours is shown as it came. */
export function channelWord(channel: string): string {
  const key = `domain.channel_${channel}`;
  return isMessageKey(key) ? t(key) : channel;
}
