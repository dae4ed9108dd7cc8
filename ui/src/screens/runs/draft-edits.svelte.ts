import { SvelteMap } from 'svelte/reactivity';
import {
  toIpcError,
  type IpcError,
  type RunEdit,
  type RunEdited,
  type RunRow,
} from '$lib/platform';
import type { CellName } from './problem';

/** A cell with the text it had and the one it gets. */
export interface CellChange {
  row: number;
  name: CellName;
  before: string;
  after: string;
}

type Typed = Pick<CellChange, 'row' | 'name'> & { text: string };

const fields: Record<CellName, RunEdit['field']> = {
  payee: 'payee',
  amount: 'amount',
  currency: 'currency',
  invoiceId: 'invoice_id',
  description: 'description',
  note: 'note',
};

/**
 * What the owner types, shown at once and saved in the order in which it was typed. What could not be
 * saved stays in its cell until it is tried again.
 */
export class DraftEdits {
  error: IpcError | null = $state.raw(null);
  saving = $state(false);
  readonly #send: (edits: RunEdit[]) => Promise<RunEdited>;
  readonly #saved: (edited: RunEdited, rows: readonly number[]) => void;
  readonly #typed = new SvelteMap<string, string>();
  #waiting: Typed[] = [];
  #undo: CellChange[][] = [];
  #redo: CellChange[][] = [];

  constructor(
    send: (edits: RunEdit[]) => Promise<RunEdited>,
    saved: (edited: RunEdited, rows: readonly number[]) => void,
  ) {
    this.#send = send;
    this.#saved = saved;
  }

  /** A cell's text as the owner sees it. */
  textOf(row: RunRow, name: CellName): string {
    return this.#typed.get(key(row.row, name)) ?? row.cells[name].text;
  }

  /** Whether a cell's text has not been saved yet. */
  unsaved(row: RunRow, name: CellName): boolean {
    return this.#typed.has(key(row.row, name));
  }

  /** Changes cells, as one step to undo. */
  change(changes: readonly CellChange[]) {
    const real = changes.filter(({ before, after }) => before !== after);
    if (real.length === 0) return;
    this.#undo.push(real);
    this.#redo = [];
    this.#put(real.map(({ row, name, after }) => ({ row, name, text: after })));
  }

  /** Takes the last change back; the cells that it touched, or null when there is none. */
  undo(): readonly CellChange[] | null {
    const last = this.#undo.pop();
    if (!last) return null;
    this.#redo.push(last);
    this.#put(last.map(({ row, name, before }) => ({ row, name, text: before })));
    return last;
  }

  /** Makes the change again that was taken back last. */
  redo(): readonly CellChange[] | null {
    const last = this.#redo.pop();
    if (!last) return null;
    this.#undo.push(last);
    this.#put(last.map(({ row, name, after }) => ({ row, name, text: after })));
    return last;
  }

  /** Tries again to save what could not be saved. */
  retry() {
    this.error = null;
    void this.#save();
  }

  #put(typed: readonly Typed[]) {
    for (const { row, name, text } of typed) this.#typed.set(key(row, name), text);
    // What could not be saved gives way to what is typed over it, and is tried again with it.
    if (!this.saving) {
      this.error = null;
      this.#waiting = this.#waiting.filter(
        (old) => !typed.some(({ row, name }) => row === old.row && name === old.name),
      );
    }
    this.#waiting.push(...typed);
    void this.#save();
  }

  async #save() {
    if (this.saving || this.error) return;
    this.saving = true;
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting;
        const edits = batch.map(({ row, name, text }) => ({ row, field: fields[name], text }));
        const edited = await this.#send(edits);
        this.#waiting = this.#waiting.slice(batch.length);
        for (const { row, name, text } of batch) {
          const later = this.#waiting.some((one) => one.row === row && one.name === name);
          if (!later && this.#typed.get(key(row, name)) === text)
            this.#typed.delete(key(row, name));
        }
        this.#saved(
          edited,
          batch.map(({ row }) => row),
        );
      }
    } catch (caught) {
      this.error = toIpcError(caught);
    } finally {
      this.saving = false;
    }
  }
}

function key(row: number, name: CellName): string {
  return `${row} ${name}`;
}
