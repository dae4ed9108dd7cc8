import type { Timestamp } from '$lib/platform';
import { createSubscriber } from 'svelte/reactivity';

const SECOND_MS = 1000;

const everySecond = createSubscriber((update) => {
  const timer = setInterval(update, SECOND_MS);
  return () => clearInterval(timer);
});

const everyMidnight = createSubscriber((update) => {
  let timer: ReturnType<typeof setTimeout>;
  const wait = () => {
    timer = setTimeout(
      () => {
        update();
        wait();
      },
      new Date().setHours(24, 0, 0, 0) - Date.now(),
    );
  };
  wait();
  return () => clearTimeout(timer);
});

/** Whether a moment is of this day of the owner's; what shows it is shown anew at midnight. */
export function isToday(at: Timestamp): boolean {
  everyMidnight();
  return new Date(at).toDateString() === new Date().toDateString();
}

/** The present moment; what shows it is shown anew each second. */
export function present(): number {
  everySecond();
  return Date.now();
}
