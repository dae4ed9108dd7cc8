import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import CircleX from '@lucide/svelte/icons/circle-x';
import Clock from '@lucide/svelte/icons/clock';
import Hourglass from '@lucide/svelte/icons/hourglass';
import Info from '@lucide/svelte/icons/info';
import PenLine from '@lucide/svelte/icons/pen-line';
import Send from '@lucide/svelte/icons/send';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { Icon, Tone } from '$lib/components';
import type { RunProblem, RunRow, RowState, RunStanding, RunStatus } from '$lib/platform';
import { isAwaited, openProblems } from './problem';

interface Look {
  tone: Tone;
  icon: Icon;
}

/** How a run's status looks; its word is `runs.status_…`. */
export const runLook: Record<RunStatus, Look> = {
  draft: { tone: 'grey', icon: PenLine },
  scheduled: { tone: 'grey', icon: CalendarClock },
  sending: { tone: 'blue', icon: Send },
  paused: { tone: 'amber', icon: CirclePause },
  missed: { tone: 'amber', icon: CalendarClock },
  attention: { tone: 'amber', icon: TriangleAlert },
  finished: { tone: 'green', icon: CircleCheck },
  stopped: { tone: 'grey', icon: CircleSlash },
};

/** How one looks that has ended, though not all of it was paid. */
export const unpaidLook: Look = { tone: 'amber', icon: TriangleAlert };

/** How one looks of which all has left, and some outcomes are still to come. */
export const allSentLook: Look = { tone: 'blue', icon: Hourglass };

/** A row of a released run that is no payout yet. */
export type OpenRowState = Exclude<RowState, 'sent'>;

/** How such a row looks; its word is `runs.row_…`. */
export const rowStateLook: Record<OpenRowState, Look> = {
  queued: { tone: 'grey', icon: Clock },
  waiting: { tone: 'grey', icon: Hourglass },
  held: { tone: 'amber', icon: CirclePause },
  stopped: { tone: 'grey', icon: CircleSlash },
};

/** How a row of a draft stands, at a glance. `asks` waits for the owner's word, `awaits` for its amount. */
export type ShownStanding = RunStanding | 'asks' | 'awaits';

export const standingLook: Record<ShownStanding, Look> = {
  ready: { tone: 'green', icon: CircleCheck },
  asks: { tone: 'amber', icon: TriangleAlert },
  awaits: { tone: 'grey', icon: PenLine },
  waiting: { tone: 'blue', icon: Hourglass },
  refused: { tone: 'red', icon: CircleX },
  skipped: { tone: 'grey', icon: CircleSlash },
};

export function shownStanding(row: RunRow): ShownStanding {
  const open = openProblems(row).length > 0;
  if (row.standing === 'refused' && !open && row.problems.some(isAwaited)) return 'awaits';
  return row.standing === 'waiting' && open ? 'asks' : row.standing;
}

/** How the whole row looks: as what of it is worst, where a word of the owner settles that. */
export function rowLook(row: RunRow): Look {
  const shown = shownStanding(row);
  const faulty = openProblems(row).some(({ kind }) => kind === 'error');
  return shown === 'asks' && faulty ? standingLook.refused : standingLook[shown];
}

/** How a problem's weight looks. */
export const problemLook = {
  error: { tone: 'red', icon: CircleAlert },
  warning: { tone: 'amber', icon: TriangleAlert },
  note: { tone: 'blue', icon: Info },
} as const;

export function lookOf(problem: RunProblem): Look {
  return isAwaited(problem) ? standingLook.awaits : problemLook[problem.kind];
}
