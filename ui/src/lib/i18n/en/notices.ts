/** What the system tells while another window is in front, and the choice of it. */
export const notices = {
  title: 'Notifications from the system',
  hint: 'Shown while Remit is not in front. They name the payee and the amount.',
  kind_needs: 'A payout needs you',
  kind_settled: 'All payouts, or a run, have ended',
  kind_active: 'A payee can be paid',
  kind_wayIn: 'Notifications from Pockyt do not get through',

  returned: '{amount} to {payee} came back',
  failed: '{amount} to {payee} failed',
  undecided: '{amount} to {payee} needs a look',
  stalled: '{amount} to {payee} is slow',
  approval: '{amount} to {payee} needs approval',
  needs: '{count, plural, one {# payout needs you} other {# payouts need you}}',
  needsText: 'Remit tells what the matter is with each.',
  settled: 'All payouts have ended',
  settledText: 'Nothing is on its way any more, and nothing new needs you.',
  runFinished: '{name} has ended',
  runFinishedText: 'Every row of the run is settled.',
  active: '{count, plural, one {{payee} can be paid} other {{payee} and others can be paid}}',
  activeText: 'Pockyt has approved the profile.',
} as const;
