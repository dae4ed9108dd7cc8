import { dayUnreadable } from '$lib/domain';
import { startOfDay } from '../payouts/period';
import { t } from '$lib/i18n';
import type {
  ScheduleDetail,
  ScheduleForm,
  ScheduleMode,
  ScheduleProposal,
  ScheduleRhythm,
} from '$lib/platform';
import { Payment } from './payment.svelte';
import { comingDays, weekdayOf } from './rhythm';

export const everies = ['month', 'week', 'two_weeks', 'once'] as const;
type Every = ScheduleRhythm['every'];

/** How many of its next days are shown. */
const SHOWN_DAYS = 3;

function inZone(timeZone: string, options: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat('sv', { timeZone, ...options }).format(new Date());
  } catch {
    // A zone that the window does not know.
    return '';
  }
}
// Swedish writes a day as the backend does.
const dayIn = (zone: string) => inZone(zone, { dateStyle: 'short' });
const clockIn = (zone: string) => inZone(zone, { timeStyle: 'short' });

/** What the owner says about a schedule, as it is typed. */
export class Form {
  name = $state('');
  every: Every = $state('month');
  date = $state('');
  weekday = $state('1');
  day = $state('1');
  time = $state('09:00');
  zone = $state('UTC');
  mode: ScheduleMode = $state('draft');
  prefix = $state('');
  payments: readonly Payment[] = $state.raw([]);
  /** The payment whose fields are shown. */
  chosen: Payment | null = $state.raw(null);
  /** How many of those that are repeated were not paid. */
  readonly notPaid: number;
  /** No earlier than on this day it comes round, in the zone that it began with. */
  readonly #today: string;
  readonly #zone: string;
  /** The days before have come already. */
  readonly #kept: boolean;

  constructor(from: ScheduleProposal | ScheduleDetail) {
    const kept = 'schedule' in from ? from.schedule : null;
    const today = 'today' in from ? from.today : (kept?.next?.date ?? '');
    this.name = kept?.name ?? ('name' in from ? from.name : '');
    this.prefix = kept?.prefix ?? ('prefix' in from ? from.prefix : '');
    this.zone = kept?.zone ?? ('zone' in from ? from.zone : 'UTC');
    this.time = kept?.time ?? this.time;
    this.mode = kept?.mode ?? 'draft';
    this.date = today;
    this.#today = today;
    this.#zone = this.zone;
    this.#kept = kept !== null;
    if (today) {
      this.weekday = String(weekdayOf(today));
      this.day = String(Number(today.slice(8)));
    }
    if (kept) this.#take(kept.rhythm);
    // What was not paid comes first.
    const rows = from.rows.toSorted((a, b) => Number(!a.notPaid) - Number(!b.notPaid));
    this.payments = rows.map((row, index) => new Payment(row, String(index)));
    this.chosen = this.payments[0] ?? null;
    this.notPaid = from.rows.filter(({ notPaid }) => notPaid).length;
  }

  /** Whether a payment may be left out: a schedule that pays nobody is none. */
  get mayLeaveOut(): boolean {
    return this.payments.length > 1;
  }

  /** Leaves out the payment whose fields are shown; then those of the next are. */
  leaveOut() {
    const index = this.payments.findIndex((payment) => payment === this.chosen);
    this.payments = this.payments.filter((payment) => payment !== this.chosen);
    this.chosen = this.payments[Math.min(index, this.payments.length - 1)] ?? null;
  }

  /** Shows the fields of the first payment that something is wrong with. */
  showFaulty() {
    if (this.chosen?.faulty) return;
    this.chosen = this.payments.find((payment) => payment.faulty) ?? this.chosen;
  }

  #take(rhythm: ScheduleRhythm) {
    this.every = rhythm.every;
    if (rhythm.every === 'once') this.date = rhythm.date;
    if (rhythm.every === 'two_weeks') this.date = rhythm.from;
    if (rhythm.every === 'week') this.weekday = String(rhythm.weekday);
    if (rhythm.every === 'month') this.day = String(rhythm.day);
  }

  get needsDate(): boolean {
    return this.every === 'once' || this.every === 'two_weeks';
  }

  readonly nameError = $derived(this.name.trim() === '' ? t('schedules.nameMissing') : null);
  readonly dateError = $derived(this.needsDate && !startOfDay(this.date) ? dayUnreadable() : null);
  readonly timeError = $derived(
    /^([01]\d|2[0-3]):[0-5]\d$/.test(this.time.trim()) ? null : t('runs.timeUnreadable'),
  );
  readonly prefixError = $derived(
    /^[A-Za-z0-9._-]{1,24}$/.test(this.prefix.trim()) ? null : t('schedules.prefixUnreadable'),
  );
  readonly faulty = $derived(
    [this.nameError, this.dateError, this.timeError, this.prefixError].some(Boolean) ||
      this.payments.some((payment) => payment.faulty),
  );

  /** The same day in the zone of now: where it is today here, it may be tomorrow there. */
  get #begins(): string {
    const there = dayIn(this.zone);
    if (!there || this.#today !== dayIn(this.#zone)) return this.#today;
    return this.#kept && there < this.#today ? this.#today : there;
  }

  /** The next days on which it comes round; none while that cannot be told. */
  readonly days = $derived.by(() => {
    if (this.dateError || this.timeError) return [];
    // Today's time may have passed there.
    const begins = this.#begins;
    const passed = begins === dayIn(this.zone) && this.time.trim() <= clockIn(this.zone);
    const days = comingDays(this.#rhythm, begins, SHOWN_DAYS + 1);
    return days.filter((day) => !passed || day > begins).slice(0, SHOWN_DAYS);
  });
  /** The invoice ID of the first payment on the next of them. */
  readonly example = $derived.by(() => `${this.prefix.trim()}-${this.days[0] ?? this.#begins}-1`);

  get #rhythm(): ScheduleRhythm {
    switch (this.every) {
      case 'once':
        return { every: 'once', date: this.date.trim() };
      case 'two_weeks':
        return { every: 'two_weeks', from: this.date.trim() };
      case 'week':
        return { every: 'week', weekday: Number(this.weekday) };
      case 'month':
        return { every: 'month', day: Number(this.day) };
    }
  }

  /** All of it, as the backend takes it. */
  read(): ScheduleForm {
    const rows = this.payments.map((payment) => payment.read());
    const { name, zone, mode } = this;
    const [time, prefix] = [this.time.trim(), this.prefix.trim()];
    return { name: name.trim(), rhythm: this.#rhythm, time, zone, prefix, rows, mode };
  }
}
