import { untrack } from 'svelte';
import type * as parts from './further-parts';

type Parts = typeof parts;

let read: Parts | null = $state.raw(null);
let reading: Promise<Parts> | null = null;

/**
 * What the first sight does not need, such as most screens and all sheets: it is a file of its own,
 * read when the window has painted or when something of it is opened, whichever comes first. Once
 * there, it comes at once.
 */
export function further(): Parts | Promise<Parts> {
  const known = untrack(() => read);
  if (known) return known;
  reading ??= import('./further-parts').then(
    (module) => (read = module),
    (cause: unknown) => {
      reading = null;
      throw cause;
    },
  );
  return reading;
}

/** The same as far as it has been read; reading it in a component keeps the component up to date. */
export function furtherRead(): Parts | null {
  return read;
}

/** Reads it ahead. Why that cannot be done, whoever opens something of it is told. */
export async function readAhead() {
  await Promise.resolve(further()).catch(() => null);
}
