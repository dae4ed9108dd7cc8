import { payoutLook } from '$lib/domain';
import { spoken, t } from '$lib/i18n';
import type { PayoutState, Run, RunOutcome, RunProgress } from '$lib/platform';
import type { Icon, Tone } from '$lib/components';
import { rowStateLook, type OpenRowState } from './run-look';

/** Where a row of a released run stands: as a payout, or before it is one. */
export type OutcomeState = PayoutState | OpenRowState;

/** Those that are no payout yet, in the order in which they become one. */
export const rowStates: readonly OpenRowState[] = ['held', 'waiting', 'queued', 'stopped'];

/** Rows of one state, and how they look. */
export interface Share {
  state: OutcomeState;
  count: number;
  word: string;
  tone: Tone;
  icon: Icon;
  outline: boolean;
}

/** What is settled comes first, so that a bar of these grows from its beginning. */
const order: readonly OutcomeState[] = [
  'paid',
  'returned',
  'failed',
  'cancelled',
  'processing',
  'unknown',
  'sending',
  'ready',
  'scheduled',
  'awaiting_approval',
  'draft',
  'held',
  'waiting',
  'queued',
  'stopped',
];

const sum = (counts: readonly { count: number }[]) =>
  counts.reduce((total, { count }) => total + count, 0);

/** The state of that name, as an address has it. */
export function outcomeState(name: string | undefined): OutcomeState | null {
  return order.find((state) => state === name) ?? null;
}

/** Where nothing more comes of a row, in the order in which it is told. */
const settled = ['paid', 'returned', 'failed', 'cancelled', 'stopped'] as const;

export function isRowState(state: OutcomeState): state is OpenRowState {
  return (rowStates as readonly OutcomeState[]).includes(state);
}

/** Where a row stands. */
export function stateOf({ payoutState, state }: RunOutcome): OutcomeState | null {
  return payoutState ?? (state === 'sent' ? null : state);
}

/** How a state looks and what it is called. */
export function shareOf(state: OutcomeState, count: number): Share {
  const look = isRowState(state) ? rowStateLook[state] : payoutLook[state];
  const word = isRowState(state) ? t(`runs.row_${state}`) : t(`domain.payout_${state}`);
  return { state, count, word, ...look, outline: 'outline' in look && look.outline === true };
}

/** The states that rows of the run are in, in the order of the bar. */
export function shares(progress: RunProgress): Share[] {
  const counts: readonly { state: OutcomeState; count: number }[] = [
    // A row that is sent is counted as the payout that it is.
    ...progress.rows.flatMap(({ state, count }) => (state === 'sent' ? [] : { state, count })),
    ...progress.payouts,
  ];
  return counts
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
    .map(({ state, count }) => shareOf(state, count));
}

/** Whether the end of rows in this state is known. */
export function isSettled(state: OutcomeState): boolean {
  return (settled as readonly OutcomeState[]).includes(state);
}

/** How many rows there are, and of how many the end is known. */
export function settledOf(all: readonly Share[]): { done: number; total: number } {
  return { done: sum(all.filter(({ state }) => isSettled(state))), total: sum(all) };
}

/** How far a run has come; once all is settled and not all was paid, what came of it instead. */
export function toldProgress(all: readonly Share[]): string {
  const { done, total } = settledOf(all);
  const paid = all.find(({ state }) => state === 'paid')?.count ?? 0;
  if (done < total || paid === total) return t('runs.settledOf', { done, total });
  const told = settled.flatMap((end) => {
    const count = all.find(({ state }) => state === end)?.count ?? 0;
    return count > 0 ? t(`runs.ended_${end}`, { count }) : [];
  });
  return new Intl.ListFormat(spoken.locale, { type: 'unit', style: 'short' }).format(told);
}

/** How many rows can still be held back: nothing of them has left. */
export function unsentOf({ rows, payouts }: RunProgress): number {
  return (
    sum(rows.filter(({ state }) => state !== 'stopped')) +
    sum(payouts.filter(({ state }) => state === 'ready'))
  );
}

/** How many may have left or not: those that Pockyt turns out not to have are sent again, unless the run is held back. */
export function unknownOf({ payouts }: RunProgress): number {
  return sum(payouts.filter(({ state }) => state === 'unknown'));
}

/** Whether all rows have left, and only what becomes of some is still to be told. */
export function allSent({ status, progress }: Pick<Run, 'status' | 'progress'>): boolean {
  if (status !== 'sending' || !progress) return false;
  const leaves = progress.payouts.some(({ state, count }) => state === 'sending' && count > 0);
  return !leaves && unsentOf(progress) + unknownOf(progress) === 0;
}

const neverPaid: readonly PayoutState[] = ['failed', 'returned', 'cancelled'];

/** How many payouts of the run ended otherwise than paid. */
export function notPaid({ payouts }: RunProgress): number {
  return sum(payouts.filter(({ state }) => neverPaid.includes(state)));
}

/** How long so many seconds are, roughly, in words. */
export function timeLeft(seconds: number): string {
  if (seconds < 60) return t('runs.leftSeconds');
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90
    ? t('runs.leftMinutes', { count: minutes })
    : t('runs.leftHours', { count: Math.round(minutes / 60) });
}
