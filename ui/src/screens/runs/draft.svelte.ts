import { SvelteSet } from 'svelte/reactivity';
import { messages } from '$lib/components';
import { tellError } from '$lib/domain';
import { t } from '$lib/i18n';
import { coalesced, Watched } from '$lib/live';
import type {
  Platform,
  RunChecks,
  RunDecision,
  RunDraft,
  RunEdited,
  RunFilter,
  RunMapping,
  RunProblemCode,
  RunRow,
} from '$lib/platform';
import { DraftEdits, type CellChange } from './draft-edits.svelte';
import { DraftRows } from './draft-rows.svelte';
import { GridCursor } from './grid-cursor.svelte';
import { awaitingAmount, gridColumns, isAwaited, type GridColumn } from './problem';

/** A run that is being written: what its file holds, its rows, and what the owner changes of them. */
export class Draft {
  readonly id: string;
  readonly known: Watched<RunDraft>;
  readonly rows: DraftRows;
  readonly edits: DraftEdits;
  readonly cursor = new GridCursor(gridColumns.length);
  /** Under way: a decision about rows. */
  deciding = $state(false);
  /** The decision before this moment was refused. */
  #failed = false;
  readonly #platform: Platform;
  /** Rows have changed, and what is shown may fit its filter no more. */
  #stale = false;
  /** The row, by its number, that the cursor was moved to. */
  #standsAt: number | null = null;
  /** The rows, by number, whose amount the cursor has left. */
  readonly #passed = new SvelteSet<number>();
  /** The review has been asked for. */
  #asked = $state(false);
  #begun = false;

  constructor(platform: Platform, id: string) {
    this.#platform = platform;
    this.id = id;
    this.known = new Watched(() => platform.runDraft(id));
    this.rows = new DraftRows((filter, from, limit) => platform.runRows(id, filter, from, limit));
    this.edits = new DraftEdits(
      (edits) => platform.editRunCells(id, edits),
      (edited, rows) => this.#take(edited, rows),
    );
  }

  async load() {
    await Promise.all([this.known.load(), this.rows.show(this.rows.filter)]);
  }

  get checks(): RunChecks | null {
    return this.known.value?.checks ?? null;
  }

  /** The row at a place, as it is shown; null where it has not been read yet. */
  at(place: number): RunRow | null {
    const row = this.rows.at(place);
    return row && this.#awaits(row) ? awaitingAmount(row) : row;
  }

  /** The row that the cursor is at. */
  get row(): RunRow | null {
    return this.at(this.cursor.row);
  }

