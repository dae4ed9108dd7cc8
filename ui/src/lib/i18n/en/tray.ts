/** The sign in the system's tray, and what closing the window does. */
export const tray = {
  title: 'Closing the window',
  hint: 'Nothing is lost either way: what is left goes out when Remit is started again. Where the system shows no tray, closing the window ends Remit.',
  closing: 'When the window is closed',
  closing_sending: 'Go on until everything is sent',
  closing_always: 'Go on until I quit Remit',
  closing_never: 'End Remit',

  sending:
    '{count, plural, =0 {Nothing is being sent} one {# payout is being sent} other {# payouts are being sent}}',
  offline:
    '{count, plural, one {# payout waits for the network} other {# payouts wait for the network}}',
  open: 'Open Remit',
  quit: 'Quit Remit',
  stays: 'Remit goes on without its window',
  stays_sending: 'It ends when everything is sent. Press its icon in the tray to open it again.',
  stays_always: 'Press its icon in the tray to open it again, or to quit it.',
} as const;
