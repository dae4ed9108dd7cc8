import { createContext } from 'svelte';
import { spoken } from '$lib/i18n';
import {
  toIpcError,
  type IpcError,
  type PayoutChoice,
  type Platform,
  type RunDraft,
} from '$lib/platform';
import type { Route } from './route';
import { router } from './router.svelte';

/** How far the reading has come, as far as it is known. */
interface Reading {
  /** The file's name; null for what is no file. */
  name: string | null;
  bytes: number;
  ofBytes: number | null;
  rows: number;
}

/** Reads files and what else runs are made of, one at a time; the same from the button, a drop and the palette. */
export class RunImport {
  reading: Reading | null = $state.raw(null);
  error: IpcError | null = $state.raw(null);
  /** What else than a file the screen of the runs is to ask for. */
  asking: 'rows' | 'payees' | null = $state(null);
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

  /** Lets the owner choose a file of people. */
  async choosePeople() {
    if (this.reading) return;
    try {
      const path = await this.#platform.chooseRunFile();
      if (path !== null) await this.people(path);
    } catch (caught) {
      this.error = toIpcError(caught);
    }
  }

  /** Opens a file of people who are to become payees. */
  people(path: string) {
    return this.#begin(fileName(path), async () => {
      const { id } = await this.#platform.openRoster(path, spoken.language);
      return { name: 'roster', id };
    });
  }

  file(path: string) {
    return this.#make(fileName(path), () => this.#platform.importRun(path));
  }

  paste(text: string) {
    return this.#make(null, () => this.#platform.pasteRun(text));
  }

  compose(payees: string[]) {
    return this.#make(null, () => this.#platform.composeRun(payees));
  }

  copy(id: string) {
    return this.#make(null, () => this.#platform.copyRun(id));
  }

  retry(id: string) {
    return this.#make(null, () => this.#platform.retryRun(id));
  }

  repeatLeft(id: string) {
    return this.#make(null, () => this.#platform.repeatLeft(id));
  }

  retryPayouts(choice: PayoutChoice) {
    return this.#make(null, () => this.#platform.retryPayouts(choice));
  }

  /** Stops the reading; nothing of it is kept. */
  async cancel() {
    try {
      await this.#platform.cancelImport();
    } catch (caught) {
      this.error = toIpcError(caught);
    }
  }

  #make(name: string | null, make: () => Promise<RunDraft>) {
    return this.#begin(name, async () => ({ name: 'run', id: (await make()).run.id }));
  }

  /** Reads, and goes to where it leads. */
  async #begin(name: string | null, read: () => Promise<Route>) {
    if (this.reading) return;
    this.error = null;
    this.reading = { name, bytes: 0, ofBytes: null, rows: 0 };
    try {
      router.go(await read());
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
