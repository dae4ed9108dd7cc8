import type { Snippet } from 'svelte';

/** One column of a table over rows of type T. */
export interface Column<T> {
  key: string;
  label: string;
  /** A CSS grid track, such as `minmax(12rem, 2fr)` or `9rem`. */
  width: string;
  align?: 'start' | 'end';
  /** In which order columns leave where room is scarce, the highest first; others never leave. */
  leaves?: number;
  cell: Snippet<[T]>;
  /** Makes the heading a button; `sorted` says how the rows are ordered by it now. */
  onsort?: () => void;
  sorted?: 'ascending' | 'descending';
}
