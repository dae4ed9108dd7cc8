export { coalesced } from './coalesced';
export { KeysetList, type Page } from './keyset-list.svelte';
export { Remembered, texts } from './remembered.svelte';
export { Watched } from './watched.svelte';
