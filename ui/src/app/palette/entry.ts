import type { Icon } from '$lib/components';

/** One line of the palette. */
export interface Entry {
  /** Tells it apart, and is what "recently used" remembers. */
  id: string;
  /** What it remembers instead. */
  keptAs?: string;
  label: string;
  /** A quieter second part. */
  note?: string;
  icon: Icon;
  /** The keys that do the same. */
  keys?: readonly string[];
  /** Other words that find it. */
  words?: string;
  run: () => void;
}

/** Lines under a heading. */
export interface Section {
  id: string;
  title: string;
  entries: readonly Entry[];
}
