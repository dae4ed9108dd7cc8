import type * as Ipc from '../bindings';
import { failure } from './failure';
import {
  cellNames,
  checkRows,
  decimal,
  fakeRow,
  hasOpen,
  readRows,
  type CellName,
  type FakeRow,
} from './fake-run-rows';
import { FakeSafety, type SafetyOptions } from './fake-safety';
import { hoursAgo, NOW, samplePayout } from './samples';

/** How the runs begin. */
export interface RunsOptions extends SafetyOptions {
  /** Rows of the sample draft; no runs at all where it is 0. */
  runRows?: number;
}

/** A run as the fake keeps it. */
interface FakeRun extends Omit<Ipc.RunDraft, 'run' | 'checks'> {
  run: Omit<Ipc.Run, 'progress' | 'left'>;
  rows: FakeRow[];
  outcomes: Ipc.RunOutcome[];
  /** What its release left out. */
  left: Ipc.RunLeft[];
}

/** The file that every import reads: most of what can be wrong, in twelve rows. */
export const SAMPLE_TEXTS: readonly Partial<Record<CellName, string>>[] = [
  { payee: 'payee1@example.com', amount: '1,250.00', invoiceId: 'R-1' },
  { payee: 'Marcus Chen', amount: '980', invoiceId: 'R-2', description: 'October' },
  { payee: 'Nobody Known', amount: '75.50', invoiceId: 'R-3' },
  { payee: 'payee3@example.com', amount: '300.00', invoiceId: 'R-4' },
  { payee: 'payee4@example.com', amount: '12O.00', invoiceId: 'R-5' },
  { payee: 'Marcus Chen', amount: '980', invoiceId: 'R-6', description: 'October again' },
  { payee: 'payee1@example.com', amount: '410.25', invoiceId: 'R-1' },
  { payee: 'payee11@example.com', amount: '640.00', invoiceId: 'R-8' },
  { payee: 'payee2@example.com', amount: '55.00', invoiceId: 'INV-1043' },
  { payee: 'payee1@example.com', amount: '15.00', currency: 'DOLLAR' },
  { payee: 'payee6@example.com', amount: '220.00', invoiceId: 'R-11' },
  { payee: '', amount: '90.00', invoiceId: 'R-12' },
];

const columns: Ipc.RunColumn[] = [
  ['Contractor', ['payee1@example.com', 'Marcus Chen', 'Nobody Known'], 'payee', 'likely'],
  ['Amount due', ['1,250.00', '980', '75.50'], 'amount', 'certain'],
  ['Cur.', ['', '', ''], 'currency', 'guess'],
  ['Invoice', ['R-1', 'R-2', 'R-3'], 'invoice_id', 'certain'],
  ['Team', ['Blue', 'Red', 'Blue'], null, null],
].map(([header, samples, field, confidence], column) => ({
  column,
  header,
  samples,
  field,
  confidence,
  remembered: false,
})) as Ipc.RunColumn[];

/** The part of the fake that keeps payout runs. */
export abstract class FakeRuns extends FakeSafety {
  abstract readonly payees: Ipc.Payee[];
  abstract readonly payouts: Ipc.Payout[];
  abstract balance: Ipc.Money;
  /** What other payouts are still to take of it. */
  others: Ipc.Money | null = null;
  readonly runs: FakeRun[] = [];
  /** What the file dialog and the save dialogs answer. */
  chosenFile: string | null = '/home/owner/october.csv';
  savedFile: string | null = '/home/owner/october-outcome.csv';
  /** Resolves once an import may end; at once unless a test sets it. */
  importGate: Promise<void> = Promise.resolve();
  #cancelled = false;

