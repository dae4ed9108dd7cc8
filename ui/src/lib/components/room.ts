const WIDE = /[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]/u;

/** About how wide the widest of some texts is, in em: a wide character takes one, others less. */
export function widest(texts: readonly string[]): number {
  const widths = texts.map((text) =>
    [...text].reduce((sum, character) => sum + (WIDE.test(character) ? 1 : 0.62), 0),
  );
  return Math.max(0, ...widths);
}

/** A track of a table that fits the widest of these texts, set at `size` rem beside `extra` rem. */
export function roomFor(texts: readonly string[], size: number, extra = 0): string {
  return `${(widest(texts) * size + extra).toFixed(2)}rem`;
}

/** The least that a track such as `minmax(8rem, 2fr)` needs, in rem. */
function least(track: string): number {
  return Number(/([\d.]+)rem/.exec(track)?.[1] ?? 0);
}

interface Track {
  width: string;
  /** In which order columns leave where room is scarce, the highest first; others never leave. */
  leaves?: number;
}

/** Between two columns and at either end of a row, in rem. */
const GAP = 1;
const ENDS = 2;

/** The columns that fit into so many rem, in their order. */
export function fitting<T extends Track>(columns: readonly T[], room: number): readonly T[] {
  const needs = columns.reduce((sum, { width }) => sum + least(width) + GAP, ENDS - GAP);
  if (needs <= room) return columns;
  const order = columns.map(({ leaves }) => leaves ?? 0);
  const first = Math.max(0, ...order);
  if (first === 0) return columns;
  const at = order.lastIndexOf(first);
  return fitting(columns.toSpliced(at, 1), room);
}
