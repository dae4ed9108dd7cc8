/** The sign in the system's tray, and what closing the window does. */
export const tray = {
  title: 'Closing the window',
  hint: 'Nothing is lost either way: what is left goes out when Remit is started again. Where the system shows no tray, closing the window quits Remit, with a word first if anything is left.',
  closing: 'When the window is closed',
  closing_sending: 'Go on until everything is sent',
  closing_always: 'Go on until I quit Remit',
  closing_never: 'Quit Remit',

  sending:
    '{count, plural, =0 {Nothing is being sent} one {# payout is being sent} other {# payouts are being sent}}',
  offline:
    '{count, plural, one {# payout waits for the network} other {# payouts wait for the network}}',
  inviting: '{count, plural, one {# person is being invited} other {# people are being invited}}',
  releasing: 'A scheduled run is being released',
  open: 'Open Remit',
  quit: 'Quit Remit',
  stays: 'Remit goes on without its window',
  stays_sending: 'It ends when everything is sent. Press its icon in the tray to open it again.',
  stays_always: 'Press its icon in the tray to open it again, or to quit it.',
  stays_ids:
    'Government IDs that are kept nowhere are still on their way to Pockyt. Remit ends when they are through. Press its icon in the tray to open it again.',

  closeText:
    'You can close Remit now. Nothing is lost: it carries on when you open it again. Or stay until it is done.',
  closeDone: 'Everything has been sent',
  closeDoneText: 'You can close Remit now. It learns what became of it when you open it again.',
  closeLater: 'A run goes out on {time}',
  closeLaterText:
    'Remit pays what is due on {time} only while it is open. If you open it within an hour after that, it still pays; later, it asks you first.',

  leave: 'Leave this account now?',
  leaveText:
    '{payouts, plural, =0 {} one {# payout has not left yet. } other {# payouts have not left yet. }}{people, plural, =0 {} one {# person is not invited yet. } other {# people are not invited yet. }}It goes on when you come back to this account.',
  leaveDays:
    'A scheduled run goes by itself only within an hour of its time. After that it waits for you as a draft.',
  leaveLater: 'A run goes out on {time}, and only while this account is open.',
  leaveIds:
    '{count, plural, one {# government ID} other {# government IDs}} of people not yet invited will be gone, since Remit keeps them nowhere: you would have to open their file again.',
  leaveNot: 'Stay',
  leaveDeed: 'Leave the account',
} as const;
