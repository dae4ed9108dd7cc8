import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { router } from '../../app/router.svelte';
import { failure, FakePlatform } from '$lib/platform/fake';
import type { PayoutPage, PayoutQuery } from '$lib/platform';
import { layOutLists } from '../../../tests/list-layout';
import { renderApp, renderAppOn } from '../../../tests/render-app';
import { payoutsView } from './payouts-view.svelte';

layOutLists();

afterEach(() => {
  vi.restoreAllMocks();
  payoutsView.showAll();
  payoutsView.sort = 'newest';
});

const LIST = '#/payouts';
const table = () => screen.findByRole('grid', { name: 'Payouts' });

/** What the list asked; the shell asks too, for what is on its way. */
function asked(platform: FakePlatform): PayoutQuery[] {
  return platform.calls
    .filter((call) => call.command === 'listPayouts')
    .map((call) => call.args[0] as PayoutQuery)
    .filter(({ states }) => !states.includes('sending'));
}

it('lists payouts with the sum of all of them', async () => {
  await renderApp({ payouts: 3 }, LIST);
  const rows = within(await table());
  expect(rows.getAllByRole('columnheader').map((cell) => cell.textContent?.trim())).toEqual([
    '',
    'Date',
    'Payee',
    'Account',
    'Invoice ID',
    'State',
    'Amount',
  ]);
  expect(screen.getByText('3 payouts')).toBeInTheDocument();
  const sums = screen.getByRole('list', { name: 'Paid or on its way' });
  expect(sums).toHaveTextContent('USD 1,851.75');
});

it('shows the time of what is of today, the day of all else, and both when pointed at', async () => {
  const platform = new FakePlatform({ payouts: 2 });
  const at = new Date(new Date().setHours(14, 5, 0, 0));
  Object.assign(platform.payouts[0]!, { createdAt: at.toISOString() });
  Object.assign(platform.payouts[1]!, { createdAt: '2025-03-04T12:00:00Z' });
  const { user } = await renderAppOn(platform, LIST);
  const list = within(await table());
  const today = await list.findByText('Today 2:05 PM');
  expect(list.getByText('Mar 4, 2025')).toBeInTheDocument();
  await user.hover(today);
  const full = new RegExp(`${at.getFullYear()}.*2:05:00`);
  await waitFor(() => expect(screen.getByRole('tooltip')).toHaveTextContent(full));
});

it('shows one sum a currency and never adds them', async () => {
  const platform = new FakePlatform({ payouts: 2 });
  const list = platform.listPayouts.bind(platform);
  vi.spyOn(platform, 'listPayouts').mockImplementation(async (query): Promise<PayoutPage> => ({
    ...(await list(query)),
    sums: [
      { amount: '10.00', currency: 'USD' },
      { amount: '500', currency: 'JPY' },
    ],
  }));
  await renderAppOn(platform, LIST);
  await table();
  const sums = within(screen.getByRole('list', { name: 'Paid or on its way' }));
  expect(sums.getAllByRole('listitem').map((item) => item.textContent?.trim())).toEqual([
    'USD 10.00',
    'JPY 500',
  ]);
});

it('adds up without a filter what was paid or is on its way, with one all it shows', async () => {
  const { user, platform } = await renderApp({ payouts: 3 }, LIST);
  const [first] = platform.payouts;
  if (first) first.state = 'failed';
  platform.emit('payoutChanged', { id: first?.id ?? '', state: 'failed' });
  const onTheWay = await screen.findByRole('list', { name: 'Paid or on its way' });
  await waitFor(() => expect(onTheWay).not.toHaveTextContent('1,851.75'));
  await user.click(screen.getByRole('button', { name: 'State: Any state' }));
  await user.click(await screen.findByRole('menuitemcheckbox', { name: 'Failed' }));
  await user.keyboard('{Escape}');
  const all = await screen.findByRole('list', { name: 'Total of these payouts' });
  await waitFor(() => expect(all).toHaveTextContent(first?.amount.amount ?? '?'));
  expect(screen.queryByText('Paid or on its way')).toBeNull();
});

it('filters by several states at once, and the summary follows', async () => {
  const { user, platform } = await renderApp({ payouts: 20 }, LIST);
  await table();
  await user.click(screen.getByRole('button', { name: 'State: Any state' }));
  await user.click(await screen.findByRole('menuitemcheckbox', { name: 'Failed' }));
  await user.click(screen.getByRole('menuitemcheckbox', { name: 'Returned' }));
  await waitFor(() => expect(asked(platform).at(-1)?.states).toEqual(['failed', 'returned']));
  expect(await screen.findByText('4 payouts')).toBeInTheDocument();
  await user.keyboard('{Escape}');
  expect(screen.getByRole('button', { name: 'State: 2 states' })).toBeInTheDocument();
});

it('searches once typing rests, and finds its way back from no result', async () => {
  const { user, platform } = await renderApp({}, LIST);
  await table();
  await user.type(screen.getByRole('textbox', { name: /Name, invoice/ }), 'nobody');
  expect(await screen.findByText('No payout fits this filter')).toBeInTheDocument();
  expect(asked(platform).at(-1)?.search).toBe('nobody');
  await user.click(screen.getAllByRole('button', { name: 'Clear filters' })[0] as HTMLElement);
  expect(await table()).toBeInTheDocument();
});

