import { cleanup, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { router } from '../../app/router.svelte';
import { failure, FakePlatform, liveProfile, RECOVERY_KEY } from '$lib/platform/fake';
import { spoken } from '$lib/i18n';
import { renderApp, renderAppOn } from '../../../tests/render-app';

afterEach(() => spoken.prefer('en'));

const live = { profile: liveProfile };

async function openNewest(platform = new FakePlatform(live)) {
  const view = await renderAppOn(platform, '#/settings');
  const buttons = await screen.findAllByRole('button', { name: /^Look inside or restore the/ });
  await view.user.click(buttons[0] as HTMLElement);
  return view;
}

const deed = { name: /^Put back the copy of Nov 20, 2026/ };

it('says what the copy holds, what it lacks and what will happen', async () => {
  await openNewest();
  expect(await screen.findByText('38 payees, 1,204 payouts, 12,398 events')).toBeInTheDocument();
  expect(screen.getByText('2 payouts were released after this copy.')).toBeInTheDocument();
  expect(screen.getByText('33 events were recorded after this copy.')).toBeInTheDocument();
  expect(screen.getByText(/^Nothing is sent until Remit has compared/)).toBeInTheDocument();
  expect(screen.getByText(/^What was queued will not be sent by itself/)).toBeInTheDocument();
  expect(screen.getByText(/^Today’s records are kept beside/)).toBeInTheDocument();
  expect(screen.getByRole('button', deed)).toBeInTheDocument();
});

it('puts it back, compares, and leads to what was found', async () => {
  const { user, platform } = await openNewest();
  await user.click(await screen.findByRole('button', deed));
  const head = within(await screen.findByRole('status', { name: 'State of sending' }));
  expect(
    await head.findByText(
      'Remit is comparing your records with Pockyt. Nothing is sent until that is done.',
    ),
  ).toBeInTheDocument();
  expect(platform.calls.findLast(({ command }) => command === 'restoreBackup')?.args).toEqual([
    platform.backups.backups[0]?.path,
    null,
    'live',
  ]);
  const now = new Date().toISOString();
  platform.turn({
    recovery: { cause: 'restored', since: now, doneAt: now, found: 2, replacedRead: false },
  });
  expect(await head.findByText(/Found 2 payouts made after the copy\./)).toBeInTheDocument();
  await user.click(head.getByRole('link', { name: 'Show them' }));
  expect(await screen.findByRole('button', { name: /Found at Pockyt/ })).toBeInTheDocument();
  expect(platform.calls).toContainEqual({
    command: 'listPayouts',
    args: [expect.objectContaining({ from: now, to: now })],
  });
  expect(head.getByText(/Look at Pockyt before you pay those again\./)).toBeInTheDocument();
  await user.click(head.getByRole('button', { name: 'Dismiss' }));
  expect(head.queryByText(/Found 2 payouts/)).toBeNull();
  // Read of once, it is read of in every window to come.
  platform.turn({ waiting: 1 });
  cleanup();
  await renderAppOn(platform, '#/payouts');
  await screen.findByRole('heading', { name: 'Payouts', level: 1 });
  await new Promise((rest) => setTimeout(rest, 20));
  expect(screen.queryByText(/Found 2 payouts/)).toBeNull();
});

it('asks for the recovery key where the keychain does not open the copy', async () => {
  const platform = new FakePlatform(live);
  platform.failNext('inspectBackup', failure('recovery_key_needed', { field: 'recoveryKey' }));
  const { user } = await openNewest(platform);
  const field = await screen.findByLabelText('Recovery key');
  await user.type(field, RECOVERY_KEY.replace('0FHT', '0FHX'));
  await user.click(screen.getByRole('button', { name: 'Look inside' }));
  await waitFor(() => expect(field).toHaveAccessibleDescription(/Group 3 is not right/));
  await user.clear(field);
  await user.type(field, RECOVERY_KEY.toLowerCase());
  await user.click(screen.getByRole('button', { name: 'Look inside' }));
  expect(await screen.findByRole('button', deed)).toBeInTheDocument();
});

it('does not put back another account’s copy', async () => {
  const platform = new FakePlatform(live);
  platform.facts = { ...platform.facts, profileId: 'another' };
  await openNewest(platform);
  expect(await screen.findByRole('button', deed)).toHaveAccessibleDescription(
    'This copy belongs to another account',
  );
});

it('says when a copy cannot be read, and leads back', async () => {
  const platform = new FakePlatform(live);
  platform.failNext('inspectBackup', failure('backup_unreadable'));
  const { user } = await openNewest(platform);
  expect(await screen.findByRole('alert')).toHaveTextContent('This copy cannot be read');
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(router.route.name).toBe('settings');
});

const trouble = (code: 'ledger_key_missing' | 'ledger_corrupt') => ({
  state: 'trouble' as const,
  trouble: failure(code),
  troubled: liveProfile,
});

it('opens the records with the recovery key when the keychain has lost it', async () => {
  const { user, platform } = await renderApp(trouble('ledger_key_missing'));
  await user.click(await screen.findByRole('button', { name: 'Enter the recovery key' }));
  const field = screen.getByLabelText('Recovery key');
  expect(screen.getByText('0 of 56 characters')).toBeInTheDocument();
  await user.type(field, '7K3M-Q9XW-0F!T');
  expect(screen.getByText('12 of 56 characters')).toBeInTheDocument();
  expect(field).toHaveAccessibleDescription(/Group 3 is not right/);
  const open = screen.getByRole('button', { name: 'Open the records' });
  expect(open).toHaveAccessibleDescription('The key is not complete yet.');
  await user.clear(field);
  await user.type(field, RECOVERY_KEY);
  await user.click(open);
  expect(await screen.findByRole('navigation', { name: 'Main' })).toBeInTheDocument();
  expect(platform.calls.findLast(({ command }) => command === 'enterRecoveryKey')?.args[0]).toBe(
    'live',
  );
  expect(document.body.innerHTML).not.toContain(RECOVERY_KEY);
});

it('puts back a copy when the ledger is damaged', async () => {
  const { user, platform } = await renderApp(trouble('ledger_corrupt'));
  platform.facts = { ...platform.facts, newerThanBackup: null };
  await user.click(await screen.findByRole('button', { name: 'Put back a copy' }));
  const copies = await screen.findAllByRole('button', { name: /^Look inside or restore the/ });
  await user.click(copies[1] as HTMLElement);
  expect(await screen.findByText(/Your records cannot be opened/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: /^Put back the copy of Nov 19/ }));
  expect(await screen.findByRole('navigation', { name: 'Main' })).toBeInTheDocument();
});

