import type { Money } from '$lib/platform';

const styles = new Map<string, Intl.NumberFormat>();

function currencyFormat(currency: string, locale: string): Intl.NumberFormat {
  const id = `${locale} ${currency}`;
  let format = styles.get(id);
  if (!format) {
    // The code rather than a symbol: "$" alone does not say which dollar.
    format = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'code',
    });
    styles.set(id, format);
  }
  return format;
}

/**
 * The amount as people read it: "USD 1,250.00". The decimal string is handed to Intl as it is,
 * which formats it exactly; it never becomes a float.
 */
export function formatMoney(money: Money, locale: string): string {
  try {
    const format = currencyFormat(money.currency, locale);
    return format.format(money.amount as Intl.StringNumericLiteral).replaceAll('\u00a0', ' ');
  } catch {
    // A currency or an amount Intl does not know is still shown, as it came.
    return `${money.currency} ${money.amount}`;
  }
}

/** Sums of several currencies, one after the other; they are never added. */
export function formatMoneyList(sums: readonly Money[], locale: string): string {
  return sums.map((sum) => formatMoney(sum, locale)).join(' · ');
}

/** How many decimals the currency has, by ISO 4217 as Intl knows it. */
export function currencyDecimals(currency: string): number {
  try {
    return currencyFormat(currency, 'en').resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}
