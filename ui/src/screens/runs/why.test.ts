import { expect, it } from 'vitest';
import type { PayoutReason, PayoutState, RowState, RunOutcome, RunStatus } from '$lib/platform';
import { whyOf } from './why';

function row(state: RowState | null, payoutState: PayoutState | null, reason?: PayoutReason) {
  return { state, hold: null, payoutState, reason: reason ?? null } as RunOutcome;
}

const queued = row('queued', null);
const waiting = row('waiting', null);
const ready = row(null, 'ready');

it.each<[RunOutcome, RunStatus, string]>([
  [queued, 'sending', 'Goes out in its turn.'],
  [queued, 'scheduled', 'Goes out on Dec 1, 2026, 8:00 AM.'],
  [waiting, 'scheduled', 'Goes out from Dec 1, 2026, 8:00 AM on, once the payee can be paid.'],
  [queued, 'paused', 'Waits until you resume the run.'],
  [queued, 'missed', 'Waits for your decision: send the run now, or stop it.'],
  [waiting, 'sending', 'Goes out once the payee can be paid.'],
  [waiting, 'attention', 'Goes out once the payee can be paid.'],
  [waiting, 'paused', 'Waits until you resume the run and the payee can be paid.'],
  [waiting, 'missed', 'Waits for your decision, and until the payee can be paid.'],
  [row('stopped', null), 'stopped', 'The run was stopped before it was sent.'],
  [ready, 'sending', ''],
  [ready, 'paused', 'Waits until you resume the run.'],
  [row(null, 'ready', 'not_sent'), 'paused', 'Waits until you resume the run.'],
  [
    row(null, 'ready', 'account_changed'),
    'paused',
    'The account has changed, or is gone, since this payout was released.',
  ],
  [
    row(null, 'ready', 'token_unavailable'),
    'paused',
    'The API token could not be read from the keychain.',
  ],
  [row(null, 'unknown', 'no_answer'), 'paused', 'Pockyt has not answered.'],
  [row(null, 'paid'), 'paused', ''],
])('says of a row, %o, in a run that is %s, what is true: %s', (of, status, told) => {
  const notBefore = new Date(2026, 11, 1, 8).toISOString();
  expect(whyOf(of, { status, notBefore }).replace(/\s/g, ' ')).toBe(told);
});
