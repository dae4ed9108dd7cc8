/**
 * A function that runs `work`, at most one at a time. Called while it runs, it runs once more
 * afterwards: a storm of events becomes two reads, and the last one sees everything.
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;

  async function run() {
    do {
      again = false;
      await work();
    } while (again);
  }

  return () => {
    again = true;
    running ??= run().finally(() => (running = null));
    return running;
  };
}
