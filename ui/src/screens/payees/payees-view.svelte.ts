import type { PayeeQuery, PayeeStatus } from '$lib/platform';

export type PayeeSort = PayeeQuery['sort'];

/** What the owner looks for in the payee list; kept while other screens are open. */
class PayeesView {
  search = $state('');
  status: PayeeStatus | null = $state(null);
  sort: PayeeSort = $state('name');
  /** The row last moved to or opened. */
  activeId: string | null = $state(null);
  #profileId: string | null = null;

  /** Begins anew when another account's payees are shown. */
  open(profileId: string) {
    if (profileId === this.#profileId) return;
    this.#profileId = profileId;
    this.sort = 'name';
    this.activeId = null;
    this.showAll();
  }

  showAll() {
    this.search = '';
    this.status = null;
  }

  get narrowed(): boolean {
    return this.search.trim() !== '' || this.status !== null;
  }
}

export const payeesView = new PayeesView();
