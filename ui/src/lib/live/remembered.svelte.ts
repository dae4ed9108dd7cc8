import type { WindowMemory } from '$lib/platform';

/** A value that outlives the window, in the window's own memory. */
export class Remembered<T> {
  #value: T = $state.raw() as T;
  readonly #memory: WindowMemory;
  readonly #key: string;

  /** `read` makes a value of what was kept, which an older version may have written. */
  constructor(memory: WindowMemory, key: string, read: (kept: unknown) => T) {
    this.#memory = memory;
    this.#key = key;
    this.#value = read(parsed(memory.recall(key)));
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    this.#value = value;
    this.#memory.keep(this.#key, JSON.stringify(value));
  }
}

function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What was kept as a list of texts; empty when it was anything else. */
export function texts(kept: unknown): string[] {
  return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
}
