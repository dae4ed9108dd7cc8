/**
 * A function that runs `work`, at most one at a time. Called while it runs, it runs once more
 * afterwards: a storm of events becomes two reads, and the last one sees everything. With a rest,
 * it waits so many milliseconds between one run and the next.
 */
export function coalesced(work: () => Promise<void>, restMs = 0): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;

  async function run() {
    do {
      again = false;
      await work();
      if (restMs > 0) await new Promise((rested) => setTimeout(rested, restMs));
    } while (again);
  }

  return () => {
    again = true;
    running ??= run().finally(() => (running = null));
    return running;
  };
}
