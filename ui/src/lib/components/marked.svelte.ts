import { SvelteSet } from 'svelte/reactivity';

/** Rows of a list as the backend is told of them: these, or all that the query finds but these. */
export interface Choice<Q> {
  query: Q | null;
  ids: string[];
}

/**
 * The rows that the owner has marked in a list. All can be marked though few are loaded: then those
 * that are not are remembered instead.
 */
export class Marked {
  /** Everything that the list's filter finds is marked, but for `#ids`. */
  #all = $state(false);
  readonly #ids = new SvelteSet<string>();
  /** Where a stretch of rows begins. */
  #anchor: string | null = null;

  has(id: string): boolean {
    return this.#all !== this.#ids.has(id);
  }

  /** How many of so many rows. */
  count(total: number): number {
    return this.#all ? Math.max(0, total - this.#ids.size) : this.#ids.size;
  }

  toggle(id: string) {
    this.#anchor = id;
    if (!this.#ids.delete(id)) this.#ids.add(id);
  }

  /** Marks the rows from where the last was marked up to this one. */
  extend(to: string, rows: readonly string[]) {
    const end = rows.indexOf(to);
    const begin = this.#anchor === null ? end : rows.indexOf(this.#anchor);
    if (end < 0) return;
    if (begin < 0 || this.#anchor === null) this.#anchor = to;
    const from = begin < 0 ? end : begin;
    for (const id of rows.slice(Math.min(from, end), Math.max(from, end) + 1)) this.#mark(id);
  }

  /** Where the next stretch begins, unless a row is marked before. */
  beginAt(id: string) {
    this.#anchor = id;
  }

  markAll() {
    this.#ids.clear();
    this.#all = true;
  }

  clear() {
    this.#ids.clear();
    this.#all = false;
    this.#anchor = null;
  }

  choice<Q>(query: Q): Choice<Q> {
    return { query: this.#all ? query : null, ids: [...this.#ids] };
  }

  #mark(id: string) {
    if (this.#all) this.#ids.delete(id);
    else this.#ids.add(id);
  }
}
