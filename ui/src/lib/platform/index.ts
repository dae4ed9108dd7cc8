export { getPlatform, setPlatform } from './context';
export { isIpcError, toIpcError } from './ipc-error';
export type { WindowMemory } from './memory';
export type { FileDrag, Platform, PlatformEvents } from './platform';
export type * from './bindings';

/** An instant as RFC 3339 in UTC. */
export type Timestamp = string;
