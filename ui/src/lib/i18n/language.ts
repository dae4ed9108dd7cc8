/** A language the catalogue is written in. */
export type CatalogueLanguage = 'en' | 'zh-CN';

/** The catalogue for a preference; `system` follows the first language of the system we speak. */
export function resolveLanguage(
  preference: 'system' | CatalogueLanguage,
  systemLanguages: readonly string[],
): CatalogueLanguage {
  if (preference !== 'system') return preference;
  for (const tag of systemLanguages) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}

/** The locale for numbers and dates: the system's region where it speaks the shown language. */
export function resolveLocale(
  language: CatalogueLanguage,
  systemLanguages: readonly string[],
): string {
  const primary = language.split('-')[0];
  const regional = systemLanguages.find((tag) => tag.toLowerCase().split('-')[0] === primary);
  return regional ?? (language === 'en' ? 'en-US' : 'zh-CN');
}
