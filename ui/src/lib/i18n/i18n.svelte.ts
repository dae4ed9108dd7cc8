import { catalogues, type MessageKey } from './catalogue';
import { compile } from './compile';
import { resolveLanguage, resolveLocale, type CatalogueLanguage } from './language';

/** What a message's placeholders are filled with. */
export type MessageParams = Record<string, string | number>;

class SpokenLanguage {
  language: CatalogueLanguage = $state(resolveLanguage('system', navigator.languages));
  locale: string = $derived(resolveLocale(this.language, navigator.languages));

  /** Follows the owner's preference. */
  prefer(preference: 'system' | CatalogueLanguage) {
    this.language = resolveLanguage(preference, navigator.languages);
  }
}

/** The language shown now; reading it in a component keeps the component up to date. */
export const spoken = new SpokenLanguage();

/** The message in the shown language. */
export function t(key: MessageKey, params?: MessageParams): string {
  return String(compile(spoken.language, spoken.locale, key).format(params));
}

/** Whether the catalogue knows this key; for words that come from outside, such as a new reason. */
export function isMessageKey(key: string): key is MessageKey {
  return catalogues.en.has(key);
}
