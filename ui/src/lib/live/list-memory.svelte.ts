import type { WindowMemory } from '$lib/platform';
import { Remembered, texts } from './remembered.svelte';

/** A filter with a name. */
export interface SavedFilter<F> {
  name: string;
  filter: F;
}

/** What the window remembers of a list: the columns that are shown, and the filters with a name. */
export class ListMemory<C extends string, F> {
  readonly #columns: Remembered<C[]>;
  readonly #filters: Remembered<SavedFilter<F>[]>;

  /** `readFilter` makes a filter of what was kept, or null of what is none. */
  constructor(
    memory: WindowMemory,
    key: string,
    columns: { all: readonly C[]; usual: readonly C[] },
    readFilter: (kept: Record<string, unknown>) => F | null,
  ) {
    this.#columns = new Remembered(memory, `${key}.columns`, (kept) =>
      kept === null ? [...columns.usual] : columns.all.filter((one) => texts(kept).includes(one)),
    );
    this.#filters = new Remembered(memory, `${key}.filters`, (kept) =>
      (Array.isArray(kept) ? kept : []).flatMap((one) => {
        const name = one?.name;
        const filter =
          typeof one?.filter === 'object' && one.filter ? readFilter(one.filter) : null;
        return typeof name === 'string' && filter ? [{ name, filter }] : [];
      }),
    );
  }

  get columns(): readonly C[] {
    return this.#columns.value;
  }

  showColumns(columns: C[]) {
    this.#columns.value = columns;
  }

  get filters(): readonly SavedFilter<F>[] {
    return this.#filters.value;
  }

  /** Keeps a filter under a name; one of the same name gives way to it. */
  save(name: string, filter: F) {
    this.#filters.value = [
      ...this.filters.filter((other) => other.name !== name),
      { name, filter },
    ];
  }

  /** Forgets a filter; what it returns brings it back to its place. */
  forget(name: string): () => void {
    const at = this.filters.findIndex((other) => other.name === name);
    const [forgotten] = this.filters.slice(at, at + 1);
    this.#filters.value = this.filters.filter((other) => other.name !== name);
    return () => {
      if (!forgotten || this.filters.some((other) => other.name === name)) return;
      this.#filters.value = this.filters.toSpliced(at, 0, forgotten);
    };
  }
}
