import type { Money } from '$lib/platform';

/** Cells as spreadsheets put them on the clipboard. */
export function writeCells(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) =>
    /["\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => row.map(cell).join('\t')).join('\n');
}

/** Cells as spreadsheets put them on the clipboard: tabs, lines, and quotes around either of them. */
export function readCells(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[(at += 1)];
      else quoted = false;
    } else if (character === '"' && cell === '') {
      quoted = true;
    } else if (character === '\t') {
      row.push(cell);
      cell = '';
    } else if (character === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else if (character !== '\r') {
      cell += character;
    }
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
}

const numbers = new Map<string, Intl.NumberFormat>();

/** The amount without its currency, which has a column of its own. */
export function bareAmount({ amount }: Money, locale: string): string {
  const decimals = amount.split('.')[1]?.length ?? 0;
  const id = `${locale} ${decimals}`;
  const format =
    numbers.get(id) ??
    new Intl.NumberFormat(locale, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  numbers.set(id, format);
  return format.format(amount as Intl.StringNumericLiteral);
}
