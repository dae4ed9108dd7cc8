import { toIpcError, type IpcError } from '$lib/platform';
import { coalesced } from './coalesced';

/** One answer of the backend, kept as it was last told; `load` asks anew. */
export class Watched<T> {
  value: T | null = $state.raw(null);
  error: IpcError | null = $state.raw(null);
  readonly load: () => Promise<void>;

  constructor(ask: () => Promise<T>) {
    this.load = coalesced(async () => {
      try {
        this.value = await ask();
        this.error = null;
      } catch (caught) {
        this.error = toIpcError(caught);
      }
    });
  }

  /** What another command told of the same thing. */
  take(value: T) {
    this.value = value;
    this.error = null;
  }
}
