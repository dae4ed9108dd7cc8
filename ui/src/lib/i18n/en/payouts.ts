/** The list of payouts, and the page of one. `story_…` says what happened; `story_…_text` what it means; `…_todo` what to do. */
export const payouts = {
  title: 'Payouts',
  newPayout: 'New payout',
  search: 'Name, invoice or transaction number',
  list: 'Payouts',

  columnDate: 'Date',
  columnPayee: 'Payee',
  columnAccount: 'Account',
  columnInvoice: 'Invoice ID',
  columnState: 'State',
  columnAmount: 'Amount',

  filterState: 'State',
  filterStateAny: 'Any state',
  filterStateSome: '{count, plural, one {# state} other {# states}}',
  filterPeriod: 'Date',
  period_any: 'Any date',
  period_today: 'Today',
  period_week: 'Last 7 days',
  period_month: 'This month',
  period_lastMonth: 'Last month',
  period_year: 'This year',
  period_custom: 'Between two dates',
  from: 'From',
  to: 'To',
  dateOrder: 'This day is before the first one.',
  filterPayee: 'Payee: {payee}',
  filterFound: 'Found at Pockyt',
  removeFilter: 'Remove filter: {filter}',
  clearFilters: 'Clear filters',

  total: '{count, plural, =0 {No payouts} one {# payout} other {# payouts}}',
  sums: 'Total of these payouts',
  sumsOnTheWay: 'Paid or on its way',

  scheduled:
    '{count, plural, one {# payment is scheduled, for {day}} other {# payments are scheduled, the next for {day}}}',
  notListedYet: 'Not in this list yet:',

  emptyTitle: 'No payouts yet',
  emptyText: 'Everything you pay appears here, with where it stands.',
  comparingTitle: 'No payouts in this copy',
  comparingText: 'Remit is looking at Pockyt for payouts made after it.',
  noMatchTitle: 'No payout fits this filter',
  noMatchText: 'Search for something else, or clear the filters.',

  backToPayouts: 'Payouts',
  toPayee: 'to {payee}',
  checkNow: 'Check now',
  checking: 'Asking Pockyt',
  checkedNothingNew: 'Pockyt was asked. Nothing has changed.',
  cancel: 'Cancel payout',
  payAgain: 'Pay again',
  cancelTitle: 'Cancel this payout?',
  cancelText:
    '{amount} to {payee}, invoice {invoiceId}. Nothing has been sent, and nothing will be.',
  cancelKeep: 'Keep payout',
  cancelDeed: 'Cancel {amount} to {payee}',

  mustAct: 'Who acts next',
  since: 'Since',
  lastChecked: 'Last asked',
  nextCheck: 'Remit asks again',
  nextLook: 'Next look for a return',
  nextSend: 'Remit sends it',
  soon: 'any moment',
  details: 'Details',
  payee: 'Payee',
  account: 'Account',
  invoiceId: 'Invoice ID',
  transactionNo: 'Transaction number',
  transactionNone: 'Pockyt gives it with its answer',
  fee: 'Fee',
  feeUnknown: 'Pockyt has not reported it',
  feeNone: 'Not charged',
  feeThen: 'Fee when it was sent',
  feeAfter: 'Your Pockyt statement says whether it is given back.',
  noReason: 'Pockyt names no reason.',
  retriedAs: 'It was tried again as invoice {invoiceId}. That payout is now: {state}.',
  retriedOpen: 'Open that payout',
  channel: 'Speed',
  description: 'Description',
  note: 'Note',
  created: 'Released',
  sent: 'Sent',
  settled: 'Settled',
  ended: 'Ended',
  retryOf: 'Pays again',
  retryOfLink: 'An earlier payout',
  retriedBy: 'Tried again by',
  retriedByLink: 'A later payout',

  next: 'What happens next',
  paidMeanwhile:
    '{count, plural, one {{amount} to {payee} has been paid since you closed Remit} other {# payouts have been paid since you closed Remit}}',
  paidMeanwhileMore: 'There may be more of them: the list of payouts shows them all.',
  announce: '{amount} to {payee}: {state}. {title}',

  story_draft: 'This payout is being written.',
  story_draft_text: 'Nothing has been sent.',
  story_scheduled: 'This payout waits for its date.',
  story_scheduled_text: 'Nothing has been sent. Remit sends it on the day.',
  story_awaiting_approval: 'This payout waits for a second look.',
  story_awaiting_approval_text: 'Nothing has been sent. It goes out once it is approved.',
  story_ready: 'Released. Remit sends it next.',
  story_ready_text: 'Nothing has left this computer yet.',
  story_ready_not_sent: 'Pockyt cannot be reached, so nothing has been sent.',
  story_ready_not_sent_text: 'Remit sends invoice {invoiceId} once the connection is back.',
  story_ready_token_unavailable: 'The API token could not be read, so nothing has been sent.',
  story_ready_token_unavailable_text: 'Remit sends invoice {invoiceId} once the token can be read.',
  story_ready_token_unavailable_todo: 'Unlock the keychain, or enter the token again in Settings.',
  story_ready_account_changed: 'The account changed since you released this payout.',
  story_ready_account_changed_text:
    'It was released to a different account from the one Pockyt has now, so nothing was sent. Remit never sends it to the new one by itself.',
  story_ready_account_changed_todo:
    'Confirm the account with {payee}. Then cancel this payout and pay again: the review shows the account as it is now.',
  story_ready_payee_not_active: '{payee} is not Active at Pockyt any more.',
  story_ready_payee_not_active_text:
    'Nothing was sent. Remit sends it once {payee} is Active again.',
  story_ready_payee_not_active_todo:
    'See on the payee’s page what is missing, or cancel this payout.',
  story_sending: 'Remit is sending this payout to Pockyt.',
  story_sending_text: 'The answer usually comes within seconds.',
  story_unknown: 'Pockyt has not confirmed this payout.',
  story_unknown_text:
    'Remit is checking whether invoice {invoiceId} went through. It will not be sent twice.',
  story_unknown_todo: 'Wait for the result before you pay {payee} in another way.',
  story_unknown_no_answer: 'Pockyt has not answered.',
  story_unknown_connection_lost: 'The connection was lost while sending.',
  story_unknown_garbled: 'Pockyt’s answer could not be read.',
  story_unknown_system_error: 'Pockyt reported a fault of its own.',
  story_unknown_duplicate: 'Pockyt says that it already knows invoice {invoiceId}.',
  story_unknown_duplicate_text:
    'Remit does not send it again. Look up this invoice ID in Pockyt’s Merchant Portal: if that payment is this one, it is paid; if it is another, make a new payout with an invoice ID of its own.',
  story_unknown_unrecognised_answer: 'Pockyt gave an answer that Remit does not know.',
  story_unknown_interrupted: 'Remit was closed while it was sending this payout.',
  story_unknown_not_sent: 'Pockyt cannot be reached at the moment.',
  story_unknown_not_sent_text:
    'An earlier try may have arrived. Once the connection is back, Remit checks whether invoice {invoiceId} went through. It will not be sent twice.',
  story_unknown_refused: 'Pockyt refused it, but the refusal leaves a doubt.',
  story_unknown_refused_text:
    'Remit is making sure that invoice {invoiceId} did not go through after all. It will not be sent twice.',
  story_unknown_not_found_yet: 'Pockyt does not list this payout.',
  story_unknown_not_found_yet_text:
    'Remit has asked several times. It sends the very same payout again, under the same invoice ID {invoiceId}, so that it cannot be paid twice.',
  story_unknown_not_found_yet_paused:
    'Remit keeps asking about invoice {invoiceId}. While its run is paused, it is not sent again.',
  story_unknown_not_found_yet_stopped:
    'Remit keeps asking about invoice {invoiceId}. As its run was stopped, it is not sent again.',
  story_unknown_invoice_taken:
    'Pockyt’s record under invoice {invoiceId} differs from this payout.',
  story_unknown_invoice_taken_text:
    'It may be this payout reported differently, or another payment. Remit keeps asking and will not send it again.',
  story_unknown_invoice_taken_todo:
    'Look up the transaction named below at Pockyt, or ask Pockyt whose it is, before you pay {payee} in another way.',
  story_unknown_token_unavailable: 'The API token could not be read, so Remit cannot ask Pockyt.',
  story_unknown_token_unavailable_text:
    'Remit checks whether invoice {invoiceId} went through once the token can be read. It will not be sent twice.',
  story_unknown_token_unavailable_todo:
    'Unlock the keychain, or enter the token again in Settings.',
  story_unknown_restored:
    'Your records were put back to a copy in which this payout was not settled.',
  story_unknown_restored_text:
    'Remit asks Pockyt whether invoice {invoiceId} was paid. It does not send it by itself.',
  story_processing: 'Pockyt accepted it and is moving the money.',
  story_processing_text: 'Remit keeps asking until the outcome is known.',
  story_processing_unrecognised_status: 'Pockyt reports a status that Remit does not know.',
  story_processing_unrecognised_status_text:
    'Remit does not take it for an outcome and keeps asking.',
  story_processing_unrecognised_status_todo: 'If it stays like this, ask Pockyt what it means.',
  story_processing_invoice_taken:
    'Pockyt’s record under invoice {invoiceId} differs from this payout.',
  story_processing_invoice_taken_text:
    'Pockyt accepted this payout, but now reports something else. Remit keeps asking.',
  story_processing_invoice_taken_todo:
    'Look up the transaction named below at Pockyt, or ask Pockyt whose it is.',
  story_stalled: 'This takes longer than usual.',
  story_stalled_text: 'Pockyt accepted it but has reported no outcome. Remit keeps asking.',
  story_stalled_todo: 'If nothing moves, ask Pockyt about the transaction number below.',
  story_paid: 'Pockyt confirmed that the money was delivered.',
  story_paid_text: '{payee} has been paid {amount}.',
  proof:
    'We paid you {amount} on {date}, for invoice {invoiceId}. The transaction number at Pockyt is {transactionNo}.',
  proofCopy: 'Copy a note for the payee',
  story_failed: 'This payout failed.',
  story_failed_text: 'Nothing was paid, and the money was not deducted.',
  story_failed_todo: 'You can pay again: a new payout with a new invoice ID, linked to this one.',
  story_failed_refused: 'Pockyt refused this payout.',
  story_failed_refused_todo:
    'Put right what Pockyt names, then pay again: a new payout with a new invoice ID, linked to this one.',
  story_failed_reported_failed: 'Pockyt reported that the payout failed.',
  story_failed_reported_failed_todo:
    'Ask {payee} whether the account is right, or Pockyt about the transaction number below. Then pay again: a new payout with a new invoice ID, linked to this one.',
  story_failed_invoice_taken: 'Pockyt has another payment under invoice {invoiceId}.',
  story_failed_invoice_taken_text:
    'Pockyt refused this payout because it had that invoice ID already, so this payout was not made.',
  story_failed_invoice_taken_todo:
    'Check whether this bill has been paid already. If not, pay again: the new payout gets an invoice ID of its own.',
  story_failed_never_arrived: 'Pockyt has no record of this payout.',
  story_failed_never_arrived_text:
    'Remit asked for a day and Pockyt never had it. It was never paid, and the money was not deducted.',
  story_failed_restored: 'Pockyt has no record of this payout.',
  story_failed_restored_text:
    'It was released before the copy that your records were put back to, and it never reached Pockyt. Nothing was paid, and the money was not deducted.',
  story_failed_restored_todo:
    'If you still owe it, pay again: a new payout with a new invoice ID, linked to this one.',
  story_failed_tried_again: 'It was paid under another invoice ID, so Remit did not send it.',
  story_failed_tried_again_text:
    'Your records were put back to an earlier copy. The lost records had tried this payout again, and Pockyt has that payment: search your payouts for the invoice ID {invoiceId}, it is there with an -R and a number at its end. This one never left, and no money was deducted for it.',
  story_failed_tried_again_todo:
    'If that payment was for something else, pay this one under an invoice ID of its own.',
  story_failed_paid_after_all: 'Pockyt says that this was paid after all.',
  story_failed_paid_after_all_text:
    'It had failed, and Pockyt reported afterwards that it was paid. Remit keeps both, and asks Pockyt about it.',
  story_failed_paid_after_all_todo:
    'Look in Pockyt before you pay again. Once Pockyt, asked, says that it came to nothing, it can be paid again here.',
  story_returned: 'The money came back.',
  story_returned_text: 'Pockyt returned {amount} to your balance. {payee} has not been paid.',
  story_returned_todo:
    'Ask {payee} to check the account, then pay again: a new payout with a new invoice ID, linked to this one.',
  story_cancelled: 'You cancelled this payout.',
  story_cancelled_text: 'It was withdrawn before anything was sent. No money moved.',
  story_cancelled_paid_after_all: 'Pockyt says that this was paid after all.',
  story_cancelled_paid_after_all_text:
    'You cancelled it before it was sent, and Pockyt reported afterwards that it was paid. Remit keeps both, and asks Pockyt about it.',
  story_cancelled_paid_after_all_todo: 'Look in Pockyt, and ask Pockyt whose payment it is.',
  story_cancellable: 'You can cancel it until then.',
  story_retried:
    'It was tried again by a later payout. Its page says whether that one is paid and what is left to do.',

  next_ready: 'Remit sends it to Pockyt.',
  next_sending: 'Pockyt answers.',
  next_unknown: 'Remit asks Pockyt about invoice {invoiceId}.',
  next_processing: 'Pockyt reports the outcome, or Remit asks for it.',
  next_paid: 'Nothing more from you. If the bank returns the money, Remit tells you.',
  next_other: 'Nothing more. This payout is closed.',
  next_waiting: 'It waits for you.',
} as const;
