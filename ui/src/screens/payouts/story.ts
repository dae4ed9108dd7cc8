import { shownState } from '$lib/domain';
import { formatMoney } from '$lib/format';
import { isMessageKey, spoken, t, type MessageKey } from '$lib/i18n';
import type { Payout } from '$lib/platform';

/** What a payout's page says of where it stands. */
export interface Story {
  /** What happened. */
  title: string;
  /** What it means. */
  text: string;
  /** What the owner does about it, where anything is to be done. */
  todo: string | null;
}

type Told = Pick<
  Payout,
  | 'state'
  | 'stalled'
  | 'reason'
  | 'amount'
  | 'payeeName'
  | 'invoiceId'
  | 'cancellable'
  | 'retryable'
  | 'retriedBy'
>;

/** The story of a payout's state and reason, in the language shown. */
export function payoutStory(payout: Told): Story {
  const shown = shownState(payout);
  const params = {
    payee: payout.payeeName,
    invoiceId: payout.invoiceId,
    amount: formatMoney(payout.amount, spoken.locale),
  };
  // The most telling text that the catalogue has: for state and reason, else for the state alone.
  const written = (part: '' | '_text' | '_todo'): MessageKey | null => {
    const precise = `payouts.story_${payout.state}_${payout.reason}${part}`;
    const general = `payouts.story_${shown}${part}`;
    if (payout.reason && isMessageKey(precise)) return precise;
    return isMessageKey(general) ? general : null;
  };
  const say = (key: MessageKey | null) => (key ? t(key, params) : null);

  const title = written('');
  const isPrecise = title === `payouts.story_${payout.state}_${payout.reason}`;
  const unforeseen = payout.reason && !isPrecise ? t(`domain.reason_${payout.reason}`) : null;
  const until = payout.cancellable ? t('payouts.story_cancellable') : null;
  return {
    title: say(title) ?? t(`domain.payoutWhy_${shown}`),
    text: [unforeseen, say(written('_text')), until].filter(Boolean).join(' '),
    todo: payout.retriedBy ? t('payouts.story_retried') : say(written('_todo')),
  };
}

/** What comes next, as the head of the history. */
export function whatComesNext(payout: Pick<Payout, 'state' | 'invoiceId' | 'retryable'>): string {
  switch (payout.state) {
    case 'ready':
    case 'sending':
    case 'unknown':
    case 'processing':
    case 'paid':
      return t(`payouts.next_${payout.state}`, { invoiceId: payout.invoiceId });
    case 'scheduled':
      return t('payouts.next_ready');
    case 'draft':
    case 'awaiting_approval':
      return t('payouts.next_waiting');
    default:
      return payout.retryable ? t('payouts.next_waiting') : t('payouts.next_other');
  }
}
