import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { spoken } from '$lib/i18n';
import type { IpcError, WayIn } from '$lib/platform';
import {
  connectedRelay,
  failure,
  FakePlatform,
  liveProfile,
  NOW,
  RELAY_LINK,
} from '$lib/platform/fake';
import { assertNoBarriers } from '../../../tests/barriers';
import { renderAppOn } from '../../../tests/render-app';

afterEach(() => {
  spoken.prefer('en');
});

const PUBLIC = 'https://pay.example.org/remit';

async function begin(wayIn: Partial<WayIn> = {}) {
  const platform = new FakePlatform({ profile: liveProfile, wayIn });
  const view = await renderAppOn(platform, '#/settings');
  const title = await screen.findByRole('heading', { name: 'How Remit hears from Pockyt' });
  const card = title.closest('section') as HTMLElement;
  await within(card).findByText('Remit asks Pockyt');
  return { ...view, platform, card, way: within(card) };
}

function lastCall(platform: FakePlatform, command: string) {
  return platform.calls.findLast((call) => call.command === command)?.args;
}

it('asks always, and needs nothing else', async () => {
  const { way } = await begin();
  expect(way.getByText('Always on')).toBeInTheDocument();
  expect(way.getByText('Last asked').closest('div')).toHaveTextContent('Nov 20, 2026');
  expect(way.getByText('Asks next')).toBeInTheDocument();
  expect(way.queryByText('Used for new payouts')).toBeNull();
  const test = way.getByRole('button', { name: 'Send a test notification' });
  expect(test).toHaveAttribute('aria-disabled', 'true');
  expect(test).toHaveAccessibleDescription('Set up your own address or a relay first.');
  await assertNoBarriers();
});

it('never speaks of webhooks', async () => {
  const { card } = await begin({ relay: connectedRelay, inUse: 'relay' });
  expect(card.textContent).not.toMatch(/webhook|IPN|ipnUrl|HPKE/i);
});

it('tells since when Pockyt cannot be reached', async () => {
  const asking = { answeredAt: null, nextAskAt: null, offlineSince: NOW };
  const { way } = await begin({ asking });
  expect(way.getByText('Not since Remit was opened')).toBeInTheDocument();
  expect(way.getByText('When there is something to ask')).toBeInTheDocument();
  expect(way.getByText('Not reachable since')).toBeInTheDocument();
});

it('takes an address of the owner’s, and says under the field what is wrong with one', async () => {
  const { user, platform, way } = await begin();
  await user.click(way.getByText('Set up an address'));
  expect(way.getByText(platform.ways.address.localUrl)).toBeInTheDocument();
  const field = way.getByLabelText('Public address');
  await user.type(field, 'http://pay.example.org');
  await user.click(way.getByRole('button', { name: 'Use this address' }));
  await waitFor(() => expect(field).toHaveAccessibleDescription(/must begin with https/));
  platform.failNext('setPublicUrl', failure('field_invalid', { field: 'url' }));
  await user.clear(field);
  await user.type(field, 'my tunnel{Enter}');
  await waitFor(() => expect(field).toHaveAccessibleDescription(/^This is not an address/));
  await user.clear(field);
  await user.type(field, `${PUBLIC}{Enter}`);
  expect(await way.findByText('Used for new payouts')).toBeInTheDocument();
  expect(lastCall(platform, 'setPublicUrl')).toEqual([PUBLIC]);
  expect(screen.getByText('Pockyt is told this address with new payouts')).toBeInTheDocument();
  await user.click(way.getByRole('button', { name: 'Remove the address' }));
  await waitFor(() => expect(way.queryByText('Used for new payouts')).toBeNull());
  expect(lastCall(platform, 'setPublicUrl')).toEqual([null]);
});

it('keeps what is typed while the engine goes on', async () => {
  const { user, platform, way } = await begin();
  await user.click(way.getByText('Set up an address'));
  await user.type(way.getByLabelText('Public address'), PUBLIC);
  platform.emit('wayInChanged', null);
  platform.turn({ waiting: 2 });
  await new Promise((rest) => setTimeout(rest, 20));
  expect(way.getByLabelText('Public address')).toHaveValue(PUBLIC);
});

