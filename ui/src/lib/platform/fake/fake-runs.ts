import type * as Ipc from '../bindings';
import { failure } from './failure';
import { FakeRunDrafts, reviewOf, SAMPLE_TEXTS, type FakeRun } from './fake-run-drafts';
import { leftOf, outcomeOf } from './fake-run-outcomes';
import { checkRows, type FakeRow } from './fake-run-rows';
import type { SafetyOptions } from './fake-safety';
import { hoursAgo, NOW, samplePayout } from './samples';

/** How the runs begin. */
export interface RunsOptions extends SafetyOptions {
  /** Rows of the sample draft; no runs at all where it is 0. */
  runRows?: number;
}

/** The part of the fake that sends payout runs, and tells what became of them. */
export abstract class FakeRuns extends FakeRunDrafts {
  /** So many rows of a run become payouts in this state, and the window is told. */
  advance(id: string, count: number, state: Ipc.PayoutState) {
    const kept = this.keptRun(id);
    for (const outcome of kept.outcomes.filter((one) => one.state === 'queued').slice(0, count)) {
      const payoutId = `${id}-row-${outcome.row}`;
      const reason = state === 'failed' ? 'refused' : null;
      Object.assign(outcome, { state: null, payoutId, payoutState: state, reason });
      const payee = this.payees.find(({ displayName }) => displayName === outcome.payeeName);
      if (!payee) continue;
      const { amount, invoiceId } = outcome;
      const retryable = state === 'failed' || state === 'returned';
      const payout = { id: payoutId, amount, invoiceId, state, retryable };
      this.payouts.unshift({ ...samplePayout(0, payee), ...payout });
    }
    this.#settleStatus(kept);
    this.emit('runChanged', { id });
  }

