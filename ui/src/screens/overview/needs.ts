import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CirclePause from '@lucide/svelte/icons/circle-pause';
import DatabaseBackup from '@lucide/svelte/icons/database-backup';
import Layers from '@lucide/svelte/icons/layers';
import Unplug from '@lucide/svelte/icons/unplug';
import Wallet from '@lucide/svelte/icons/wallet';
import type { Icon, Tone } from '$lib/components';
import { payeeLook, payoutLook } from '$lib/domain';
import { formatDay, formatMoney, formatTime, wholeOf } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import type {
  BackupStatus,
  Balances,
  Money,
  Need,
  Needed,
  Overview,
  Payout,
  PayoutState,
  Run,
  Schedule,
  SomeRuns,
  Timestamp,
  WayIn,
} from '$lib/platform';
import { href } from '../../app/route';
import { stayWords } from '../schedules/look';

const LONG_MS = 10 * 60_000;

/** Something that waits for the owner: one line, which leads to where it is dealt with. */
export interface NeedLine {
  id: string;
  tone: Tone;
  icon: Icon;
  title: string;
  text?: string;
  /** Since when. */
  at?: Timestamp;
  href: string;
  /** How many things it stands for. */
  counts: number;
  /** Stops reminding of it, where nothing else would. */
  ondismiss?: () => void;
}

/** All that is known of the account; what is not known yet waits for nobody. */
export interface Known {
  overview: Overview;
  balances: Balances | null;
  wayIn: WayIn | null;
  backups: BackupStatus | null;
  runs: SomeRuns | null;
  schedules: readonly Schedule[];
  restores: RestoresRead;
}

/** The restores that the owner wants to hear no more of. */
export interface RestoresRead {
  has: (at: Timestamp) => boolean;
  add: (at: Timestamp) => void;
}

/** What waits for the owner, the most pressing first. */
export function needLines(known: Known): NeedLine[] {
  const { overview, balances, wayIn, backups, runs, schedules, restores } = known;
  return [
    ...overview.needs.flatMap(payoutLines),
    ...(runs ? haltedLines(runs) : []),
    ...schedules.flatMap(scheduleLines),
    ...restoreLines(schedules, restores),
    ...balanceLines(overview, balances),
    ...payeeLines(overview),
    ...wayInLines(wayIn),
    ...backupLines(backups),
  ];
}

const looks: Record<Need, { state: PayoutState | 'stalled'; listed: PayoutState[] }> = {
  returned: { state: 'returned', listed: ['returned'] },
  failed: { state: 'failed', listed: ['failed'] },
  undecided: { state: 'unknown', listed: ['unknown', 'processing'] },
  held: { state: 'ready', listed: ['ready'] },
  stalled: { state: 'stalled', listed: ['processing'] },
  approval: { state: 'awaiting_approval', listed: ['awaiting_approval'] },
};

function payoutLines({ need, total, newest }: Needed): NeedLine[] {
  const { state, listed } = looks[need];
  const { tone, icon } = payoutLook[state];
  const line = (payout: Payout): NeedLine => {
    const { id, payeeName: payee, invoiceId, since } = payout;
    const amount = formatMoney(payout.amount, spoken.locale);
    return {
      id,
      tone,
      icon,
      title: t('overview.payoutTo', { amount, payee }),
      text: t(`overview.need_${need}`, { invoiceId }),
      at: since,
      href: href({ name: 'payout', id }),
      counts: 1,
    };
  };
  const more = total - newest.length;
  const rest: NeedLine = {
    id: `more-${need}`,
    tone,
    icon,
    title: t(`overview.more_${need}`, { count: more }),
    href: href({ name: 'payouts', payee: null, states: listed }),
    counts: more,
  };
  return [...newest.map(line), ...(more > 0 ? [rest] : [])];
}

