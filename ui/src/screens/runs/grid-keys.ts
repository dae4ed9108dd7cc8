/** What a key asks of the grid. */
export type Action =
  | {
      kind: 'move';
      rows: number | 'page' | 'pageUp' | 'first' | 'last' | 'stay';
      columns: number | 'first' | 'last';
      extend: boolean;
      /** At the edge the focus goes on to what comes after the grid. */
      leaves?: boolean;
    }
  /** Begins to write: over the cell, or in it where there is no text. */
  | { kind: 'edit'; text: string | null }
  | { kind: 'cancel' | 'clear' | 'row' | 'all' | 'fix' | 'undo' | 'redo' };

type Move = Extract<Action, { kind: 'move' }>;

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** What a key means, in a cell or in the field of one that is being written in. */
export function actionFor(event: Key, editing: boolean): Action | null {
  const { key, shiftKey, altKey } = event;
  const mod = event.ctrlKey || event.metaKey;
  if (altKey) return null;
  if (editing) return mod ? null : inField(key, shiftKey);
  if (mod) return withModifier(key, shiftKey);
  return moves(key, shiftKey) ?? deeds(key, shiftKey);
}

function move(rows: Move['rows'], columns: Move['columns'], extend: boolean): Move {
  return { kind: 'move', rows, columns, extend };
}

function inField(key: string, shift: boolean): Action | null {
  switch (key) {
    case 'Enter':
      return move(shift ? -1 : 1, 0, false);
    case 'Tab':
      return { ...move(0, shift ? -1 : 1, false), leaves: true };
    case 'Escape':
      return { kind: 'cancel' };
    default:
      return null;
  }
}

function withModifier(key: string, shift: boolean): Action | null {
  switch (key.toLowerCase()) {
    case 'z':
      return { kind: shift ? 'redo' : 'undo' };
    case 'y':
      return { kind: 'redo' };
    case 'a':
      return { kind: 'all' };
    case 'enter':
      return { kind: 'fix' };
    case 'home':
      return move('first', 'first', shift);
    case 'end':
      return move('last', 'last', shift);
    case 'arrowup':
      return move('first', 0, shift);
    case 'arrowdown':
      return move('last', 0, shift);
    case 'arrowleft':
      return move('stay', 'first', shift);
    case 'arrowright':
      return move('stay', 'last', shift);
    default:
      return null;
  }
}

function moves(key: string, shift: boolean): Action | null {
  switch (key) {
    case 'ArrowDown':
      return move(1, 0, shift);
    case 'ArrowUp':
      return move(-1, 0, shift);
    case 'ArrowRight':
      return move(0, 1, shift);
    case 'ArrowLeft':
      return move(0, -1, shift);
    case 'PageDown':
      return move('page', 0, shift);
    case 'PageUp':
      return move('pageUp', 0, shift);
    case 'Home':
      return move('stay', 'first', shift);
    case 'End':
      return move('stay', 'last', shift);
    case 'Tab':
      return { ...move(0, shift ? -1 : 1, false), leaves: true };
    default:
      return null;
  }
}

function deeds(key: string, shift: boolean): Action | null {
  switch (key) {
    case 'Enter':
    case 'F2':
      return { kind: 'edit', text: null };
    case 'Escape':
      return { kind: 'cancel' };
    case 'Delete':
    case 'Backspace':
      return { kind: 'clear' };
    case ' ':
      return shift ? { kind: 'row' } : { kind: 'edit', text: ' ' };
    // An input method has begun to compose: the field is empty, and gets what it composes.
    case 'Process':
    case 'Dead':
      return { kind: 'edit', text: '' };
    default:
      return [...key].length === 1 ? { kind: 'edit', text: key } : null;
  }
}

/** Where a move leads, within so many rows and columns. */
export function moved(
  { rows, columns }: Move,
  from: { row: number; column: number },
  total: number,
  width: number,
  page: number,
): { row: number; column: number } {
  const down = {
    page: from.row + page,
    pageUp: from.row - page,
    first: 0,
    last: total - 1,
    stay: from.row,
  };
  const row = typeof rows === 'number' ? from.row + rows : down[rows];
  const across = { first: 0, last: width - 1 };
  const column = typeof columns === 'number' ? from.column + columns : across[columns];
  const within = (value: number, end: number) => Math.max(0, Math.min(value, end - 1));
  return { row: within(row, total), column: within(column, width) };
}
