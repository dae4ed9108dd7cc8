import type { Actor, PayeeDetail, PayeeStatus } from '$lib/platform';

/** What must happen before the payee can be paid; the catalogue's `payees.next_…`. */
export type NextKey =
  | Exclude<PayeeStatus, 'pending'>
  | 'pending_payee'
  | 'pending_owner'
  | 'noAccount'
  | 'accountPending';

export interface NextStep {
  key: NextKey;
  actor: Actor;
}

/**
 * Who must act next, and for what: an active payee still needs an account for the money. `invites`
 * is the account's "Pockyt User" feature; without it the owner hands in the payee's documents.
 */
export function nextStep({ payee, accounts }: PayeeDetail, invites: boolean): NextStep {
  if (payee.status === 'pending') {
    return invites
      ? { key: 'pending_payee', actor: 'payee' }
      : { key: 'pending_owner', actor: 'owner' };
  }
  if (payee.status === 'active' && !accounts.some(({ usable }) => usable)) {
    return accounts.some(({ status }) => status === 'pending')
      ? { key: 'accountPending', actor: 'pockyt' }
      : { key: 'noAccount', actor: 'payee' };
  }
  return { key: payee.status, actor: payee.mustAct };
}

export const STEPS = ['registered', 'profile', 'review', 'active'] as const;
export type StepState = 'done' | 'now' | 'ahead' | 'failed';

const progress: Record<PayeeStatus, StepState[]> = {
  registering: ['now', 'ahead', 'ahead', 'ahead'],
  refused: ['failed', 'ahead', 'ahead', 'ahead'],
  pending: ['done', 'now', 'ahead', 'ahead'],
  in_review: ['done', 'done', 'now', 'ahead'],
  active: ['done', 'done', 'done', 'done'],
  declined: ['done', 'done', 'failed', 'ahead'],
  deactivated: ['done', 'done', 'done', 'failed'],
  // A word Remit does not know says nothing about how far the payee has come.
  unknown: ['done', 'ahead', 'ahead', 'ahead'],
};

/** How far the payee has come, one state for each of `STEPS`. */
export function stepStates(status: PayeeStatus): StepState[] {
  return progress[status];
}
