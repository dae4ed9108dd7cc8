import * as en from './en';
import * as zhCN from './zh-CN';
import type { CatalogueLanguage } from './language';

type English = typeof en;
type Area = keyof English;

/** `area.key` for every message of the English catalogue, which the others must match. */
export type MessageKey = { [A in Area]: `${A}.${Extract<keyof English[A], string>}` }[Area];

/** An area of a translation: the English area's keys, no more and no fewer. */
export type Translation<A extends Record<string, string>> = Record<keyof A, string>;

function flatten(areas: Record<string, Record<string, string>>): ReadonlyMap<string, string> {
  const messages = new Map<string, string>();
  for (const [area, entries] of Object.entries(areas)) {
    for (const [key, text] of Object.entries(entries)) messages.set(`${area}.${key}`, text);
  }
  return messages;
}

/** Every message by language and key, as ICU MessageFormat source. */
export const catalogues: Record<CatalogueLanguage, ReadonlyMap<string, string>> = {
  en: flatten(en),
  'zh-CN': flatten(zhCN),
};
