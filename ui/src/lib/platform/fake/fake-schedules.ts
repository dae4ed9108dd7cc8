import type * as Ipc from '../bindings';
import { failure } from './failure';
import { FakeRuns } from './fake-runs';
import { hoursAgo, NOW } from './samples';

/** A schedule as the fake keeps it. */
interface FakeSchedule {
  schedule: Ipc.Schedule;
  rows: Ipc.ScheduleRow[];
  days: Ipc.ScheduleDay[];
}

/** The part of the fake that keeps schedules. Its days come only when a test says so. */
export abstract class FakeSchedules extends FakeRuns {
  readonly schedules: FakeSchedule[] = [];

  /** Adds a schedule that pays the first payee. */
  addSchedule(change: Partial<Ipc.Schedule> = {}): FakeSchedule {
    const [payee] = this.payees;
    const row: Ipc.ScheduleRow = {
      payeeId: payee?.id ?? '',
      payeeName: payee?.displayName ?? '',
      accountToken: null,
      amount: { amount: '900.00', currency: 'USD' },
      description: 'Rent',
      note: '',
      notPaid: null,
    };
    const added: FakeSchedule = {
      schedule: {
        id: `schedule-${this.schedules.length + 1}`,
        name: 'Rent',
        rhythm: { every: 'month', day: 1 },
        time: '09:00',
        zone: 'Europe/Berlin',
        prefix: 'RENT',
        mode: 'draft',
        state: 'active',
        next: { date: '2026-12-01', at: '2026-12-01T08:00:00Z', paidOn: null },
        payments: 1,
        totals: [row.amount],
        missed: [],
        mayBePaid: [],
        drafts: [],
        restoredAt: null,
        ...change,
      },
      rows: [row],
      days: [],
    };
    added.days = added.schedule.missed.toReversed().map((date) => ({
      date,
      state: 'missed',
      runId: null,
      runState: null,
      stay: null,
      untold: null,
    }));
    this.schedules.push(added);
    return added;
  }

  #schedule(id: string): FakeSchedule {
    const found = this.schedules.find(({ schedule }) => schedule.id === id);
    if (!found) throw failure('schedule_not_found');
    return found;
  }

  listSchedules() {
    return this.answer('listSchedules', [], () => this.schedules.map(({ schedule }) => schedule));
  }

  schedule(id: string) {
    return this.answer('schedule', [id], (): Ipc.ScheduleDetail => ({ ...this.#schedule(id) }));
  }

  proposeSchedule(from: Ipc.ScheduleFrom) {
    return this.answer('proposeSchedule', [from], (): Ipc.ScheduleProposal => {
      const rows = this.addSchedule().rows;
      this.schedules.pop();
      const payout = this.payouts.find(({ id }) => from.kind === 'payout' && id === from.id);
      if (payout) {
        const { payeeId, payeeName, accountToken, amount, description, note } = payout;
        const row = { payeeId, payeeName, accountToken, amount, description, note, notPaid: null };
        rows.splice(0, 1, row);
      }
      const name = payout?.payeeName ?? 'October contractors';
      const prefix = name
        .replace(/[^A-Za-z0-9]/g, '')
        .toUpperCase()
        .slice(0, 12);
      return { name, prefix, zone: 'Europe/Berlin', today: NOW.slice(0, 10), rows };
    });
  }

  #said(id: string, form: Ipc.ScheduleForm): Partial<Ipc.Schedule> {
    const others = this.schedules.filter(({ schedule }) => schedule.id !== id);
    if (others.some(({ schedule }) => schedule.prefix === form.prefix)) {
      throw failure('field_invalid', { field: 'prefix' });
    }
    const { rows, ...said } = form;
    const [row] = rows;
    return { ...said, payments: rows.length, totals: row ? [row.amount] : [] };
  }

  #rows(form: Ipc.ScheduleForm): Ipc.ScheduleRow[] {
    const nameOf = (id: string) => this.payees.find((payee) => payee.id === id)?.displayName ?? '';
    return form.rows.map((row) => ({ ...row, payeeName: nameOf(row.payeeId), notPaid: null }));
  }

  makeSchedule(id: string, form: Ipc.ScheduleForm) {
    return this.answer('makeSchedule', [id, form], () => {
      const said = this.#said(id, form);
      const made = this.addSchedule({ ...said, id });
      made.rows = this.#rows(form);
      this.emit('scheduleChanged', { id });
      return made.schedule;
    });
  }

  changeSchedule(id: string, form: Ipc.ScheduleForm) {
    return this.answer('changeSchedule', [id, form], () => {
      const kept = this.#schedule(id);
      kept.schedule = { ...kept.schedule, ...this.#said(id, form) };
      kept.rows = this.#rows(form);
      this.emit('scheduleChanged', { id });
      return kept.schedule;
    });
  }

  setScheduleState(id: string, state: Ipc.ScheduleState) {
    return this.answer('setScheduleState', [id, state], () => {
      const kept = this.#schedule(id);
      const next = { date: '2026-12-01', at: hoursAgo(-120), paidOn: null };
      kept.schedule = { ...kept.schedule, state, next: state === 'active' ? next : null };
      if (state === 'ended') kept.schedule = { ...kept.schedule, missed: [], mayBePaid: [] };
      this.emit('scheduleChanged', { id });
      return kept.schedule;
    });
  }

  #settle(id: string, days: string[], state: Ipc.OccurrenceState) {
    const kept = this.#schedule(id);
    const waits = days.filter((date) => kept.schedule.missed.includes(date));
    if (waits.length === 0) throw failure('schedule_answered');
    kept.schedule = {
      ...kept.schedule,
      missed: kept.schedule.missed.filter((date) => !waits.includes(date)),
      mayBePaid: kept.schedule.mayBePaid.filter((date) => !waits.includes(date)),
    };
    kept.days = kept.days.map((day) => (waits.includes(day.date) ? { ...day, state } : day));
    this.emit('scheduleChanged', { id });
    return { kept, waits };
  }

  draftMissed(id: string, days: string[]) {
    return this.answer('draftMissed', [id, days], () => {
      const { kept, waits } = this.#settle(id, days, 'drafted');
      return waits.map((date) => {
        const name = `${kept.schedule.name} ${date}`;
        const { run } = this.addDraft(
          [{ payee: 'payee1@example.com', amount: '900.00' }],
          {},
          {
            name,
            origin: 'scheduled',
          },
        );
        const made = { runId: run.id, runState: 'draft' } as const;
        kept.days = kept.days.map((day) => (day.date === date ? { ...day, ...made } : day));
        kept.schedule.drafts = [
          ...kept.schedule.drafts,
          { date, runId: run.id, stay: null, untold: null },
        ];
        return run.id;
      });
    });
  }

  skipMissed(id: string, days: string[]) {
    return this.answer(
      'skipMissed',
      [id, days],
      () => this.#settle(id, days, 'skipped').kept.schedule,
    );
  }
}
