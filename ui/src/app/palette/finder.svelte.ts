import {
  toIpcError,
  type IpcError,
  type Payee,
  type Payout,
  type Platform,
  type RowToCome,
} from '$lib/platform';

const REST_MS = 90;
/** As many as fit beside each other without scrolling. */
const MOST = 6;

interface Found {
  payees?: readonly Payee[];
  payouts?: readonly Payout[];
  rows?: readonly RowToCome[];
}

/** Looks for payees, payouts and rows of runs as one types; only the answer to the newest question is shown. */
export class Finder {
  payees: readonly Payee[] = $state.raw([]);
  payouts: readonly Payout[] = $state.raw([]);
  /** Rows of released runs that are no payouts yet. */
  rows: readonly RowToCome[] = $state.raw([]);
  /** A question has been typed whose answer is not here yet. */
  asking = $state(false);
  error: IpcError | null = $state.raw(null);

  readonly #platform: Platform;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #question = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Asks once typing rests for a moment; an empty question has no answer. Of payees, only `name` may be looked for. */
  ask(text: string, name = text) {
    clearTimeout(this.#timer);
    this.#question += 1;
    const search = text.trim();
    this.asking = search !== '';
    if (search) this.#timer = setTimeout(() => void this.#read(search, name.trim()), REST_MS);
    else this.#show({}, null);
  }

  /** Nobody waits for an answer any more. */
  stop() {
    clearTimeout(this.#timer);
    this.#question += 1;
    this.asking = false;
  }

  async #read(search: string, name: string) {
    const question = this.#question;
    const page = { cursor: null, limit: MOST };
    const all = { states: [], payeeId: null, run: null, from: null, to: null };
    try {
      const [{ payees }, { payouts }, rows] = await Promise.all([
        this.#platform.listPayees({ ...page, search: name, statuses: [], sort: 'name' }),
        this.#platform.listPayouts({ ...page, ...all, search, sort: 'newest' }),
        this.#platform.rowsToCome(search, MOST),
      ]);
      if (question === this.#question) this.#show({ payees, payouts, rows }, null);
    } catch (caught) {
      if (question === this.#question) this.#show({}, toIpcError(caught));
    }
  }

  #show({ payees = [], payouts = [], rows = [] }: Found, error: IpcError | null) {
    this.payees = payees;
    this.payouts = payouts;
    this.rows = rows;
    this.error = error;
    this.asking = false;
  }
}
