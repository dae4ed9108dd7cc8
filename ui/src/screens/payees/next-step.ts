import type { Actor, PayeeDetail, PayeeStatus } from '$lib/platform';

/** What must happen before the payee can be paid; the catalogue's `payees.next_…`. */
export type NextKey =
  | Exclude<PayeeStatus, 'pending'>
  | 'pending_payee'
  | 'pending_account'
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
    if (!invites) return { key: 'pending_owner', actor: 'owner' };
    // Pockyt calls the profile pending until it is approved, also once the payee has been through it.
    return payee.accountPending || accounts.some(({ status }) => status === 'pending')
      ? { key: 'pending_account', actor: 'pockyt' }
      : { key: 'pending_payee', actor: 'payee' };
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

const progress: Record<NextKey, StepState[]> = {
  registering: ['now', 'ahead', 'ahead', 'ahead'],
  refused: ['failed', 'ahead', 'ahead', 'ahead'],
  pending_payee: ['done', 'now', 'ahead', 'ahead'],
  pending_owner: ['done', 'now', 'ahead', 'ahead'],
  pending_account: ['done', 'done', 'now', 'ahead'],
  in_review: ['done', 'done', 'now', 'ahead'],
  noAccount: ['done', 'done', 'done', 'done'],
  accountPending: ['done', 'done', 'done', 'done'],
  active: ['done', 'done', 'done', 'done'],
  declined: ['done', 'done', 'failed', 'ahead'],
  deactivated: ['done', 'done', 'done', 'failed'],
  // A word Remit does not know says nothing about how far the payee has come.
  unknown: ['done', 'ahead', 'ahead', 'ahead'],
};

/** How far the payee has come, one state for each of `STEPS`. */
export function stepStates(next: NextKey): StepState[] {
  return progress[next];
}
