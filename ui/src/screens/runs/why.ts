import { t } from '$lib/i18n';
import type { RunOutcome, RunStatus } from '$lib/platform';
import { isRowState, stateOf } from './progress';

/** Why a payout would stay where it is even if its run went on. */
const staysBy: readonly RunOutcome['reason'][] = [
  'account_changed',
  'payee_not_active',
  'token_unavailable',
];

/** Why a row stands where it does, in a run that stands there; empty where there is nothing to say. */
export function whyOf(of: RunOutcome, status: RunStatus): string {
  if (of.hold) return t(`runs.hold_${of.hold}`);
  const state = stateOf(of);
  const leaves = state === 'queued' || state === 'waiting' || state === 'ready';
  // While its run stands still nothing goes out in its turn, nor once there is a network.
  if (leaves && (status === 'paused' || status === 'missed') && !staysBy.includes(of.reason)) {
    return t(state === 'waiting' ? `runs.rowWaits_${status}` : `runs.rowStays_${status}`);
  }
  if (of.reason) return t(`domain.reason_${of.reason}`);
  if (state === 'queued' && status === 'scheduled') return t('runs.rowWhy_scheduled');
  return state && isRowState(state) ? t(`runs.rowWhy_${state}`) : '';
}
