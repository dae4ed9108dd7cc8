export { coalesced } from './coalesced';
export { firstAnswer } from './first-answer';
export { KeysetList, type Page } from './keyset-list.svelte';
export { ListMemory } from './list-memory.svelte';
export { Remembered, texts } from './remembered.svelte';
export { Watched } from './watched.svelte';
export { Reading } from './reading.svelte';
