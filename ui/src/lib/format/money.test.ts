import { describe, expect, it } from 'vitest';
import { currencyDecimals, formatMoney, formatMoneyList, readAmount } from '.';

describe('formatting money', () => {
  it.each([
    ['1250.00', 'USD', 'en-US', 'USD 1,250.00'],
    ['1250', 'JPY', 'en-US', 'JPY 1,250'],
    ['1.250', 'KWD', 'en-US', 'KWD 1.250'],
    ['1250.50', 'CNY', 'zh-CN', 'CNY 1,250.50'],
    ['1250.50', 'EUR', 'de-DE', '1.250,50 EUR'],
  ])('%s %s in %s', (amount, currency, locale, shown) => {
    expect(formatMoney({ amount, currency }, locale)).toBe(shown);
  });

  it('keeps every digit of an amount no float can hold', () => {
    const money = { amount: '9007199254740993.07', currency: 'USD' };
    expect(formatMoney(money, 'en-US')).toBe('USD 9,007,199,254,740,993.07');
  });

  it('shows what it does not know as it came', () => {
    expect(formatMoney({ amount: '5.00', currency: '??' }, 'en-US')).toBe('?? 5.00');
  });

  it('never adds currencies up', () => {
    const sums = [
      { amount: '1.00', currency: 'USD' },
      { amount: '2.00', currency: 'EUR' },
    ];
    expect(formatMoneyList(sums, 'en-US')).toBe('USD 1.00 · EUR 2.00');
  });

  it('knows the decimals of a currency', () => {
    expect(['USD', 'JPY', 'KWD'].map(currencyDecimals)).toEqual([2, 0, 3]);
  });
});

describe('reading an amount', () => {
  it.each([
    ['1250', 'USD', 'en-US', '1250.00'],
    ['1,250', 'USD', 'en-US', '1250.00'],
    ['1250.5', 'USD', 'en-US', '1250.50'],
    ['1,234,567.89', 'USD', 'en-US', '1234567.89'],
    ['1.250,50', 'USD', 'en-US', '1250.50'],
    ['1.250,50', 'EUR', 'de-DE', '1250.50'],
    ['1250,5', 'EUR', 'de-DE', '1250.50'],
    ['1.250', 'EUR', 'de-DE', '1250.00'],
    ['USD 1 250.00', 'USD', 'en-US', '1250.00'],
    ['１２５０．５', 'CNY', 'zh-CN', '1250.50'],
    ['007', 'USD', 'en-US', '7.00'],
    ['.5', 'USD', 'en-US', '0.50'],
    ['12.500', 'USD', 'de-DE', '12500.00'],
    ['1250.0000', 'USD', 'en-US', '1250.00'],
    ['1250', 'JPY', 'en-US', '1250'],
    ['1250.125', 'KWD', 'en-US', '1250.125'],
  ])('%s %s in %s is %s', (typed, currency, locale, amount) => {
    expect(readAmount(typed, currency, locale)).toEqual({ ok: true, amount });
  });

  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['abc', 'unreadable'],
    ['1e3', 'unreadable'],
    ['1,25,000.00', 'unreadable'],
    ['1.2.3', 'unreadable'],
    ['0', 'not_positive'],
    ['0.00', 'not_positive'],
    ['-5', 'not_positive'],
    ['1250.125', 'too_precise'],
    ['0.001', 'too_precise'],
    ['1234567890123456', 'too_large'],
  ])('%s is refused: %s', (typed, reason) => {
    expect(readAmount(typed, 'USD', 'en-US')).toEqual({ ok: false, reason });
  });

  it.each([
    ['12,50', 'USD', 'en-US', ['12.50 as 12.50', '1,250 as 1250']],
    ['1,25', 'USD', 'en-US', ['1.25 as 1.25', '125 as 125']],
    ['12.50', 'EUR', 'de-DE', ['12,50 as 12,50', '1.250 as 1250']],
    ['1.005', 'USD', 'en-US', ['1,005 as 1005']],
    ['1.250.000', 'USD', 'en-US', ['1,250,000 as 1250000']],
    ['1.250', 'KWD', 'en-US', ['1.250 as 1.2500', '1,250 as 1250']],
  ])('%s %s in %s could be more than one amount', (typed, currency, locale, could) => {
    const read = readAmount(typed, currency, locale);
    if (read.ok || read.reason !== 'ambiguous') throw new Error('it was read');
    expect(read.readings.map(({ shown, plain }) => `${shown} as ${plain}`)).toEqual(could);
    for (const { plain } of read.readings) {
      expect(readAmount(plain, currency, locale).ok).toBe(true);
    }
  });
});
