import { expect, it } from 'vitest';
import { resolveLanguage, resolveLocale } from './language';

it.each([
  ['system', ['zh-Hans-CN', 'en'], 'zh-CN'],
  ['system', ['de-DE', 'zh-CN'], 'zh-CN'],
  ['system', ['de-DE'], 'en'],
  ['system', ['es-MX', 'en'], 'es'],
  ['en', ['zh-CN'], 'en'],
  ['xx', ['zh-CN'], 'zh-CN'],
] as const)('%s on a system speaking %s shows %s', (preference, system, shown) => {
  expect(resolveLanguage(preference, system)).toBe(shown);
});

it('takes the region from the system where it speaks the shown language', () => {
  expect(resolveLocale('en', ['de-DE', 'en-GB'])).toBe('en-GB');
  expect(resolveLocale('en', ['zh-CN'])).toBe('en-US');
});
