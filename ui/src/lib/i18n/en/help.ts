/** The questions that owners really have, and the hints of the first start. */
export const help = {
  pending: 'Why is this payee not active yet?',
  pendingAnswer:
    'The payee has to finish the profile in Pockyt’s portal, and Pockyt then reviews it. Most often the invitation lies unread in the mailbox: ask the payee to look for a mail from Pockyt, also among the junk mail. Remit notices by itself when it is done.',
  review: 'Why is this payee not active yet?',
  reviewAnswer:
    'The payee’s part is done: Pockyt reviews the profile and the account before it allows payouts, and does not say how long that takes. If it takes unusually long, the payee can check in Pockyt’s portal whether anything more is asked for, or you can ask Pockyt’s support. Remit notices by itself when it is done.',
  checking: 'What does Checking mean?',
  checkingAnswer:
    'Remit sent the payout but has no answer that it can trust, so the money may be on its way or not. Remit asks Pockyt until it knows, and never sends it under another invoice ID. You need not do anything; only do not pay the same bill in another way meanwhile.',
  arrival: 'When does the money arrive?',
  arrivalAnswer:
    'To a bank account in the US, standard ACH typically takes one to three banking days, same-day ACH arrives the same banking day if it is sent early, a real-time payment within minutes where the bank takes part. Weekends and bank holidays do not count. For PayPal, Venmo and accounts elsewhere, Pockyt does not say how long it takes. The payout says Paid once Pockyt confirms it.',
  returned: 'What does Returned mean?',
  returnedAnswer:
    'The payee’s bank did not take the money, and Pockyt put it back into your balance. Usually the account was closed or a number is wrong. Ask the payee to correct the account in Pockyt’s portal, then pay again from this page.',
  missing: 'What if the payee says that nothing came?',
  missingAnswer:
    'Paid means that Pockyt reported the payment as delivered. The payee’s bank may show it only later, and under a sender other than your name: the payee should look for the amount. The payee’s bank can search for the numbers on this page. If it is still not there after some days, ask Pockyt about the transaction number. Should the money come back, Remit says so; until then, do not pay again.',
  again: 'Can this be sent twice?',
  againAnswer:
    'No. One review is one payout: Remit writes it down before it sends it, and Pockyt takes each invoice ID only once. A second press, a lost connection or a crash never makes a second payment.',
  token: 'Who sees this token?',
  tokenAnswer:
    'Only Remit on this computer, and Pockyt when Remit calls it. It is kept in the system’s keychain, not in a file or a copy, and this window cannot read it back. If you fear that somebody has it, make a new one in Pockyt’s Merchant Portal and enter it here.',

  tour: 'First steps',
  tourStep: '{step} of {steps}',
  tourNext: 'Next',
  tourDone: 'Got it',
  tourSkip: 'Skip',
  tour1: 'Begin with a payee',
  tour1Text:
    'Register whom you pay, and Pockyt mails the invitation. The list always says who must act next.',
  tour2: 'Everything is a few letters away',
  tour2Text:
    'Press {keys} to find a payee, an invoice or a transaction, or to do anything. ? shows all keys.',
  tour3: 'Nothing is paid twice',
  tour3Text:
    'When an answer is missing, a payout says Checking and Remit finds out. Look for the question marks where you are in doubt.',
} as const;
