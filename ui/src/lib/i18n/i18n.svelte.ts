import { loadCatalogue, type Catalogue, type MessageKey } from './catalogue';
import { compile } from './compile';
import { resolveLanguage, resolveLocale } from './language';
import { languageFacts, type CatalogueLanguage } from './languages';

/** What a message's placeholders are filled with. */
export type MessageParams = Record<string, string | number>;

class SpokenLanguage {
  language: CatalogueLanguage = $state('en');
  catalogue: Catalogue = $state.raw(new Map());
  locale: string = $derived(resolveLocale(this.language, navigator.languages));
  #wanted: CatalogueLanguage | null = null;
  #coming: Promise<void> | null = null;

  /** Follows the owner's preference, once its catalogue is here: nothing is shown half translated. */
  async prefer(preference: string): Promise<void> {
    const language = resolveLanguage(preference, navigator.languages);
    if (language !== this.#wanted) this.#coming = this.#speak(language);
    await this.#coming;
  }

  async #speak(language: CatalogueLanguage) {
    this.#wanted = language;
    const catalogue = await loadCatalogue(language);
    if (this.#wanted !== language) return;
    this.language = language;
    this.catalogue = catalogue;
  }

  /** In the language shown, the family name is written first. */
  get familyFirst(): boolean {
    return languageFacts(this.language).familyFirst ?? false;
  }
}

/** The language shown now; reading it in a component keeps the component up to date. */
export const spoken = new SpokenLanguage();

/** The message in the shown language. */
export function t(key: MessageKey, params?: MessageParams): string {
  return String(compile(spoken.catalogue, spoken.locale, key).format(params));
}

/** Whether the catalogue knows this key; for words that come from outside, such as a new reason. */
export function isMessageKey(key: string): key is MessageKey {
  return spoken.catalogue.has(key);
}
