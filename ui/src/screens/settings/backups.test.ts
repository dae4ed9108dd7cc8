import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import {
  demoProfile,
  failure,
  FakePlatform,
  liveProfile,
  NOW,
  RECOVERY_KEY,
} from '$lib/platform/fake';
import { spoken } from '$lib/i18n';
import { assertNoBarriers } from '../../../tests/barriers';
import { renderApp, renderAppOn } from '../../../tests/render-app';

afterEach(async () => {
  vi.restoreAllMocks();
  await spoken.prefer('en');
});

const live = { profile: liveProfile };
const settings = '#/settings';

it('tells when the last copy was made, and lists the copies', async () => {
  const { user } = await renderApp(live, settings);
  expect(await screen.findByText(/^Last copy made and verified Nov 20, 2026/)).toBeInTheDocument();
  const copies = within(screen.getByRole('list', { name: 'Copies' }));
  expect(copies.getAllByRole('listitem')).toHaveLength(5);
  expect(copies.getByText('By hand')).toBeInTheDocument();
  expect(copies.getAllByText('4.7 MB')).toHaveLength(5);
  await user.click(screen.getByRole('button', { name: 'Show 2 more' }));
  expect(copies.getAllByRole('listitem')).toHaveLength(7);
  await assertNoBarriers();
});

it('backs up now and says what the copy holds', async () => {
  const { user } = await renderApp(live, settings);
  await user.click(await screen.findByRole('button', { name: 'Back up now' }));
  expect(
    await screen.findByText('Copied and verified: 38 payees, 1,204 payouts, 12,398 events.'),
  ).toBeInTheDocument();
});