it('connects a relay by its link, which is masked and never shown again', async () => {
  const { user, platform, way } = await begin();
  await user.click(way.getByText('Set up a relay'));
  expect(way.getByText(platform.ways.relay.publicKey ?? '?')).toBeInTheDocument();
  const field = way.getByLabelText('Relay link');
  expect(field).toHaveAttribute('type', 'password');
  await user.type(field, RELAY_LINK);
  await user.click(way.getByRole('button', { name: 'Connect the relay' }));
  expect(await way.findByText('Connected')).toBeInTheDocument();
  expect(way.getByText('relay.example.org')).toBeInTheDocument();
  expect(way.getByText('Used for new payouts')).toBeInTheDocument();
  expect(lastCall(platform, 'connectRelay')).toEqual([RELAY_LINK]);
  expect(document.body.innerHTML).not.toContain(RELAY_LINK);
  const values = [...document.querySelectorAll('input')].map(({ value }) => value);
  expect(values).not.toContain(RELAY_LINK);
  await assertNoBarriers();
});

it.each([
  ['relay_link_invalid', 'link', /from remit-relay: to its last letter/],
  ['relay_link_of_another_key', 'link', /Give the public key shown here/],
] as const)('says %s under the field', async (code, field, words) => {
  const { user, platform, way } = await begin();
  platform.failNext('connectRelay', failure(code, { field }));
  await user.click(way.getByText('Set up a relay'));
  await user.type(way.getByLabelText('Relay link'), 'remit-relay:broken{Enter}');
  await waitFor(() => {
    expect(way.getByLabelText('Relay link')).toHaveAccessibleDescription(words);
  });
});

it('says in its place that a relay cannot be reached, and keeps the link to try again', async () => {
  const { user, platform, way } = await begin();
  platform.failNext('connectRelay', failure('relay_unreachable', { retry: true }));
  await user.click(way.getByText('Set up a relay'));
  await user.type(way.getByLabelText('Relay link'), `${RELAY_LINK}{Enter}`);
  expect(await way.findByRole('alert')).toHaveTextContent('The relay cannot be reached');
  await user.click(way.getByRole('button', { name: 'Connect the relay' }));
  expect(await way.findByText('Connected')).toBeInTheDocument();
});

it('tells since when a relay is interrupted, why, and when it is tried again', async () => {
  const error = failure('relay_unreachable', { retry: true });
  const relay = {
    ...connectedRelay,
    state: 'interrupted',
    since: NOW,
    againAt: NOW,
    error,
  } as const;
  const { platform, way } = await begin({ relay, inUse: 'relay' });
  expect(way.getByText('Interrupted').closest('dd')).toHaveTextContent(/since Nov 20, 2026/);
  expect(way.getByText('The relay cannot be reached')).toBeInTheDocument();
  expect(way.getByText('Tries again')).toBeInTheDocument();
  await assertNoBarriers();
  platform.turnWayIn({ relay: connectedRelay });
  expect(await way.findByText('Connected')).toBeInTheDocument();
  expect(way.queryByText('The relay cannot be reached')).toBeNull();
});

it('takes a new link where the relay refuses the old one', async () => {
  const error = failure('relay_refused');
  const relay = { ...connectedRelay, state: 'refused', error } as const;
  const { user, way } = await begin({ relay, inUse: 'relay' });
  expect(way.getByText('Refused')).toBeInTheDocument();
  await user.type(way.getByLabelText('Relay link'), `${RELAY_LINK}{Enter}`);
  expect(await way.findByText('Connected')).toBeInTheDocument();
});

