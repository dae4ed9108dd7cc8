import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import {
  toIpcError,
  type IpcError,
  type RunFilter,
  type RunRow,
  type RunRowPage,
} from '$lib/platform';

const PAGE_ROWS = 100;
/** The most that are asked for at once. */
const MOST_ROWS = 1000;
/** How many pages are kept; those farthest from what is shown go first. */
const KEPT_PAGES = 40;

/** A stretch of rows, by their places in the filter, both ends included. */
export interface Stretch {
  first: number;
  last: number;
}

/** The rows of a draft that a filter shows: a window on as many as there are, read where it is looked at. */
export class DraftRows {
  filter: RunFilter = $state('all');
  total = $state(0);
  /** False until the filter's first answer. */
  loaded = $state(false);
  error: IpcError | null = $state.raw(null);
  readonly #pages = new SvelteMap<number, readonly RunRow[]>();
  readonly #asking = new SvelteSet<number>();
  readonly #read: (filter: RunFilter, from: number, limit: number) => Promise<RunRowPage>;
  #seen: Stretch = { first: 0, last: 0 };
  /** Answers to questions from before a change say nothing any more. */
  #age = 0;

  constructor(read: (filter: RunFilter, from: number, limit: number) => Promise<RunRowPage>) {
    this.#read = read;
  }

  /** The row at a place; null where it has not been read yet. */
  at(index: number): RunRow | null {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS] ?? null;
  }

  /** Shows the rows of another filter, or of the same one anew. */
  async show(filter: RunFilter) {
    this.#age += 1;
    this.filter = filter;
    this.loaded = false;
    this.#asking.clear();
    this.#pages.clear();
    this.#seen = { first: 0, last: 0 };
    await this.#load(0);
  }

  /** Reads what is looked at, where it is not here yet. */
  async look(seen: Stretch) {
    this.#seen = seen;
    const missing = pagesOf(seen).filter(
      (page) => !this.#pages.has(page) && !this.#asking.has(page),
    );
    await Promise.all(missing.map((page) => this.#load(page)));
  }

  /** Reads again what is looked at; the rest is forgotten. What is shown stays until then. */
  async refresh() {
    const age = ++this.#age;
    this.#asking.clear();
    const shown = pagesOf(this.#seen);
    await Promise.all(shown.map((page) => this.#load(page)));
    if (age !== this.#age) return;
    for (const page of [...this.#pages.keys()]) if (!shown.includes(page)) this.#pages.delete(page);
  }

  /** Takes over rows as they are now, wherever they are shown. */
  patch(rows: readonly RunRow[]) {
    const changed: Record<number, RunRow> = Object.fromEntries(rows.map((row) => [row.row, row]));
    for (const [page, kept] of this.#pages) {
      if (kept.some(({ row }) => row in changed)) {
        this.#pages.set(
          page,
          kept.map((row) => changed[row.row] ?? row),
        );
      }
    }
  }

  /** Where a row is now, if it is among those that are here. */
  placeOf(row: number): number | null {
    for (const [page, kept] of this.#pages) {
      const at = kept.findIndex((one) => one.row === row);
      if (at >= 0) return page * PAGE_ROWS + at;
    }
    return null;
  }

  /** All rows of a stretch, read where they are not here. */
  async between({ first, last }: Stretch): Promise<RunRow[]> {
    const here = this.hereBetween({ first, last });
    if (here) return here;
    const rows: RunRow[] = [];
    for (let from = first; from <= last; from += MOST_ROWS) {
      const limit = Math.min(MOST_ROWS, last - from + 1);
      rows.push(...(await this.#read(this.filter, from, limit)).rows);
    }
    return rows;
  }

  /** All rows of a filter, whichever is shown. */
  async all(filter: RunFilter): Promise<RunRow[]> {
    const rows: RunRow[] = [];
    for (let total = 1; rows.length < total;) {
      const page = await this.#read(filter, rows.length, MOST_ROWS);
      if (page.rows.length === 0) break;
      rows.push(...page.rows);
      total = page.total;
    }
    return rows;
  }

  /** All rows of a stretch, if they are here. */
  hereBetween({ first, last }: Stretch): RunRow[] | null {
    const rows: RunRow[] = [];
    for (let index = first; index <= last; index += 1) {
      const row = this.at(index);
      if (!row) return null;
      rows.push(row);
    }
    return rows;
  }

  async #load(page: number) {
    const age = this.#age;
    this.#asking.add(page);
    try {
      const answer = await this.#read(this.filter, page * PAGE_ROWS, PAGE_ROWS);
      if (age !== this.#age) return;
      this.#pages.set(page, answer.rows);
      this.total = answer.total;
      this.loaded = true;
      this.error = null;
      this.#forgetFar();
    } catch (caught) {
      if (age === this.#age) this.error = toIpcError(caught);
    } finally {
      if (age === this.#age) this.#asking.delete(page);
    }
  }

  #forgetFar() {
    const middle = (this.#seen.first + this.#seen.last) / 2 / PAGE_ROWS;
    const far = [...this.#pages.keys()].toSorted(
      (a, b) => Math.abs(b - middle) - Math.abs(a - middle),
    );
    for (const page of far.slice(0, -KEPT_PAGES)) this.#pages.delete(page);
  }
}

function pagesOf({ first, last }: Stretch): number[] {
  const from = Math.floor(Math.max(0, first) / PAGE_ROWS);
  const to = Math.floor(Math.max(0, last) / PAGE_ROWS);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
