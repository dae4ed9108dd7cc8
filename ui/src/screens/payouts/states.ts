import type { PayoutState } from '$lib/platform';

/** The states that payouts are looked for by. */
export const payoutStates: readonly PayoutState[] = [
  'ready',
  'sending',
  'unknown',
  'processing',
  'paid',
  'failed',
  'returned',
  'cancelled',
];
