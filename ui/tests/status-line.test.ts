import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { failure, FakePlatform, liveProfile, NOW } from '$lib/platform/fake';
import { spoken } from '$lib/i18n';
import { renderAppOn } from './render-app';

afterEach(() => spoken.prefer('en'));

async function begin(engine: ConstructorParameters<typeof FakePlatform>[0], address = '#/payouts') {
  const view = await renderAppOn(new FakePlatform({ profile: liveProfile, ...engine }), address);
  const head = within(await screen.findByRole('status', { name: 'State of sending' }));
  return { ...view, head };
}

it('says nothing while nothing is in the way', async () => {
  await begin({});
  expect(screen.getByRole('status', { name: 'State of sending' })).toHaveTextContent('');
});

it('tells once that there is no network, and what waits', async () => {
  const { head, platform } = await begin({ engine: { offlineSince: NOW, waiting: 3 } });
  await head.findByText(
    'No network. 3 payouts wait and go out when it is back. You can still cancel them.',
  );
  platform.emit('trouble', { error: failure('unreachable') });
  platform.emit('trouble', { error: failure('unreachable') });
  await new Promise((rest) => setTimeout(rest, 20));
  expect(screen.queryByText('Pockyt cannot be reached')).toBeNull();
  platform.engine = { ...platform.engine, waiting: 1 };
  platform.emit('payoutChanged', { id: 'payout-7', state: 'cancelled' });
  expect(await head.findByText(/1 payout waits/)).toBeInTheDocument();
  platform.turn({ offlineSince: null });
  await waitFor(() => expect(head.queryByText(/No network/)).toBeNull());
});

it('tells when Remit goes on after Pockyt asked for fewer requests', async () => {
  const { head } = await begin({ engine: { heldUntil: '2026-11-20T14:32:00' } });
  expect(
    await head.findByText(/Pockyt asks for fewer requests; Remit goes on at 2:32.PM\./),
  ).toBeInTheDocument();
  await spoken.prefer('zh-CN');
  expect(await head.findByText('Pockyt 要求减少请求，Remit 将在 14:32 继续。')).toBeInTheDocument();
});

it('tells of records that are older than the keychain remembers', async () => {
  const recovery = {
    cause: 'rolled_back',
    since: NOW,
    doneAt: null,
    found: 0,
    replacedRead: false,
  } as const;
  const { head } = await begin({ engine: { recovery } });
  expect(await head.findByText(/older than your keychain remembers/)).toBeInTheDocument();
});

it('is not content when the keychain remembers more than Pockyt gave back', async () => {
  const now = new Date().toISOString();
  const recovery = {
    cause: 'rolled_back',
    since: NOW,
    doneAt: now,
    found: 0,
    replacedRead: false,
  } as const;
  const { head, user } = await begin({ engine: { recovery } });
  const told = await head.findByText(/lack something that your keychain remembers/);
  expect(told).toHaveTextContent(/no further payout under Remit’s own numbers/);
  expect(told.closest('[data-tone]')).toHaveAttribute('data-tone', 'amber');
  await user.click(head.getByRole('button', { name: 'Choose a copy' }));
  expect(await screen.findByRole('heading', { name: 'Restore a copy' })).toBeInTheDocument();
});

it('says after a restore what it cannot find, and of the replaced records what it did', async () => {
  const now = new Date().toISOString();
  const restored = {
    cause: 'restored',
    since: NOW,
    doneAt: now,
    found: 0,
    replacedRead: false,
  } as const;
  const { head, platform } = await begin({ engine: { recovery: restored } });
  const told = await head.findByText(/found no payout made after the copy/);
  expect(told).toHaveTextContent(/Look at Pockyt before you pay those again/);
  expect(told.closest('[data-tone]')).toHaveAttribute('data-tone', 'amber');
  platform.turn({ recovery: { ...restored, replacedRead: true } });
  expect(await head.findByText(/asked about every invoice ID/)).toBeVisible();
  expect(head.getByText(/asked about every/).closest('[data-tone]')).toHaveAttribute(
    'data-tone',
    'blue',
  );
});

it('tells no news of a comparison that ended long ago', async () => {
  const recovery = {
    cause: 'restored',
    since: NOW,
    doneAt: '2020-01-01T00:00:00Z',
    found: 2,
    replacedRead: false,
  };
  const { head } = await begin({ engine: { recovery: { ...recovery, cause: 'restored' } } });
  await new Promise((rest) => setTimeout(rest, 20));
  expect(head.queryByText(/Found 2 payouts/)).toBeNull();
});

it('does not say that nothing was ever paid while it looks for what was', async () => {
  const recovery = {
    cause: 'restored',
    since: NOW,
    doneAt: null,
    found: 0,
    replacedRead: false,
  } as const;
  await begin({ payouts: 0, engine: { recovery } });
  expect(await screen.findByText('No payouts in this copy')).toBeInTheDocument();
  expect(screen.queryByText('No payouts yet')).toBeNull();
});

// The fake's seventh payout is queued.
const queued = '#/payouts/payout-7';

it('says on a queued payout’s page that it waits for the network, and offers to cancel', async () => {
  const platform = new FakePlatform({
    profile: liveProfile,
    engine: { offlineSince: NOW, waiting: 1 },
  });
  Object.assign(platform.payouts[6] ?? {}, { nextCheckAt: NOW });
  await renderAppOn(platform, queued);
  expect(await screen.findByText('No network, so this payout waits.')).toBeInTheDocument();
  expect(
    screen.getByText(/Remit sends invoice INV-1048 once the network is back\. You can cancel/),
  ).toBeInTheDocument();
  expect(screen.queryByText('Remit sends it')).toBeNull();
  expect(screen.getByRole('button', { name: 'Cancel payout' })).toBeInTheDocument();
});

it('says that it waits for the comparison, before all else', async () => {
  const recovery = {
    cause: 'restored',
    since: NOW,
    doneAt: null,
    found: 0,
    replacedRead: false,
  } as const;
  await begin({ engine: { offlineSince: NOW, recovery } }, queued);
  expect(
    await screen.findByText('This payout waits until Remit has compared your records with Pockyt.'),
  ).toBeInTheDocument();
});
