/** How Remit stands with Pockyt, and whether the history is as it was written. */
export const engine = {
  statusLabel: 'State of sending',
  offline:
    '{waiting, plural, =0 {No network. What you pay now goes out when it is back.} one {No network. # payout waits and goes out when it is back. You can still cancel it.} other {No network. # payouts wait and go out when it is back. You can still cancel them.}}',
  held: 'Pockyt asks for fewer requests; Remit goes on at {time}.',
  recovering: 'Remit is comparing your records with Pockyt. Nothing is sent until that is done.',
  recoveringRolledBack:
    'Your records are older than your keychain remembers. Remit is comparing them with Pockyt. Nothing is sent until that is done.',
  recovered:
    '{found, plural, =0 {Compared with Pockyt: found no payout made after the copy.} one {Found # payout made after the copy.} other {Found # payouts made after the copy.}}',
  recoveredLimits:
    'Payouts whose invoice IDs you chose yourself after it was made cannot be found this way. Look at Pockyt before you pay those again.',
  recoveredKnown: 'Remit asked about every invoice ID in the records that it replaced.',
  recoveredRolledBack:
    'Your records lack something that your keychain remembers. {found, plural, =0 {Pockyt has no further payout under Remit’s own numbers.} one {Found # payout that your records lacked.} other {Found # payouts that your records lacked.}}',
  restoreInstead: 'If you have a copy, restore it:',
  chooseCopy: 'Choose a copy',
  showFound: '{found, plural, one {Show it} other {Show them}}',

  waitsRun: 'Its run is paused, so this payout waits.',
  waitsRunText: 'Nothing has been sent. Remit sends invoice {invoiceId} once you resume the run.',
  waitsNetwork: 'No network, so this payout waits.',
  waitsNetworkText:
    'Nothing has been sent. Remit sends invoice {invoiceId} once the network is back.',
  waitsComparison: 'This payout waits until Remit has compared your records with Pockyt.',
  waitsComparisonText:
    'Nothing has been sent. Remit then asks Pockyt about invoice {invoiceId} first.',
  waitsHeld: 'Pockyt asks for fewer requests, so this payout waits.',
  waitsHeldText: 'Nothing has been sent. Remit goes on with invoice {invoiceId} after {time}.',

  title: 'Sending',
  hint: 'How fast Remit may go. It slows down by itself when Pockyt asks for fewer requests.',
  inFlight: 'Payouts at once',
  inFlightHint: 'From {least} to {most}',
  perMinute: 'Requests a minute',
  perMinuteHint: 'Up to {most}; {least} for no limit',
  limitWrong: 'Write a whole number from {least} to {most}.',
  limitsKeep: 'Save limits',
  limitsKept: 'Limits saved',
  underWay: 'Under way',
  waiting: 'Waiting',
  count: '{count, plural, =0 {None} one {# payout} other {# payouts}}',
  compared: 'Comparison',
  comparing: 'Under way; nothing is sent meanwhile.',
  comparedFound:
    '{found, plural, =0 {Complete. No further payout was found.} one {Complete. Found # payout.} other {Complete. Found # payouts.}}',

  historyTitle: 'History',
  historyHint: 'Each event is sealed with the one before it. A change from outside shows.',
  verify: 'Verify history',
  verifying: 'Reading every event',
  verifiedEmpty: 'There are no events yet.',
  verifiedSound: 'Nothing in your history was changed.',
  verified_demo: '{events, plural, one {The one event fits.} other {All # events fit.}}',
  verified_matches:
    '{events, plural, one {The one event fits; it is the one your keychain remembers.} other {All # events fit; the newest is the one your keychain remembers.}}',
  verified_behind:
    '{events, plural, one {The one event fits.} other {All # events fit, among them the one your keychain remembers.}}',
  verified_none:
    '{events, plural, one {The one event fits.} other {All # events fit.}} Your keychain remembers none yet.',
  verified_unreadable:
    '{events, plural, one {The one event fits.} other {All # events fit.}} Your keychain could not be asked for the newest.',
  verified_missing_events:
    '{events, plural, one {The one event fits, but your keychain remembers newer ones.} other {All # events fit, but your keychain remembers newer ones.}}',
  verified_differs:
    '{events, plural, one {The one event fits, but your keychain remembers another in its place.} other {All # events fit, but your keychain remembers another one in their place.}}',
  verifiedBad: 'Event {seq, number} is not as it was written.',
  verifiedBadEvent: 'It says: {what}, {time}.',
  verifiedBadPayout: 'Show the payout it is about',
  verifiedBadPayee: 'Show the payee it is about',
  verifiedAt: 'Verified {time}',
} as const;
