import { ListMemory } from '$lib/live';
import type { PayeeQuery, PayeeStatus, WindowMemory } from '$lib/platform';

export type PayeeSort = PayeeQuery['sort'];

/** The statuses that payees are looked for by. */
export const payeeStatuses: readonly PayeeStatus[] = [
  'active',
  'pending',
  'in_review',
  'registering',
  'declined',
  'deactivated',
  'refused',
  'unknown',
];
export const payeeSorts: readonly PayeeSort[] = ['name', 'newest', 'last_paid', 'status'];

/** The columns that the owner may leave out. */
export const payeeColumns = ['account', 'country', 'lastPaid', 'paidThisYear'] as const;
export type PayeeColumn = (typeof payeeColumns)[number];

/** What a saved filter of payees keeps; never the search, which may be a name. */
export interface PayeeFilter {
  status: PayeeStatus | null;
  sort: PayeeSort;
}

function readFilter(kept: Record<string, unknown>): PayeeFilter {
  return {
    status: payeeStatuses.find((one) => one === kept.status) ?? null,
    sort: payeeSorts.find((one) => one === kept.sort) ?? 'name',
  };
}

/** What the owner looks for in the payee list; kept while other screens are open. */
class PayeesView {
  search = $state('');
  status: PayeeStatus | null = $state(null);
  sort: PayeeSort = $state('name');
  /** The row last moved to or opened. */
  activeId: string | null = $state(null);
  memory: ListMemory<PayeeColumn, PayeeFilter> | null = $state.raw(null);
  #profileId: string | null = null;

  /** Begins anew when another account's payees are shown. */
  open(profileId: string, memory: WindowMemory) {
    if (profileId === this.#profileId) return;
    this.#profileId = profileId;
    const usual = ['account', 'lastPaid', 'paidThisYear'] as const;
    const columns = { all: payeeColumns, usual };
    this.memory = new ListMemory(memory, `${profileId}.payees`, columns, readFilter);
    this.sort = 'name';
    this.activeId = null;
    this.showAll();
  }

  showAll() {
    this.search = '';
    this.status = null;
  }

  /** What narrows the list now, to be saved. */
  get filter(): PayeeFilter {
    return { status: this.status, sort: this.sort };
  }

  apply(filter: PayeeFilter) {
    this.showAll();
    Object.assign(this, filter);
  }

  /** Shows those with a status, as a link from elsewhere asks; a word that is none shows all. */
  showStatus(status: string) {
    this.showAll();
    this.status = payeeStatuses.find((one) => one === status) ?? null;
  }

  get narrowed(): boolean {
    return this.search.trim() !== '' || this.status !== null;
  }
}

export const payeesView = new PayeesView();
