import { Remembered, texts } from '$lib/live';
import type { Payee, Payout, Platform } from '$lib/platform';

const MOST = 6;

/** What was chosen last in one account, newest first, by number alone: names stay in the ledger. */
export class Recent {
  payees: readonly Payee[] = $state.raw([]);
  payouts: readonly Payout[] = $state.raw([]);
  readonly #kept: Remembered<string[]>;
  readonly #platform: Platform;

  constructor(platform: Platform, profileId: string) {
    this.#platform = platform;
    this.#kept = new Remembered(platform.memory, `${profileId}.recent`, texts);
  }

  get ids(): readonly string[] {
    return this.#kept.value;
  }

  add(id: string) {
    this.#kept.value = [id, ...this.ids.filter((other) => other !== id)].slice(0, MOST);
  }

  /** Asks the ledger what the remembered numbers stand for; what is gone is left out. */
  async load() {
    const numbers = (kind: string) =>
      this.ids.filter((id) => id.startsWith(kind)).map((id) => id.slice(kind.length));
    const there = async <T>(asked: Promise<T>[]) =>
      (await Promise.allSettled(asked)).flatMap((one) =>
        one.status === 'fulfilled' ? [one.value] : [],
      );
    const [payees, payouts] = await Promise.all([
      there(numbers('payee:').map((id) => this.#platform.payee(id))),
      there(numbers('payout:').map((id) => this.#platform.payout(id))),
    ]);
    this.payees = payees.map(({ payee }) => payee);
    this.payouts = payouts.map(({ payout }) => payout);
  }
}
