export { t, spoken, isMessageKey, type MessageParams } from './i18n.svelte';
export { languageTags, languages, type CatalogueLanguage } from './languages';
export type { MessageKey } from './catalogue';
