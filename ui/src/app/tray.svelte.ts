import { createContext } from 'svelte';
import { t } from '$lib/i18n';
import { Remembered, type Watched } from '$lib/live';
import type { EngineStatus, Notice, Platform, TrayWords } from '$lib/platform';

/** Until when Remit goes on after its window was closed, where the desktop has a tray. */
export const closings = ['sending', 'always', 'never'] as const;
export type Closing = (typeof closings)[number];

/** Remit's sign in the system's tray: what is being sent, and what closing the window does. */
export class Tray {
  readonly #platform: Platform;
  readonly #engine: Watched<EngineStatus>;
  readonly #closing: Remembered<Closing>;
  #shown = '';

  /** `engine` is followed by who made it. */
  constructor(platform: Platform, engine: Watched<EngineStatus>) {
    this.#platform = platform;
    this.#engine = engine;
    this.#closing = new Remembered(platform.memory, 'closing', closing);
  }

  get closing(): Closing {
    return this.#closing.value;
  }

  set closing(chosen: Closing) {
    this.#closing.value = chosen;
  }

  /** Says it again where it changed; reads reactive state. */
  async show() {
    const words = this.#words;
    const shown = JSON.stringify(words);
    if (words === null || shown === this.#shown) return;
    this.#shown = shown;
    // A sign that cannot be changed is no trouble: the window tells the same.
    await this.#platform.showTray(words).catch(() => null);
  }

  get #words(): TrayWords | null {
    const engine = this.#engine.value;
    if (engine === null) return null;
    const count = engine.waiting + engine.underWay;
    const status = engine.offlineSince && count > 0 ? 'tray.offline' : 'tray.sending';
    return {
      status: t(status, { count }),
      open: t('tray.open'),
      quit: t('tray.quit'),
      stays: this.#stays(count),
    };
  }

  #stays(count: number): Notice | null {
    if (this.closing === 'never' || (this.closing === 'sending' && count === 0)) return null;
    const body = t(`tray.stays_${this.closing}`);
    return { title: t('tray.stays'), body, payoutId: null };
  }
}

function closing(kept: unknown): Closing {
  return closings.find((one) => one === kept) ?? 'sending';
}

/** `getTray()` in any component of the shell. */
export const [getTray, setTray] = createContext<Tray>();
