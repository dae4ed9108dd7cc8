import type { Money, Need, Overview, PaidMonth, Payee, Payout, PayoutState } from '../bindings';
import { cents, decimal } from './fake-money';
import { NOW } from './samples';

const MONTHS = 12;
const NAMED = 4;

const underWay: readonly PayoutState[] = [
  'scheduled',
  'awaiting_approval',
  'ready',
  'sending',
  'unknown',
  'processing',
];

const needs: readonly Need[] = ['returned', 'failed', 'undecided', 'held', 'stalled', 'approval'];

function needOf(payout: Payout): Need | null {
  const { state, retriedBy, mustAct, stalled } = payout;
  if (state === 'returned' || state === 'failed') return retriedBy ? null : state;
  if (state === 'awaiting_approval') return 'approval';
  if (['unknown', 'processing'].includes(state) && mustAct === 'owner') return 'undecided';
  if (state === 'ready' && mustAct === 'owner') return 'held';
  return state === 'processing' && stalled ? 'stalled' : null;
}

function sums(payouts: readonly Payout[]): Money[] {
  const found = new Map<string, bigint>();
  for (const { amount } of payouts) {
    found.set(amount.currency, (found.get(amount.currency) ?? 0n) + cents(amount.amount));
  }
  return [...found].map(([currency, minor]) => ({ amount: decimal(minor), currency }));
}

/** As the backend counts it, months by UTC. */
export function overviewOf(payees: readonly Payee[], payouts: readonly Payout[]): Overview {
  const count = (status: Payee['status']) => payees.filter((one) => one.status === status).length;
  const inStates = underWay.map((state) => ({
    state,
    those: payouts.filter((payout) => payout.state === state),
  }));
  const now = new Date(NOW);
  const months = Array.from({ length: MONTHS }, (_, index): PaidMonth => {
    const begun = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 11 + index, 1));
    const month = begun.toISOString().slice(0, 7);
    const those = payouts.filter(
      ({ state, settledAt }) => state === 'paid' && settledAt?.startsWith(month),
    );
    return { month, payouts: those.length, sums: sums(those) };
  });
  return {
    begun: payees.length + payouts.length > 0,
    declined: count('declined'),
    refused: count('refused'),
    needs: needs
      .map((need) => ({ need, those: payouts.filter((payout) => needOf(payout) === need) }))
      .filter(({ those }) => those.length > 0)
      .map(({ need, those }) => ({ need, total: those.length, newest: those.slice(0, NAMED) })),
    underWay: inStates
      .filter(({ those }) => those.length > 0)
      .map(({ state, those }) => ({ state, payouts: those.length, sums: sums(those) })),
    toLeave: sums(inStates.flatMap(({ state, those }) => (state === 'processing' ? [] : those))),
    months,
  };
}
