import type * as Ipc from '../bindings';
import { failure } from './failure';
import { progress, sumsOf } from './fake-run-outcomes';
import {
  cellNames,
  checkRows,
  notesOf,
  decimal,
  fakeRow,
  hasOpen,
  readRows,
  type CellName,
  type FakeRow,
} from './fake-run-rows';
import { FakeSafety } from './fake-safety';
import { NOW } from './samples';

/** A run as the fake keeps it. */
export interface FakeRun extends Omit<Ipc.RunDraft, 'run' | 'checks'> {
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

/** The part of the fake that keeps the drafts of payout runs. */
export abstract class FakeRunDrafts extends FakeSafety {
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

  protected keptRun(id: string): FakeRun {
    const found = this.runs.find(({ run }) => run.id === id);
    if (!found) throw failure('internal', { message: `no run ${id}` });
    return found;
  }

  protected rowsOf(kept: FakeRun): Ipc.RunRow[] {
    const { payees, payouts } = this;
    return readRows(kept.rows, { ...kept, payees, payouts });
  }

  protected runView({ run, outcomes, left }: FakeRun): Ipc.Run {
    const released = run.status !== 'draft';
    return {
      ...run,
      left: left.length,
      progress: released ? progress(outcomes, run.status) : null,
    };
  }

  protected draftView(kept: FakeRun): Ipc.RunDraft {
    const { source, columns, headerRow, decimalMark, dateOrder, currency } = kept;
    return {
      ...{ source, columns, headerRow, decimalMark, dateOrder, currency },
      ...{ complete: kept.complete, sameContent: kept.sameContent },
      run: this.runView(kept),
      checks: checkRows(this.rowsOf(kept)),
    };
  }

  protected editedView(kept: FakeRun, rows: readonly number[]): Ipc.RunEdited {
    const read = this.rowsOf(kept);
    return { rows: read.filter(({ row }) => rows.includes(row)), checks: checkRows(read) };
  }

  listRuns(query: Ipc.RunQuery) {
    return this.answer('listRuns', [query], (): Ipc.RunPage => {
      const wanted = query.search.toLowerCase();
      const found = this.runs.filter(({ run }) => run.name.toLowerCase().includes(wanted));
      const start = Number(query.cursor ?? '0');
      const end = start + query.limit;
      return {
        runs: found.slice(start, end).map((kept) => this.runView(kept)),
        next: end < found.length ? String(end) : null,
        total: found.length,
      };
    });
  }

  /** At most how many of the runs that stand still are named. */
  haltedNamed = 20;

  haltedRuns() {
    return this.answer('haltedRuns', [], (): Ipc.SomeRuns => {
      const all = this.runs.map((kept) => this.runView(kept));
      const halted = all.filter(
        ({ status, progress }) =>
          status === 'missed' ||
          status === 'paused' ||
          progress?.rows.some(({ state, count }) => state === 'held' && count > 0),
      );
      return { runs: halted.slice(0, this.haltedNamed), total: halted.length };
    });
  }

  comingRuns() {
    return this.answer('comingRuns', [], (): Ipc.SomeRuns => {
      const all = this.runs.map((kept) => this.runView(kept));
      const coming = all
        .filter(({ status }) => status === 'scheduled')
        .toSorted((a, b) => (a.notBefore ?? '').localeCompare(b.notBefore ?? ''));
      return { runs: coming.slice(0, this.haltedNamed), total: coming.length };
    });
  }

  rowsToCome(search: string, limit: number) {
    return this.answer('rowsToCome', [search, limit], (): Ipc.RowToCome[] => {
      const words = search.toLowerCase().split(/\s+/);
      const open = this.runs.flatMap(({ run, outcomes }) =>
        outcomes
          .filter(({ state }) => state && state !== 'stopped')
          .map(({ line, payeeName, amount, invoiceId }) => ({
            ...{ line, payeeName, amount, invoiceId },
            ...{ runId: run.id, runName: run.name },
            goesOutAt: run.status === 'scheduled' ? run.notBefore : null,
          })),
      );
      const fits = (row: Ipc.RowToCome) => `${row.payeeName} ${row.invoiceId}`.toLowerCase();
      return open.filter((row) => words.every((word) => fits(row).includes(word))).slice(0, limit);
    });
  }