it('says how many payouts would be lost with the records, until they are copied', async () => {
  const { user } = await renderApp(live, settings);
  expect(await screen.findByText('3 payouts are in no copy yet.')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Back up now' }));
  await waitFor(() => expect(screen.queryByText(/in no copy yet/)).toBeNull());
});

it('takes no copies of other records for its own', async () => {
  await renderApp({ ...live, backups: { lastAt: null } }, settings);
  expect(await screen.findByText('No copy has been made yet.')).toBeVisible();
  expect(screen.getByRole('list', { name: 'Copies' })).toBeVisible();
});

it('says why no copy could be made', async () => {
  const platform = new FakePlatform(live);
  platform.failNext('backUpNow', failure('backup_failed'));
  const { user } = await renderAppOn(platform, settings);
  await user.click(await screen.findByRole('button', { name: 'Back up now' }));
  expect(await screen.findByRole('alert')).toHaveTextContent(/Your records are unharmed/);
});

it('tells the trouble of the last automatic copy once', async () => {
  const trouble = failure('backup_folder_unusable');
  await renderApp({ ...live, backups: { trouble } }, settings);
  await screen.findByText('The last automatic copy failed');
  expect(screen.getAllByText(/Copies cannot be kept in this folder/)).toHaveLength(1);
});

it('turns daily copies off, and says so', async () => {
  const { user, platform } = await renderApp(live, settings);
  await user.click(await screen.findByLabelText('Make a copy every day'));
  expect(await screen.findByText('Daily copies are off')).toBeInTheDocument();
  expect(platform.calls.findLast(({ command }) => command === 'setBackupOptions')?.args).toEqual([
    { folder: null, automatic: false },
  ]);
});

it('leaves the box as it was when the backend refuses', async () => {
  const platform = new FakePlatform(live);
  platform.failNext('setBackupOptions', failure('disk_full'));
  const { user } = await renderAppOn(platform, settings);
  const box = await screen.findByLabelText('Make a copy every day');
  await user.click(box);
  await screen.findByText('The disk is full');
  await waitFor(() => expect(box).toBeChecked());
});

it('takes another folder, typed or chosen, once it has been checked', async () => {
  const platform = new FakePlatform(live);
  platform.failNext('setBackupOptions', failure('backup_folder_unusable', { field: 'folder' }));
  const { user } = await renderAppOn(platform, settings);
  await user.click(await screen.findByRole('button', { name: 'Choose' }));
  const field = screen.getByLabelText('Folder for copies');
  await waitFor(() => expect(field).toHaveValue('/media/owner/Safe/Remit'));
  await user.click(screen.getByRole('button', { name: 'Use this folder' }));
  await waitFor(() => expect(field).toHaveAccessibleDescription(/Choose a folder that exists/));
  await user.click(screen.getByRole('button', { name: 'Use this folder' }));
  await user.click(await screen.findByRole('button', { name: 'Use Remit’s own folder' }));
  await waitFor(() => expect(platform.backups.folderIsDefault).toBe(true));
});

it('says that its own folder is on the same disk, and that another has no copy yet', async () => {
  const { user, platform } = await renderApp(live, settings);
  const warned = 'These copies are on the same disk as your records';
  expect(await screen.findByText(warned)).toBeInTheDocument();
  platform.backups = { ...platform.backups, backups: [], lastAt: null };
  await user.click(screen.getByRole('button', { name: 'Choose' }));
  await user.click(await screen.findByRole('button', { name: 'Use this folder' }));
  expect(await screen.findByText('No copy in this folder yet.')).toBeInTheDocument();
  expect(screen.queryByText(warned)).toBeNull();
  await user.click(await screen.findByRole('button', { name: 'Use Remit’s own folder' }));
  expect(await screen.findByText(warned)).toBeInTheDocument();
});

it('says that no copy was ever made', async () => {
  await renderApp({ ...live, backups: { backups: [], lastAt: null } }, settings);
  expect(await screen.findByText('No copy has been made yet.')).toBeInTheDocument();
});

it('copies nothing of a demo that ends with the window', async () => {
  await renderApp({ profile: { ...demoProfile, keeps: false } }, settings);
  expect(await screen.findByText(/The demo’s records are made up/)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Back up now' })).toBeNull();
  expect(screen.queryByRole('heading', { name: 'Recovery key' })).toBeNull();
});

it('asks for the recovery key until it is saved, and shows it in 14 groups', async () => {
  const unsaved = { ...live, backups: { recoveryKeySavedAt: null } };
  const { user } = await renderApp(unsaved, settings);
  const asked = 'The recovery key has not been saved yet';
  expect(await screen.findByText(asked)).toBeInTheDocument();
  await user.click(await screen.findByRole('button', { name: 'Save the recovery key' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Your recovery key' }));
  await waitFor(() => expect(dialog.getAllByRole('listitem')).toHaveLength(14));
  await assertNoBarriers();
  const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  await user.click(dialog.getByRole('button', { name: 'Copy it for a password manager' }));
  expect(copied).toHaveBeenCalledWith(RECOVERY_KEY);
  expect(await dialog.findByRole('button', { name: 'Copied' })).toBeInTheDocument();
  await user.click(dialog.getByRole('button', { name: 'I have saved it' }));
  expect(document.body.innerHTML).not.toContain('7K3M');

  const field = await dialog.findByLabelText('Last two groups');
  expect(field).toHaveFocus();
  await user.type(field, '0000 0000{Enter}');
  await waitFor(() => expect(field).toHaveAccessibleDescription(/not its last two groups/));
  await user.clear(field);
  await user.type(field, 'pvnr-d5cj{Enter}');
  expect(await screen.findByText(/^Saved on Nov 20, 2026/)).toBeInTheDocument();
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.queryByText(asked)).toBeNull();
});

it('keeps the key no longer than its dialog', async () => {
  const { user, platform } = await renderApp(live, settings);
  await user.click(await screen.findByRole('button', { name: 'Show it again' }));
  await screen.findByText('D5CJ');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(document.body.innerHTML).not.toContain('D5CJ');
  await user.click(screen.getByRole('button', { name: 'Show it again' }));
  await screen.findByText('D5CJ');
  const asked = platform.calls.filter(({ command }) => command === 'newRecoveryKey');
  expect(asked).toHaveLength(2);
  expect(RECOVERY_KEY).toContain('D5CJ');
});

it('verifies the history', async () => {
  const { user } = await renderApp(live, settings);
  await user.click(await screen.findByRole('button', { name: 'Verify history' }));
  const found = await screen.findByText('Nothing in your history was changed.');
  expect(found).toHaveClass('title');
  expect(
    screen.getByText('All 12,431 events fit; the newest is the one your keychain remembers.'),
  ).toBeInTheDocument();
});

it('names the first event that does not fit, and leads to its payout', async () => {
  const history = {
    firstBad: {
      seq: 8113,
      at: NOW,
      kind: 'answered',
      payoutId: 'payout-2',
      payeeId: null,
      run: null,
    } as const,
    trouble: failure('history_altered'),
  };
  const { user } = await renderApp({ ...live, history }, settings);
  await user.click(await screen.findByRole('button', { name: 'Verify history' }));
  const found = within(await screen.findByRole('alert'));
  expect(found.getByText('Event 8,113 is not as it was written.')).toBeInTheDocument();
  expect(found.getByText(/^It says: Pockyt answered, Nov 20/)).toBeInTheDocument();
  expect(found.getByText(/put back a copy from before the change/)).toBeInTheDocument();
  expect(found.getByRole('link')).toHaveAttribute('href', '#/payouts/payout-2');
});

it.each(['none', 'behind', 'unreadable', 'missing_events', 'differs'] as const)(
  'has words for a keychain that says %s, in both languages',
  async (keychain) => {
    const { user } = await renderApp({ ...live, history: { keychain } }, settings);
    await user.click(await screen.findByRole('button', { name: 'Verify history' }));
    expect(await screen.findByText(/^All 12,431 events fit/)).toBeInTheDocument();
    await spoken.prefer('zh-CN');
    expect(await screen.findByText(/^全部 12,431 条事件都吻合/)).toBeInTheDocument();
  },
);

it('speaks of no keychain in the demo, which needs none', async () => {
  const { user } = await renderApp({ history: { keychain: 'matches' } }, settings);
  await user.click(await screen.findByRole('button', { name: 'Verify history' }));
  expect(await screen.findByText(/^All 12,431 events fit/)).not.toHaveTextContent(/keychain/);
});

it('keeps limits within their bounds', async () => {
  const { user, platform } = await renderApp(live, settings);
  await screen.findByText(/^Last copy made/);
  const field = await screen.findByLabelText('Payouts at once');
  await user.clear(field);
  await user.type(field, '65{Enter}');
  expect(field).toHaveAccessibleDescription('Write a whole number from 1 to 64.');
  expect(platform.calls.map(({ command }) => command)).not.toContain('setLimits');
  await user.clear(field);
  await user.type(field, '16');
  await user.click(screen.getByRole('button', { name: 'Save limits' }));
  await screen.findByText('Limits saved');
  expect(platform.engine.limits).toEqual({ inFlight: 16, perMinute: 120 });
  expect(screen.queryByRole('button', { name: 'Save limits' })).toBeNull();
});
