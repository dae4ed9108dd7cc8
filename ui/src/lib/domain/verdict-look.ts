import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import CopyCheck from '@lucide/svelte/icons/copy-check';
import GitCompareArrows from '@lucide/svelte/icons/git-compare-arrows';
import History from '@lucide/svelte/icons/history';
import Lock from '@lucide/svelte/icons/lock';
import MessageSquareReply from '@lucide/svelte/icons/message-square-reply';
import Scale from '@lucide/svelte/icons/scale';
import SearchX from '@lucide/svelte/icons/search-x';
import ShieldX from '@lucide/svelte/icons/shield-x';
import type { Icon, Tone } from '$lib/components';
import type { NotificationVerdict } from '$lib/platform';

/** What became of what Pockyt told; of an answer to Remit's own question there is nothing to judge. */
export type ShownVerdict = NotificationVerdict | 'asked';

/** How a verdict looks; its word is the catalogue's `activity.verdict_…`. */
export const verdictLook: Record<ShownVerdict, { tone: Tone; icon: Icon }> = {
  applied: { tone: 'green', icon: CircleCheck },
  already_known: { tone: 'grey', icon: CopyCheck },
  forged: { tone: 'red', icon: ShieldX },
  mismatched: { tone: 'amber', icon: Scale },
  unmatched: { tone: 'amber', icon: SearchX },
  out_of_order: { tone: 'grey', icon: History },
  contradicts: { tone: 'red', icon: GitCompareArrows },
  unrecognised: { tone: 'violet', icon: CircleQuestionMark },
  unopened: { tone: 'amber', icon: Lock },
  asked: { tone: 'blue', icon: MessageSquareReply },
};
