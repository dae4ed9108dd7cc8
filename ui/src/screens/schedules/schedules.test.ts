import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { messages } from '$lib/components';
import { spoken } from '$lib/i18n';
import { failure, FakePlatform } from '$lib/platform/fake';
import type { FundingAccount, Schedule, ScheduleForm } from '$lib/platform';
import { assertNoBarriers } from '../../../tests/barriers';
import { layOutLists } from '../../../tests/list-layout';
import { renderAppOn } from '../../../tests/render-app';
import { router } from '../../app/router.svelte';
import { rhythmWords, weekdayOf } from './rhythm';

layOutLists();
Element.prototype.scrollIntoView = () => undefined;

afterEach(async () => {
  for (const { cause } of messages.shown) messages.dismiss(cause);
  await spoken.prefer('en');
});

const missed = ['2026-11-06', '2026-11-13', '2026-11-20'];

function calls(platform: FakePlatform, name: string) {
  return platform.calls.filter(({ command }) => command === name).map(({ args }) => args);
}

it('says how to begin while there is none', async () => {
  const { user } = await renderAppOn(new FakePlatform(), '#/schedules');
  expect(await screen.findByText('Nothing is repeated by the calendar yet')).toBeInTheDocument();
  await assertNoBarriers();
  await user.click(screen.getByRole('link', { name: 'Go to the runs' }));
  expect(router.route).toEqual({ name: 'runs' });
});

it('lists the released runs that go out on a day of their own', async () => {
  const platform = new FakePlatform();
  platform.addDraft([{ payee: 'payee1@example.com', amount: '10' }], {}, { name: 'For January' });
  const { review } = await platform.reviewRun('run-1');
  await platform.releaseRun('run-1', review, '2099-01-31T09:00:00Z');
  await renderAppOn(platform, '#/schedules');
  expect(await screen.findByRole('heading', { name: 'Released for a later day' })).toBeVisible();
  const run = screen.getByRole('link', { name: /^For January/ });
  expect(run).toHaveTextContent(/Goes out on Jan 31, 2099, .+ · 1 payout/);
  expect(run).toHaveTextContent('USD 10.00');
  expect(run).toHaveAttribute('href', '#/runs/run-1');
  await assertNoBarriers();
});

it('lists when each comes, what it pays and how it stands, beside the runs', async () => {
  const platform = new FakePlatform();
  platform.addSchedule();
  platform.addSchedule({ name: 'Cleaning', rhythm: { every: 'week', weekday: 5 }, missed });
  const { user } = await renderAppOn(platform, '#/runs');
  await user.click(await screen.findByRole('link', { name: 'Schedules' }));
  const rent = await screen.findByRole('row', { name: /Rent/ });
  expect(rent).toHaveTextContent('On day 1 of every month at 09:00');
  expect(rent).toHaveTextContent('Dec 1, 2026');
  expect(rent).toHaveTextContent('USD 900.00');
  expect(rent).toHaveTextContent('Active');
  expect(screen.getByRole('row', { name: /Cleaning/ })).toHaveTextContent('Asks you');
  expect(screen.getByRole('link', { name: 'Runs', current: 'page' })).toBeInTheDocument();
  await assertNoBarriers();
});

it('says that the next date asks where another has paid for its period', async () => {
  const platform = new FakePlatform();
  const next = { date: '2026-12-05', at: '2026-12-05T08:00:00Z', paidOn: '2026-12-01' };
  platform.addSchedule({ mode: 'release', next });
  await renderAppOn(platform, '#/schedules/schedule-1');
  const asks = await screen.findByText(/Next on Dec 5, 2026, as a draft that asks you/);
  expect(asks).toHaveTextContent('it already paid on Dec 1, 2026');
});

