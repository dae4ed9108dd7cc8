/** What the owner looks for among the runs; kept while other screens are open. */
class RunsView {
  search = $state('');
  /** The row last moved to or opened. */
  activeId: string | null = $state(null);
  #profileId: string | null = null;

  /** Begins anew when another account's runs are shown. */
  open(profileId: string) {
    if (profileId === this.#profileId) return;
    this.#profileId = profileId;
    this.search = '';
    this.activeId = null;
  }
}

export const runsView = new RunsView();
