/** The form of a new payout and its review. */
export const pay = {
  title: 'New payout',
  retryTitle: 'Pay again',
  retryNote: 'This is a new payout, linked to the one of invoice {earlier}.',
  retryText:
    'The earlier one was not paid, or came back, so the payee is paid once. This one has an invoice ID of its own.',
  retryLink: 'Open the earlier payout',

  payee: 'Payee',
  payeePlaceholder: 'Name or e-mail',
  payeeShow: 'Show payees',
  payeeRequired: 'Choose whom to pay.',
  payeeNoMatch: 'No payee has this name or e-mail.',
  payeeNoneYet: 'There is no payee yet. Register one first.',
  payeeMore:
    '{count, plural, one {# more payee. Type to narrow down.} other {# more payees. Type to narrow down.}}',
  payeeLoading: 'Looking for payees',
  openPayee: 'Open payee',

  account: 'Account',
  accountAsking: 'Asking Pockyt for the accounts of {payee}',
  accountNoneTitle: '{payee} has no account that can receive money',
  accountNoneText: 'Ask {payee} to add or confirm one in Pockyt’s portal, then ask Pockyt again.',
  accountAskAgain: 'Ask Pockyt again',
  accountRequired: 'Choose where the money goes.',
  accountWhy_pending: 'Pockyt has not activated it yet.',
  accountWhy_activated: 'Pockyt does not pay to this kind of account.',
  accountWhy_invalid: 'Pockyt found it invalid. {payee} can correct it in the portal.',
  accountWhy_gone: '{payee} has removed it.',
  accountWhy_unknown: 'Pockyt reports a status Remit does not know.',
  accountPaid: 'Last payout {date}',
  accountNeverPaid: 'No payout so far',

  amount: 'Amount',
  balance: 'Balance {amount}',
  overBalance: 'Your balance does not cover it. Top up your Pockyt balance or lower the amount.',

  invoiceId: 'Invoice ID',
  invoiceHint:
    'Suggested. You can use a number of your own, of at most {limit} characters; never use the same one twice.',
  invoiceRequired: 'Enter an invoice ID.',
  invoiceSuggest: 'Suggest another',

  channel: 'Speed',
  channelHint_STANDARD_ACH: 'The default. Typically one to three banking days.',
  channelHint_SAME_DAY_ACH: 'Typically the same banking day, if sent early.',
  channelHint_REAL_TIME_PAY: 'Typically minutes, where the bank takes part.',
  channelHint_UNSPECIFIED: 'Pockyt does not say how long a payout to this kind of account takes.',
  arrival: 'When it arrives',
  channelDemo: 'In the demo, a few seconds.',

  description: 'Description',
  descriptionHint: 'The payee may read it.',
  note: 'Note',
  noteHint: 'Only you read it here.',
  textTooLong: 'Shorten it to {limit} characters; it has {count}.',

  toReview: 'Review',
  reviewing: 'Checking',

  reviewTitle: 'Review before you pay',
  who: 'To',
  whereTo: 'Account',
  fee: 'Fee',
  feeUnknown: 'Not known until Pockyt accepts the payout',
  feeKnown: '{amount}, as for the last payout of this kind',
  balanceNow: 'Balance now',
  balanceAfter: 'Balance after',
  balanceAfterNoFee: '{amount}, before the fee',
  balanceAfterOthers:
    '{rest}, once other payouts not sent yet ({others} before fees) have left too',
  balanceNotRead: 'Not known',
  previousPayouts:
    '{count, plural, =0 {No payout before this one} one {# payout before} other {# payouts before}}',
  notGiven: 'None',
  backToForm: 'Change',
  readFirst: 'Read the review first.',
  payNow: 'Pay {amount} to {payee}',
  paying: 'Releasing {amount} to {payee}',

  unusualTitle: 'Worth a second look',
  unusual_new_account: 'Nothing was ever sent to this account.',
  unusual_account_changed:
    'The account’s details changed since you last paid to it. Make sure that {payee} changed them.',
  unusual_first_payout: 'This is the first payout to {payee}.',
  unusual_amount_far_from_usual: 'The amount is far from what {payee} usually gets: {usual}.',
  unusual_amount_far: 'The amount is far from what {payee} usually gets.',
  unusual_balance_unknown:
    'Pockyt did not report your balance. If it is too low, Pockyt refuses the payout.',
  unusual_decimals_unconfirmed: 'Pockyt does not publish how many decimals it takes in {currency}.',

  earlier: 'Invoice {invoiceId}: {amount} to {payee} on {day}',
  doubtTitle: 'This may be an invoice that you have paid already',
  doubtSameInvoice: 'An earlier payout has the same invoice ID, only written differently.',
  doubtSameAmountOn: '{payee} was sent the same amount on {day}.',
  doubtSameAmountWaits:
    'A payout of the same amount to {payee} was released on {day} and may still be sent.',
  doubtToCome_similar_invoice:
    'A released payout run is still to send an invoice ID that differs only in how it is written.',
  doubtToCome_same_amount_recently:
    'A released payout run is still to send {payee} the same amount.',
  openRun: 'Open that run',
  doubtAnswer: 'This is another invoice; pay it too',
  doubtOpen: 'Say first that this is another invoice.',

  leaveTitle: 'Begin another payout?',
  leaveText: 'Nothing has been sent. If you begin another, what you have typed here is not kept.',
  leaveStay: 'Go on with this one',
  leaveGo: 'Begin another',
} as const;
