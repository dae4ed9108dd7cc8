import { describe, expect, it } from 'vitest';
import { readBirthDate } from './birth-date';

const TODAY = new Date(2026, 10, 20);

describe('reading a date of birth', () => {
  it.each([
    ['1990-04-30', 'en-US'],
    ['1990/4/30', 'en-US'],
    ['19900430', 'en-US'],
    ['04301990', 'en-US'],
    ['30041990', 'de-DE'],
    ['4/30/1990', 'en-US'],
    ['04/30/1990', 'en-US'],
    ['30/4/1990', 'en-US'],
    ['30.04.1990', 'de-DE'],
    ['30/04/1990', 'en-GB'],
    ['1990年4月30日', 'zh-CN'],
    ['１９９０－０４－３０', 'zh-CN'],
  ])('takes %s in %s', (typed, locale) => {
    expect(readBirthDate(typed, locale, TODAY)).toEqual({ ok: true, date: '1990-04-30' });
  });

  it('lets the locale decide where both orders are days', () => {
    expect(readBirthDate('3/4/1990', 'en-US', TODAY)).toMatchObject({ date: '1990-03-04' });
    expect(readBirthDate('3/4/1990', 'en-GB', TODAY)).toMatchObject({ date: '1990-04-03' });
  });

  it.each([
    ['', 'empty'],
    ['soon', 'not_digits'],
    ['12', 'unreadable'],
    ['4/30/90', 'short_year'],
    ['4.3.90', 'short_year'],
    ['Dec 1', 'not_digits'],
    ['30 April 1990', 'not_digits'],
    ['1990-04', 'unreadable'],
    ['1990-04-30-1', 'unreadable'],
    ['1990-04-31', 'not_real'],
    ['19900431', 'not_real'],
    ['2/29/2001', 'not_real'],
    ['2027-01-01', 'future'],
    ['2026-11-21', 'future'],
    ['2008-11-21', 'under_age'],
    ['1890-01-01', 'too_old'],
  ])('refuses %s as %s', (typed, reason) => {
    expect(readBirthDate(typed, 'en-US', TODAY)).toEqual({ ok: false, reason });
  });

  it('takes a payee on the very birthday', () => {
    expect(readBirthDate('2008-11-20', 'en-US', TODAY)).toMatchObject({ ok: true });
  });
});
