import { createContext } from 'svelte';
import { formatMoney } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import { coalesced, Remembered, texts } from '$lib/live';
import type { Needed, Overview, Payout, Platform, Relay, ScheduleCame } from '$lib/platform';
import { href, type Route } from './route';

/** What the system may tell of while another window is in front; each can be turned off. */
export const noticeKinds = ['needs', 'settled', 'schedules', 'active', 'wayIn'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** For how long what happens is gathered, so that many payouts are one notice. */
const GATHER_MS = 1500;
/** After how long a relay that does not answer is worth a word. */
const AWAY_MS = 10 * 60_000;
/** How many payees are looked at for one notice. */
const PAYEES_AT_MOST = 20;
/** For how long the end of a run speaks for the end of its payouts. */
const RUN_SPEAKS_MS = 10_000;

/** Lets the system tell what happens while nobody looks at the window. */
export class Notices {
  readonly #platform: Platform;
  readonly #off: Remembered<string[]>;
  /** How the account stood when the window was last looked at, or told of. */
  #before: Overview | null = null;
  /** Since when another window is in front. */
  #awaySince = 0;
  #payees: string[] = [];
  #relayTold: string | null = null;
  #runEndedAt = 0;
  #relayTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#off = new Remembered(platform.memory, 'notices-off', texts);
  }

  isOn(kind: NoticeKind): boolean {
    return !this.#off.value.includes(kind);
  }

  turn(kind: NoticeKind, on: boolean) {
    const others = this.#off.value.filter((one) => one !== kind);
    this.#off.value = on ? others : [...others, kind];
  }

  /** Follows the open account until the returned function is called. */
  follow(): () => void {
    this.#before = null;
    this.#payees = [];
    const away = () => this.#leave();
    const back = () => (this.#before = null);
    window.addEventListener('blur', away);
    window.addEventListener('focus', back);
    if (!document.hasFocus()) away();
    const stops = [
      this.#platform.on('payoutChanged', () => void this.#lookAtPayouts()),
      this.#platform.on('payeeChanged', ({ id }) => {
        if (document.hasFocus()) return;
        if (!this.#payees.includes(id) && this.#payees.length < PAYEES_AT_MOST)
          this.#payees.push(id);
        void this.#lookAtPayees();
      }),
      this.#platform.on('wayInChanged', () => void this.#lookAtWayIn()),
      this.#platform.on('runFinished', ({ id }) => void this.#tellOfRun(id)),
      this.#platform.on('runMissed', ({ id }) => void this.#tellOfMissed(id)),
      this.#platform.on('scheduleCame', (came) => void this.#tellOfSchedule(came)),
    ];
    return () => {
      window.removeEventListener('blur', away);
      window.removeEventListener('focus', back);
      clearTimeout(this.#relayTimer);
      stops.forEach((stop) => stop());
    };
  }

  #leave() {
    this.#awaySince = Date.now();
    this.#payees = [];
    void this.#ask(async () => (this.#before = await this.#platform.overview()));
  }

  /** What cannot be learnt now is told by the window itself. */
  async #ask(work: () => Promise<unknown>) {
    await work().catch(() => null);
  }

  /** Pressed, it leads to where what it tells of is seen. */
  async #show(kind: NoticeKind, to: Route, title: string, body: string) {
    if (!this.isOn(kind) || document.hasFocus()) return;
    await this.#ask(() => this.#platform.showNotification({ title, body, leadsTo: href(to) }));
  }

  readonly #lookAtPayouts = coalesced(async () => {
    await rested();
    const before = this.#before;
    if (document.hasFocus() || before === null) return;
    await this.#ask(async () => {
      const now = await this.#platform.overview();
      this.#before = now;
      await this.#tellOfNeeds(before.needs, now.needs);
      const waited = before.underWay.length > 0 && now.underWay.length === 0;
      const told = Date.now() - this.#runEndedAt < RUN_SPEAKS_MS;
      if (waited && !told && sameNeeds(before.needs, now.needs)) {
        const [title, body] = [t('notices.settled'), t('notices.settledText')];
        await this.#show('settled', { name: 'overview' }, title, body);
      }
    });
  });

  async #tellOfRun(id: string) {
    this.#runEndedAt = Date.now();
    await this.#ask(async () => {
      const { name } = await this.#platform.run(id);
      const title = t('notices.runFinished', { name });
      await this.#show('settled', { name: 'run', id }, title, t('notices.runFinishedText'));
    });
  }

  async #tellOfMissed(id: string) {
    await this.#ask(async () => {
      const { name } = await this.#platform.run(id);
      const title = t('notices.runMissed', { name });
      await this.#show('needs', { name: 'run', id }, title, t('notices.runMissedText'));
    });
  }

  async #tellOfSchedule({ id, name, outcome, days }: ScheduleCame) {
    const title = t(`notices.schedule_${outcome}`, { name, count: days });
    const body = t(`notices.schedule_${outcome}Text`);
    await this.#show('schedules', { name: 'schedule', id }, title, body);
  }

  async #tellOfNeeds(before: readonly Needed[], now: readonly Needed[]) {
    const known = before.flatMap(({ newest }) => newest.map(({ id }) => id));
    const fresh = now.flatMap(({ need, newest, total }) => {
      const had = before.find((one) => one.need === need)?.total ?? 0;
      const named = newest.filter(({ id }) => !known.includes(id));
      return total > had ? [{ need, named, count: total - had }] : [];
    });
    const count = fresh.reduce((sum, one) => sum + one.count, 0);
    const [first] = fresh;
    const payout = first?.named[0];
    if (count === 1 && first && payout) {
      const { payeeName: payee, invoiceId } = payout;
      const title = t(`notices.${first.need}`, { amount: money(payout), payee });
      const body = t(`overview.need_${first.need}`, { invoiceId });
      await this.#show('needs', { name: 'payout', id: payout.id }, title, body);
    } else if (count > 0) {
      const title = t('notices.needs', { count });
      await this.#show('needs', { name: 'overview' }, title, t('notices.needsText'));
    }
  }

  readonly #lookAtPayees = coalesced(async () => {
    await rested();
    const ids = this.#payees;
    this.#payees = [];
    if (document.hasFocus() || !this.isOn('active')) return;
    await this.#ask(async () => {
      const found = await Promise.all(ids.map((id) => this.#platform.payee(id)));
      const active = found
        .map(({ payee }) => payee)
        .filter(
          ({ status, statusSince }) =>
            status === 'active' && Date.parse(statusSince) >= this.#awaySince,
        );
      const [first] = active;
      if (!first) return;
      const title = t('notices.active', { count: active.length, payee: first.displayName });
      const to: Route = active.length === 1 ? { name: 'payee', id: first.id } : { name: 'payees' };
      await this.#show('active', to, title, t('notices.activeText'));
    });
  });

  readonly #lookAtWayIn = coalesced(async () => {
    clearTimeout(this.#relayTimer);
    await this.#ask(async () => {
      const { relay } = await this.#platform.wayIn();
      const away = awayFor(relay);
      if (relay.state === 'refused' || away >= AWAY_MS) await this.#tellOfRelay(relay);
      else if (away >= 0) {
        this.#relayTimer = setTimeout(() => void this.#lookAtWayIn(), AWAY_MS - away);
      }
    });
  });

  /** Once for each time that it went away. */
  async #tellOfRelay({ state, since }: Relay) {
    const which = `${state} ${since}`;
    if (this.#relayTold === which) return;
    this.#relayTold = which;
    const refused = state === 'refused';
    const title = t(refused ? 'overview.wayInRefused' : 'overview.wayInInterrupted');
    const body = t(refused ? 'overview.wayInRefusedText' : 'overview.wayInInterruptedText');
    await this.#show('wayIn', { name: 'settings' }, title, body);
  }
}

function rested(): Promise<void> {
  return new Promise((done) => setTimeout(done, GATHER_MS));
}

function money({ amount }: Payout): string {
  return formatMoney(amount, spoken.locale);
}

function sameNeeds(before: readonly Needed[], now: readonly Needed[]): boolean {
  const counts = (needs: readonly Needed[]) =>
    needs.map(({ need, total }) => `${need} ${total}`).join();
  return counts(before) === counts(now);
}

/** For how long a relay has not answered; negative while it does. */
function awayFor({ state, since }: Relay): number {
  return state === 'interrupted' && since !== null ? Date.now() - Date.parse(since) : -1;
}

/** `getNotices()` in any component of the shell. */
export const [getNotices, setNotices] = createContext<Notices>();
