export { coalesced } from './coalesced';
export { KeysetList, type Page } from './keyset-list.svelte';
export { Watched } from './watched.svelte';
