/**
 * What the window keeps for itself between starts: conveniences that nobody misses when they are
 * gone. It is not encrypted, so nothing from the ledger belongs in it, such as a payee's name.
 */
export interface WindowMemory {
  recall(key: string): string | null;
  keep(key: string, text: string): void;
}

/** The web view's own storage; one that refuses is a memory that forgets. */
export const storedMemory: WindowMemory = {
  recall(key) {
    try {
      return localStorage.getItem(`remit.${key}`);
    } catch {
      return null;
    }
  },
  keep(key, text) {
    try {
      localStorage.setItem(`remit.${key}`, text);
    } catch {
      return;
    }
  },
};

/** A memory that ends with the window. */
export function passingMemory(): WindowMemory {
  const kept = new Map<string, string>();
  return {
    recall: (key) => kept.get(key) ?? null,
    keep: (key, text) => void kept.set(key, text),
  };
}
