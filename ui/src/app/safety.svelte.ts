import { createContext } from 'svelte';
import { Remembered, texts, Watched } from '$lib/live';
import type { BackupStatus, EngineStatus, Platform, Recovery } from '$lib/platform';

/** How long after an answer the engine is asked again at the earliest, while much is sent. */
const REST_MS = 1000;

/** For how long the window's head tells that a comparison is complete. */
const NEWS_FOR_MS = 24 * 3_600_000;

/** How many comparisons the window remembers to have been read of. */
const READ_KEPT = 8;

/** How the open account stands with Pockyt, and how its records are kept safe. */
export class Safety {
  readonly engine: Watched<EngineStatus>;
  readonly backups: Watched<BackupStatus>;
  /** When the comparisons ended that the owner has read of. */
  readonly #read: Remembered<string[]>;
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#read = new Remembered(platform.memory, 'comparisons-read', texts);
    this.engine = new Watched(() => platform.engineStatus(), REST_MS);
    this.backups = new Watched(() => platform.backupStatus());
  }

  /** Follows the open account until the returned function is called. */
  follow(): () => void {
    this.engine.forget();
    const look = () => void this.engine.load();
    look();
    void this.backups.load();
    const stops = [
      this.#platform.on('engineChanged', look),
      // How much waits or is under way changes with each payout.
      this.#platform.on('payoutChanged', look),
      this.#platform.on('backupsChanged', () => void this.backups.load()),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** The records are being compared with Pockyt, and nothing is sent. */
  get comparing(): boolean {
    const recovery = this.engine.value?.recovery;
    return Boolean(recovery) && recovery?.doneAt === null;
  }

  /** A comparison that ended a short while ago and has not been read of. */
  get compared(): Recovery | null {
    const recovery = this.engine.value?.recovery;
    if (!recovery?.doneAt || this.#read.value.includes(recovery.doneAt)) return null;
    return Date.now() - Date.parse(recovery.doneAt) < NEWS_FOR_MS ? recovery : null;
  }

  /** The owner has read that the comparison is complete. */
  acknowledge() {
    const doneAt = this.engine.value?.recovery?.doneAt;
    if (doneAt) this.#read.value = [doneAt, ...this.#read.value].slice(0, READ_KEPT);
  }

  /** The recovery key of the open account has never been saved. */
  get keyUnsaved(): boolean {
    return this.backups.value?.recoveryKeySavedAt === null;
  }
}

/** `getSafety()` in any component of the shell. */
export const [getSafety, setSafety] = createContext<Safety>();
