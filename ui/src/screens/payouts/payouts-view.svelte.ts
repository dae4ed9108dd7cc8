import type { PayoutQuery, PayoutState } from '$lib/platform';
import { periodBounds, type Period } from './period';

export type PayoutSort = PayoutQuery['sort'];

/** What the owner looks for among the payouts; kept while other screens are open. */
class PayoutsView {
  search = $state('');
  states: PayoutState[] = $state([]);
  period: Period = $state('any');
  /** The days of a period of the owner's own, as written. */
  from = $state('');
  to = $state('');
  sort: PayoutSort = $state('newest');
  /** The row last moved to or opened. */
  activeId: string | null = $state(null);
  #profileId: string | null = null;

  /** Begins anew when another account's payouts are shown. */
  open(profileId: string) {
    if (profileId === this.#profileId) return;
    this.#profileId = profileId;
    this.sort = 'newest';
    this.activeId = null;
    this.showAll();
  }

  showAll() {
    this.search = '';
    this.states = [];
    this.period = 'any';
    this.from = '';
    this.to = '';
  }

  get narrowed(): boolean {
    return this.search.trim() !== '' || this.states.length > 0 || this.period !== 'any';
  }

  toggle(state: PayoutState) {
    this.states = this.states.includes(state)
      ? this.states.filter((other) => other !== state)
      : [...this.states, state];
  }

  /** The question to the ledger, for all payees or for one. */
  query(payeeId: string | null, cursor: string | null, limit: number): PayoutQuery {
    const { search, states, sort, period } = this;
    const { from, to } = periodBounds(period, { from: this.from, to: this.to }, new Date());
    return { search: search.trim(), states: [...states], payeeId, from, to, sort, cursor, limit };
  }
}

export const payoutsView = new PayoutsView();
