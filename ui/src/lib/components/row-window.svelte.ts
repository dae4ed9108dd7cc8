import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import { RowPlaces } from './row-places';

interface Shape {
  /** How many rows there are. */
  total: number;
  /** The height of each, in rem: all have the same, so that scrolling never jumps. */
  rowRem: number;
  /** What a row is known by when others come before it; without it, its index. */
  keyOf?: (index: number) => string | number;
  /** A row that is drawn wherever it is, such as the one with the focus. */
  kept?: number;
}

interface Drawn {
  index: number;
  /** The element that shows it: a row that comes into sight takes over one that another has left, which is far quicker. */
  place: number;
  /** In pixels, below the first row's top. */
  offset: number;
}

/** Drawn above and below what is in sight, so that a turn of the wheel shows no gap. */
const SPARE_ROWS = 3;

/** The rows of a long table that are in the document: those in sight, and a few beside them. */
export class RowWindow {
  /** Of the heading that stays above the rows, in pixels. */
  headHeight = $state(0);
  /** Of what scrolls, in pixels. */
  width = $state(0);
  /** In pixels: the owner may change the size of text. */
  rem = $state(16);
  readonly #shape: () => Shape;
  #scroller: HTMLElement | undefined;
  #top = $state(0);
  #inner = $state(0);
  readonly #places = new RowPlaces();
  /** The cell with the focus. */
  #focused: string | undefined;

  /** Of each row, in pixels. */
  readonly rowHeight = $derived.by(() => this.#shape().rowRem * this.rem);
  /** Of all rows, in pixels. */
  readonly height = $derived.by(() => this.#shape().total * this.rowHeight);
  readonly first = $derived.by(() => {
    const inSight = Math.floor(this.#top / this.rowHeight);
    return Math.max(0, Math.min(inSight - SPARE_ROWS, this.#shape().total - 1));
  });
  readonly last = $derived.by(() => {
    const inSight = Math.ceil(this.#inner / this.rowHeight);
    return Math.min(this.#shape().total - 1, this.first + inSight + 2 * SPARE_ROWS);
  });
  readonly drawn: readonly Drawn[] = $derived.by(() => {
    const { first, last, rowHeight } = this;
    const { total, kept = -1, keyOf = (index: number) => index } = this.#shape();
    const rows = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    if (kept >= 0 && kept < first) rows.unshift(kept);
    if (kept > last && kept < total) rows.push(kept);
    const places = this.#places.take(rows.map(keyOf));
    return rows.map((index, at) => ({ index, place: places[at] ?? at, offset: index * rowHeight }));
  });

  constructor(shape: () => Shape) {
    this.#shape = shape;
    // The focus stays with its cell, even where its element has had to move.
    $effect(() => {
      void this.drawn;
      untrack(() => {
        this.#refocus();
      });
    });
  }

  /** For what scrolls. */
  readonly scroller: Attachment<HTMLElement> = (element) => {
    this.#scroller = element;
    const scrolled = () => (this.#top = element.scrollTop);
    const focused = ({ target }: Event) => {
      this.#focused = target instanceof HTMLElement ? target.dataset.cell : undefined;
    };
    const left = ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget) this.#focused = undefined;
    };
    // A press outside leaves the cell on purpose, even where nothing takes the focus.
    const pressed = ({ target }: Event) => {
      if (target instanceof Node && !element.contains(target)) this.#focused = undefined;
    };
    const sized = new ResizeObserver(() => {
      this.#inner = element.clientHeight;
      this.width = element.clientWidth;
      const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      if (size > 0) this.rem = size;
    });
    sized.observe(element);
    element.addEventListener('scroll', scrolled);
    element.addEventListener('focusin', focused);
    element.addEventListener('focusout', left);
    document.addEventListener('pointerdown', pressed, { capture: true });
    return () => {
      sized.disconnect();
      element.removeEventListener('scroll', scrolled);
      element.removeEventListener('focusin', focused);
      element.removeEventListener('focusout', left);
      document.removeEventListener('pointerdown', pressed, { capture: true });
    };
  };

  /** How many rows are wholly in sight. */
  get page(): number {
    return Math.floor(((this.#scroller?.clientHeight ?? 0) - this.headHeight) / this.rowHeight);
  }

  /** Scrolls as little as shows the whole row below the heading. */
  reveal(index: number) {
    if (!this.#scroller) return;
    const top = index * this.rowHeight;
    const lowest = top + this.rowHeight - (this.#scroller.clientHeight - this.headHeight);
    if (top < this.#scroller.scrollTop) this.#scroller.scrollTop = top;
    else if (lowest > this.#scroller.scrollTop) this.#scroller.scrollTop = lowest;
    this.#top = this.#scroller.scrollTop;
  }

  #refocus() {
    if (this.#focused === undefined) return;
    const at = document.activeElement;
    const lost = at === document.body || (at && this.#scroller?.contains(at));
    if (!lost || (at instanceof HTMLElement && at.dataset.cell === this.#focused)) return;
    const cell = this.#scroller?.querySelector<HTMLElement>(`[data-cell="${this.#focused}"]`);
    cell?.focus({ preventScroll: true });
  }
}