it('makes a schedule of a run once, however often the deed is pressed', async () => {
  const platform = new FakePlatform();
  platform.addDraft([{ payee: 'payee1@example.com', amount: '900.00' }]);
  const { user } = await renderAppOn(platform, '#/runs/run-1');
  await user.click(await screen.findByRole('button', { name: 'More' }));
  await user.click(await screen.findByRole('menuitem', { name: /Repeat this run/ }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Repeat by the calendar' }));
  const name = await dialog.findByRole('textbox', { name: 'Name' });
  await user.clear(name);
  const deed = dialog.getByRole('button', { name: 'Make the schedule' });
  await user.click(deed);
  expect(await dialog.findByText('Give it a name.')).toBeInTheDocument();
  expect(calls(platform, 'makeSchedule')).toHaveLength(0);
  await user.type(name, 'Rent');
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Day of the month' }), '5');
  const days = 'Next on Dec 5, 2026, Jan 5, 2027, and Feb 5, 2027';
  expect(dialog.getByText(days)).toBeInTheDocument();
  expect(dialog.getByText(/The next is .*-2026-12-05-1$/)).toBeInTheDocument();
  await user.selectOptions(dialog.getByRole('combobox', { name: 'How often' }), 'week');
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Day of the week' }), '5');
  await user.selectOptions(dialog.getByRole('combobox', { name: 'On that day' }), 'release');
  expect(dialog.getByText(/Only if nothing about it needs your decision/)).toBeInTheDocument();
  await assertNoBarriers();
  await user.dblClick(deed);
  await waitFor(() => expect(router.route.name).toBe('schedule'));
  const made = calls(platform, 'makeSchedule');
  expect(new Set(made.map(([id]) => id)).size).toBe(1);
  expect(made[0]?.[1]).toMatchObject({
    name: 'Rent',
    rhythm: { every: 'week', weekday: 5 },
    time: '09:00',
    zone: 'Europe/Berlin',
    mode: 'release',
    rows: [{ amount: { amount: '900.00', currency: 'USD' } }],
  });
  expect(await screen.findByRole('heading', { level: 1, name: 'Rent' })).toBeInTheDocument();
});

it('stays open until it is made, and leads to what was made', async () => {
  const platform = new FakePlatform();
  platform.addDraft([{ payee: 'payee1@example.com', amount: '900.00' }]);
  const { user } = await renderAppOn(platform, '#/runs/run-1');
  await user.click(await screen.findByRole('button', { name: 'More' }));
  await user.click(await screen.findByRole('menuitem', { name: /Repeat this run/ }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Repeat by the calendar' }));
  await dialog.findByRole('textbox', { name: 'Name' });
  let goOn: () => void = () => undefined;
  const waits = new Promise<void>((resolve) => (goOn = resolve));
  const make = platform.makeSchedule.bind(platform);
  vi.spyOn(platform, 'makeSchedule').mockImplementation(async (id, form) => {
    await waits;
    return make(id, form);
  });
  await user.click(dialog.getByRole('button', { name: 'Make the schedule' }));
  await user.click(dialog.getByRole('button', { name: 'Close' }));
  await user.click(dialog.getByRole('button', { name: 'Cancel' }));
  await user.keyboard('{Escape}');
  expect(screen.getByRole('dialog')).toBeInTheDocument();
  goOn();
  await waitFor(() => expect(router.route.name).toBe('schedule'));
  expect(screen.queryByRole('dialog')).toBeNull();
  const [[id] = []] = calls(platform, 'makeSchedule');
  expect(router.route).toEqual({ name: 'schedule', id });
});

it('repeats a single payout', async () => {
  const platform = new FakePlatform();
  const [payout] = platform.payouts;
  const { user } = await renderAppOn(platform, `#/payouts/${payout?.id}`);
  await user.click(await screen.findByRole('button', { name: 'Repeat on dates…' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(await dialog.findByRole('textbox', { name: 'Name' })).toHaveValue(payout?.payeeName);
  expect(calls(platform, 'proposeSchedule')).toEqual([[{ kind: 'payout', id: payout?.id }]]);
});

it('tells at its field what only the backend knows', async () => {
  const platform = new FakePlatform();
  platform.addSchedule();
  const { user } = await renderAppOn(platform, '#/schedules/schedule-1');
  await user.click(await screen.findByRole('button', { name: 'Change' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Change the schedule' }));
  platform.failNext('changeSchedule', failure('field_invalid', { field: 'prefix' }));
  await user.click(await dialog.findByRole('button', { name: 'Save' }));
  const prefix = dialog.getByRole('textbox', { name: 'Invoice IDs begin with' });
  await waitFor(() => expect(prefix).toBeInvalid());
  platform.failNext('changeSchedule', failure('disk_full'));
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  expect(await dialog.findByRole('alert')).toHaveTextContent('The disk is full');
  await user.clear(dialog.getByRole('textbox', { name: /^Amount to/ }));
  await user.type(dialog.getByRole('textbox', { name: /^Amount to/ }), '950');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const said = calls(platform, 'changeSchedule').at(-1)?.[1];
  expect(said).toMatchObject({ rows: [{ amount: { amount: '950.00' } }] });
});

/** The dialog that changes the first schedule. */
async function change(platform: FakePlatform) {
  const { user } = await renderAppOn(platform, '#/schedules/schedule-1');
  await user.click(await screen.findByRole('button', { name: 'Change' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Change the schedule' }));
  await dialog.findByRole('combobox', { name: 'Account' });
  return { user, dialog, save: () => user.click(dialog.getByRole('button', { name: 'Save' })) };
}

function rowsSaid(platform: FakePlatform) {
  const [, said] = calls(platform, 'changeSchedule').at(-1) as [string, ScheduleForm];
  return said.rows;
}

it('pays somebody else from now on, to their account', async () => {
  const platform = new FakePlatform();
  platform.addSchedule();
  const other = platform.payees.filter(({ status }) => status === 'active')[1];
  const { user, dialog, save } = await change(platform);
  await user.click(dialog.getByRole('combobox', { name: /Payee/ }));
  await user.click(
    await screen.findByRole('option', { name: new RegExp(other?.displayName ?? '') }),
  );
  const amount = `Amount to ${other?.displayName}`;
  expect(await dialog.findByRole('textbox', { name: amount })).toHaveValue('900.00');
  const account = await dialog.findByRole('combobox', { name: 'Account' });
  await waitFor(() => expect(account).toHaveDisplayValue(/^Bank account/));
  await assertNoBarriers();
  await save();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const token = account.getAttribute('value') ?? (account as HTMLSelectElement).value;
  expect(rowsSaid(platform)).toMatchObject([{ payeeId: other?.id, accountToken: token }]);
});

it('asks which of several accounts is meant, and pays in its currency', async () => {
  const platform = new FakePlatform();
  platform.addSchedule();
  const other = platform.payees.filter(({ status }) => status === 'active')[1];
  const [bank] = await platform.listFundingAccounts(other?.id ?? '');
  const euros = { ...bank, token: 'euros', label: 'SEPA', currency: 'EUR' } as FundingAccount;
  vi.spyOn(platform, 'listFundingAccounts').mockResolvedValue([bank as FundingAccount, euros]);
  const { user, dialog, save } = await change(platform);
  await user.click(dialog.getByRole('combobox', { name: /Payee/ }));
  await user.click(
    await screen.findByRole('option', { name: new RegExp(other?.displayName ?? '') }),
  );
  await dialog.findByText('Choose an account');
  await save();
  expect(await dialog.findByText('Choose where the money goes.')).toBeVisible();
  expect(calls(platform, 'changeSchedule')).toHaveLength(0);
  await user.selectOptions(dialog.getByRole('combobox', { name: 'Account' }), 'SEPA, EUR');
  await save();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(rowsSaid(platform)).toMatchObject([
    { accountToken: 'euros', amount: { amount: '900.00', currency: 'EUR' } },
  ]);
});

it('shows and changes every payment, however many there are', async () => {
  const platform = new FakePlatform();
  const kept = platform.addSchedule();
  const [row] = kept.rows;
  if (!row) throw new Error('it pays somebody');
  kept.rows = Array.from({ length: 150 }, (_, index) => ({ ...row, payeeName: `No. ${index}` }));
  const { user, dialog, save } = await change(platform);
  const list = dialog.getByRole('grid', { name: 'Payments' });
  expect(list).toHaveAttribute('aria-rowcount', '151');
  await user.type(dialog.getByRole('textbox', { name: 'Find a payee' }), 'No. 149');
  await user.click(await within(list).findByText('No. 149'));
  const amount = await dialog.findByRole('textbox', { name: 'Amount to No. 149' });
  await user.clear(amount);
  await user.clear(dialog.getByRole('textbox', { name: 'Find a payee' }));
  await user.click(await within(list).findByText('No. 0'));
  await save();
  // What is missing is shown, wherever it is.
  const missing = await dialog.findByRole('textbox', { name: 'Amount to No. 149' });
  expect(missing).toBeInvalid();
  expect(calls(platform, 'changeSchedule')).toHaveLength(0);
  await user.type(missing, '12');
  await save();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const said = rowsSaid(platform);
  expect(said).toHaveLength(150);
  expect(said[149]).toMatchObject({ amount: { amount: '12.00' } });
  const shown = await screen.findByRole('grid', { name: 'Payments' });
  expect(shown).toHaveAttribute('aria-rowcount', '151');
});

it('leaves out the payment that is shown', async () => {
  const platform = new FakePlatform();
  const kept = platform.addSchedule();
  const [row] = kept.rows;
  if (!row) throw new Error('it pays somebody');
  kept.rows = ['Ana', 'Bo'].map((payeeName) => ({ ...row, payeeName }));
  const { user, dialog, save } = await change(platform);
  await user.click(dialog.getByRole('button', { name: 'Leave out the payment to Ana' }));
  await dialog.findByRole('textbox', { name: 'Amount to Bo' });
  const last = dialog.getByRole('button', { name: 'Leave out the payment to Bo' });
  expect(last).toHaveAccessibleDescription(
    'A schedule needs at least one payment, and this is the last.',
  );
  await save();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(rowsSaid(platform)).toHaveLength(1);
});

it('asks about each missed date, and pays none by itself', async () => {
  const platform = new FakePlatform();
  platform.addSchedule({ rhythm: { every: 'week', weekday: 5 }, missed });
  const { user } = await renderAppOn(platform, '#/runs');
  expect(await screen.findByText('3 dates of “Rent” passed without a payment')).toBeInTheDocument();
  await user.click(screen.getByRole('link', { name: 'Answer' }));
  const draft = 'Make a draft for Friday, November 13, 2026';
  await user.click(await screen.findByRole('button', { name: draft }));
  await waitFor(() => expect(messages.shown[0]?.title).toBe('A draft is among the runs'));
  expect(calls(platform, 'draftMissed')).toEqual([['schedule-1', ['2026-11-13']]]);
  await assertNoBarriers();
  await user.click(await screen.findByRole('button', { name: 'Skip all' }));
  await waitFor(() => expect(screen.queryByText(/passed without a payment/)).toBeNull());
  expect(calls(platform, 'skipMissed')).toEqual([['schedule-1', ['2026-11-06', '2026-11-20']]]);
  expect(calls(platform, 'releaseRun')).toHaveLength(0);
  expect(screen.getByRole('link', { name: 'Draft' })).toHaveAttribute('href', '#/runs/run-1');
});

it('never says that nothing was paid of what a lost ledger may have paid', async () => {
  const platform = new FakePlatform();
  platform.addSchedule({ missed, mayBePaid: missed.slice(0, 1) });
  await renderAppOn(platform, '#/schedules/schedule-1');
  expect(await screen.findByText('3 dates of “Rent” may have been paid already')).toBeVisible();
  expect(screen.getByText(/check with Pockyt before you pay them again/)).toBeVisible();
  expect(screen.queryByText(/Nothing was paid/)).toBeNull();
  router.go({ name: 'overview' });
  const asks = await screen.findByRole('link', { name: /may have been paid already/ });
  expect(asks).not.toHaveTextContent('Nothing was paid');
});

it('pauses, goes on and ends', async () => {
  const platform = new FakePlatform();
  platform.addSchedule();
  const { user } = await renderAppOn(platform, '#/schedules/schedule-1');
  await user.click(await screen.findByRole('button', { name: 'Pause' }));
  await user.click(await screen.findByRole('button', { name: 'Resume' }));
  await screen.findByRole('button', { name: 'Pause' });
  await user.click(screen.getByRole('button', { name: 'More about this schedule' }));
  await user.click(await screen.findByRole('menuitem', { name: 'End…' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: 'End the schedule' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Change' })).toBeNull());
  const states = calls(platform, 'setScheduleState').map(([, state]) => state);
  expect(states).toEqual(['paused', 'active', 'ended']);
});

it('stands among what needs the owner', async () => {
  const platform = new FakePlatform();
  const drafts = [
    { date: '2026-12-01', runId: 'run-9', stay: 'asks' as const, untold: null },
    {
      date: '2026-12-08',
      runId: 'run-10',
      stay: 'not_told' as const,
      untold: { names: ['Ana Ruiz', 'Bo Ek'], more: 2 },
    },
  ];
  platform.addSchedule({ missed, drafts });
  await renderAppOn(platform, '#/overview');
  const asks = await screen.findByRole('link', { name: /3 dates of “Rent” passed/ });
  expect(asks).toHaveAttribute('href', '#/schedules/schedule-1');
  const waits = screen.getByRole('link', { name: /“Rent” of Dec 1, 2026 waits/ });
  expect(waits).toHaveTextContent('a row needs your decision');
  expect(waits).toHaveAttribute('href', '#/runs/run-9');
  const untold = screen.getByRole('link', { name: /“Rent” of Dec 8, 2026 waits/ });
  expect(untold).toHaveTextContent('Pockyt did not answer about Ana Ruiz, Bo Ek and 2 more.');
});

it('says when each comes in the owner’s words', async () => {
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const words = (rhythm: Schedule['rhythm'], zone = here) =>
    rhythmWords({ rhythm, time: '09:00', zone } as Schedule);
  expect(words({ every: 'once', date: '2026-12-24' })).toBe('On Dec 24, 2026 at 09:00');
  expect(words({ every: 'two_weeks', from: '2026-12-04' })).toBe('Every second Friday at 09:00');
  expect(words({ every: 'month', day: 15 })).toBe('On day 15 of every month at 09:00');
  expect(words({ every: 'month', day: 30 })).toContain('or its last');
  expect(words({ every: 'month', day: 31 })).toBe('On the last day of every month at 09:00');
  expect(words({ every: 'week', weekday: 1 }, 'Asia/Tokyo')).toBe(
    'Every Monday at 09:00 (Asia/Tokyo)',
  );
  await spoken.prefer('zh-CN');
  expect(words({ every: 'month', day: 31 })).toBe('每月最后一天 09:00');
  expect(weekdayOf('2026-11-29')).toBe(7);
});
