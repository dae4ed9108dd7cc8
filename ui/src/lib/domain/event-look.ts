import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import CirclePlay from '@lucide/svelte/icons/circle-play';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import CircleSlash from '@lucide/svelte/icons/circle-slash';
import CircleX from '@lucide/svelte/icons/circle-x';
import History from '@lucide/svelte/icons/history';
import Landmark from '@lucide/svelte/icons/landmark';
import MessageSquareReply from '@lucide/svelte/icons/message-square-reply';
import PenLine from '@lucide/svelte/icons/pen-line';
import Radio from '@lucide/svelte/icons/radio';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import SearchCheck from '@lucide/svelte/icons/search-check';
import Send from '@lucide/svelte/icons/send';
import UserPlus from '@lucide/svelte/icons/user-plus';
import { isMessageKey, t } from '$lib/i18n';
import type { Icon, Tone } from '$lib/components';
import type { EventKind, NotificationVerdict, TimelineEvent } from '$lib/platform';
import { accountLook, payeeLook } from './payee-look';
import { payoutLook } from './payout-look';
import { accountName } from './words';

const icons: Record<EventKind, Icon> = {
  created: PenLine,
  released: CircleCheck,
  held: CirclePause,
  sending: Send,
  asking: SearchCheck,
  answered: MessageSquareReply,
  inquired: RefreshCw,
  notified: Radio,
  recovered: RotateCcw,
  cancelled: CircleSlash,
  status_changed: RefreshCw,
  registered: UserPlus,
  updated: PenLine,
  account_seen: Landmark,
  account_changed: CircleAlert,
  account_gone: CircleX,
  registration_refused: CircleX,
  registration_unknown: CircleQuestionMark,
  recovery_began: History,
  recovery_ended: CircleCheck,
  found: SearchCheck,
  run_released: CircleCheck,
  run_paused: CirclePause,
  run_resumed: CirclePlay,
  row_queued: CirclePlay,
  run_stopped: CircleSlash,
  warning_accepted: PenLine,
  run_drafted: PenLine,
  schedule_made: CalendarClock,
  schedule_changed: PenLine,
  schedule_missed: CircleQuestionMark,
  schedule_skipped: CircleSlash,
};

const ownTones: Partial<Record<EventKind, Tone>> = {
  held: 'amber',
  account_changed: 'amber',
  account_gone: 'amber',
  registration_refused: 'red',
  registration_unknown: 'violet',
};

const ignored: NotificationVerdict[] = [
  'forged',
  'mismatched',
  'contradicts',
  'unmatched',
  'unrecognised',
  'unopened',
];

/** Why the answer to a request is not known: none came. The other reasons are about one that did. */
const silences: (string | null)[] = [
  null,
  'no_answer',
  'connection_lost',
  'interrupted',
  'not_sent',
];

/** Whether an event says that no answer came, rather than which. */
function unanswered({ kind, to, reason }: TimelineEvent): boolean {
  return kind === 'answered' && to === 'unknown' && silences.includes(reason);
}

/** What happened, and from whom Remit learnt it. */
export function eventWords(event: TimelineEvent): { what: string; by: string } {
  const lost = unanswered(event);
  return {
    what: t(lost ? 'domain.event_unanswered' : `domain.event_${event.kind}`),
    by: t(`domain.source_${lost ? 'remit' : event.source}`),
  };
}

/**
 * The states that an event leads from and to. A payout that Remit asks about before anything is sent
 * stands in the ledger as if it were being sent, which the history must not say.
 */
export function statesOf({
  kind,
  from,
  to,
}: TimelineEvent): { from: string | null; to: string } | null {
  if (!to || kind === 'asking') return null;
  const shown = from !== to && !(kind === 'recovery_began' && from === 'sending');
  return { from: shown ? from : null, to };
}

/** Whether an account that waited for Pockyt can be used now: a change that asks nothing of the owner. */
function opened({ kind, from, to }: TimelineEvent): boolean {
  const [before, after] = [plainWord(from ?? '', 'account'), plainWord(to ?? '', 'account')];
  return kind === 'account_changed' && before === 'pending' && after === 'activated';
}

/** How an event looks: its own icon, in the colour of the state it led to. */
export function eventLook(event: TimelineEvent): { icon: Icon; tone: Tone } {
  const isAccount = event.kind.startsWith('account_');
  const reached = plainWord(event.to ?? '', isAccount ? 'account' : 'payee');
  const looks: Record<string, { tone: Tone } | undefined> = isAccount
    ? accountLook
    : { ...payeeLook, ...payoutLook };
  const warned = event.verdict && ignored.includes(event.verdict) ? 'amber' : undefined;
  const own = opened(event) ? undefined : ownTones[event.kind];
  const tone = warned ?? own ?? looks[reached]?.tone ?? 'grey';
  if (opened(event)) return { icon: CircleCheck, tone };
  return { icon: unanswered(event) ? CircleQuestionMark : icons[event.kind], tone };
}

/** Pockyt's many spellings of one status ("Activated", "ACTIVE", "Under review") as Remit's. */
function plainWord(word: string, of: 'payee' | 'payout' | 'account'): string {
  const plain = word.trim().toLowerCase().replace(/[ -]/g, '_');
  if (plain === 'active' || plain === 'activated') return of === 'account' ? 'activated' : 'active';
  return plain === 'under_review' || plain === 'review' ? 'in_review' : plain;
}

/** The badge word of a state an event names, or the word as it came. */
export function stateWord(state: string, of: 'payee' | 'payout' | 'account'): string {
  const key = `domain.${of}_${plainWord(state, of)}`;
  return isMessageKey(key) ? t(key) : state;
}

/** Why, in the shown language where it is one of Remit's reasons or an account, else as it came. */
export function reasonText(reason: string): string {
  const key = `domain.reason_${reason}`;
  return isMessageKey(key) ? t(key) : accountName(reason);
}

/**
 * The history with the newest first. The order of the ledger's chain decides among events of one
 * moment, so the list is turned round rather than sorted by time.
 */
export function newestFirst(events: readonly TimelineEvent[]): TimelineEvent[] {
  const first = events[0];
  const last = events[events.length - 1];
  const isNewestFirst = first && last && Date.parse(first.at) > Date.parse(last.at);
  return isNewestFirst ? [...events] : events.toReversed();
}