/** Runs that stand still. What of a run failed or came back is told of each payout by itself. */
function haltedLines({ runs, total }: SomeRuns): NeedLine[] {
  const more = total - runs.length;
  const rest: NeedLine = {
    id: 'more-runs',
    tone: 'amber',
    icon: Layers,
    title: t('overview.more_runs', { count: more }),
    href: href({ name: 'runs' }),
    counts: more,
  };
  // The gravest first, and each run once, by what of it weighs most: missed and with held rows, it is still one run.
  const named = new Set<string>();
  const lines = [missedLine, heldLine, pausedLine].flatMap((of) =>
    runs.flatMap((run) => {
      const line = named.has(run.id) ? null : of(run);
      if (!line) return [];
      named.add(run.id);
      return [line];
    }),
  );
  return [...lines, ...(more > 0 ? [rest] : [])];
}

function runLine({ id, name }: Run): Pick<NeedLine, 'tone' | 'title' | 'href' | 'counts'> {
  return { tone: 'amber', title: name, href: href({ name: 'run', id }), counts: 1 };
}

function missedLine(run: Run): NeedLine | null {
  if (run.status !== 'missed' || !run.notBefore) return null;
  const time = formatTime(run.notBefore, 'minute', spoken.locale);
  const text = t('runs.missedTitle', { time });
  return { ...runLine(run), id: `missed-${run.id}`, icon: CalendarClock, text };
}

function heldLine(run: Run): NeedLine | null {
  const counts = run.progress?.rows.find(({ state }) => state === 'held')?.count ?? 0;
  if (counts === 0) return null;
  const text = t('runs.heldTitle', { count: counts });
  return { ...runLine(run), id: `held-${run.id}`, icon: Layers, text, counts };
}

function pausedLine(run: Run): NeedLine | null {
  if (run.status !== 'paused') return null;
  const text = t('runs.statusWhy_paused');
  return { ...runLine(run), id: `paused-${run.id}`, icon: CirclePause, text };
}

/** Days that were missed ask as one; each draft is a run of its own to release. */
function scheduleLines({ id, name, missed, mayBePaid, drafts }: Schedule): NeedLine[] {
  const line = { tone: 'amber', icon: CalendarClock } as const;
  const asks: NeedLine = {
    ...line,
    id: `missed-${id}`,
    title: t(mayBePaid.length > 0 ? 'schedules.doubtTitle' : 'schedules.missedTitle', {
      count: missed.length,
      name,
    }),
    text: t(mayBePaid.length > 0 ? 'schedules.doubtText' : 'schedules.missedAsk'),
    href: href({ name: 'schedule', id }),
    counts: missed.length,
  };
  const waits = drafts.map(({ date, runId, ...why }): NeedLine => ({
    ...line,
    id: runId,
    title: t('schedules.draftWaits', { name, day: formatDay(date, 'medium', spoken.locale) }),
    text: stayWords(why) ?? t('schedules.draftWaitsText'),
    href: href({ name: 'run', id: runId }),
    counts: 1,
  }));
  return [...(missed.length > 0 ? [asks] : []), ...waits];
}

/**
 * Which of them was released by itself before, nobody can tell: it is told of all, until each that is left is, or the owner
 * has read it.
 */
function restoreLines(schedules: readonly Schedule[], restores: RestoresRead): NeedLine[] {
  const times = schedules.flatMap(({ state, mode, restoredAt }) =>
    restoredAt && state !== 'ended' && mode === 'draft' ? [restoredAt] : [],
  );
  const newest = times.toSorted().at(-1);
  if (!newest || restores.has(newest)) return [];
  return [
    {
      id: 'drafts-only',
      tone: 'amber',
      icon: CalendarClock,
      title: t('overview.draftsOnly'),
      text: t('overview.draftsOnlyText'),
      at: newest,
      href: href({ name: 'schedules' }),
      counts: 1,
      ondismiss: () => restores.add(newest),
    },
  ];
}

