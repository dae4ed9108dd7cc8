import type { RunRow } from '$lib/platform';
import type { CellChange } from './draft-edits.svelte';
import type { Draft } from './draft.svelte';
import { readCells, writeCells } from './grid-text';
import { gridColumns } from './problem';

/** Copies the chosen cells as spreadsheets do. */
export async function copyCells(draft: Draft, clipboard: DataTransfer | null): Promise<void> {
  const { top, bottom } = draft.cursor.range;
  const here = draft.rows.hereBetween({ first: top, last: bottom });
  if (here && clipboard) {
    clipboard.setData('text/plain', textOf(draft, here));
    return;
  }
  // They are read first, which the event does not wait for.
  await navigator.clipboard.writeText(textOf(draft, await draft.chosen()));
}

function textOf(draft: Draft, rows: readonly RunRow[]): string {
  const { left, right } = draft.cursor.range;
  const columns = gridColumns.slice(left, right + 1);
  return writeCells(
    rows.map((row) =>
      columns.map((column) =>
        column === 'account' ? (row.account?.label ?? '') : draft.edits.textOf(row, column),
      ),
    ),
  );
}

/**
 * Pastes from the chosen cells on; one cell fills all that are chosen. Answers how many lines had no
 * row to go to.
 */
export async function pasteCells(draft: Draft, text: string): Promise<number> {
  const cells = readCells(text);
  const [only] = cells;
  if (!only) return 0;
  const { top, bottom, left, right } = draft.cursor.range;
  const fills = cells.length === 1 && only.length === 1;
  const last = fills ? bottom : Math.min(top + cells.length, draft.rows.total) - 1;
  const rows = await draft.rows.between({ first: top, last });
  const width = fills ? right - left + 1 : Math.max(...cells.map((row) => row.length));
  const pasted = (row: number, column: number) => (fills ? only[0] : cells[row]?.[column]);
  draft.change(
    rows.flatMap((row, at) =>
      gridColumns.slice(left, left + width).flatMap((name, across): CellChange[] => {
        const after = pasted(at, across);
        if (name === 'account' || after === undefined) return [];
        return [{ row: row.row, name, before: draft.edits.textOf(row, name), after }];
      }),
    ),
  );
  return fills ? 0 : cells.length - rows.length;
}

/** Empties the chosen cells. */
export async function clearCells(draft: Draft): Promise<void> {
  const { left, right } = draft.cursor.range;
  const rows = await draft.chosen();
  draft.change(
    rows.flatMap((row) =>
      gridColumns.slice(left, right + 1).flatMap((name): CellChange[] => {
        if (name === 'account') return [];
        return [{ row: row.row, name, before: draft.edits.textOf(row, name), after: '' }];
      }),
    ),
  );
}
