import { currencyDecimals } from './money';

/** What was typed, read as an amount: the canonical decimal string, or why it cannot be read. */
export type ReadAmount =
  | { ok: true; amount: string }
  | {
      ok: false;
      reason: 'empty' | 'unreadable' | 'not_positive' | 'too_precise' | 'too_large';
    }
  /** Text that may mean one amount to its writer and another to its reader. */
  | { ok: false; reason: 'ambiguous'; readings: Reading[] };

/** One of the amounts that a text could mean. */
export interface Reading {
  /** As the locale shows it: "1,250". */
  shown: string;
  /** How to write it so that it has no other meaning: "1250". */
  plain: string;
}

/** 15 digits before the point: far above any payout, far below what the backend's integers hold. */
const MAX_WHOLE_DIGITS = 15;

type Separator = '.' | ',';

function decimalSeparator(locale: string): Separator {
  const part = new Intl.NumberFormat(locale).formatToParts(1.5).find((p) => p.type === 'decimal');
  return part?.value === ',' ? ',' : '.';
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** Whether `whole` is grouped as people group: 1 to 3 digits, then threes. */
function groupedInThrees(whole: string, separator: Separator): boolean {
  const [first = '', ...rest] = whole.split(separator);
  return /^\d{1,3}$/.test(first) && rest.length > 0 && rest.every((group) => /^\d{3}$/.test(group));
}

/**
 * Reads an amount the way people of the locale write it. A text that could mean two amounts, such
 * as "1,25" where the comma groups thousands, is refused rather than guessed.
 */
export function readAmount(typed: string, currency: string, locale: string): ReadAmount {
  const text = typed
    .normalize('NFKC')
    .replace(new RegExp(`^\\s*${currency}|${currency}\\s*$`, 'i'), '')
    .replace(/[\s'’]/g, '')
    .replaceAll('。', '.');
  if (text === '') return { ok: false, reason: 'empty' };
  if (/^[-−]/.test(text)) return { ok: false, reason: 'not_positive' };
  if (!/^[\d.,]+$/.test(text) || !/\d/.test(text)) return { ok: false, reason: 'unreadable' };

  const decimal = decimalSeparator(locale);
  const group: Separator = decimal === '.' ? ',' : '.';
  const point = findDecimalPoint(text, decimal, group);
  if (point === 'unreadable') return { ok: false, reason: point };
  if (point === 'ambiguous') {
    return { ok: false, reason: point, readings: readings(text, currency, locale, decimal) };
  }
  return readWith(point, text, currency);
}

function readWith(point: Separator | null, text: string, currency: string): ReadAmount {
  const wholeText = point ? text.slice(0, text.lastIndexOf(point)) : text;
  const fraction = point ? text.slice(text.lastIndexOf(point) + 1) : '';
  const whole = wholeText.replace(/[.,]/g, '').replace(/^0+(?=\d)/, '') || '0';
  const decimals = currencyDecimals(currency);
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > decimals) return { ok: false, reason: 'too_precise' };
  if (whole.length > MAX_WHOLE_DIGITS) return { ok: false, reason: 'too_large' };
  if (/^0*$/.test(whole + kept)) return { ok: false, reason: 'not_positive' };
  return { ok: true, amount: decimals === 0 ? whole : `${whole}.${kept.padEnd(decimals, '0')}` };
}

/** What a text that others found ambiguous could mean; signs beside the number say nothing of that. */
export function readingsOf(typed: string, currency: string, locale: string): Reading[] {
  const text = typed.normalize('NFKC').replace(/[^\d.,]/g, '');
  return /^\d[\d.,]*$/.test(text) ? readings(text, currency, locale, decimalSeparator(locale)) : [];
}

/** What an ambiguous text could mean: its one separator begins the decimals, or only groups. */
function readings(text: string, currency: string, locale: string, decimal: Separator): Reading[] {
  const separator: Separator = text.includes('.') ? '.' : ',';
  const points = count(text, separator) === 1 ? [separator, null] : [null];
  return points.flatMap((point) => {
    const read = readWith(point, text, currency);
    if (!read.ok) return [];
    const [whole = '', fraction = ''] = read.amount.split('.');
    const exact = /[1-9]/.test(fraction) || point !== null;
    const format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: exact ? fraction.length : 0,
      maximumFractionDigits: fraction.length,
    });
    // Three decimals would look like a group of digits once more; a fourth tells them apart.
    const written = fraction.length === 3 ? `${fraction}0` : fraction;
    return {
      shown: format.format(read.amount as Intl.StringNumericLiteral),
      plain: exact ? whole + decimal + written : whole,
    };
  });
}

/** Which separator stands before the decimals; `null` where there are none. */
function findDecimalPoint(
  text: string,
  decimal: Separator,
  group: Separator,
): Separator | null | 'unreadable' | 'ambiguous' {
  const decimals = count(text, decimal);
  const groups = count(text, group);
  if (decimals === 0 && groups === 0) return null;

  if (decimals > 0 && groups > 0) {
    // With both, the last one ends the whole part, whatever the locale.
    const last: Separator = text.lastIndexOf(decimal) > text.lastIndexOf(group) ? decimal : group;
    const other: Separator = last === '.' ? ',' : '.';
    const whole = text.slice(0, text.lastIndexOf(last));
    return count(text, last) === 1 && groupedInThrees(whole, other) ? last : 'unreadable';
  }
  if (groups > 0) {
    if (groupedInThrees(text, group)) return null;
    return groups === 1 ? 'ambiguous' : 'unreadable';
  }
  if (decimals > 1) return groupedInThrees(text, decimal) ? 'ambiguous' : 'unreadable';
  // "1.250" may be a thousand and a quarter to its writer, but "0.250" and "1250.250" cannot be.
  const looksGrouped = groupedInThrees(text, decimal) && !text.startsWith('0');
  return looksGrouped ? 'ambiguous' : decimal;
}