it('disconnects only when that is meant', async () => {
  const { user, platform, way } = await begin({ relay: connectedRelay, inUse: 'relay' });
  await user.click(way.getByRole('button', { name: 'Disconnect' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Disconnect the relay?' }));
  await user.click(dialog.getByRole('button', { name: 'Keep it' }));
  expect(lastCall(platform, 'disconnectRelay')).toBeUndefined();
  await user.click(way.getByRole('button', { name: 'Disconnect' }));
  await user.click(await screen.findByRole('button', { name: 'Disconnect relay.example.org' }));
  expect(await way.findByText('Set up a relay')).toBeInTheDocument();
});

it('says what is wrong when the keychain cannot hold the key', async () => {
  const error = failure('keychain_locked', { retry: true });
  const relay = { ...connectedRelay, state: 'none', host: null, publicKey: null, error } as const;
  const { way } = await begin({ relay });
  expect(way.getByText('The keychain is locked')).toBeInTheDocument();
  expect(way.queryByLabelText('Relay link')).toBeNull();
});

it('says which of two ways is used', async () => {
  const address = { localUrl: 'http://127.0.0.1:47113/x', publicUrl: PUBLIC };
  const { way } = await begin({ address, relay: connectedRelay, inUse: 'relay' });
  expect(way.getByText('Set up, not in use')).toBeInTheDocument();
  expect(way.getByText('Not used while a relay is connected.')).toBeInTheDocument();
  expect(way.getAllByText('Used for new payouts')).toHaveLength(1);
});

it('tells of the sandbox on this computer', async () => {
  const { way } = await begin({ inUse: 'local' });
  expect(way.getByText(/sandbox runs on this computer/)).toBeInTheDocument();
  expect(way.getByText('Used for new payouts')).toBeInTheDocument();
});

it.each([
  ['arrived', 340, null, 'It arrived at once. The way in works.'],
  ['arrived', 2340, null, 'It arrived after 2.3 s. The way in works.'],
  ['unreachable', null, 'test_unreachable', /The address cannot be reached/],
  ['wrong_answer', null, 'test_wrong_answer', /Something else answers at this address/],
  ['not_arrived', null, 'test_not_arrived', /has not arrived here/],
] as const)('tests the way in, which %s (%s)', async (result, tookMs, code, words) => {
  const { user, platform, way } = await begin({ relay: connectedRelay, inUse: 'relay' });
  platform.test = { result, tookMs, error: code && failure(code) };
  await user.click(way.getByRole('button', { name: 'Send a test notification' }));
  expect(await way.findByText(words)).toBeInTheDocument();
  expect(way.getByText(/^Tested Nov 20, 2026/)).toBeInTheDocument();
});

it('shows that it waits for the test to arrive, and what went wrong', async () => {
  const { user, platform, way } = await begin({ relay: connectedRelay, inUse: 'relay' });
  let refuse: (error: IpcError) => void = () => undefined;
  vi.spyOn(platform, 'sendTestNotification').mockReturnValue(
    new Promise((_, reject) => (refuse = reject)),
  );
  await user.click(way.getByRole('button', { name: 'Send a test notification' }));
  const button = await way.findByRole('button', { name: 'Waiting for it to arrive' });
  expect(button).toHaveAttribute('aria-busy', 'true');
  refuse(failure('ledger_failed', { retry: true }));
  expect(await way.findByRole('alert')).toHaveTextContent('could not be written or read');
  expect(way.getByRole('button', { name: 'Send a test notification' })).toBeInTheDocument();
});

it('forgets a test of another way', async () => {
  const lastTest = {
    at: NOW,
    sentTo: 'address',
    result: 'arrived',
    tookMs: 1,
    error: null,
  } as const;
  const { way } = await begin({ relay: connectedRelay, inUse: 'relay', lastTest });
  expect(way.queryByText(/The way in works/)).toBeNull();
});

it('tells of a flood of forged notifications once, with what was kept', async () => {
  const { way } = await begin({ forged: { came: 1204, notKept: 1184, lastAt: NOW } });
  expect(
    way.getByText('1,204 notifications came that Pockyt did not sign. No payout was changed.'),
  ).toBeInTheDocument();
  expect(way.getByText(/1,184 of them were only counted/)).toBeInTheDocument();
  expect(way.getByRole('link', { name: 'Show them' })).toHaveAttribute('href', '#/activity');
});

it('says when it cannot tell, and asks again', async () => {
  const platform = new FakePlatform({ profile: liveProfile });
  platform.failNext('wayIn', failure('ledger_failed', { retry: true }));
  const { user } = await renderAppOn(platform, '#/settings');
  const alert = await screen.findByRole('alert');
  await user.click(within(alert).getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Remit asks Pockyt')).toBeInTheDocument();
});

it('speaks Chinese', async () => {
  spoken.prefer('zh-CN');
  const platform = new FakePlatform({
    profile: liveProfile,
    preferences: { theme: 'dark', language: 'zh-CN' },
    wayIn: { relay: connectedRelay, inUse: 'relay' },
  });
  await renderAppOn(platform, '#/settings');
  expect(await screen.findByText('已连接')).toBeInTheDocument();
  expect(screen.getByText('新付款采用此方式')).toBeInTheDocument();
});