  /** Whether the payees were picked, so that nothing of their amounts was ever written. */
  get #picked(): boolean {
    return this.known.value?.run.origin === 'composed';
  }

  /** Whether a row's amount is still to come: nobody has been at it, and nobody has asked for the review. */
  #awaits({ row, cells }: RunRow): boolean {
    return this.#picked && !this.#asked && !this.#passed.has(row) && !cells.amount.edited;
  }

  /** Whether no amount has been passed over yet. */
  get fresh(): boolean {
    return this.#picked && !this.#asked && this.#passed.size === 0;
  }

  /** Puts the cursor on the first amount that is to come; false where there is none, or it was put there before. */
  begin(): boolean {
    if (this.#begun || !this.#picked) return false;
    this.#begun = true;
    for (let place = 0; place < this.rows.total; place += 1) {
      const row = this.at(place);
      if (!row) return false;
      if (!row.problems.some(isAwaited)) continue;
      this.cursor.move(place, gridColumns.indexOf('amount'), false, this.rows.total);
      this.#arrived();
      return true;
    }
    return false;
  }

  /** The owner goes on to the review: what is missing by now is missing. */
  ask() {
    this.#asked = true;
  }

  get column(): GridColumn {
    return gridColumns[this.cursor.column] ?? 'payee';
  }

  async show(filter: RunFilter) {
    this.cursor.move(0, this.cursor.column, false, 1);
    this.#standsAt = null;
    this.#stale = false;
    await this.rows.show(filter);
  }

  async map(mapping: RunMapping) {
    this.known.take(await this.#platform.setRunMapping(this.id, mapping));
    await this.show('all');
  }

  /** Moves the cursor. A row that no longer fits the filter leaves once the cursor has left it. */
  move(row: number, column: number, extend = false) {
    if (row !== this.cursor.row || column !== this.cursor.column) this.#leave();
    this.cursor.move(row, column, extend, this.rows.total);
    this.#arrived();
  }

  chooseRow(row: number, extend: boolean) {
    this.#leave();
    this.cursor.chooseRow(row, extend);
    this.#arrived();
  }

  /** The cell of the cursor is left. */
  #leave() {
    if (this.row && this.column === 'amount') this.#passed.add(this.row.row);
  }

  #arrived() {
    const number = this.row?.row ?? null;
    const left = number !== this.#standsAt;
    this.#standsAt = number;
    if (left && this.#stale) void this.refresh();
  }

  change(changes: readonly CellChange[]) {
    this.#standsAt = this.row?.row ?? null;
    this.edits.change(changes);
  }

  /** Gives all rows that say nothing of a currency this one: written into their cells, as one step to undo. */
  async fillCurrency(currency: string) {
    try {
      const rows = await this.rows.all('problems');
      const changes = rows
        .filter(({ cells }) => cells.currency.text.trim() === '')
        .filter(({ problems }) => problems.some(({ code }) => code === 'currency_missing'))
        .map(({ row, cells }): CellChange => {
          return { row, name: 'currency', before: cells.currency.text, after: currency };
        });
      if (changes.length === 0) return;
      this.change(changes);
      messages.show({
        cause: `currency-${this.id}`,
        tone: 'green',
        title: t('runs.currencyFilled', { currency, count: changes.length }),
        undo: () => this.change(changes.map(reversedChange)),
      });
    } catch (caught) {
      tellError(caught);
    }
  }

  /** The rows that are chosen. */
  chosen(): Promise<RunRow[]> {
    const { top, bottom } = this.cursor.range;
    return this.rows.between({ first: top, last: bottom });
  }

  async decide(rows: readonly number[], decision: RunDecision) {
    const places = rows.map((row) => this.rows.placeOf(row));
    const before = places.flatMap((place) => (place === null ? [] : (this.rows.at(place) ?? [])));
    await this.#deed(rows, () => this.#platform.decideRunRows(this.id, [...rows], decision));
    this.#offerUndo(before, decision);
  }

  async decideChosen(decision: RunDecision) {
    let before: RunRow[] = [];
    await this.#deed(null, async () => {
      before = await this.chosen();
      const rows = before.map(({ row }) => row);
      return this.#platform.decideRunRows(this.id, rows, decision);
    });
    this.#offerUndo(before, decision);
  }

  /** Leaving rows out, or letting them wait, can be taken back as long as nothing is released. */
  #offerUndo(before: readonly RunRow[], decision: RunDecision) {
    const back = reversed(decision);
    if (!back || this.#failed) return;
    const changed = before.filter((row) => isOtherwise(row, decision)).map(({ row }) => row);
    if (changed.length === 0) return;
    messages.show({
      cause: `decided-${this.id}`,
      tone: 'green',
      title: t(decision.kind === 'skip' ? 'runs.rowsSkipped' : 'runs.rowsWait', {
        count: changed.length,
      }),
      undo: () => this.decide(changed, back),
    });
  }

  /** Accepts a warning wherever it is. */
  async accept(code: RunProblemCode, reason: string) {
    await this.#deed(null, () => this.#platform.acceptRunWarning(this.id, code, reason));
  }

  async #deed(rows: readonly number[] | null, work: () => Promise<RunEdited>) {
    if (this.deciding) return;
    this.deciding = true;
    this.#failed = false;
    try {
      const edited = await work();
      this.#take(edited, rows ?? edited.rows.map(({ row }) => row));
    } catch (caught) {
      this.#failed = true;
      tellError(caught);
    } finally {
      this.deciding = false;
    }
  }

  #take(edited: RunEdited, rows: readonly number[]) {
    this.rows.patch(edited.rows);
    const { value } = this.known;
    if (value) this.known.take({ ...value, checks: edited.checks });
    this.#stale = true;
    // Where rows leave, the one that is being worked on leaves last.
    const working = this.row !== null && rows.length === 1 && rows[0] === this.row.row;
    if (this.rows.filter === 'all' || !working) void this.refresh();
  }

  /** Reads the shown rows anew; the cursor stays with its row. */
  readonly refresh = coalesced(async () => {
    const number = this.row?.row ?? null;
    this.#stale = false;
    await this.rows.refresh();
    const { cursor, rows } = this;
    const place = number === null ? null : rows.placeOf(number);
    if (place !== null && place !== cursor.row) cursor.follow(place, rows.total);
    else if (cursor.row >= rows.total)
      cursor.move(rows.total - 1, cursor.column, false, rows.total);
    this.#standsAt = this.row?.row ?? null;
  });
}

function reversedChange({ before, after, ...cell }: CellChange): CellChange {
  return { ...cell, before: after, after: before };
}

/** What takes a decision back; null where there is nothing honest that would. */
function reversed(decision: RunDecision): RunDecision | null {
  if (decision.kind === 'skip') return { kind: 'include' };
  return decision.kind === 'wait' && decision.waits ? { kind: 'wait', waits: false } : null;
}

/** Whether a decision changed anything about a row. */
function isOtherwise(row: RunRow, decision: RunDecision): boolean {
  return decision.kind === 'skip' ? row.standing !== 'skipped' : !row.waits;
}