it('asks for the dates of a period', async () => {
  const { user, platform } = await renderApp({}, LIST);
  await table();
  await user.click(screen.getByRole('button', { name: 'Date: Any date' }));
  await user.click(await screen.findByRole('menuitem', { name: /Last month/ }));
  await waitFor(() => expect(asked(platform).at(-1)?.to).not.toBeNull());
  const { from, to } = asked(platform).at(-1) as PayoutQuery;
  expect(Date.parse(from as string)).toBeLessThan(Date.parse(to as string));
});

it('shows one payee’s payouts and every payee’s again', async () => {
  const { user, platform } = await renderApp({}, '#/payouts?payee=payee-1');
  const chip = await screen.findByRole('button', { name: 'Remove filter: Payee: Ana Ruiz' });
  expect(asked(platform).at(-1)?.payeeId).toBe('payee-1');
  await user.click(chip);
  await waitFor(() => expect(asked(platform).at(-1)?.payeeId).toBeNull());
  expect(router.route).toEqual({ name: 'payouts', payee: null });
});

it('sorts by amount', async () => {
  const { user, platform } = await renderApp({}, LIST);
  await table();
  await user.click(screen.getByRole('button', { name: 'Amount' }));
  await waitFor(() => expect(asked(platform).at(-1)?.sort).toBe('amount'));
  expect(screen.getByRole('columnheader', { name: 'Amount' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
});

it('follows the ledger in place, keeping the rows in view', async () => {
  const { platform } = await renderApp({ payouts: 5 }, LIST);
  const rows = await table();
  await waitFor(() => expect(rows).toHaveTextContent('Processing'));
  platform.settle('payout-1', 'paid');
  await waitFor(() => expect(rows).not.toHaveTextContent('Processing'));
  expect(rows).toBeInTheDocument();
});

it('invites to the first payout when there is none', async () => {
  await renderApp({ payouts: 0 }, LIST);
  expect(await screen.findByText('No payouts yet')).toBeInTheDocument();
  const main = within(screen.getByRole('main'));
  expect(main.getByRole('link', { name: 'New payout' })).toHaveAttribute('href', '#/pay');
});

it('says when the list cannot be read, and asks again', async () => {
  const platform = new FakePlatform();
  platform.failNext('listPayouts', failure('ledger_failed', { retry: true }));
  const { user } = await renderAppOn(platform, LIST);
  expect(await screen.findByRole('alert')).toHaveTextContent('could not be written or read');
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await table()).toBeInTheDocument();
  expect(screen.queryByRole('alert')).toBeNull();
});

it('shows those in some states when a link asks for it', async () => {
  const { platform } = await renderApp({}, '#/payouts?states=failed,nonsense,returned');
  expect(await screen.findByRole('row', { name: /INV-1046/ })).toBeInTheDocument();
  expect(asked(platform).at(-1)).toMatchObject({ states: ['failed', 'returned'] });
});

it('tells of what is scheduled, which is no payout yet, and leads there', async () => {
  const platform = new FakePlatform({ payouts: 0 });
  platform.addDraft([{ payee: 'payee1@example.com', amount: '10' }], {}, { name: 'For Nov' });
  const { review } = await platform.reviewRun('run-1');
  await platform.releaseRun('run-1', review, '2026-11-30T09:00:00Z');
  platform.addSchedule({ payments: 2 });
  const next = { date: '2026-11-28', at: '2026-11-28T08:00:00Z', paidOn: null };
  platform.addSchedule({ next });
  platform.addSchedule({ state: 'paused', next: null, payments: 7 });
  await renderAppOn(platform, LIST);
  expect(await screen.findByText('No payouts yet')).toBeInTheDocument();
  const scheduled = await screen.findByRole('link', {
    name: '3 payments are scheduled, the next for Nov 28, 2026',
  });
  expect(scheduled).toHaveAttribute('href', '#/schedules');
  const run = await screen.findByRole('link', {
    name: /^For Nov: 1 payout, USD 10\.00, on Nov 30, 2026/,
  });
  expect(run).toHaveAttribute('href', '#/runs/run-1');
  platform.runs[0]!.run.status = 'sending';
  platform.emit('runChanged', { id: 'run-1' });
  await waitFor(() => expect(screen.queryByRole('link', { name: /^For Nov/ })).toBeNull());
  for (const { schedule } of platform.schedules) schedule.next = null;
  platform.emit('scheduleChanged', { id: 'schedule-1' });
  await waitFor(() => expect(screen.queryByText(/payments? (is|are) scheduled/)).toBeNull());
});

it('says nothing of schedules in the list of one payee, whom they may not pay', async () => {
  const platform = new FakePlatform({ payouts: 3 });
  platform.addSchedule();
  await renderAppOn(platform, `${LIST}?payee=${platform.payees[0]!.id}`);
  await table();
  expect(screen.queryByText(/scheduled/)).toBeNull();
  expect(platform.calls.map(({ command }) => command)).not.toContain('listSchedules');
});
