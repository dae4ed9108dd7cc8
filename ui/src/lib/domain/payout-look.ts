import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import CircleX from '@lucide/svelte/icons/circle-x';
import Clock from '@lucide/svelte/icons/clock';
import Hourglass from '@lucide/svelte/icons/hourglass';
import PenLine from '@lucide/svelte/icons/pen-line';
import Send from '@lucide/svelte/icons/send';
import Undo2 from '@lucide/svelte/icons/undo-2';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import type { Icon, Tone } from '$lib/components';
import type { PayoutState } from '$lib/platform';

/** How a payout's state looks; its word is the catalogue's `domain.payout_…`. */
export interface PayoutLook {
  tone: Tone;
  icon: Icon;
  outline?: boolean;
}

export const payoutLook: Record<PayoutState | 'stalled', PayoutLook> = {
  draft: { tone: 'grey', icon: PenLine },
  scheduled: { tone: 'grey', icon: CalendarClock },
  awaiting_approval: { tone: 'amber', icon: CirclePause },
  ready: { tone: 'grey', icon: Clock },
  sending: { tone: 'blue', icon: Send },
  unknown: { tone: 'violet', icon: CircleQuestionMark },
  processing: { tone: 'blue', icon: RefreshCw },
  paid: { tone: 'green', icon: CircleCheck },
  failed: { tone: 'red', icon: CircleX },
  returned: { tone: 'red', icon: Undo2, outline: true },
  cancelled: { tone: 'grey', icon: CircleSlash },
  stalled: { tone: 'amber', icon: Hourglass },
};

/** What the badge shows: a processing payout that outlives its time is Stalled. */
export function shownState(payout: {
  state: PayoutState;
  stalled: boolean;
}): PayoutState | 'stalled' {
  return payout.stalled && payout.state === 'processing' ? 'stalled' : payout.state;
}
