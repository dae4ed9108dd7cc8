import { IntlMessageFormat } from 'intl-messageformat';
import { catalogues } from './catalogue';
import type { CatalogueLanguage } from './language';

const compiled = new Map<string, IntlMessageFormat>();

/** The message ready to be filled in; each is parsed once. */
export function compile(
  language: CatalogueLanguage,
  locale: string,
  key: string,
): IntlMessageFormat {
  const id = `${locale}\n${key}`;
  let format = compiled.get(id);
  if (!format) {
    // A message without markup needs no tag parsing, and "<" may then be written plainly.
    format = new IntlMessageFormat(catalogues[language].get(key) ?? key, locale, undefined, {
      ignoreTag: true,
    });
    compiled.set(id, format);
  }
  return format;
}