  /** Adds a draft with these rows, as if it had been read from a file whose columns are certain. */
  addDraft(
    texts: readonly Partial<Record<CellName, string>>[],
    more: Partial<FakeRun> = {},
    run: Partial<Ipc.Run> = {},
  ): FakeRun {
    const id = `run-${this.runs.length + 1}`;
    const added: FakeRun = {
      run: {
        id,
        name: 'October contractors',
        origin: 'file',
        status: 'draft',
        rows: texts.length,
        createdAt: NOW,
        releasedAt: null,
        notBefore: null,
        follows: null,
        ...run,
      },
      source: { format: 'csv', encoding: 'UTF-8', delimiter: ',' },
      columns: columns.map((column) => ({ ...column, remembered: column.field !== null })),
      headerRow: 0,
      decimalMark: null,
      dateOrder: null,
      currency: 'USD',
      complete: true,
      sameContent: [],
      rows: texts.map((one, row) => fakeRow(row, one)),
      outcomes: [],
      left: [],
      ...more,
    };
    this.runs.unshift(added);
    return added;
  }

  /** So many rows of a run become payouts in this state, and the window is told. */
  advance(id: string, count: number, state: Ipc.PayoutState) {
    const kept = this.#run(id);
    for (const outcome of kept.outcomes.filter((one) => one.state === 'queued').slice(0, count)) {
      const payoutId = `${id}-row-${outcome.row}`;
      const reason = state === 'failed' ? 'refused' : null;
      Object.assign(outcome, { state: null, payoutId, payoutState: state, reason });
      const payee = this.payees.find(({ displayName }) => displayName === outcome.payeeName);
      if (!payee) continue;
      const { amount, invoiceId } = outcome;
      this.payouts.unshift({ ...samplePayout(0, payee), id: payoutId, amount, invoiceId, state });
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

  #run(id: string): FakeRun {
    const found = this.runs.find(({ run }) => run.id === id);
    if (!found) throw failure('internal', { message: `no run ${id}` });
    return found;
  }

  #read(kept: FakeRun): Ipc.RunRow[] {
    const { payees, payouts } = this;
    return readRows(kept.rows, { ...kept, payees, payouts });
  }

