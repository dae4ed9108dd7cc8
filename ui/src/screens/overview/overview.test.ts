import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { spoken } from '$lib/i18n';
import {
  connectedRelay,
  failure,
  FakePlatform,
  liveProfile,
  NOW,
  samplePayee,
  samplePayout,
  type FakeOptions,
} from '$lib/platform/fake';
import { assertNoBarriers } from '../../../tests/barriers';
import { renderApp, renderAppOn } from '../../../tests/render-app';
import { router } from '../../app/router.svelte';

const OVERVIEW = '#/overview';
const learnt = { notified: 182, askedFirst: 7, repaired: 0, since: NOW };

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: new Date(NOW) }));
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await spoken.prefer('en');
});

async function needs(options: FakeOptions) {
  await renderApp({ payees: 1, payouts: 0, ...options }, OVERVIEW);
  return within(await section('Needs you'));
}

async function section(title: string): Promise<HTMLElement> {
  const heading = await screen.findByRole('heading', { name: title });
  return heading.closest('section') as HTMLElement;
}

it('names what goes out by itself: each run with how much it is, and the next day of a schedule', async () => {
  const platform = new FakePlatform();
  const days = ['2099-02-03', '2099-01-31', '2099-02-02', '2099-02-01'];
  for (const day of days) {
    const { run } = platform.addDraft(
      [
        { payee: 'payee1@example.com', amount: '10' },
        { payee: 'Marcus Chen', amount: '2.50' },
      ],
      {},
      { name: `For ${day}` },
    );
    const { review } = await platform.reviewRun(run.id);
    await platform.releaseRun(run.id, review, `${day}T09:00:00Z`);
  }
  platform.nextDayAt = '2099-02-01T09:00:00Z';
  await renderAppOn(platform, OVERVIEW);
  const card = within(await section('On its way'));
  const run = await card.findByRole('link', { name: /^For 2099-01-31 goes out on Jan 31, 2099/ });
  expect(run).toHaveTextContent('2 payouts');
  expect(run).toHaveTextContent('USD 12.50');
  expect(run).toHaveAttribute('href', '#/runs/run-2');
  expect(card.getAllByRole('link', { name: /goes out on/ })).toHaveLength(3);
  expect(card.getByRole('link', { name: '1 more run for a later day' })).toBeInTheDocument();
  const day = await card.findByRole('link', { name: /^A schedule pays by itself on Feb 1, 2099/ });
  expect(day).toHaveAttribute('href', '#/schedules');
});

it('is where the window begins once there is something to look over', async () => {
  await renderApp({}, '#/');
  expect(await screen.findByRole('heading', { level: 1, name: 'Overview' })).toBeInTheDocument();
  expect(await screen.findByRole('heading', { name: 'Needs you' })).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Overview' })).toHaveAttribute('aria-current', 'page');
});

it('leaves the beginning to the payees while there is nothing', async () => {
  await renderApp({ payees: 0 }, '#/');
  await waitFor(() => expect(router.route).toEqual({ name: 'payees' }));
});

/** Runs of one row each, released one after the other. */
async function withRuns(...names: string[]): Promise<FakePlatform> {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  for (const [index, name] of names.entries()) {
    const id = `run-${index + 1}`;
    platform.addDraft([{ payee: 'payee1@example.com', amount: '10', invoiceId: id }], {}, { name });
    const { review } = await platform.reviewRun(id);
    await platform.releaseRun(id, review, null);
  }
  return platform;
}

it('names a run with rows that are held, and leads to it', async () => {
  const platform = await withRuns('May.csv');
  for (const kept of platform.runs) kept.outcomes[0]!.state = 'held';
  await renderAppOn(platform, OVERVIEW);
  const waiting = within(await section('Needs you'));
  const line = await waiting.findByRole('link', { name: /May\.csv/ });
  expect(line).toHaveTextContent('1 row is held and needs your decision');
  expect(line).toHaveAttribute('href', '#/runs/run-1');
});

it('names a run that missed its time, however many came after it', async () => {
  const later = Array.from({ length: 60 }, (_, index) => `Later ${index}`);
  const platform = await withRuns('May.csv', ...later);
  const notBefore = '2026-05-29T07:00:00Z';
  Object.assign(platform.runs.at(-1)!.run, { status: 'missed', notBefore });
  await renderAppOn(platform, OVERVIEW);
  const waiting = within(await section('Needs you'));
  const line = await waiting.findByRole('link', { name: /May\.csv/ });
  expect(line).toHaveTextContent(/It was to go out on May 29, 2026.*, and did not/);
  expect(line).toHaveAttribute('href', '#/runs/run-1');
  expect(waiting.getAllByRole('link'), 'those that go on need nobody').toHaveLength(1);
});

