import { languageFacts, languageTags, type CatalogueLanguage } from './languages';

function primary(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}

/**
 * The catalogue for a preference; `system`, or a language that this version has no catalogue of,
 * follows the first language of the system that we speak.
 */
export function resolveLanguage(
  preference: string,
  systemLanguages: readonly string[],
): CatalogueLanguage {
  const chosen = languageTags.find((language) => language === preference);
  if (chosen) return chosen;
  for (const tag of systemLanguages) {
    const spoken = languageTags.find((language) => primary(language) === primary(tag));
    if (spoken) return spoken;
  }
  return 'en';
}

/** The locale for numbers and dates: the system's region where it speaks the shown language. */
export function resolveLocale(
  language: CatalogueLanguage,
  systemLanguages: readonly string[],
): string {
  const regional = systemLanguages.find((tag) => primary(tag) === primary(language));
  return regional ?? languageFacts(language).locale;
}
