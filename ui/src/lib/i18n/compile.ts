import { IntlMessageFormat } from 'intl-messageformat';
import type { Catalogue } from './catalogue';

const compiled = new WeakMap<Catalogue, Map<string, IntlMessageFormat>>();

/** The message ready to be filled in; each is parsed once. */
export function compile(catalogue: Catalogue, locale: string, key: string): IntlMessageFormat {
  const known = compiled.get(catalogue) ?? new Map<string, IntlMessageFormat>();
  compiled.set(catalogue, known);
  let format = known.get(key);
  if (!format) {
    // A message without markup needs no tag parsing, and "<" may then be written plainly.
    const options = { ignoreTag: true };
    const message = catalogue.get(key) ?? [{ type: 0, value: key }];
    format = new IntlMessageFormat(message, locale, undefined, options);
    known.set(key, format);
  }
  return format;
}
