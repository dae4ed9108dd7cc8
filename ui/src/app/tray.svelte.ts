import { createContext } from 'svelte';
import { formatTime } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import { Remembered, Watched } from '$lib/live';
import type { AtWork, Notice, Platform, Timestamp, TrayWords } from '$lib/platform';

/** Until when Remit goes on after its window was closed, where the desktop has a tray. */
export const closings = ['sending', 'always', 'never'] as const;
export type Closing = (typeof closings)[number];

/** How long after an answer the backend is asked again at the earliest, while much is sent. */
const REST_MS = 1000;
/** A run that goes out later than this is no reason to ask before the window closes. */
const SOON_MS = 24 * 3_600_000;
const LOOKS_EVERY_MS = 10 * 60_000;

/** Remit's sign in the system's tray: what is being done, and what closing the window does. */
export class Tray {
  readonly #platform: Platform;
  readonly #work: Watched<AtWork>;
  readonly #closing: Remembered<Closing>;
  #shown = '';
  /** Whether anybody is there to ask when the window is closed. */
  #followed = false;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#work = new Watched(() => platform.atWork(), REST_MS);
    this.#closing = new Remembered(platform.memory, 'closing', closing);
  }

  get closing(): Closing {
    return this.#closing.value;
  }

  set closing(chosen: Closing) {
    this.#closing.value = chosen;
  }

  /** What closing Remit would interrupt, as it was last told. */
  get work(): AtWork | null {
    return this.#work.value;
  }

  /** Follows the open account until the returned function is called. */
  follow(): () => void {
    this.#followed = true;
    this.#work.forget();
    const look = () => void this.#work.load();
    look();
    // What goes out tomorrow is soon only once it is tomorrow's eve.
    const timer = setInterval(look, LOOKS_EVERY_MS);
    const stops = [
      this.#platform.on('payoutChanged', look),
      this.#platform.on('engineChanged', look),
      this.#platform.on('runChanged', look),
      this.#platform.on('rosterChanged', look),
      this.#platform.on('scheduleChanged', look),
      this.#platform.on('scheduleCame', look),
    ];
    return () => {
      clearInterval(timer);
      this.#followed = false;
      void this.show();
      stops.forEach((stop) => stop());
    };
  }

  /** Says it even where nothing changed: the window was asked to close, and stays. */
  async stay() {
    this.#shown = '';
    await this.show();
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
    const work = this.#work.value;
    if (work === null) return null;
    return {
      status: trayStatus(work),
      open: t('tray.open'),
      quit: t('tray.quit'),
      stays: this.#stays(work),
      asks: this.#followed && isNeeded(work),
    };
  }

  #stays(work: AtWork): Notice | null {
    const { closing } = this;
    // What is in memory only would be lost, whatever the owner chose for what is not.
    const why = work.ids > 0 && closing !== 'always' ? 'ids' : closing;
    if (why === 'never' || (why === 'sending' && !isNeeded(work))) return null;
    return { title: t('tray.stays'), body: t(`tray.stays_${why}`), leadsTo: null };
  }
}

/** Whether anything would go on later, or be lost, if this account were closed; what is on the wire arrives in any case. */
export function waits({ days, payouts, people, ids }: AtWork): boolean {
  return days + payouts + people + ids > 0;
}

/** Whether anything is being done that closing Remit would interrupt. */
export function isAtWork(work: AtWork): boolean {
  return waits(work) || work.underWay > 0;
}

/** When a run goes out that the owner may count on today or tomorrow, and that would not while Remit is closed. */
export function soon({ nextRunAt, nextDayAt }: AtWork): Timestamp | null {
  const moments = [nextRunAt, nextDayAt].filter((moment) => moment !== null);
  const [next] = moments.toSorted((one, other) => Date.parse(one) - Date.parse(other));
  return next && Date.parse(next) - Date.now() < SOON_MS ? next : null;
}

/** Whether closing Remit would keep anything from being done that the owner counts on. */
export function isNeeded(work: AtWork): boolean {
  return isAtWork(work) || soon(work) !== null;
}

/** What is being done, or else is soon to be, in one line. */
export function trayStatus(work: AtWork): string {
  const { days, payouts, underWay, people, offline } = work;
  const later = isAtWork(work) ? null : soon(work);
  if (later !== null) {
    return t('tray.closeLater', { time: formatTime(later, 'minute', spoken.locale) });
  }
  const count = payouts + underWay;
  if (count > 0) return t(offline ? 'tray.offline' : 'tray.sending', { count });
  if (people > 0) return t('tray.inviting', { count: people });
  return days > 0 ? t('tray.releasing') : t('tray.sending', { count });
}

function closing(kept: unknown): Closing {
  return closings.find((one) => one === kept) ?? 'sending';
}

/** `getTray()` in any component of the shell. */
export const [getTray, setTray] = createContext<Tray>();
