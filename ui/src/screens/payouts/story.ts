import { shownState } from '$lib/domain';
import { formatMoney, formatTime } from '$lib/format';
import { isMessageKey, spoken, t, type MessageKey } from '$lib/i18n';
import type { EngineStatus, Payout, PayoutDetail, PayoutReason, PayoutState } from '$lib/platform';

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

/** The reason that the text of a state tells already. */
const implied: Partial<Record<PayoutState, PayoutReason>> = {
  cancelled: 'withdrawn',
  returned: 'reported_returned',
};

/** Why a payout that is ready would not go out even with the network. */
const stays: PayoutReason[] = ['token_unavailable', 'account_changed', 'payee_not_active'];

/** What of the engine holds up a payout that is ready. */
export type Holds = Pick<EngineStatus, 'offlineSince' | 'heldUntil' | 'recovery'>;

/** The run that a payout came with, as far as it holds it up. */
type OfRun = Pick<NonNullable<PayoutDetail['run']>, 'paused' | 'stopped'> | null;

/** Why a payout that is ready does not go out now, where that is no matter of this payout alone. */
export function heldUp(
  { state, reason }: Pick<Payout, 'state' | 'reason'>,
  engine: Holds | null,
  run: OfRun = null,
): 'Comparison' | 'Run' | 'Network' | 'Held' | null {
  if (state !== 'ready') return null;
  if (engine?.recovery && engine.recovery.doneAt === null) return 'Comparison';
  // Without its token it would not go out even so, nor would it when its payee or account has changed.
  if (reason && stays.includes(reason)) return null;
  // Only the owner ends a pause, with the network or without.
  if (run?.paused) return 'Run';
  if (engine?.offlineSince) return 'Network';
  return engine?.heldUntil ? 'Held' : null;
}

/** What Pockyt does not know would be sent once more, were its run not held back: then it is only asked about. */
function notSentAgain({ state, reason }: Told, run: OfRun): MessageKey | null {
  if (state !== 'unknown' || reason !== 'not_found_yet') return null;
  if (run?.stopped) return 'payouts.story_unknown_not_found_yet_stopped';
  return run?.paused ? 'payouts.story_unknown_not_found_yet_paused' : null;
}

/** The story of a payout's state and reason, and of what holds it up, in the language shown. */
export function payoutStory(payout: Told, engine: Holds | null = null, run: OfRun = null): Story {
  const shown = shownState(payout);
  const params = {
    payee: payout.payeeName,
    invoiceId: payout.invoiceId,
    amount: formatMoney(payout.amount, spoken.locale),
  };
  // The most telling text that the catalogue has: for state and reason, else for the state alone.
  const precise = `${payout.state}_${payout.reason}`;
  const written = (part: '' | '_text' | '_todo'): MessageKey | null => {
    for (const told of payout.reason ? [precise, shown] : [shown]) {
      const tail = told + part;
      const key = `payouts.story_${tail}`;
      if (isMessageKey(key)) return key;
    }
    return null;
  };
  const say = (key: MessageKey | null) => (key ? t(key, params) : null);

  const title = written('');
  const isTold = title?.endsWith(precise) || implied[payout.state] === payout.reason;
  // A pair nobody foresaw still says why, in the reason's own sentence.
  const unforeseen = payout.reason && !isTold ? t(`domain.reason_${payout.reason}`) : null;
  const until = payout.cancellable ? t('payouts.story_cancellable') : null;
  const hold = heldUp(payout, engine, run);
  if (hold) {
    const time = formatTime(engine?.heldUntil ?? '', 'clock', spoken.locale);
    const waits = t(`engine.waits${hold}Text`, { invoiceId: payout.invoiceId, time });
    return {
      title: t(`engine.waits${hold}`),
      text: together([waits, until]),
      todo: null,
    };
  }
  return {
    title: say(title) ?? t(`domain.payoutWhy_${shown}`),
    text: together([unforeseen, say(notSentAgain(payout, run) ?? written('_text')), until]),
    todo: payout.retriedBy ? t('payouts.story_retried') : say(written('_todo')),
  };
}

/** Sentences one after another, as the language shown sets them. */
function together(sentences: (string | null)[]): string {
  const told = sentences.filter((one) => one !== null);
  return told.reduce((first, second) => t('common.together', { first, second }));
}

/** What comes next, as the head of the history. */
export function whatComesNext(
  payout: Pick<Payout, 'state' | 'reason' | 'invoiceId' | 'retryable'>,
  run: OfRun = null,
): string {
  if (heldUp(payout, null, run)) return t('payouts.next_waiting');
  switch (payout.state) {
    case 'ready':
      return payout.reason === 'account_changed' || payout.reason === 'payee_not_active'
        ? t('payouts.next_waiting')
        : t('payouts.next_ready');
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
      return payout.retryable || payout.reason === 'paid_after_all'
        ? t('payouts.next_waiting')
        : t('payouts.next_other');
  }
}
