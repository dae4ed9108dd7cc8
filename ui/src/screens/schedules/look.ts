import CalendarCheck from '@lucide/svelte/icons/calendar-check';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { Icon, Tone } from '$lib/components';
import type { Schedule, ScheduleDay } from '$lib/platform';

/** How a schedule stands, at a glance. `asks` waits for the owner; `done` has no day left. */
export type ShownState = Schedule['state'] | 'done' | 'asks';

export const scheduleLook: Record<ShownState, { tone: Tone; icon: Icon }> = {
  active: { tone: 'blue', icon: CalendarClock },
  paused: { tone: 'amber', icon: CirclePause },
  ended: { tone: 'grey', icon: CircleSlash },
  done: { tone: 'green', icon: CalendarCheck },
  asks: { tone: 'amber', icon: TriangleAlert },
};

export function shownState({ state, next, missed }: Schedule): ShownState {
  if (missed.length > 0) return 'asks';
  return state === 'active' && next === null ? 'done' : state;
}

/** What became of a day: of one with a draft, where its run stands. */
export function dayOutcome({ state, runState }: ScheduleDay) {
  if (state === 'missed' || state === 'skipped') return state;
  return runState ?? 'draft';
}
