import CalendarCheck from '@lucide/svelte/icons/calendar-check';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { Icon, Tone } from '$lib/components';
import { t } from '$lib/i18n';
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

/** Why a day's run was not released by itself; nothing where it was, or where that was never meant. */
export function stayWords({ stay, untold }: Pick<ScheduleDay, 'stay' | 'untold'>): string | null {
  if (!stay) return null;
  if (stay !== 'not_told') return t(`schedules.stay_${stay}`);
  const names = untold?.names.join(t('schedules.namesSeparator')) ?? '';
  return t('schedules.stay_not_told', { names, more: untold?.more ?? 0 });
}
