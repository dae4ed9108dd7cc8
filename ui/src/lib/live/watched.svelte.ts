import { toIpcError, type IpcError } from '$lib/platform';
import { coalesced } from './coalesced';
import { answered } from './first-answer';

/** One answer of the backend, kept as it was last told; `load` asks anew. */
export class Watched<T> {
  value: T | null = $state.raw(null);
  error: IpcError | null = $state.raw(null);
  readonly load: () => Promise<void>;

  #question = 0;

  /** With a rest, it asks again only so many milliseconds after the last answer, however often it is told to. */
  constructor(ask: () => Promise<T>, restMs = 0) {
    this.load = coalesced(async () => {
      const question = this.#question;
      try {
        const value = await ask();
        if (question === this.#question) this.take(value);
      } catch (caught) {
        if (question === this.#question) this.error = toIpcError(caught);
      } finally {
        answered();
      }
    }, restMs);
  }

  /** What was told is of no account any more, nor is an answer that is still on its way. */
  forget() {
    this.#question += 1;
    this.value = null;
    this.error = null;
  }

  /** What another command told of the same thing. */
  take(value: T) {
    this.value = value;
    this.error = null;
  }
}
