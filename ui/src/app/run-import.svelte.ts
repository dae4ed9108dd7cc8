import { createContext } from 'svelte';
import {
  toIpcError,
  type IpcError,
  type PayoutChoice,
  type Platform,
  type RunDraft,
} from '$lib/platform';
import { router } from './router.svelte';

/** How far the reading has come, as far as it is known. */
interface Reading {
  /** The file's name; null for what is no file. */
  name: string | null;
  bytes: number;
  ofBytes: number | null;
  rows: number;
}

/** Makes a draft of a run, one at a time, and opens it; the same from the button, a drop and the palette. */
export class RunImport {
  reading: Reading | null = $state.raw(null);
  error: IpcError | null = $state.raw(null);
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Follows what the backend tells of a reading until the returned function is called. */
  follow(): () => void {
    return this.#platform.on('runImport', (progress) => {
      if (this.reading) this.reading = { ...this.reading, ...progress };
    });
  }

  /** Lets the owner choose a file. */
  async choose() {
    if (this.reading) return;
    try {
      const path = await this.#platform.chooseRunFile();
      if (path !== null) await this.file(path);
    } catch (caught) {
      this.error = toIpcError(caught);
    }
  }

  file(path: string) {
    return this.#begin(fileName(path), () => this.#platform.importRun(path));
  }

  paste(text: string) {
    return this.#begin(null, () => this.#platform.pasteRun(text));
  }

  compose(payees: string[]) {
    return this.#begin(null, () => this.#platform.composeRun(payees));
  }

  copy(id: string) {
    return this.#begin(null, () => this.#platform.copyRun(id));
  }

  retry(id: string) {
    return this.#begin(null, () => this.#platform.retryRun(id));
  }

  retryPayouts(choice: PayoutChoice) {
    return this.#begin(null, () => this.#platform.retryPayouts(choice));
  }

  /** Stops the reading; nothing of it is kept. */
  async cancel() {
    try {
      await this.#platform.cancelImport();
    } catch (caught) {
      this.error = toIpcError(caught);
    }
  }

  async #begin(name: string | null, make: () => Promise<RunDraft>) {
    if (this.reading) return;
    this.error = null;
    this.reading = { name, bytes: 0, ofBytes: null, rows: 0 };
    try {
      const { run } = await make();
      router.go({ name: 'run', id: run.id });
    } catch (caught) {
      const error = toIpcError(caught);
      if (error.code !== 'cancelled') this.error = error;
    } finally {
      this.reading = null;
    }
  }
}

function fileName(path: string): string {
  return path.replace(/^.*[/\\]/, '');
}

/** `getRunImport()` in any component of the shell. */
export const [getRunImport, setRunImport] = createContext<RunImport>();