it('names runs that are paused, and counts those for which there is no room', async () => {
  const platform = await withRuns('May.csv', 'June.csv', 'July.csv', 'August.csv');
  platform.haltedNamed = 2;
  for (const id of ['run-1', 'run-2', 'run-3', 'run-4']) await platform.pauseRun(id);
  await renderAppOn(platform, OVERVIEW);
  const waiting = within(await section('Needs you'));
  const line = await waiting.findByRole('link', { name: /August\.csv/ });
  expect(line).toHaveTextContent('Nothing more is sent until you resume it.');
  const rest = waiting.getByRole('link', { name: '2 more payout runs wait for you' });
  expect(rest).toHaveAttribute('href', '#/runs');
  expect(screen.getByText('4 things wait for you')).toBeInTheDocument();
  await platform.resumeRun('run-4');
  await waitFor(() => expect(waiting.queryByRole('link', { name: /August\.csv/ })).toBeNull());
});

it('names a run once, by what of it weighs most', async () => {
  const platform = await withRuns('May.csv', 'June.csv');
  for (const kept of platform.runs) kept.outcomes[0]!.state = 'held';
  await platform.pauseRun('run-1');
  const notBefore = '2026-05-29T07:00:00Z';
  Object.assign(platform.runs[0]!.run, { status: 'missed', notBefore });
  await renderAppOn(platform, OVERVIEW);
  const waiting = within(await section('Needs you'));
  const [missed, held, ...others] = await waiting.findAllByRole('link');
  expect(missed).toHaveTextContent(/June\.csv.*and did not/);
  expect(held).toHaveTextContent(/May\.csv.*1 row is held/);
  expect(others).toEqual([]);
  expect(screen.getByText('2 things wait for you')).toBeInTheDocument();
});

it('says what to do when it is opened empty', async () => {
  await renderApp({ payees: 0 }, OVERVIEW);
  expect(await screen.findByText('Nothing to show yet')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Register payee' })).toHaveAttribute(
    'href',
    '#/payees/new',
  );
  expect(router.route).toEqual({ name: 'overview' });
});

it('names the payouts that wait, each leading to its page, and the rest to their list', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  const payee = samplePayee(0);
  for (let index = 0; index < 6; index += 1) {
    const payout = samplePayout(5, payee);
    platform.payouts.push({ ...payout, id: `back-${index}`, invoiceId: `B-${index}` });
  }
  platform.payouts.push({ ...samplePayout(4, payee), id: 'paid-again', retriedBy: 'later' });
  await renderAppOn(platform, OVERVIEW);
  const waiting = within(await section('Needs you'));
  const lines = await waiting.findAllByRole('link');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toHaveTextContent(/USD .* to Ana Ruiz/);
  expect(lines[0]).toHaveTextContent('The money came back.');
  expect(lines[0]).toHaveAttribute('href', '#/payouts/back-0');
  expect(lines[4]).toHaveTextContent('2 more payouts came back');
  expect(lines[4]).toHaveAttribute('href', '#/payouts?states=returned');
  expect(screen.getByText('6 things wait for you')).toBeInTheDocument();
});

it('is calm when nothing waits', async () => {
  const waiting = await needs({});
  expect(await waiting.findByText('Nothing waits for you')).toBeInTheDocument();
  await assertNoBarriers();
});

it('leads to the declined payees', async () => {
  const waiting = await needs({ payees: 12 });
  const line = await waiting.findByRole('link', { name: /Pockyt declined 1 payee/ });
  expect(line).toHaveAttribute('href', '#/payees?status=declined');
});