  #settleStatus(kept: FakeRun) {
    if (kept.run.status !== 'sending') return;
    const open = kept.outcomes.some(({ state, payoutState }) =>
      state ? state === 'queued' : !['paid', 'failed', 'returned'].includes(payoutState ?? ''),
    );
    const held = kept.outcomes.some(({ state }) => state === 'held' || state === 'waiting');
    if (!open) kept.run.status = held ? 'attention' : 'finished';
  }

  releaseRun(id: string, review: string, notBefore: string | null) {
    return this.answer('releaseRun', [id, review, notBefore], () => {
      const kept = this.keptRun(id);
      if (kept.run.status !== 'draft') return this.runView(kept);
      const rows = this.rowsOf(kept);
      if (review !== reviewOf(checkRows(rows))) throw failure('review_changed');
      kept.outcomes = rows.flatMap((row) => outcomeOf(row));
      kept.left = rows.flatMap((row) => leftOf(row));
      Object.assign(kept.run, {
        status: notBefore ? 'scheduled' : 'sending',
        releasedAt: NOW,
        notBefore,
      });
      this.emit('runChanged', { id });
      return this.runView(kept);
    });
  }

  #again(id: string, origin: 'copied' | 'retried' | 'left', rows: (kept: FakeRun) => FakeRow[]) {
    const kept = this.keptRun(id);
    const texts = rows(kept).map((row) => ({ ...row.texts, invoiceId: '' }));
    return this.draftView(this.addDraft(texts, {}, { name: kept.run.name, origin, follows: id }));
  }

  copyRun(id: string) {
    return this.answer('copyRun', [id], () => this.#again(id, 'copied', ({ rows }) => rows));
  }

  retryRun(id: string) {
    return this.answer('retryRun', [id], () =>
      this.#again(id, 'retried', ({ rows, outcomes }) => {
        const back = outcomes.filter(({ payoutId }) =>
          this.payouts.some((payout) => payout.id === payoutId && payout.retryable),
        );
        return rows.filter(({ row }) => back.some((one) => one.row === row));
      }),
    );
  }

  repeatLeft(id: string) {
    return this.answer('repeatLeft', [id], () =>
      this.#again(id, 'left', ({ rows, left }) =>
        rows.filter(({ row }) => left.some((one) => one.row === row)),
      ),
    );
  }

  #turn(id: string, status: Ipc.RunStatus): Ipc.Run {
    const kept = this.keptRun(id);
    kept.run.status = status;
    if (status === 'stopped') {
      for (const one of kept.outcomes) if (one.state) one.state = 'stopped';
    }
    this.emit('runChanged', { id });
    return this.runView(kept);
  }

  pauseRun(id: string) {
    return this.answer('pauseRun', [id], () => this.#turn(id, 'paused'));
  }

  resumeRun(id: string) {
    return this.answer('resumeRun', [id], () => this.#turn(id, 'sending'));
  }

  stopRun(id: string) {
    return this.answer('stopRun', [id], () => this.#turn(id, 'stopped'));
  }

  runOutcomes(id: string, states: Ipc.OutcomeState[], after: number | null, limit: number) {
    return this.answer('runOutcomes', [id, states, after, limit], (): Ipc.RunOutcomePage => {
      const found = this.keptRun(id).outcomes.filter(
        ({ row, state, payoutState }) =>
          row > (after ?? -1) &&
          (states.length === 0 || [payoutState, state].some((is) => is && states.includes(is))),
      );
      const rows = found.slice(0, limit);
      return { rows, next: found.length > limit ? (rows.at(-1)?.row ?? null) : null };
    });
  }

  runLeft(id: string, after: number | null, limit: number) {
    return this.answer('runLeft', [id, after, limit], (): Ipc.RunLeftPage => {
      const found = this.keptRun(id).left.filter(({ row }) => row > (after ?? -1));
      const rows = found.slice(0, limit);
      return { rows, next: found.length > limit ? (rows.at(-1)?.row ?? null) : null };
    });
  }

  queueRunRow(id: string, row: number, account: string | null) {
    return this.answer('queueRunRow', [id, row, account], () => {
      const kept = this.keptRun(id);
      const held = kept.outcomes.find((one) => one.row === row);
      if (held) Object.assign(held, { state: 'queued', hold: null, accounts: [] });
      this.emit('runChanged', { id });
      return this.runView(kept);
    });
  }

  exportRun(id: string, format: Ipc.RunFormat, words: Ipc.FileWords) {
    return this.answer('exportRun', [id, format, words], () => this.savedFile);
  }

  /** The runs that the window shows at first: one of each kind that matters. */
  protected sampleRuns(rows: number) {
    if (rows === 0) return;
    const long = (prefix: string) =>
      Array.from({ length: 40 }, (_, index) => ({
        payee: `payee${[1, 2, 4][index % 3]}@example.com`,
        amount: `${100 + index * 7}.00`,
        invoiceId: `${prefix}-${index}`,
      }));
    const begin = (name: string, hours: number) => {
      const kept = this.addDraft(long(name.slice(0, 1)), {}, { name, createdAt: hoursAgo(hours) });
      kept.outcomes = this.rowsOf(kept).flatMap((row) => outcomeOf(row));
      Object.assign(kept.run, { status: 'sending', releasedAt: hoursAgo(hours) });
      return kept;
    };
    const done = begin('September contractors', 700);
    this.advance(done.run.id, 36, 'paid');
    this.advance(done.run.id, 3, 'failed');
    this.advance(done.run.id, 1, 'returned');
    const going = begin('Bonus round', 1);
    this.advance(going.run.id, 18, 'paid');
    this.advance(going.run.id, 5, 'processing');
    Object.assign(going.outcomes[30] ?? {}, { state: 'held', hold: 'account_changed' });
    this.addDraft(
      Array.from({ length: rows }, (_, index) => ({
        ...SAMPLE_TEXTS[index % SAMPLE_TEXTS.length],
        ...(index >= SAMPLE_TEXTS.length && {
          amount: `${10 + index}.00`,
          invoiceId: `R-${index}x`,
        }),
      })),
    );
  }
}
