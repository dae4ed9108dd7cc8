/** A rectangle of cells, all ends included. */
export interface Range {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** Where the keyboard is in the grid, and what is chosen from there. Rows are places in the filter. */
export class GridCursor {
  row = $state(0);
  column = $state(0);
  #fromRow = $state(0);
  #fromColumn = $state(0);
  /** Whole rows are chosen, rather than some cells of them. */
  whole = $state(false);
  readonly #columns: number;

  constructor(columns: number) {
    this.#columns = columns;
  }

  get range(): Range {
    return {
      top: Math.min(this.row, this.#fromRow),
      bottom: Math.max(this.row, this.#fromRow),
      left: this.whole ? 0 : Math.min(this.column, this.#fromColumn),
      right: this.whole ? this.#columns - 1 : Math.max(this.column, this.#fromColumn),
    };
  }

  /** How many rows are chosen. */
  get rows(): number {
    return this.range.bottom - this.range.top + 1;
  }

  /** More than the one cell is chosen. */
  get several(): boolean {
    const { top, bottom, left, right } = this.range;
    return top !== bottom || left !== right;
  }

  includes(row: number, column: number): boolean {
    const { top, bottom, left, right } = this.range;
    return row >= top && row <= bottom && column >= left && column <= right;
  }

  /** Moves, or chooses up to there, within `total` rows. */
  move(row: number, column: number, extend: boolean, total: number) {
    this.row = Math.max(0, Math.min(row, total - 1));
    this.column = Math.max(0, Math.min(column, this.#columns - 1));
    if (!extend) this.collapse();
  }

  /** Chooses whole rows: this one, or up to it. */
  chooseRow(row: number, extend: boolean) {
    this.row = row;
    if (!extend) this.#fromRow = row;
    this.whole = true;
  }

  chooseAll(total: number) {
    this.#fromRow = 0;
    this.#fromColumn = 0;
    this.row = Math.max(0, total - 1);
    this.column = this.#columns - 1;
    this.whole = true;
  }

  collapse() {
    this.#fromRow = this.row;
    this.#fromColumn = this.column;
    this.whole = false;
  }

  /** The row has another place now, as others came or went. */
  follow(row: number, total: number) {
    this.#fromRow += row - this.row;
    this.row = row;
    if (this.#fromRow < 0 || this.#fromRow >= total) this.collapse();
  }
}
