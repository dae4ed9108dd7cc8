import { createContext } from 'svelte';
import { coalesced, Remembered, texts, Watched } from '$lib/live';
import type {
  Balances,
  Overview,
  PayoutState,
  Platform,
  Schedule,
  SomeRuns,
  WayIn,
} from '$lib/platform';

/** How long after an answer the ledger is asked again at the earliest, while much happens. */
const REST_MS = 1000;
/** How long after an answer the balance is asked for again by itself at the earliest: each time asks Pockyt. */
const BALANCE_REST_MS = 5000;
/** Where a payout stands once it may have moved money. */
const moved: PayoutState[] = ['processing', 'paid', 'failed', 'returned'];
/** How many restores the window remembers to have been read of. */
const READ_KEPT = 8;

/** How the open account stands, as it was last told; it is still there when the overview is opened again. */
export class Standing {
  readonly overview: Watched<Overview>;
  readonly balances: Watched<Balances>;
  readonly wayIn: Watched<WayIn>;
  /** Those that stand still. */
  readonly runs: Watched<SomeRuns>;
  /** Those that wait for their day. */
  readonly coming: Watched<SomeRuns>;
  readonly schedules: Watched<Schedule[]>;
  /** When the restores were that the owner wants to hear no more of. */
  readonly #read: Remembered<string[]>;
  readonly #platform: Platform;
  readonly #money: () => Promise<void>;
  #account: string | null = null;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#read = new Remembered(platform.memory, 'restores-read', texts);
    this.overview = new Watched(() => platform.overview(), REST_MS);
    this.wayIn = new Watched(() => platform.wayIn(), REST_MS);
    this.balances = new Watched(() => platform.balances());
    this.#money = coalesced(() => this.balances.load(), BALANCE_REST_MS);
    this.runs = new Watched(() => platform.haltedRuns(), REST_MS);
    this.coming = new Watched(() => platform.comingRuns(), REST_MS);
    this.schedules = new Watched(() => platform.listSchedules(), REST_MS);
  }

  /** Follows an account until the returned function is called. */
  follow(account: string): () => void {
    if (account !== this.#account) {
      this.#account = account;
      const runs = [this.runs, this.coming, this.schedules];
      for (const watched of [this.overview, this.wayIn, this.balances, ...runs]) watched.forget();
    }
    void this.overview.load();
    void this.wayIn.load();
    void this.runs.load();
    void this.coming.load();
    void this.schedules.load();
    if (this.balances.value === null) void this.balances.load();
    else void this.#money();
    const counts = () => void this.overview.load();
    const ways = () => void this.wayIn.load();
    const stops = [
      this.#platform.on('payoutChanged', ({ state }) => {
        counts();
        if (moved.includes(state)) void this.#money();
      }),
      this.#platform.on('payeeChanged', counts),
      this.#platform.on('wayInChanged', ways),
      this.#platform.on('notificationArrived', ways),
      this.#platform.on('runChanged', () => {
        void this.runs.load();
        void this.coming.load();
        void this.schedules.load();
      }),
      this.#platform.on('scheduleChanged', () => void this.schedules.load()),
    ];
    return () => stops.forEach((stop) => stop());
  }

  hasRead(restore: string): boolean {
    return this.#read.value.includes(restore);
  }

  /** The owner has read what a restore made of the schedules. */
  read(restore: string) {
    this.#read.value = [restore, ...this.#read.value].slice(0, READ_KEPT);
  }

  unread(restore: string) {
    this.#read.value = this.#read.value.filter((other) => other !== restore);
  }
}

/** `getStanding()` in any component of the shell. */
export const [getStanding, setStanding] = createContext<Standing>();
