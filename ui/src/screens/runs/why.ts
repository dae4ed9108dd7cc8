import { formatTime } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import type { Run, RunOutcome } from '$lib/platform';
import { isRowState, stateOf } from './progress';

/** Why a payout would stay where it is even if its run went on. */
const staysBy: readonly RunOutcome['reason'][] = [
  'account_changed',
  'payee_not_active',
  'token_unavailable',
];

/** Why a row stands where it does, in a run that stands there; empty where there is nothing to say. */
export function whyOf(of: RunOutcome, { status, notBefore }: Pick<Run, 'status' | 'notBefore'>) {
  if (of.hold) return t(`runs.hold_${of.hold}`);
  const state = stateOf(of);
  const leaves = state === 'queued' || state === 'waiting' || state === 'ready';
  // While its run stands still nothing goes out in its turn, nor once there is a network.
  if (leaves && (status === 'paused' || status === 'missed') && !staysBy.includes(of.reason)) {
    return t(state === 'waiting' ? `runs.rowWaits_${status}` : `runs.rowStays_${status}`);
  }
  if (of.reason) return t(`domain.reason_${of.reason}`);
  if (status === 'scheduled' && notBefore && (state === 'queued' || state === 'waiting')) {
    const time = formatTime(notBefore, 'minute', spoken.locale);
    return t(state === 'queued' ? 'runs.rowWhy_scheduled' : 'runs.rowWaits_scheduled', { time });
  }
  return state && isRowState(state) ? t(`runs.rowWhy_${state}`) : '';
}
