export { coalesced } from './coalesced';
export { KeysetList, type Page } from './keyset-list.svelte';