it('compares the balance with what has yet to go out, and with last month', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  const payee = samplePayee(0);
  const amount = { amount: '500.00', currency: 'USD' };
  platform.payouts.push({ ...samplePayout(6, payee), state: 'ready', amount });
  platform.balance = { amount: '499.99', currency: 'USD' };
  await renderAppOn(platform, OVERVIEW);
  const waiting = within(await section('Needs you'));
  const line = await waiting.findByRole('link', { name: /does not cover what has yet to go out/ });
  expect(line).toHaveTextContent('Balance USD 499.99, yet to go out USD 500.00.');

  // What Pockyt has accepted counts as gone; last month's payouts are the measure then.
  platform.payouts.splice(
    0,
    1,
    { ...samplePayout(0, payee), state: 'processing', amount },
    { ...samplePayout(1, payee), id: 'last-month', amount, settledAt: '2026-10-31T23:00:00Z' },
  );
  platform.emit('payoutChanged', { id: 'x', state: 'processing' });
  const low = await waiting.findByRole('link', { name: /lower than what you paid last month/ });
  expect(low).toHaveTextContent('Balance USD 499.99, paid last month USD 500.00.');
});

it.each([
  [{ relay: { ...connectedRelay, state: 'refused' as const } }, 'The relay refuses this computer'],
  [{ relay: { ...connectedRelay, state: 'interrupted' as const } }, 'The relay does not answer'],
  [
    { relay: connectedRelay, learnt: { ...learnt, notified: 2, repaired: 3 } },
    'Notifications do not get through',
  ],
])('tells of a way in that does not work: %j', async (ways, title) => {
  const waiting = await needs({ wayIn: { inUse: 'relay', learnt, ...ways } });
  expect(await waiting.findByText(title)).toBeInTheDocument();
});

it.each([
  { inUse: 'relay' as const, relay: connectedRelay, learnt: { ...learnt, repaired: 3 } },
  { inUse: 'none' as const, learnt: { ...learnt, notified: 0, repaired: 3 } },
  {
    inUse: 'relay' as const,
    learnt,
    relay: { ...connectedRelay, state: 'interrupted' as const, since: NOW },
  },
])(
  'says nothing of a way in that works, is not wanted, or is away for a moment: %j',
  async (wayIn) => {
    const waiting = await needs({ wayIn });
    expect(await waiting.findByText('Nothing waits for you')).toBeInTheDocument();
  },
);

it('tells of copies that fail', async () => {
  const waiting = await needs({
    profile: liveProfile,
    backups: { trouble: failure('disk_full') },
  });
  const line = await waiting.findByRole('link', { name: /The last automatic copy failed/ });
  expect(line).toHaveAttribute('href', '#/settings');
});

it('counts what is on its way, each state leading to its list', async () => {
  await renderApp({}, OVERVIEW);
  const card = within(await section('On its way'));
  const processing = await card.findByRole('link', { name: /Processing/ });
  expect(processing).toHaveTextContent(/3 payouts.*USD/);
  expect(processing).toHaveAttribute('href', '#/payouts?states=processing');
  expect(card.queryByText(/Paid/)).toBeNull();
});

it('draws what was paid by month, with its table', async () => {
  const { user } = await renderApp({}, OVERVIEW);
  const chart = await screen.findByRole('img', {
    name: /USD by month from December 2025 to November 2026\. The most was USD .* in November 2026\./,
  });
  expect(chart.querySelectorAll('rect.bar')).toHaveLength(12);
  await user.click(screen.getByText('Show the figures'));
  const table = within(screen.getByRole('table', { name: 'Paid out by month and currency' }));
  expect(table.getAllByRole('row')).toHaveLength(13);
  expect(table.getByRole('row', { name: /November 2026 \d+ USD/ })).toBeInTheDocument();
  expect(table.getByRole('row', { name: /October 2026 0/ })).toBeInTheDocument();
  await assertNoBarriers();
});

it('reads the balance when it is opened, and again when asked', async () => {
  const { user, platform } = await renderApp({}, OVERVIEW);
  const card = within(await section('Balance'));
  expect(await card.findByText('USD 24,380.50')).toBeInTheDocument();
  expect(card.getByText('Read now')).toBeInTheDocument();
  platform.failNext('balances', failure('unreachable'));
  await user.click(card.getByRole('button', { name: 'Read again' }));
  expect(await card.findByText(/It cannot be read now: Pockyt cannot be reached/)).toBeVisible();
  expect(card.getByText('USD 24,380.50'), 'what was read last stays').toBeInTheDocument();
});

