import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';
import { loadCatalogue, type Message } from '../src/lib/i18n/catalogue';
import { languageTags } from '../src/lib/i18n/languages';

const catalogues = await Promise.all(
  languageTags.map(async (language) => [language, await loadCatalogue(language)] as const),
);

function params(source: Message): string[] {
  const found = new Set<string>();
  const walk = (elements: MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
      found.add(element.value);
      if (element.type === TYPE.plural || element.type === TYPE.select) {
        for (const option of Object.values(element.options)) walk(option.value);
      }
    }
  };
  walk(parse(String(source), { ignoreTag: true }));
  return [...found].sort();
}

const english = await loadCatalogue('en');
const translations = catalogues.filter(([language]) => language !== 'en');

it('never calls the invoice ID a tax invoice’s number in Chinese', async () => {
  const chinese = [...(await loadCatalogue('zh-CN')).values()].map(String);
  expect(chinese.filter((text) => text.includes('发票'))).toEqual([]);
  expect((await loadCatalogue('zh-CN')).get('payouts.invoiceId')).toBe('付款编号');
});

describe.each(translations)('the %s catalogue', (_, translation) => {
  it('has the English keys, no more and no fewer', () => {
    expect([...translation.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('fills in the same parameters as English', () => {
    for (const [key, text] of english) {
      expect(params(translation.get(key) ?? ''), key).toEqual(params(text));
    }
  });

  it('leaves no message empty', () => {
    for (const [key, text] of translation) expect(String(text).trim(), key).not.toBe('');
  });
});

describe('the interface', () => {
  const sources = import.meta.glob('../src/**/*.{ts,svelte}', {
    query: '?raw',
    import: 'default',
    eager: true,
  }) as Record<string, string>;
  const code = Object.entries(sources)
    .filter(([path]) => !path.includes('/i18n/') && !path.includes('.test.'))
    .map(([, text]) => text)
    .join('\n');

  it('uses every message', () => {
    // A key may be built from a state or a code: `domain.payee_${status}`, `errors.${code}.title`.
    const built = [...code.matchAll(/`([a-z]+\.[\w.-]*)\$\{[^}]*\}([\w.]*)`/gi)].map(
      ([, before = '', after = '']) => ({ before, after }),
    );
    const unused = [...english.keys()].filter(
      (key) =>
        !code.includes(`'${key}'`) &&
        !built.some(({ before, after }) => key.startsWith(before) && key.endsWith(after)),
    );
    expect(unused).toEqual([]);
  });
});
