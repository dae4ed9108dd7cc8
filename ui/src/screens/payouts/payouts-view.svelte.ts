import { ListMemory, texts } from '$lib/live';
import type { PayoutQuery, PayoutState, WindowMemory } from '$lib/platform';
import { periodBounds, periods, type Period } from './period';
import { payoutStates } from './states';

export type PayoutSort = PayoutQuery['sort'];

/** The columns that the owner may leave out. */
export const payoutColumns = ['date', 'account', 'transaction', 'fee'] as const;
export type PayoutColumn = (typeof payoutColumns)[number];

/** What a saved filter of payouts keeps; never the search, which may be a name. */
export interface PayoutFilter {
  states: PayoutState[];
  period: Period;
  from: string;
  to: string;
  sort: PayoutSort;
}

function readFilter(kept: Record<string, unknown>): PayoutFilter | null {
  const period = periods.find((one) => one === kept.period);
  const { from, to, sort } = kept;
  if (!period || typeof from !== 'string' || typeof to !== 'string') return null;
  const states = payoutStates.filter((state) => texts(kept.states).includes(state));
  return { states, period, from, to, sort: sort === 'amount' ? 'amount' : 'newest' };
}

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
  memory: ListMemory<PayoutColumn, PayoutFilter> | null = $state.raw(null);
  #profileId: string | null = null;

  /** Begins anew when another account's payouts are shown. */
  open(profileId: string, memory: WindowMemory) {
    if (profileId === this.#profileId) return;
    this.#profileId = profileId;
    const columns = { all: payoutColumns, usual: ['date', 'account'] as const };
    this.memory = new ListMemory(memory, `${profileId}.payouts`, columns, readFilter);
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

  /** What narrows the list now, to be saved. */
  get filter(): PayoutFilter {
    const { states, period, from, to, sort } = this;
    return { states: [...states], period, from, to, sort };
  }

  apply(filter: PayoutFilter) {
    this.showAll();
    Object.assign(this, filter);
  }

  /** Shows those in some states, as a link from elsewhere asks; words that are none are left out. */
  showStates(states: readonly string[]) {
    this.showAll();
    this.states = payoutStates.filter((state) => states.includes(state));
  }

  get narrowed(): boolean {
    return this.search.trim() !== '' || this.states.length > 0 || this.period !== 'any';
  }

  toggle(state: PayoutState) {
    this.states = this.states.includes(state)
      ? this.states.filter((other) => other !== state)
      : [...this.states, state];
  }

  /** The question to the ledger, for all payees or for one, for all runs or for one. */
  query(
    { payeeId, run }: Pick<PayoutQuery, 'payeeId' | 'run'>,
    cursor: string | null,
    limit: number,
  ): PayoutQuery {
    const { search, states, sort, period } = this;
    const { from, to } = periodBounds(period, { from: this.from, to: this.to }, new Date());
    return {
      ...{ search: search.trim(), states: [...states], payeeId, run, from, to },
      ...{ sort, cursor, limit },
    };
  }
}

export const payoutsView = new PayoutsView();
