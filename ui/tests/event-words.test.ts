import { render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { EventTimeline, stateWord } from '$lib/domain';
import { eventLook, eventWords } from '$lib/domain/event-look';
import { spoken } from '$lib/i18n';
import type { TimelineEvent } from '$lib/platform';
import { NOW } from '$lib/platform/fake';

const event: TimelineEvent = {
  id: '1',
  at: NOW,
  kind: 'account_seen',
  source: 'inquiry',
  from: null,
  to: 'ACTIVATED',
  reason: 'Bank account ••••5655',
  verdict: null,
  evidence: null,
};

it.each([
  ['PENDING', 'payee', 'Invited'],
  ['Activated', 'payee', 'Active'],
  ['UNDER REVIEW', 'payee', 'In review'],
  ['active', 'account', 'Usable'],
  ['ON_HOLD', 'payee', 'ON_HOLD'],
] as const)('calls %s of a %s %s', (state, of, word) => {
  expect(stateWord(state, of)).toBe(word);
});

it.each([
  [
    { kind: 'answered', source: 'answer', to: 'unknown', reason: 'no_answer' },
    'No answer from Pockyt',
  ],
  [{ kind: 'answered', source: 'answer', to: 'unknown', reason: 'garbled' }, 'Pockyt answered'],
  [{ kind: 'answered', source: 'answer', to: 'processing', reason: null }, 'Pockyt answered'],
] as const)('says of %o: %s', (told, words) => {
  expect(eventWords({ ...event, ...told }).what).toBe(words);
});

it.each([
  ['PENDING', 'ACTIVATED', 'green'],
  ['ACTIVATED', 'INVALID', 'amber'],
  [null, 'ACTIVATED', 'amber'],
])('an account that goes from %s to %s is marked %s', (from, to, tone) => {
  expect(eventLook({ ...event, kind: 'account_changed', from, to }).tone).toBe(tone);
});

it('never says of a payout that was only asked about that it was sent', () => {
  const payout = { ...event, source: 'remit', reason: null } as const;
  const events: TimelineEvent[] = [
    { ...payout, id: '1', kind: 'asking', from: 'ready', to: 'sending' },
    { ...payout, id: '2', kind: 'recovery_began', from: 'sending', to: 'unknown' },
    { ...payout, id: '3', kind: 'inquired', source: 'inquiry', from: 'unknown', to: 'paid' },
  ];
  render(EventTimeline, { props: { events, of: 'payout' } });
  expect(screen.getByText('Asking Pockyt before anything is sent')).toBeVisible();
  expect(screen.queryByText(/Sending/)).toBeNull();
  expect(screen.getAllByText(/Checking/)).toHaveLength(2);
});

it('tells of an account in an account’s words, in the shown language', async () => {
  await spoken.prefer('zh-CN');
  render(EventTimeline, { props: { events: [event], of: 'payee' } });
  expect(screen.getByText('可用')).toBeInTheDocument();
  expect(screen.getByText('银行账户 ••••5655')).toBeInTheDocument();
  await spoken.prefer('en');
});
