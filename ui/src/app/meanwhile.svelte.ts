import { messages } from '$lib/components';
import { formatMoney } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import { coalesced, Remembered, texts } from '$lib/live';
import type { Payout, PayoutState, Platform } from '$lib/platform';

/** Where a payout stands that was released and has no outcome. */
const onItsWay: PayoutState[] = ['ready', 'sending', 'unknown', 'processing'];
const CAUSE = 'meanwhile';
/** How many are remembered: the newest. */
const MOST = 50;
/** For how long after the start an outcome counts as one of the time before. */
const NEWS_FOR_MS = 120_000;
/** How long after the start it looks first: what the owner waits for comes before. */
const FIRST_MS = 1000;
/** How long after an answer the ledger is asked again at the earliest. */
const REST_MS = 2000;

/** Tells once what was paid of that which was on its way when Remit was closed. */
export class Meanwhile {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Follows an account until the returned function is called. */
  follow(account: string): () => void {
    // By number alone: names and amounts stay in the ledger.
    const kept = new Remembered(this.#platform.memory, `${account}.on-its-way`, texts);
    const begun = Date.now();
    let before = kept.value;
    const mayBeMore = before.length >= MOST;
    const paid: Payout[] = [];
    const cameBack: string[] = [];
    let followed = true;

    const look = coalesced(async () => {
      const now = await this.#onItsWay().catch(() => null);
      if (now === null || !followed) return;
      kept.value = now;
      if (Date.now() - begun > NEWS_FOR_MS) before = [];
      const ended = before.filter((id) => !now.includes(id));
      before = before.filter((id) => now.includes(id));
      const found = await Promise.all(
        ended.map((id) => this.#platform.payout(id).catch(() => null)),
      );
      const fresh = found.flatMap((one) =>
        one?.payout.state === 'paid' && !cameBack.includes(one.payout.id) ? [one.payout] : [],
      );
      if (fresh.length === 0 || !followed) return;
      paid.push(...fresh);
      tell(paid, mayBeMore);
    }, REST_MS);

    const first = setTimeout(() => void look(), FIRST_MS);
    const stop = this.#platform.on('payoutChanged', ({ id, state }) => {
      const told = paid.findIndex((one) => one.id === id);
      if (state === 'returned') cameBack.push(id);
      if (told >= 0 && state !== 'paid') {
        paid.splice(told, 1);
        tellAgain(paid, mayBeMore);
      }
      void look();
    });
    return () => {
      followed = false;
      clearTimeout(first);
      stop();
    };
  }

  async #onItsWay(): Promise<string[]> {
    const { payouts } = await this.#platform.listPayouts({
      search: '',
      states: onItsWay,
      payeeId: null,
      run: null,
      from: null,
      to: null,
      sort: 'newest',
      cursor: null,
      limit: MOST,
    });
    return payouts.map(({ id }) => id);
  }
}

/** Unless the owner has dismissed it. */
function tellAgain(paid: readonly Payout[], mayBeMore: boolean) {
  if (!messages.shown.some(({ cause }) => cause === CAUSE)) return;
  messages.dismiss(CAUSE);
  tell(paid, mayBeMore);
}

function tell(paid: readonly Payout[], mayBeMore: boolean) {
  const [first] = paid;
  if (!first) return;
  messages.show({
    cause: CAUSE,
    tone: 'green',
    // It may stand there while the language is changed.
    get title() {
      return t('payouts.paidMeanwhile', {
        count: paid.length,
        amount: formatMoney(first.amount, spoken.locale),
        payee: first.payeeName,
      });
    },
    get text() {
      return mayBeMore ? t('payouts.paidMeanwhileMore') : undefined;
    },
    stays: true,
  });
}
