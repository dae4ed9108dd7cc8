/** What is done with many rows of a list at once. */
export const bulk = {
  title: 'Selected rows',
  count: '{count, plural, one {# selected} other {# selected}}',
  clear: 'Clear selection',
  all: 'Select all',
  row: 'Select {name}',
  keysMark: 'Select the row',
  keysMore: 'Select more rows',
  keysAll: 'Select all rows',

  check: 'Check {of} of {count} now',
  checkNone: 'All of these have ended, or have not been sent: there is nothing to ask.',
  withdraw: 'Withdraw {of} of {count}',
  withdrawNone: 'Nothing can be withdrawn: all of these have left already or have ended.',
  withdrawTitle: 'Withdraw {of, plural, one {# payout} other {# payouts}}?',
  withdrawText:
    '{of, plural, one {It has} other {They have}} not been sent, and {of, plural, one {will not be.} other {will not be.}}',
  withdrawOthers:
    '{others, plural, one {# other has left already or has ended. Nothing changes about it.} other {# others have left already or have ended. Nothing changes about them.}}',
  withdrawKeep: 'Keep them',
  again: 'New run from {of} of {count}',
  againNone: 'None of these failed or came back, or they are being paid again already.',
  export: 'Export as CSV',
  exported: 'The file is written',
  pay: 'Pay in a run',
  payNone: 'None of these payees can be paid yet',
  payNoneText: 'Pockyt has to show a payee as active first.',
  payLeft: '{left, plural, one {# payee was left out} other {# payees were left out}}',
  payLeftText:
    'They cannot be paid yet. The run has the others; nothing is sent before its review.',
  status: 'Check status',
  emails: 'Copy e-mail addresses',
  emailsCopied: '{count, plural, one {# address copied} other {# addresses copied}}',

  checked:
    '{done, plural, one {Pockyt was asked about # payout} other {Pockyt was asked about # payouts}}',
  withdrawn: '{done, plural, one {# payout withdrawn} other {# payouts withdrawn}}',
  failedTitle:
    '{failed, plural, one {It did not work for # payout} other {It did not work for # payouts}}',
  done: '{done, plural, =0 {It was done for none.} one {It was done for # payout.} other {It was done for # payouts.}}',
  untried:
    '{untried, plural, one {# more was not tried, as the same would have stopped it.} other {# more were not tried, as the same would have stopped them.}}',
  failure: '{payee}, invoice {invoiceId}',
  more: '{more, plural, one {and # more} other {and # more}}',
} as const;
