import { createSubscriber } from 'svelte/reactivity';

const SECOND_MS = 1000;

const everySecond = createSubscriber((update) => {
  const timer = setInterval(update, SECOND_MS);
  return () => clearInterval(timer);
});

/** The present moment; what shows it is shown anew each second. */
export function present(): number {
  everySecond();
  return Date.now();
}