function payeeLines({ declined, refused }: Overview): NeedLine[] {
  const lines: NeedLine[] = [];
  if (declined > 0) {
    lines.push({
      id: 'declined',
      ...payeeLook.declined,
      title: t('overview.declined', { count: declined }),
      text: t('overview.declinedText'),
      href: href({ name: 'payees', status: 'declined' }),
      counts: declined,
    });
  }
  if (refused > 0) {
    lines.push({
      id: 'refused',
      ...payeeLook.refused,
      title: t('overview.refused', { count: refused }),
      text: t('overview.refusedText'),
      href: href({ name: 'payees', status: 'refused' }),
      counts: refused,
    });
  }
  return lines;
}

/** Money of this currency among sums. */
function among(sums: readonly Money[] | undefined, currency: string): Money | null {
  return sums?.find((sum) => sum.currency === currency) ?? null;
}

function balanceLines({ toLeave, months }: Overview, balances: Balances | null): NeedLine[] {
  return (balances?.balances ?? []).flatMap((balance): NeedLine[] => {
    const show = (money: Money) => formatMoney(money, spoken.locale);
    const lowerThan = (money: Money | null) =>
      money !== null && wholeOf(balance.amount) < wholeOf(money.amount);
    const line = { tone: 'amber', icon: Wallet, counts: 1 } as const;
    const needed = among(toLeave, balance.currency);
    if (needed && lowerThan(needed)) {
      return [
        {
          ...line,
          id: `short-${balance.currency}`,
          title: t('overview.balanceShort'),
          text: t('overview.balanceShortText', { balance: show(balance), needed: show(needed) }),
          href: href({ name: 'payouts', payee: null, states: ['ready', 'scheduled'] }),
        },
      ];
    }
    const paid = among(months.at(-2)?.sums, balance.currency);
    if (!paid || !lowerThan(paid)) return [];
    return [
      {
        ...line,
        id: `low-${balance.currency}`,
        title: t('overview.balanceLow'),
        text: t('overview.balanceLowText', { balance: show(balance), paid: show(paid) }),
        href: href({ name: 'payouts', payee: null, states: ['paid'] }),
      },
    ];
  });
}

function wayInLines(wayIn: WayIn | null): NeedLine[] {
  if (!wayIn || wayIn.inUse === 'none') return [];
  const line = { id: 'way-in', tone: 'amber', icon: Unplug, counts: 1 } as const;
  const settings = href({ name: 'settings' });
  const { relay, learnt } = wayIn;
  if (relay.state === 'refused') {
    return [
      {
        ...line,
        title: t('overview.wayInRefused'),
        text: t('overview.wayInRefusedText'),
        at: relay.since ?? undefined,
        href: settings,
      },
    ];
  }
  if (relay.state === 'interrupted' && isLong(relay.since)) {
    return [
      {
        ...line,
        title: t('overview.wayInInterrupted'),
        text: t('overview.wayInInterruptedText'),
        at: relay.since ?? undefined,
        href: settings,
      },
    ];
  }
  // A few may be lost on the way; more lost than found is a way in that does not work.
  if (learnt.repaired === 0 || learnt.repaired < learnt.notified) return [];
  return [
    {
      ...line,
      title: t('overview.wayInMissed'),
      text: t('overview.wayInMissedText', { count: learnt.repaired }),
      href: href({ name: 'activity' }),
    },
  ];
}

/** A relay that is away for a moment comes back by itself. */
function isLong(since: Timestamp | null): boolean {
  return since !== null && Date.now() - Date.parse(since) > LONG_MS;
}

function backupLines(backups: BackupStatus | null): NeedLine[] {
  if (!backups?.trouble) return [];
  return [
    {
      id: 'backup',
      tone: 'amber',
      icon: DatabaseBackup,
      title: t('overview.backupFailed'),
      text: t('overview.backupFailedText'),
      href: href({ name: 'settings' }),
      counts: 1,
    },
  ];
}