it('restores from a copy on a computer that has nothing yet', async () => {
  const { user, platform } = await renderApp({ state: 'welcome' });
  await user.click(await screen.findByRole('button', { name: 'Restore from a copy' }));
  await user.click(screen.getByRole('button', { name: 'Look inside' }));
  const file = screen.getByLabelText('File of the copy');
  expect(file).toHaveAccessibleDescription('Fill this in.');
  expect(screen.queryByLabelText('API token')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Choose' }));
  await user.type(screen.getByLabelText('Recovery key'), `${RECOVERY_KEY}{Enter}`);
  expect(await screen.findByText('38 payees, 1,204 payouts, 12,398 events')).toBeInTheDocument();
  expect(screen.queryByText(/Today’s records/)).toBeNull();
  const token = screen.getByLabelText('API token');
  await user.click(screen.getByRole('button', { name: 'Restore Northwind Design LLC' }));
  expect(token).toHaveAccessibleDescription('Fill this in.');
  expect(platform.calls.map(({ command }) => command)).not.toContain('restoreElsewhere');
  await user.type(token, 'secret-token');
  platform.failNext('restoreElsewhere', failure('token_rejected', { field: 'token' }));
  await user.click(screen.getByRole('button', { name: 'Restore Northwind Design LLC' }));
  await waitFor(() => expect(token).toHaveAccessibleDescription(/does not accept the API token/));
  await user.type(token, '2');
  expect(token).not.toHaveAccessibleDescription(/does not accept/);
  await user.click(await screen.findByRole('button', { name: 'Restore Northwind Design LLC' }));
  expect(await screen.findByRole('navigation', { name: 'Main' })).toBeInTheDocument();
  expect(document.body.innerHTML).not.toContain('secret-token');
});

it('sends a copy of the demo to the demo, and asks for no token', async () => {
  const platform = new FakePlatform({ state: 'welcome' });
  platform.facts = {
    ...platform.facts,
    account: { name: 'Demo', environment: 'demo', merchantNo: '202333', storeNo: '301854' },
  };
  const { user } = await renderAppOn(platform);
  await user.click(await screen.findByRole('button', { name: 'Restore from a copy' }));
  await user.click(screen.getByRole('button', { name: 'Choose' }));
  await user.type(screen.getByLabelText('Recovery key'), `${RECOVERY_KEY}{Enter}`);
  expect(await screen.findByText('This is a copy of the demo')).toBeInTheDocument();
  expect(screen.queryByLabelText('API token')).toBeNull();
  expect(screen.queryByRole('button', { name: /^Restore / })).toBeNull();
});

it('begins in the recovery key’s field', async () => {
  const { user } = await renderApp(trouble('ledger_key_missing'));
  await user.click(await screen.findByRole('button', { name: 'Enter the recovery key' }));
  const field = screen.getByLabelText('Recovery key');
  expect(field).toHaveFocus();
  await user.keyboard(`${RECOVERY_KEY}{Enter}`);
  expect(await screen.findByRole('navigation', { name: 'Main' })).toBeInTheDocument();
});