  run(id: string) {
    return this.answer('run', [id], () => this.runView(this.keptRun(id)));
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
      return this.draftView(
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
      return this.draftView(this.addDraft(texts, {}, { name: 'Pasted', origin: 'pasted' }));
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
    return this.draftView(this.addDraft(texts, {}, { name: 'New run', origin }));
  }

  saveRunTemplate(format: Ipc.RunFormat, language: string) {
    return this.answer('saveRunTemplate', [format, language], () => this.savedFile);
  }

  runDraft(id: string) {
    return this.answer('runDraft', [id], () => this.draftView(this.keptRun(id)));
  }

  setRunMapping(id: string, mapping: Ipc.RunMapping) {
    return this.answer('setRunMapping', [id, mapping], () => {
      const kept = this.keptRun(id);
      const { columns: fields, headerRow, decimalMark, dateOrder, currency } = mapping;
      kept.columns = kept.columns.map((column, index) => {
        const field = fields[index] ?? null;
        return { ...column, field, confidence: field && 'certain' };
      });
      const has = (wanted: Ipc.RunField[]) => fields.some((one) => one && wanted.includes(one));
      kept.complete =
        has(['payee', 'customer_no', 'payee_code', 'email', 'payee_name']) && has(['amount']);
      Object.assign(kept, { headerRow, decimalMark, dateOrder, currency });
      return this.draftView(kept);
    });
  }

  renameRun(id: string, name: string) {
    return this.answer('renameRun', [id, name], () => {
      const kept = this.keptRun(id);
      kept.run.name = name;
      this.emit('runChanged', { id });
      return this.runView(kept);
    });
  }

  runRows(id: string, filter: Ipc.RunFilter, from: number, limit: number) {
    return this.answer('runRows', [id, filter, from, limit], (): Ipc.RunRowPage => {
      const found = this.rowsOf(this.keptRun(id)).filter(
        (row) =>
          filter === 'all' ||
          (filter === 'problems'
            ? hasOpen(row)
            : row.standing === filter && (filter !== 'waiting' || !hasOpen(row))),
      );
      return { rows: found.slice(from, from + limit), total: found.length };
    });
  }

  editRunCells(id: string, edits: Ipc.RunEdit[]) {
    return this.answer('editRunCells', [id, edits], () => {
      const kept = this.keptRun(id);
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
      return this.editedView(
        kept,
        edits.map(({ row }) => row),
      );
    });
  }

  decideRunRows(id: string, rows: number[], decision: Ipc.RunDecision) {
    return this.answer('decideRunRows', [id, rows, decision], () => {
      const kept = this.keptRun(id);
      for (const row of kept.rows.filter((one) => rows.includes(one.row))) {
        if (decision.kind === 'skip') row.skipped = true;
        if (decision.kind === 'include') row.skipped = false;
        if (decision.kind === 'payee') row.payee = decision.payee;
        if (decision.kind === 'account') row.account = decision.account;
        if (decision.kind === 'wait') row.waits = decision.waits;
        if (decision.kind === 'accept') decision.codes.forEach((code) => row.accepted.add(code));
      }
      return this.editedView(kept, rows);
    });
  }

  acceptRunWarning(id: string, code: Ipc.RunProblemCode, reason: string) {
    return this.answer('acceptRunWarning', [id, code, reason], () => {
      const kept = this.keptRun(id);
      const having = this.rowsOf(kept).filter(({ problems }) =>
        problems.some((one) => one.code === code),
      );
      for (const { row } of having) kept.rows[row]?.accepted.add(code);
      return this.editedView(
        kept,
        having.map(({ row }) => row),
      );
    });
  }

  reviewRun(id: string) {
    return this.answer('reviewRun', [id], (): Ipc.RunReview => {
      const kept = this.keptRun(id);
      const rows = this.rowsOf(kept);
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
        notes: notesOf(rows),
        mayRelease: checks.ready > 0,
        review: reviewOf(checks),
      };
    });
  }

  discardRun(id: string) {
    return this.answer('discardRun', [id], () => {
      this.runs.splice(this.runs.indexOf(this.keptRun(id)), 1);
      this.emit('runChanged', { id });
      return null;
    });
  }
}

/** By what a review is known. */
export function reviewOf(checks: Ipc.RunChecks): string {
  return JSON.stringify([checks.ready, checks.waiting, checks.totals]);
}
