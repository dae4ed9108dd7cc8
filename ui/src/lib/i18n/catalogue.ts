import type { IntlMessageFormat } from 'intl-messageformat';
import type * as en from './en';
import type { CatalogueLanguage } from './languages';

type English = typeof en;
type Area = keyof English;

/** `area.key` for every message of the English catalogue, which the others must match. */
export type MessageKey = { [A in Area]: `${A}.${Extract<keyof English[A], string>}` }[Area];

/** An area of a translation: the English area's keys, no more and no fewer. */
export type Translation<A extends Record<string, string>> = Record<keyof A, string>;

/** A message as ICU MessageFormat source or, in the bundle, parsed already. */
export type Message = ConstructorParameters<typeof IntlMessageFormat>[0];

/** The messages of one language by key. */
export type Catalogue = ReadonlyMap<string, Message>;

type Areas = Record<string, Record<string, Message>>;

// Each language is a file of its own, read when it is first spoken.
const sources = import.meta.glob<Areas>('./*/index.ts');

/** The messages of a language. */
export async function loadCatalogue(language: CatalogueLanguage): Promise<Catalogue> {
  const areas = await sources[`./${language}/index.ts`]?.();
  const messages = new Map<string, Message>();
  for (const [area, entries] of Object.entries(areas ?? {})) {
    for (const [key, text] of Object.entries(entries)) messages.set(`${area}.${key}`, text);
  }
  return messages;
}
