/** How Remit hears from Pockyt: by asking, at an address of the owner's, through a relay. */
export const wayIn = {
  title: 'How Remit hears from Pockyt',
  hint: 'Remit asks, so no outcome is ever missed. To know sooner, let Pockyt tell it.',
  inUse: 'Used for new payouts',
  alwaysOn: 'Always on',
  notInUse: 'Set up, not in use',

  askingTitle: 'Remit asks Pockyt',
  askingText: 'While Remit is open and a payout is on its way. Nothing to set up.',
  asked: 'Last asked',
  askedNever: 'Not since Remit was opened',
  due: 'Asks next',
  dueNothing: 'When there is something to ask',
  soon: 'Any moment',
  offlineSince: 'Not reachable since',

  addressTitle: 'Your own address',
  addressText:
    'For whoever has a tunnel or a fixed address. Pockyt posts there, and the tunnel leads to Remit.',
  addressSetUp: 'Set up an address',
  addressLocal: 'Let your tunnel lead to',
  addressLocalName: 'local address',
  addressLocalHint:
    'Only this computer reaches it. Keep it private: it is hard to guess for a reason.',
  addressPublic: 'Public address',
  addressPublicHint:
    'The https:// address that leads there. Without a path, it gets the path above.',
  addressInvalid: 'This is not an address. One begins with https://',
  addressSave: 'Use this address',
  addressRemove: 'Remove the address',
  addressSaved: 'Pockyt is told this address with new payouts',
  addressRemoved: 'Address removed',
  addressWaits: 'Not used while a relay is connected.',

  relayTitle: 'A relay',
  relayText:
    'A small server of yours, or of somebody you trust, that keeps what Pockyt reports until this computer fetches it. It cannot read any of it.',
  relaySetUp: 'Set up a relay',
  relayKey: 'Give this to whoever runs the relay',
  relayKeyName: 'public key',
  relayKeyHint: 'It is not secret. The relay locks with it what only this computer can open.',
  relayLink: 'Relay link',
  relayLinkHint: 'Paste what you get back. It is kept in the keychain and never shown again.',
  relayLinkMissing: 'Paste the relay link first.',
  relayConnect: 'Connect the relay',
  relayConnecting: 'Asking the relay',
  relayConnected: 'Relay connected. Pockyt is told its address with new payouts',
  relayDisconnect: 'Disconnect',
  relayDisconnectTitle: 'Disconnect the relay?',
  relayDisconnectText:
    'Remit forgets the link. For payouts that already use this relay, it learns the outcome by asking. To connect again you need the link.',
  relayKeep: 'Keep it',
  relayDisconnectDeed: 'Disconnect {host}',
  relayDisconnected: 'Relay disconnected',
  relayHost: 'Address',
  relayState: 'State',
  relay_connecting: 'Connecting',
  relay_connected: 'Connected',
  relay_interrupted: 'Interrupted',
  relay_refused: 'Refused',
  relaySince: 'since {time}',
  relayAgain: 'Tries again',
  relayLast: 'Last notification',
  relayLastNone: 'None since Remit was opened',

  local: 'The sandbox runs on this computer and reaches Remit by itself.',

  test: 'Send a test notification',
  testing: 'Waiting for it to arrive',
  testHint: 'Remit sends one to where Pockyt would, and waits for it here.',
  testBlocked: 'Set up your own address or a relay first.',
  testArrived: 'It arrived after {seconds, number} s. The way in works.',
  testArrivedNow: 'It arrived at once. The way in works.',
  testAt: 'Tested {time}',

  forged:
    '{count, plural, one {# notification came} other {# notifications came}} that Pockyt did not sign. No payout was changed.',
  forgedNotKept:
    '{count, plural, one {# of them was} other {# of them were}} only counted, so that nobody can fill your disk.',
  forgedShow: 'Show them',
} as const;
