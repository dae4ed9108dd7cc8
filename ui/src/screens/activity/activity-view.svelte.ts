import type { NotificationQuery, NotificationSource, NotificationVerdict } from '$lib/platform';

/** What the owner looks for in the activity; kept while other screens are open. */
class ActivityView {
  search = $state('');
  verdicts: NotificationVerdict[] = $state([]);
  sources: NotificationSource[] = $state([]);
  /** The row last moved to or opened. */
  activeId: string | null = $state(null);
  #profileId: string | null = null;

  /** Begins anew when another account's activity is shown. */
  open(profileId: string) {
    if (profileId === this.#profileId) return;
    this.#profileId = profileId;
    this.activeId = null;
    this.showAll();
  }

  showAll() {
    this.search = '';
    this.verdicts = [];
    this.sources = [];
  }

  get narrowed(): boolean {
    return this.search.trim() !== '' || this.verdicts.length > 0 || this.sources.length > 0;
  }

  toggleVerdict(verdict: NotificationVerdict) {
    this.verdicts = toggled(this.verdicts, verdict);
  }

  toggleSource(source: NotificationSource) {
    this.sources = toggled(this.sources, source);
  }

  /** The question to the ledger. */
  query(cursor: string | null, limit: number): NotificationQuery {
    const { search, verdicts, sources } = this;
    return {
      search: search.trim(),
      verdicts: [...verdicts],
      sources: [...sources],
      cursor,
      limit,
    };
  }
}

function toggled<T>(chosen: readonly T[], one: T): T[] {
  return chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one];
}

export const activityView = new ActivityView();
