import { toIpcError, type IpcError } from '$lib/platform';
import { coalesced } from './coalesced';
import { answered } from './first-answer';

/** One page of a list, as the ledger answers it. */
export interface Page<T> {
  rows: T[];
  next: string | null;
  total: number;
}

const PAGE_ROWS = 100;
/** The most the ledger gives in one page. */
const MOST_ROWS = 500;

/**
 * The rows of a list that is read from the ledger page by page. Only the answer to the newest
 * question is ever shown, and the rows stay in view until it has come, so nothing flickers.
 */
export class KeysetList<T, P extends Page<T> = Page<T>> {
  rows: readonly T[] = $state.raw([]);
  /** The page answered last, for what it says of the whole list, such as its sums. */
  page: P | null = $state.raw(null);
  total = $state(0);
  /** False until the first answer; then `rows` holds what the ledger said last. */
  loaded = $state(false);
  error: IpcError | null = $state.raw(null);

  readonly #read: (cursor: string | null, limit: number) => Promise<P>;
  #next: string | null = null;
  #question = 0;
  /** The question that `rows` answers; another than `#question` while a new answer is on its way. */
  #answered = 0;
  #fetching = false;

  /** `read` asks the ledger; it is called anew for each page, so it may read reactive state. */
  constructor(read: (cursor: string | null, limit: number) => Promise<P>) {
    this.#read = read;
  }

  /** Asks from the top: the question itself has changed. */
  async load() {
    await this.#replace(1);
  }

  /** Reads again as many rows as are here, after something has changed in the ledger. */
  readonly refresh = coalesced(() => this.#replace(this.rows.length));

  /** Adds the next page, if there is one and none is on its way. */
  async more() {
    if (this.#next === null || this.#fetching || this.#answered !== this.#question) return;
    this.#fetching = true;
    const question = this.#question;
    try {
      const page = await this.#read(this.#next, PAGE_ROWS);
      if (question !== this.#question) return;
      this.#show([...this.rows, ...page.rows], page);
    } catch (caught) {
      if (question === this.#question) this.error = toIpcError(caught);
    } finally {
      this.#fetching = false;
    }
  }

  async #replace(wanted: number) {
    const question = ++this.#question;
    try {
      const rows: T[] = [];
      let page: P;
      let cursor: string | null = null;
      do {
        const missing = Math.max(PAGE_ROWS, wanted - rows.length);
        page = await this.#read(cursor, Math.min(MOST_ROWS, missing));
        if (question !== this.#question) return;
        rows.push(...page.rows);
        cursor = page.next;
      } while (cursor !== null && rows.length < wanted);
      this.#show(rows, page);
    } catch (caught) {
      if (question === this.#question) this.error = toIpcError(caught);
    } finally {
      answered();
    }
  }

  #show(rows: readonly T[], page: P) {
    this.rows = rows;
    this.page = page;
    this.total = page.total;
    this.#next = page.next;
    this.#answered = this.#question;
    this.loaded = true;
    this.error = null;
  }
}
