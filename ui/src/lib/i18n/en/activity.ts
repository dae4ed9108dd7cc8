/** What Pockyt told, what became of it, and how Remit learnt of it. */
export const activity = {
  title: 'Activity',
  about:
    'What Pockyt reported about your payouts, and what Remit made of it. What you did yourself is on each payout’s page.',
  list: 'What Pockyt reported',
  search: 'Invoice ID or payee',
  total: '{count, plural, =0 {No entries} one {# entry} other {# entries}}',

  learnt: 'How outcomes were learnt in the last 30 days',
  learntNotified:
    '{count, plural, one {outcome learnt} other {outcomes learnt}} from notifications',
  learntAsked: 'learnt by asking first',
  learntRepaired: 'repaired by asking because no notification came',
  learntNone: 'No outcome in the last 30 days.',
  learntWorks: 'Notifications get through.',
  learntSoFar: 'So far Remit learnt by asking, before any notification came.',
  learntSome: 'Some notifications do not get through. Nothing is lost: Remit asks.',
  learntNever: 'No notification gets through. Nothing is lost: Remit asks.',
  learntAsking: 'Remit learns by asking alone. Nothing is lost.',
  count: '{count, number}',
  learntSettings: 'How Remit hears from Pockyt',

  columnWhen: 'When',
  columnPayout: 'Payout',
  columnVerdict: 'Verdict',
  columnSource: 'Learnt',
  columnEffect: 'Effect',

  filterVerdict: 'Verdict',
  filterVerdictAny: 'Any verdict',
  filterVerdictSome: '{count, plural, one {# verdict} other {# verdicts}}',
  filterSource: 'Learnt',
  filterSourceAny: 'Any way',
  filterSourceSome: '{count, plural, one {# way} other {# ways}}',
  clearFilters: 'Clear filters',

  verdict_applied: 'Applied',
  verdict_already_known: 'Known already',
  verdict_forged: 'Forged',
  verdict_mismatched: 'Mismatch',
  verdict_unmatched: 'No such payout',
  verdict_out_of_order: 'Out of order',
  verdict_contradicts: 'Contradiction',
  verdict_unrecognised: 'Unknown word',
  verdict_unopened: 'Cannot be opened',
  verdict_asked: 'Answer',

  source_listener: 'Directly',
  source_relay: 'By relay',
  source_polling: 'Asked by Remit',

  effectNone: 'No effect',
  noPayout: 'No payout',
  again: '{count, plural, one {Came again once} other {Came again # times}}',
  againShort: '+{count, number}',

  emptyTitle: 'Nothing yet',
  emptyText:
    'Once a payout is on its way, everything Pockyt reports about it is kept here, with what Remit made of it.',
  noMatchTitle: 'Nothing fits this filter',
  noMatchText: 'Search for something else, or clear the filters.',

  detailNotification: 'Notification',
  detailAnswer: 'Answer from Pockyt',
  means: 'What it means',
  did: 'What Remit did',
  means_applied: 'Pockyt reported how this payout stands.',
  did_applied: 'Checked the signature, the amount and the numbers, then recorded it.',
  means_already_known: 'Pockyt reported what Remit already knew.',
  did_already_known: 'Kept it. Nothing had to change.',
  means_forged:
    'Its signature is not Pockyt’s: somebody else sent it, or it was changed on the way.',
  did_forged: 'Kept it as evidence and changed no payout.',
  means_mismatched: 'The amount, the currency or a number in it is not this payout’s.',
  did_mismatched: 'Kept it as evidence, did not change the payout, and asks Pockyt about it.',
  means_unmatched:
    'No payout here has its invoice ID. It may have been paid without Remit, or from another computer.',
  did_unmatched: 'Kept it and changed no payout.',
  means_out_of_order: 'It tells of an earlier state than the one Remit knows. It was late.',
  did_out_of_order: 'Kept it and left the payout where it is.',
  means_contradicts: 'It says that a payout was paid which had failed or been cancelled.',
  did_contradicts:
    'Kept it and asks Pockyt about it. The payout stays where it is, and is not paid again without a look.',
  means_unrecognised: 'It uses a word for the state that Remit does not know.',
  did_unrecognised: 'Kept it, takes it for no outcome, and goes on asking Pockyt.',
  means_unopened:
    'What the relay kept is locked for another key, or was damaged, so it cannot be read here.',
  did_unopened:
    'Kept it as it came and changed no payout. Remit learns the outcome by asking Pockyt.',
  means_asked: 'Remit asked, and Pockyt said how this payout stands.',
  did_asked: 'Recorded the answer. It did not have to wait for a notification.',

  cameAt: 'Came',
  answeredAt: 'Answered',
  cameAgain: 'Came again',
  cameAgainTimes: '{count, plural, one {Once, {time}} other {# times, last {time}}}',
  toPayee: '{amount} to {payee}',
  source: 'Learnt',
  payout: 'Payout',
  invoiceId: 'Invoice ID',
  effect: 'Effect',
  raw: 'What it said',
} as const;
