/** Where something lies in the window. */
export interface Place {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** What is pressed at the foot of a page or a dialog: `{@attach feet.add}`. No message covers it. */
class Feet {
  readonly #nodes = new Set<Element>();
  /** Another object whenever one of them may lie elsewhere. */
  moved: object = $state.raw({});

  readonly add = (node: Element) => {
    const watch = new ResizeObserver(() => (this.moved = {}));
    watch.observe(node);
    // It also moves when what it is the foot of grows.
    if (node.parentElement) watch.observe(node.parentElement);
    this.#nodes.add(node);
    this.moved = {};
    return () => {
      watch.disconnect();
      this.#nodes.delete(node);
      this.moved = {};
    };
  };

  get places(): Place[] {
    return [...this.#nodes].map((node) => node.getBoundingClientRect());
  }
}

export const feet = new Feet();

/** How far what lies there must rise to cover none of these. */
export function riseOver(lying: Place, feet: readonly Place[], gap: number): number {
  let rise = 0;
  // From below, so that what was risen over one is held against those above it.
  for (const foot of feet.toSorted((a, b) => b.bottom - a.bottom)) {
    const beside = foot.right <= lying.left || foot.left >= lying.right;
    const apart = foot.bottom <= lying.top - rise || foot.top >= lying.bottom - rise;
    if (!beside && !apart) rise = lying.bottom + gap - foot.top;
  }
  // Rather over a foot than out of the window.
  return Math.max(0, Math.min(rise, lying.top));
}
