import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../src/lib/i18n/catalogue';
import { languageTags } from '../src/lib/i18n/languages';

const catalogues = await Promise.all(
  languageTags.map(async (language) => [language, await loadCatalogue(language)] as const),
);

const bindings = readFileSync('src/lib/platform/bindings.ts', 'utf8');

/** The members of a union of string literals in the generated bindings. */
function members(type: string): string[] {
  const declaration = new RegExp(`export type ${type} =([^;]*);`).exec(
    bindings.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''),
  );
  return [...(declaration?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(([, word = '']) => word);
}

describe.each(catalogues)('in %s', (_, catalogue) => {
  it.each([
    ['ErrorCode', (word: string) => [`errors.${word}.title`, `errors.${word}.action`]],
    ['PayeeStatus', (word: string) => [`domain.payee_${word}`, `domain.payeeWhy_${word}`]],
    ['PayoutState', (word: string) => [`domain.payout_${word}`, `domain.payoutWhy_${word}`]],
    ['PayoutReason', (word: string) => [`domain.reason_${word}`]],
    ['EventKind', (word: string) => [`domain.event_${word}`]],
    ['NotificationVerdict', (word: string) => [`domain.verdict_${word}`]],
    ['AccountStatus', (word: string) => [`domain.account_${word}`]],
    ['Actor', (word: string) => [`domain.act_${word}`]],
    ['ProcessingChannel', (word: string) => [`domain.channel_${word}`]],
    ['Environment', (word: string) => [`common.environment_${word}`]],
  ])('every %s has its words', (type, keys) => {
    const words = members(type);
    expect(words.length).toBeGreaterThan(2);
    for (const key of words.flatMap(keys)) expect(catalogue.has(key), key).toBe(true);
  });
});
