interface LanguageFacts {
  /** What its speakers call it. */
  name: string;
  /** For numbers and dates, where the system has no region of its own for this language. */
  locale: string;
  /** The family name is written first. */
  familyFirst?: boolean;
}

/**
 * The languages of the interface. Each is a folder here, named by its tag, that holds the areas of
 * `en`; a folder and a line in this list are all that another language needs.
 */
export const languages = {
  en: { name: 'English', locale: 'en-US' },
  'zh-CN': { name: '简体中文', locale: 'zh-CN', familyFirst: true },
  es: { name: 'Español', locale: 'es-US' },
} as const satisfies Record<string, LanguageFacts>;

/** A language the catalogue is written in. */
export type CatalogueLanguage = keyof typeof languages;

/** Every language, in the order in which they are offered. */
export const languageTags = Object.keys(languages) as CatalogueLanguage[];

/** What is particular to a language. */
export function languageFacts(language: CatalogueLanguage): LanguageFacts {
  return languages[language];
}
