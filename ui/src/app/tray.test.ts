import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { spoken } from '$lib/i18n';
import { FakePlatform } from '$lib/platform/fake';
import type { TrayWords } from '$lib/platform';
import { renderAppOn } from '../../tests/render-app';

afterEach(() => spoken.prefer('en'));

/** What the sign in the tray said last. */
function said(platform: FakePlatform): TrayWords | undefined {
  const calls = platform.calls.filter(({ command }) => command === 'showTray');
  return calls.at(-1)?.args[0] as TrayWords | undefined;
}

it('says what is being sent, in the language of the window', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  await renderAppOn(platform, '#/settings');
  await waitFor(() => expect(said(platform)?.status).toBe('1 payout is being sent'));
  expect(said(platform)?.stays?.body).toContain('ends when everything is sent');
  await spoken.prefer('zh-CN');
  await waitFor(() => expect(said(platform)?.quit).toBe('退出 Remit'));
  expect(said(platform)?.status).toBe('正在发送 1 笔付款');
});

it('closing the window does what the owner chose', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  const { user } = await renderAppOn(platform, '#/settings');
  const choice = await screen.findByLabelText('When the window is closed');
  await user.selectOptions(choice, 'never');
  await waitFor(() => expect(said(platform)?.stays).toBeNull());
  await user.selectOptions(choice, 'always');
  await waitFor(() => expect(said(platform)?.stays?.body).toContain('or to quit it'));
});

it('stays while people of a file are to be invited, and government IDs are in memory', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  platform.turn({ underWay: 0, waiting: 0 });
  const { user } = await renderAppOn(platform, '#/settings');
  await waitFor(() => expect(said(platform)?.status).toBe('Nothing is being sent'));
  expect(said(platform)?.stays).toBeNull();
  const { id } = await platform.openRoster('/people.csv', 'en');
  await platform.inviteRoster(id);
  platform.emit('rosterChanged', { id });
  await waitFor(() => expect(said(platform)?.status).toBe('1 person is being invited'));
  expect(said(platform)?.stays?.body).toContain('ends when everything is sent');

  platform.idsKept = 1;
  await user.selectOptions(await screen.findByLabelText('When the window is closed'), 'never');
  platform.emit('rosterChanged', { id });
  await waitFor(() => expect(said(platform)?.stays?.body).toContain('Government IDs'));
  platform.idsKept = 0;
  platform.inviteQueued(id);
  await waitFor(() => expect(said(platform)?.stays).toBeNull());
});

it('asks before an account is left that is at work', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  platform.idsKept = 2;
  const { user } = await renderAppOn(platform, '#/settings');
  const switched = () => platform.calls.filter(({ command }) => command === 'switchProfile');
  const other = async () =>
    (await screen.findAllByRole('button', { name: /^Switch (?!profile)/ }))[0];
  await user.click((await other()) as HTMLElement);
  expect(await screen.findByText(/2 government IDs of people/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Stay' }));
  await waitFor(() => expect(screen.queryByText(/2 government IDs/)).not.toBeInTheDocument());
  expect(switched()).toHaveLength(0);
  await user.click((await other()) as HTMLElement);
  await user.click(await screen.findByRole('button', { name: 'Leave the account' }));
  await waitFor(() => expect(switched()).toHaveLength(1));
});

it('says that what is scheduled goes by itself only in time', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  const { user } = await renderAppOn(platform, '#/settings');
  const late = /only within an hour of its time/;
  const leaves = async () => {
    const [other] = await screen.findAllByRole('button', { name: /^Switch (?!profile)/ });
    await user.click(other as HTMLElement);
    await screen.findByText(/when you come back to this account/);
  };
  const stays = () => user.click(screen.getByRole('button', { name: 'Stay' }));
  platform.idsKept = 1;
  await leaves();
  expect(screen.queryByText(late)).not.toBeInTheDocument();
  await stays();
  platform.daysGoing = 1;
  await leaves();
  expect(screen.getByText(late)).toBeInTheDocument();
  await stays();
  platform.emit('engineChanged', null);
  await waitFor(() => expect(said(platform)?.asks).toBe(true));
  platform.emit('closeAsked', null);
  expect(await screen.findByText(late)).toBeInTheDocument();
});

it('asks before it closes while a run is soon to go out', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  platform.turn({ underWay: 0, waiting: 0 });
  const HOUR_MS = 3_600_000;
  platform.nextRunAt = new Date(Date.now() + 48 * HOUR_MS).toISOString();
  await renderAppOn(platform, '#/settings');
  await waitFor(() => expect(said(platform)?.asks).toBe(false));
  expect(said(platform)?.stays).toBeNull();
  platform.nextRunAt = new Date(Date.now() + HOUR_MS).toISOString();
  platform.emit('engineChanged', null);
  await waitFor(() => expect(said(platform)?.asks).toBe(true));
  expect(said(platform)?.stays).not.toBeNull();
  expect(said(platform)?.status).toMatch(/^A run goes out on/);
  platform.emit('closeAsked', null);
  expect(await screen.findByText(/^A run goes out on/)).toBeVisible();
  expect(screen.getByText(/later, it asks you first/)).toBeVisible();
});

it('asks before it closes while a schedule is soon to pay by itself, the first moment of all', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  platform.turn({ underWay: 0, waiting: 0 });
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  platform.nextRunAt = inHours(48);
  platform.nextDayAt = inHours(3);
  await renderAppOn(platform, '#/settings');
  await waitFor(() => expect(said(platform)?.asks).toBe(true));
  platform.nextDayAt = inHours(30);
  platform.emit('engineChanged', null);
  await waitFor(() => expect(said(platform)?.asks).toBe(false));
});

it('asks before it closes where no tray is, stays or goes, and asks nobody once the account is left', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  const { user, unmount } = await renderAppOn(platform, '#/settings');
  await waitFor(() => expect(said(platform)?.asks).toBe(true));
  const quits = () => platform.calls.filter(({ command }) => command === 'quit').length;
  const shows = () => platform.calls.filter(({ command }) => command === 'showTray').length;
  platform.emit('closeAsked', null);
  expect(await screen.findByText(/Nothing is lost: it carries on/)).toBeInTheDocument();
  const before = shows();
  await user.click(screen.getByRole('button', { name: 'Stay' }));
  // The backend asks anew the next time.
  await waitFor(() => expect(shows()).toBe(before + 1));
  expect(quits()).toBe(0);

  platform.emit('closeAsked', null);
  await screen.findByText(/Nothing is lost: it carries on/);
  platform.turn({ underWay: 0, waiting: 0 });
  platform.emit('engineChanged', null);
  expect(await screen.findByText('Everything has been sent')).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Quit Remit' }));
  await waitFor(() => expect(quits()).toBe(1));

  platform.turn({ underWay: 1 });
  platform.emit('engineChanged', null);
  await waitFor(() => expect(said(platform)?.asks).toBe(true));
  unmount();
  await waitFor(() => expect(said(platform)?.asks).toBe(false));
});
