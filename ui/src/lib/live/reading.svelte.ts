/** No sooner can something have been read that asks for a decision. */
const READING_MS = 500;

/** Whether what asks for a decision can have been read: a second press on what led to it decides nothing. */
export class Reading {
  done = $state(false);

  /** It stands there anew. Returns what ends the wait. */
  begin(): () => void {
    this.done = false;
    const timer = setTimeout(() => (this.done = true), READING_MS);
    return () => clearTimeout(timer);
  }
}
