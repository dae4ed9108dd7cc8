import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { spoken } from '$lib/i18n';
import type { Notification, NotificationQuery } from '$lib/platform';
import { connectedRelay, failure, FakePlatform, liveProfile, NOW } from '$lib/platform/fake';
import { router } from '../../app/router.svelte';
import { assertNoBarriers } from '../../../tests/barriers';
import { layOutLists } from '../../../tests/list-layout';
import { renderApp, renderAppOn } from '../../../tests/render-app';
import { activityView } from './activity-view.svelte';

layOutLists();

afterEach(() => {
  spoken.prefer('en');
  activityView.showAll();
  activityView.activeId = null;
});

const ACTIVITY = '#/activity';
const relayed = { relay: connectedRelay, inUse: 'relay' } as const;
const begin = { profile: liveProfile, notifications: 10, wayIn: relayed };
const table = () => screen.findByRole('grid', { name: 'What Pockyt reported' });

function asked(platform: FakePlatform): NotificationQuery {
  const call = platform.calls.findLast(({ command }) => command === 'listNotifications');
  return call?.args[0] as NotificationQuery;
}

/** The cells of the row that tells this, as text. */
async function row(text: string): Promise<string> {
  const cell = await within(await table()).findByText(text);
  return cell.closest('[role=row]')?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
}

it('lists what came, what became of it, and how Remit learnt of it', async () => {
  await renderApp(begin, ACTIVITY);
  const rows = within(await table());
  expect(rows.getAllByRole('columnheader').map((cell) => cell.textContent?.trim())).toEqual([
    'When',
    'Payout',
    'Verdict',
    'Learnt',
    'Effect',
  ]);
  expect(await row('INV-1042')).toMatch(/Ana Ruiz.*Applied.*Directly.*Processing Paid/);
  expect(await row('INV-1043')).toMatch(/Known already.*Came again 7 times.*By relay.*No effect/);
  expect(await row('INV-1044')).toMatch(/Answer.*Asked by Remit.*Processing Paid/);
  for (const verdict of [
    'Forged',
    'Mismatch',
    'No such payout',
    'Out of order',
    'Unknown word',
    'Cannot be opened',
  ]) {
    expect(await row(verdict)).toMatch(/No effect$/);
  }
  expect(screen.getByText('10 entries')).toBeInTheDocument();
  await assertNoBarriers();
});

it('is reached from the side bar', async () => {
  const { user } = await renderApp(begin, '#/payees');
  await user.click(await screen.findByRole('link', { name: 'Activity' }));
  expect(router.route).toEqual({ name: 'activity' });
  expect(screen.getByRole('link', { name: 'Activity' })).toHaveAttribute('aria-current', 'page');
});

it.each([
  [182, 7, 0, 'relay', /Notifications get through\./],
  [182, 7, 3, 'relay', /Some notifications do not get through/],
  [0, 7, 3, 'relay', /No notification gets through/],
  [0, 1, 0, 'relay', /So far Remit learnt by asking/],
  [0, 0, 0, 'relay', /No outcome in the last 30 days/],
  [0, 0, 0, 'none', /learns by asking alone/],
] as const)(
  'says of %d told, %d asked and %d repaired by way of %s what that means',
  async (notified, askedFirst, repaired, inUse, meaning) => {
    const learnt = { notified, askedFirst, repaired, since: NOW };
    await renderApp({ ...begin, wayIn: { ...relayed, inUse, learnt } }, ACTIVITY);
    expect(await screen.findByText(meaning)).toBeInTheDocument();
    const figure = document.querySelector('dl')?.textContent ?? '';
    if (notified + askedFirst + repaired === 0) expect(figure).toBe('');
    else {
      const counts = `${notified}.*${askedFirst}.*because no notification came.*${repaired}`;
      expect(figure.replace(/\s+/g, ' ')).toMatch(new RegExp(counts));
    }
  },
);

