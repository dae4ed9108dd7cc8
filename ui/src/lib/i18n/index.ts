export { t, spoken, isMessageKey, type MessageParams } from './i18n.svelte';
export type { MessageKey } from './catalogue';
export type { CatalogueLanguage } from './language';
