/** How the account stands. `need_…` says what is the matter with a payout, `more_…` how many more there are like it. */
export const overview = {
  title: 'Overview',
  waits:
    '{count, plural, =0 {Nothing waits for you} one {# thing waits for you} other {# things wait for you}}',

  needs: 'Needs you',
  needsNone: 'Nothing waits for you',
  needsNoneText: 'What fails, comes back or needs a decision of yours appears here.',
  payoutTo: '{amount} to {payee}',
  need_returned: 'The money came back. Pay again once the account is right.',
  need_failed: 'It failed and nothing was paid. Pay again once it is put right.',
  need_undecided: 'Look up invoice {invoiceId} at Pockyt. Remit cannot tell whose payment it is.',
  need_stalled: 'It takes longer than usual. Ask Pockyt if nothing moves.',
  need_approval: 'It goes out once you approve it.',
  more_returned: '{count, plural, one {# more payout came back} other {# more payouts came back}}',
  more_failed: '{count, plural, one {# more payout failed} other {# more payouts failed}}',
  more_undecided:
    '{count, plural, one {# more payout to look up} other {# more payouts to look up}}',
  more_stalled: '{count, plural, one {# more payout is slow} other {# more payouts are slow}}',
  more_approval:
    '{count, plural, one {# more payout to approve} other {# more payouts to approve}}',
  declined: '{count, plural, one {Pockyt declined # payee} other {Pockyt declined # payees}}',
  declinedText: 'Who is declined cannot be paid.',
  refused:
    '{count, plural, one {Pockyt refused # registration} other {Pockyt refused # registrations}}',
  refusedText: 'Correct the details and register again.',
  balanceShort: 'The balance does not cover what has yet to go out',
  balanceShortText: 'Balance {balance}, yet to go out {needed}. Top up at Pockyt.',
  balanceLow: 'The balance is lower than what you paid last month',
  balanceLowText: 'Balance {balance}, paid last month {paid}.',
  wayInRefused: 'The relay refuses this computer',
  wayInRefusedText: 'Nothing is lost: Remit asks. To hear at once again, get a new relay link.',
  wayInInterrupted: 'The relay does not answer',
  wayInInterruptedText: 'Nothing is lost: Remit asks, and tries the relay again by itself.',
  wayInMissed: 'Notifications do not get through',
  wayInMissedText:
    '{count, plural, one {# outcome of the last 30 days was learnt by asking because no notification came.} other {# outcomes of the last 30 days were learnt by asking because no notification came.}}',
  backupFailed: 'The last automatic copy failed',
  backupFailedText: 'Your records are as they were, but a fresh copy of them is missing.',
  draftsOnly: 'Since a backup was put back, schedules only make drafts',
  draftsOnlyText: 'None is released by itself until you turn that on again.',
  setAside: 'Do not remind me: {title}',
  setAsideDone: 'The reminder about schedules is gone',

  balance: 'Balance',
  balanceAt: 'Read {time}',
  balanceAgain: 'Read again',
  balanceReading: 'Asking Pockyt',
  balanceStale: 'It cannot be read now: {reason}',

  underWay: 'On its way',
  underWayNone: 'Nothing is on its way.',
  payouts: '{count, plural, one {# payout} other {# payouts}}',

  paid: 'Paid out',
  paidHint: 'By month of your calendar. What came back is left out.',
  paidNone: 'Nothing was paid in the last twelve months.',
  paidIn: 'Paid out in {currency}',
  chart: '{currency} by month from {first} to {last}. The most was {amount} in {month}.',
  bar: '{month}: {amount}',
  figures: 'Show the figures',
  figuresOf: 'Paid out by month and currency',
  columnMonth: 'Month',
  columnPayouts: 'Payouts',

  emptyTitle: 'Nothing to show yet',
  emptyText: 'Once you have a payee, this page tells what needs you and where your money is.',
} as const;
