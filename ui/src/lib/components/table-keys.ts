import type { Marked } from './marked.svelte';

/** A table as its keys see it. */
export interface KeyedTable<T> {
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  /** The place of the row that the keys are at; -1 while they are at none. */
  readonly active: number;
  /** How many rows a page down goes. */
  readonly page: number;
  readonly marked: Marked | undefined;
  readonly anyMarked: boolean;
  readonly onopen: ((row: T) => void) | undefined;
  /** Goes to the row at this place, or to the nearest there is. */
  activate(index: number): void;
}

/** The keys that find a table from wherever the focus rests idle. */
const finding = ['j', 'k', 'ArrowDown', 'ArrowUp', 'Escape'];

/** Whether a key is for the table though the focus is not in it. */
export function findsTable({ key }: KeyboardEvent): boolean {
  return finding.includes(key) || key.toLowerCase() === 'a';
}

/** Does what a key says. Whether it said anything. */
export function answerKey<T>(event: KeyboardEvent, table: KeyedTable<T>): boolean {
  if (answerMarkKey(event, table)) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { rows, active, page, onopen } = table;
  const steps: Record<string, number> = {
    ArrowDown: active + 1,
    j: active + 1,
    ArrowUp: active - 1,
    k: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: rows.length - 1,
  };
  const target = steps[event.key];
  if (target !== undefined) {
    table.activate(target);
    return true;
  }
  const row = rows[active];
  if (event.key === 'Enter' && row !== undefined && onopen) {
    onopen(row);
    return true;
  }
  return false;
}

function answerMarkKey<T>(event: KeyboardEvent, table: KeyedTable<T>): boolean {
  const { marked, anyMarked, active } = table;
  if (!marked || event.altKey) return false;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
    marked.markAll();
    return true;
  }
  if (event.key === 'Escape' && anyMarked) {
    marked.clear();
    return true;
  }
  if (event.ctrlKey || event.metaKey) return false;
  const row = table.rows[active];
  if (event.key === ' ' && row !== undefined) {
    marked.toggle(table.rowKey(row));
    return true;
  }
  if (event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    if (active >= 0 && !anyMarked) extendTo(table, active);
    table.activate(active + (event.key === 'ArrowDown' ? 1 : -1));
    extendTo(table, table.active);
    return true;
  }
  return false;
}

/** Marks every row from the last marked one to this. */
function extendTo<T>({ rows, rowKey, marked }: KeyedTable<T>, index: number) {
  const row = rows[index];
  if (row !== undefined) marked?.extend(rowKey(row), rows.map(rowKey));
}
