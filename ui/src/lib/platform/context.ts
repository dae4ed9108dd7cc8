import { createContext } from 'svelte';
import type { Platform } from './platform';

/** `getPlatform()` in any component; the root sets it once. */
export const [getPlatform, setPlatform] = createContext<Platform>();