it('filters by several verdicts and ways at once', async () => {
  const { user, platform } = await renderApp(begin, ACTIVITY);
  await table();
  await user.click(screen.getByRole('button', { name: 'Verdict: Any verdict' }));
  await user.click(await screen.findByRole('menuitemcheckbox', { name: 'Forged' }));
  await user.click(screen.getByRole('menuitemcheckbox', { name: 'Mismatch' }));
  await user.keyboard('{Escape}');
  await waitFor(() => expect(asked(platform).verdicts).toEqual(['forged', 'mismatched']));
  await user.click(screen.getByRole('button', { name: 'Learnt: Any way' }));
  await user.click(await screen.findByRole('menuitemcheckbox', { name: 'By relay' }));
  await user.keyboard('{Escape}');
  await waitFor(() => expect(asked(platform).sources).toEqual(['relay']));
  expect(await screen.findByText('Nothing fits this filter')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Verdict: 2 verdicts' })).toBeInTheDocument();
  await user.click(screen.getAllByRole('button', { name: 'Clear filters' })[0]!);
  await waitFor(() => expect(asked(platform)).toMatchObject({ verdicts: [], sources: [] }));
  expect(await table()).toBeInTheDocument();
});

it('searches once typing rests', async () => {
  const { user, platform } = await renderApp(begin, ACTIVITY);
  await table();
  await user.type(screen.getByRole('textbox', { name: 'Invoice ID or payee' }), '1045');
  await waitFor(() => expect(asked(platform).search).toBe('1045'));
  expect(await screen.findByText('1 entry')).toBeInTheDocument();
});

it('explains one of them, with what came and a way to copy it', async () => {
  const { user } = await renderApp(begin, ACTIVITY);
  const write = vi.spyOn(navigator.clipboard, 'writeText');
  await user.click(await within(await table()).findByText('Mismatch'));
  const dialog = within(await screen.findByRole('dialog', { name: 'Notification' }));
  expect(dialog.getByText(/a number in it is not this payout’s/)).toBeInTheDocument();
  expect(dialog.getByText(/did not change the payout, and asks Pockyt/)).toBeInTheDocument();
  expect(dialog.getByRole('link', { name: /to .*/ })).toHaveAttribute('href', '#/payouts/payout-6');
  expect(await dialog.findByText(/verifySign=0cc4979f/)).toBeInTheDocument();
  await assertNoBarriers();
  await user.click(dialog.getByRole('button', { name: 'Copy What it said' }));
  expect(write.mock.calls[0]?.[0]).toContain('invoiceId=INV-1047');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(router.route.name).toBe('activity');
});

it('opens by keyboard, and tells of an answer that it was asked for', async () => {
  const { user } = await renderApp(begin, ACTIVITY);
  (await table()).focus();
  await user.keyboard('{Home}jj{Enter}');
  const dialog = within(await screen.findByRole('dialog', { name: 'Answer from Pockyt' }));
  expect(dialog.getByText('Asked by Remit')).toBeInTheDocument();
  expect(dialog.getByText(/did not have to wait for a notification/)).toBeInTheDocument();
});

it('says in its place when what came cannot be read, and reads it again', async () => {
  const platform = new FakePlatform(begin);
  platform.failNext('notificationText', failure('ledger_failed', { retry: true }));
  const { user } = await renderAppOn(platform, ACTIVITY);
  await user.click(await within(await table()).findByText('Forged'));
  const dialog = within(await screen.findByRole('dialog'));
  expect(await dialog.findByRole('alert')).toHaveTextContent('could not be written or read');
  await user.click(dialog.getByRole('button', { name: 'Try again' }));
  expect(await dialog.findByText(/verifySign/)).toBeInTheDocument();
});

it('shows what arrives, and what it changes in the open detail', async () => {
  const { user, platform } = await renderApp({ ...begin, notifications: 1 }, ACTIVITY);
  await row('INV-1042');
  const [first] = platform.notifications as [Notification];
  platform.arrive({ ...first, id: 'new', verdict: 'out_of_order', from: null, to: null });
  expect(await row('Out of order')).toMatch(/INV-1042/);
  await user.click(screen.getByText('Out of order'));
  const dialog = within(await screen.findByRole('dialog'));
  platform.notifications = platform.notifications.map((one) =>
    one.id === 'new' ? { ...one, again: 2, againAt: NOW } : one,
  );
  platform.emit('notificationArrived', { payoutId: first.payoutId, verdict: 'out_of_order' });
  expect(await dialog.findByText(/^2 times, last Nov 20, 2026/)).toBeInTheDocument();
});

it('follows payouts and the figure, too', async () => {
  const { platform } = await renderApp(begin, ACTIVITY);
  await table();
  const before = platform.calls.length;
  platform.emit('payoutChanged', { id: 'payout-1', state: 'paid' });
  await waitFor(() => {
    const since = platform.calls.slice(before).map(({ command }) => command);
    expect(since).toEqual(expect.arrayContaining(['listNotifications', 'wayIn']));
  });
});

it('reads page by page', async () => {
  const { user, platform } = await renderApp({ ...begin, notifications: 250 }, ACTIVITY);
  (await table()).focus();
  await user.keyboard('{End}');
  await waitFor(() => expect(asked(platform).cursor).toBe('100'));
});

it('says what will be here while nothing is', async () => {
  await renderApp({ ...begin, notifications: 0 }, ACTIVITY);
  expect(await screen.findByText('Nothing yet')).toBeInTheDocument();
  expect(screen.queryByRole('textbox')).toBeNull();
  await assertNoBarriers();
});

it('says when the list cannot be read, and asks again', async () => {
  const platform = new FakePlatform(begin);
  platform.failNext('listNotifications', failure('ledger_failed', { retry: true }));
  const { user } = await renderAppOn(platform, ACTIVITY);
  expect(await screen.findByRole('alert')).toHaveTextContent('could not be written or read');
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await table()).toBeInTheDocument();
});

it('speaks Chinese', async () => {
  await renderApp({ ...begin, preferences: { theme: 'dark', language: 'zh-CN' } }, ACTIVITY);
  expect(await screen.findByRole('heading', { name: '通知记录' })).toBeInTheDocument();
  expect(await screen.findByText('与付款不符')).toBeInTheDocument();
  expect(screen.getByText('共 10 条记录')).toBeInTheDocument();
});