  #view({ run, outcomes, left }: FakeRun): Ipc.Run {
    const released = run.status !== 'draft';
    return {
      ...run,
      left: left.length,
      progress: released ? progress(outcomes, run.status) : null,
    };
  }

  #draft(kept: FakeRun): Ipc.RunDraft {
    const { source, columns, headerRow, decimalMark, dateOrder, currency } = kept;
    return {
      ...{ source, columns, headerRow, decimalMark, dateOrder, currency },
      ...{ complete: kept.complete, sameContent: kept.sameContent },
      run: this.#view(kept),
      checks: checkRows(this.#read(kept)),
    };
  }

  #edited(kept: FakeRun, rows: readonly number[]): Ipc.RunEdited {
    const read = this.#read(kept);
    return { rows: read.filter(({ row }) => rows.includes(row)), checks: checkRows(read) };
  }

  listRuns(query: Ipc.RunQuery) {
    return this.answer('listRuns', [query], (): Ipc.RunPage => {
      const wanted = query.search.toLowerCase();
      const found = this.runs.filter(({ run }) => run.name.toLowerCase().includes(wanted));
      const start = Number(query.cursor ?? '0');
      const end = start + query.limit;
      return {
        runs: found.slice(start, end).map((kept) => this.#view(kept)),
        next: end < found.length ? String(end) : null,
        total: found.length,
      };
    });
  }

  run(id: string) {
    return this.answer('run', [id], () => this.#view(this.#run(id)));
  }

  chooseRunFile() {
    return this.answer('chooseRunFile', [], () => this.chosenFile);
  }

  async importRun(path: string) {
    this.#cancelled = false;
    this.emit('runImport', { bytes: 2048, ofBytes: 8192, rows: 40 });
    await this.importGate;
    return this.answer('importRun', [path], () => {
      if (this.#cancelled) throw failure('cancelled');
      const name = path.replace(/^.*[/\\]/, '').replace(/\.\w+$/, '');
      return this.#draft(
        this.addDraft(SAMPLE_TEXTS, { columns: structuredClone(columns) }, { name }),
      );
    });
  }

  cancelImport() {
    return this.answer('cancelImport', [], () => {
      this.#cancelled = true;
      return null;
    });
  }

  pasteRun(text: string) {
    return this.answer('pasteRun', [text], () => {
      const rows = text
        .trim()
        .split('\n')
        .map((line) => line.split('\t'));
      const texts = rows.map(([payee = '', amount = '', invoiceId = '']) => ({
        payee,
        amount,
        invoiceId,
      }));
      return this.#draft(this.addDraft(texts, {}, { name: 'Pasted', origin: 'pasted' }));
    });
  }

  composeRun(payees: string[]) {
    return this.answer('composeRun', [payees], () => {
      const chosen = this.payees.filter(({ id }) => payees.includes(id));
      const texts = chosen.map(({ email }) => ({ payee: email }));
      return this.draftOf(texts, 'composed');
    });
  }

  protected draftOf(texts: Partial<FakeRow['texts']>[], origin: Ipc.Run['origin']) {
    return this.#draft(this.addDraft(texts, {}, { name: 'New run', origin }));
  }

  #again(id: string, origin: 'copied' | 'retried' | 'left', rows: (kept: FakeRun) => FakeRow[]) {
    const kept = this.#run(id);
    const texts = rows(kept).map((row) => ({ ...row.texts, invoiceId: '' }));
    return this.#draft(this.addDraft(texts, {}, { name: kept.run.name, origin, follows: id }));
  }

  copyRun(id: string) {
    return this.answer('copyRun', [id], () => this.#again(id, 'copied', ({ rows }) => rows));
  }

  retryRun(id: string) {
    return this.answer('retryRun', [id], () =>
      this.#again(id, 'retried', ({ rows, outcomes }) => {
        const back = outcomes.filter(({ payoutState }) =>
          ['failed', 'returned'].includes(payoutState ?? ''),
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

  saveRunTemplate(format: Ipc.RunFormat, language: string) {
    return this.answer('saveRunTemplate', [format, language], () => this.savedFile);
  }

  runDraft(id: string) {
    return this.answer('runDraft', [id], () => this.#draft(this.#run(id)));
  }

  setRunMapping(id: string, mapping: Ipc.RunMapping) {
    return this.answer('setRunMapping', [id, mapping], () => {
      const kept = this.#run(id);
      const { columns: fields, headerRow, decimalMark, dateOrder, currency } = mapping;
      kept.columns = kept.columns.map((column, index) => {
        const field = fields[index] ?? null;
        return { ...column, field, confidence: field && 'certain' };
      });
      const has = (wanted: Ipc.RunField[]) => fields.some((one) => one && wanted.includes(one));
      kept.complete =
        has(['payee', 'customer_no', 'payee_code', 'email', 'payee_name']) && has(['amount']);
      Object.assign(kept, { headerRow, decimalMark, dateOrder, currency });
      return this.#draft(kept);
    });
  }

  renameRun(id: string, name: string) {
    return this.answer('renameRun', [id, name], () => {
      const kept = this.#run(id);
      kept.run.name = name;
      this.emit('runChanged', { id });
      return this.#view(kept);
    });
  }

  runRows(id: string, filter: Ipc.RunFilter, from: number, limit: number) {
    return this.answer('runRows', [id, filter, from, limit], (): Ipc.RunRowPage => {
      const found = this.#read(this.#run(id)).filter(
        (row) =>
          filter === 'all' || (filter === 'problems' ? hasOpen(row) : row.standing === filter),
      );
      return { rows: found.slice(from, from + limit), total: found.length };
    });
  }

  editRunCells(id: string, edits: Ipc.RunEdit[]) {
    return this.answer('editRunCells', [id, edits], () => {
      const kept = this.#run(id);
      for (const { row, field, text } of edits) {
        const name = cellNames.find(
          (one) => one === field || (field === 'invoice_id' && one === 'invoiceId'),
        );
        const found = kept.rows[row];
        if (!found || !name) continue;
        found.texts[name] = text;
        found.edited.add(name);
        if (name === 'payee') found.payee = null;
      }
      return this.#edited(
        kept,
        edits.map(({ row }) => row),
      );
    });
  }

  decideRunRows(id: string, rows: number[], decision: Ipc.RunDecision) {
    return this.answer('decideRunRows', [id, rows, decision], () => {
      const kept = this.#run(id);
      for (const row of kept.rows.filter((one) => rows.includes(one.row))) {
        if (decision.kind === 'skip') row.skipped = true;
        if (decision.kind === 'include') row.skipped = false;
        if (decision.kind === 'payee') row.payee = decision.payee;
        if (decision.kind === 'account') row.account = decision.account;
        if (decision.kind === 'wait') row.waits = decision.waits;
        if (decision.kind === 'accept') decision.codes.forEach((code) => row.accepted.add(code));
      }
      return this.#edited(kept, rows);
    });
  }

  acceptRunWarning(id: string, code: Ipc.RunProblemCode, reason: string) {
    return this.answer('acceptRunWarning', [id, code, reason], () => {
      const kept = this.#run(id);
      const having = this.#read(kept).filter(({ problems }) =>
        problems.some((one) => one.code === code),
      );
      for (const { row } of having) kept.rows[row]?.accepted.add(code);
      return this.#edited(
        kept,
        having.map(({ row }) => row),
      );
    });
  }

  reviewRun(id: string) {
    return this.answer('reviewRun', [id], (): Ipc.RunReview => {
      const kept = this.#run(id);
      const rows = this.#read(kept);
      const checks = checkRows(rows);
      const totals = sumsOf(rows.filter(({ standing }) => standing === 'ready'));
      const cents = BigInt(this.balance.amount.replace('.', ''));
      const spent =
        totals.find(({ currency }) => currency === this.balance.currency)?.amount ?? '0.00';
      const codes = new Set(
        rows.flatMap(({ problems }) =>
          problems.filter(({ kind }) => kind === 'warning').map(({ code }) => code),
        ),
      );
      return {
        checks,
        count: checks.ready,
        waits: checks.waiting - checks.asks,
        totals,
        fee: { amount: `${checks.ready}.00`, currency: 'USD' },
        balances: totals.length
          ? [
              {
                balance: this.balance,
                others: this.others,
                after: {
                  amount: decimal(
                    cents -
                      BigInt(spent.replace('.', '')) -
                      BigInt(checks.ready * 100) -
                      BigInt(this.others?.amount.replace('.', '') ?? 0),
                  ),
                  currency: this.balance.currency,
                },
                currency: this.balance.currency,
              },
            ]
          : [],
        warnings: [...codes].map((code) => {
          const having = rows.flatMap(({ problems }) =>
            problems.filter((one) => one.code === code),
          );
          return {
            code,
            rows: having.length,
            accepted: having.filter(({ accepted }) => accepted).length,
          };
        }),
        mayRelease: checks.ready > 0,
        review: reviewOf(checks),
      };
    });
  }

  releaseRun(id: string, review: string, notBefore: string | null) {
    return this.answer('releaseRun', [id, review, notBefore], () => {
      const kept = this.#run(id);
      if (kept.run.status !== 'draft') return this.#view(kept);
      const rows = this.#read(kept);
      if (review !== reviewOf(checkRows(rows))) throw failure('review_changed');
      kept.outcomes = rows.flatMap((row) => outcomeOf(row));
      kept.left = rows.flatMap((row) => leftOf(row));
      Object.assign(kept.run, {
        status: notBefore ? 'scheduled' : 'sending',
        releasedAt: NOW,
        notBefore,
      });
      this.emit('runChanged', { id });
      return this.#view(kept);
    });
  }

  discardRun(id: string) {
    return this.answer('discardRun', [id], () => {
      this.runs.splice(this.runs.indexOf(this.#run(id)), 1);
      this.emit('runChanged', { id });
      return null;
    });
  }

  #turn(id: string, status: Ipc.RunStatus): Ipc.Run {
    const kept = this.#run(id);
    kept.run.status = status;
    if (status === 'stopped') {
      for (const one of kept.outcomes) if (one.state) one.state = 'stopped';
    }
    this.emit('runChanged', { id });
    return this.#view(kept);
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
      const found = this.#run(id).outcomes.filter(
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
      const found = this.#run(id).left.filter(({ row }) => row > (after ?? -1));
      const rows = found.slice(0, limit);
      return { rows, next: found.length > limit ? (rows.at(-1)?.row ?? null) : null };
    });
  }

  queueRunRow(id: string, row: number, account: string | null) {
    return this.answer('queueRunRow', [id, row, account], () => {
      const kept = this.#run(id);
      const held = kept.outcomes.find((one) => one.row === row);
      if (held) Object.assign(held, { state: 'queued', hold: null, accounts: [] });
      this.emit('runChanged', { id });
      return this.#view(kept);
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
      kept.outcomes = this.#read(kept).flatMap((row) => outcomeOf(row));
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

function reviewOf(checks: Ipc.RunChecks): string {
  return JSON.stringify([checks.ready, checks.waiting, checks.totals]);
}

function sumsOf(rows: readonly { amount: Ipc.Money | null }[]): Ipc.Money[] {
  const sums = new Map<string, bigint>();
  for (const { amount } of rows) {
    if (!amount) continue;
    const cents = BigInt(amount.amount.replace('.', ''));
    sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + cents);
  }
  return [...sums].map(([currency, cents]) => ({ amount: decimal(cents), currency }));
}

function outcomeOf(row: Ipc.RunRow): Ipc.RunOutcome[] {
  const goes = row.standing === 'ready' || (row.standing === 'waiting' && !hasOpen(row));
  if (!goes || !row.amount) return [];
  return [
    {
      row: row.row,
      line: row.line,
      payeeName: row.payee?.name ?? row.cells.payee.text,
      amount: row.amount,
      invoiceId: row.invoiceId ?? '',
      state: row.standing === 'ready' ? 'queued' : 'waiting',
      hold: null,
      accounts: [],
      payoutId: null,
      payoutState: null,
      reason: null,
    },
  ];
}

function leftOf(row: Ipc.RunRow): Ipc.RunLeft[] {
  if (outcomeOf(row).length > 0) return [];
  const { amount } = row;
  return [
    {
      row: row.row,
      line: row.line,
      payee: row.payee?.name ?? row.cells.payee.text,
      amount: amount ? `${amount.currency} ${amount.amount}` : row.cells.amount.text,
      skipped: row.standing === 'skipped',
      problem: row.problems[0]?.code ?? null,
    },
  ];
}

function progress(outcomes: readonly Ipc.RunOutcome[], status: Ipc.RunStatus): Ipc.RunProgress {
  const tally = <S extends string>(states: (S | null)[]) => {
    const counts = new Map<S, number>();
    for (const state of states) if (state) counts.set(state, (counts.get(state) ?? 0) + 1);
    return [...counts].map(([state, count]) => ({ state, count }));
  };
  const queued = outcomes.filter(({ state }) => state === 'queued').length;
  const goes = status === 'sending' && queued > 0;
  return {
    rows: tally(outcomes.map(({ state }) => state)),
    payouts: tally(outcomes.map(({ payoutState }) => payoutState)),
    total: sumsOf(outcomes),
    paid: sumsOf(outcomes.filter(({ payoutState }) => payoutState === 'paid')),
    perMinute: goes ? 240 : null,
    secondsLeft: goes ? Math.ceil(queued / 4) : null,
  };
}