it('reads the balance again soon after a payout was accepted', async () => {
  const { platform } = await renderApp({}, OVERVIEW);
  const card = within(await section('Balance'));
  await card.findByText('USD 24,380.50');
  for (const amount of ['23000.00', '22000.00']) {
    platform.balance = { amount, currency: 'USD' };
    platform.emit('payoutChanged', { id: 'payout-7', state: 'processing' });
    const shown = `USD ${amount.slice(0, 2)},000.00`;
    expect(await card.findByText(shown, {}, { timeout: 7000 })).toBeVisible();
  }
});

it('shows what it knows without a network, and asks again when told to', async () => {
  const platform = new FakePlatform();
  platform.failNext('balances', failure('unreachable'));
  const { user } = await renderAppOn(platform, OVERVIEW);
  expect(await section('Needs you')).toBeInTheDocument();
  const card = within(await section('Balance'));
  await user.click(await card.findByRole('button', { name: 'Try again' }));
  expect(await card.findByText('USD 24,380.50')).toBeInTheDocument();
});

it('says so when the ledger cannot be read, and tries again', async () => {
  const platform = new FakePlatform();
  platform.failNext('overview', failure('ledger_corrupt'));
  const { user } = await renderAppOn(platform, OVERVIEW);
  await user.click(await screen.findByRole('button', { name: 'Try again' }));
  expect(await section('Needs you')).toBeInTheDocument();
});

it('follows what happens, at rest between two looks', async () => {
  const { platform } = await renderApp({}, OVERVIEW);
  await section('On its way');
  for (const { id, state } of platform.payouts) {
    if (state === 'processing') platform.settle(id, 'paid');
  }
  await waitFor(() => expect(screen.queryByRole('link', { name: /^Processing/ })).toBeNull());
  const asked = platform.calls.filter(({ command }) => command === 'overview');
  expect(asked.length, 'a storm of events is two looks').toBeLessThanOrEqual(3);
});

it.each([
  ['zh-CN', '概览', '需要您处理'],
  ['es', 'Resumen', 'Le toca a usted'],
])('speaks %s', async (language, title, waits) => {
  await renderApp({ preferences: { theme: 'dark', language } }, OVERVIEW);
  expect(await screen.findByRole('heading', { level: 1, name: title })).toBeInTheDocument();
  expect(await screen.findByRole('heading', { name: waits })).toBeInTheDocument();
  await assertNoBarriers();
});

it('tells after a restore that schedules make drafts only, until the owner has read it', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  const restoredAt = '2026-11-18T08:00:00Z';
  platform.addSchedule({ restoredAt });
  platform.addSchedule({ restoredAt: '2026-11-01T08:00:00Z', mode: 'release' });
  const first = await renderAppOn(platform, OVERVIEW);
  const waiting = within(await section('Needs you'));
  const line = await waiting.findByRole('link', { name: /schedules only make drafts/ });
  expect(line).toHaveAttribute('href', '#/schedules');
  await assertNoBarriers();

  await first.user.click(
    waiting.getByRole('button', { name: /^Do not remind me: Since a backup/ }),
  );
  await waitFor(() => expect(waiting.queryByRole('link', { name: /only make drafts/ })).toBeNull());
  await first.user.click(await screen.findByRole('button', { name: 'Undo' }));
  expect(await waiting.findByRole('link', { name: /only make drafts/ })).toBeInTheDocument();
  await first.user.click(waiting.getByRole('button', { name: /^Do not remind me/ }));
  first.unmount();

  // Another window later, and after it another restore.
  await renderAppOn(platform, OVERVIEW);
  expect(await screen.findByText('Nothing waits for you', { selector: 'p' })).toBeInTheDocument();
  platform.schedules[0]!.schedule.restoredAt = '2026-11-19T08:00:00Z';
  platform.emit('scheduleChanged', { id: 'schedule-1' });
  expect(await screen.findByRole('link', { name: /only make drafts/ })).toBeInTheDocument();
});

it.each([{ mode: 'release' }, { state: 'ended' }, { restoredAt: null }] as const)(
  'says nothing of schedules that are %o',
  async (change) => {
    const platform = new FakePlatform({ payees: 1, payouts: 0 });
    platform.addSchedule({ restoredAt: '2026-11-18T08:00:00Z', ...change });
    await renderAppOn(platform, OVERVIEW);
    await waitFor(() =>
      expect(platform.calls.map((call) => call.command)).toContain('listSchedules'),
    );
    expect(await screen.findByText('Nothing waits for you', { selector: 'p' })).toBeInTheDocument();
  },
);
