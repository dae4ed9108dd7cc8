import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { spoken } from '$lib/i18n';
import { connectedRelay, FakePlatform, NOW, samplePayee, samplePayout } from '$lib/platform/fake';
import type { Notice } from '$lib/platform';
import { renderAppOn } from '../../tests/render-app';
import { router } from './router.svelte';

const LATER = new Date(Date.parse(NOW) + 5000).toISOString();

let focused: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: new Date(NOW) });
  focused = vi.spyOn(document, 'hasFocus').mockReturnValue(true);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await spoken.prefer('en');
});

/** The window with one payee and these payouts, then left for another window. */
async function leave(states: ('processing' | 'ready')[], address = '#/settings') {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  states.forEach((state, index) => {
    const payout = { ...samplePayout(0, samplePayee(0)), id: `p-${index}`, state };
    platform.payouts.push({ ...payout, amount: { amount: `${index + 1}.00`, currency: 'USD' } });
  });
  const view = await renderAppOn(platform, address);
  // It has been open for a moment: its first screen has its answers before anything else is listened to.
  await vi.advanceTimersByTimeAsync(3000);
  focused.mockReturnValue(false);
  window.dispatchEvent(new Event('blur'));
  await vi.advanceTimersByTimeAsync(100);
  return { ...view, platform, shown: () => shown(platform) };
}

function shown(platform: FakePlatform): Notice[] {
  const calls = platform.calls.filter(({ command }) => command === 'showNotification');
  return calls.map(({ args }) => args[0] as Notice);
}

/** The owner presses what was shown last. */
function press(platform: FakePlatform) {
  platform.emit('noticePressed', { leadsTo: shown(platform).at(-1)?.leadsTo ?? null });
}

it('tells of a payout that came back, and leads to it', async () => {
  const { platform, shown } = await leave(['processing', 'processing']);
  platform.settle('p-0', 'returned');
  await vi.advanceTimersByTimeAsync(4000);
  expect(shown()).toEqual([
    {
      title: 'USD 1.00 to Ana Ruiz came back',
      body: 'The money came back. Pay again once the account is right.',
      leadsTo: '#/payouts/p-0',
    },
  ]);
  platform.emit('noticePressed', { leadsTo: '#/payouts/p-0' });
  expect(router.route).toEqual({ name: 'payout', id: 'p-0' });
});

it('gathers many into one', async () => {
  const { platform, shown } = await leave(['processing', 'processing', 'processing', 'ready']);
  platform.settle('p-0', 'failed');
  platform.settle('p-1', 'returned');
  platform.settle('p-2', 'failed');
  await vi.advanceTimersByTimeAsync(4000);
  expect(shown().map(({ title }) => title)).toEqual(['3 payouts need you']);
  press(platform);
  expect(router.route).toEqual({ name: 'overview' });
});

it('tells when all have ended, not before', async () => {
  const { platform, shown } = await leave(['processing', 'processing']);
  platform.settle('p-0', 'paid');
  await vi.advanceTimersByTimeAsync(4000);
  expect(shown()).toEqual([]);
  platform.settle('p-1', 'paid');
  await vi.advanceTimersByTimeAsync(4000);
  expect(shown().map(({ title }) => title)).toEqual(['All payouts have ended']);
});

it('tells when a run has ended, and not of its payouts as well', async () => {
  const { platform, shown } = await leave(['processing']);
  const { run } = platform.addDraft([], {}, { name: 'May.csv' });
  platform.settle('p-0', 'paid');
  platform.emit('runFinished', { id: run.id });
  await vi.advanceTimersByTimeAsync(4000);
  expect(shown().map(({ title }) => title)).toEqual(['May.csv has ended']);
  press(platform);
  expect(router.route).toEqual({ name: 'run', id: run.id });
});

it('tells when a run missed its time, and leads to it', async () => {
  const { platform, shown } = await leave(['processing']);
  const { run } = platform.addDraft([], {}, { name: 'May.csv' });
  platform.emit('runMissed', { id: run.id });
  await vi.advanceTimersByTimeAsync(4000);
  expect(shown().map(({ title }) => title)).toEqual(['May.csv missed its time']);
  press(platform);
  expect(router.route).toEqual({ name: 'run', id: run.id });
});

it.each([
  ['drafted', 1, 'Rent: a draft is ready'],
  ['stayed', 1, 'Rent waits for you'],
  ['missed', 3, 'Rent: 3 dates passed without a payment'],
] as const)('tells what came of a schedule, and leads to it: %s', async (outcome, days, told) => {
  const { platform, shown } = await leave([]);
  const { schedule } = platform.addSchedule();
  platform.emit('scheduleCame', { id: schedule.id, name: 'Rent', outcome, days });
  await vi.advanceTimersByTimeAsync(100);
  expect(shown().map(({ title }) => title)).toEqual([told]);
  press(platform);
  expect(router.route).toEqual({ name: 'schedule', id: schedule.id });
});

it('says nothing while the window is in front', async () => {
  const { platform, shown } = await leave(['processing']);
  focused.mockReturnValue(true);
  window.dispatchEvent(new Event('focus'));
  platform.settle('p-0', 'returned');
  await vi.advanceTimersByTimeAsync(4000);
  expect(shown()).toEqual([]);
});

it('tells nothing that was there when the owner left', async () => {
  const { platform, shown } = await leave(['processing', 'processing', 'ready']);
  platform.settle('p-0', 'returned');
  await vi.advanceTimersByTimeAsync(4000);
  platform.settle('p-1', 'paid');
  await vi.advanceTimersByTimeAsync(4000);
  expect(shown()).toHaveLength(1);
});

it('tells of a payee who can be paid now, once', async () => {
  const { platform, shown } = await leave([]);
  const [payee] = platform.payees;
  platform.emit('payeeChanged', { id: payee?.id ?? '' });
  await vi.advanceTimersByTimeAsync(4000);
  expect(shown(), 'active for long').toEqual([]);
  Object.assign(payee ?? {}, { status: 'active', statusSince: LATER });
  platform.emit('payeeChanged', { id: payee?.id ?? '' });
  await vi.advanceTimersByTimeAsync(4000);
  expect(shown().map(({ title }) => title)).toEqual(['Ana Ruiz can be paid']);
  press(platform);
  expect(router.route).toEqual({ name: 'payee', id: payee?.id });
});

it('tells of a relay that is away for long, or refuses, once', async () => {
  const { platform, shown } = await leave([]);
  const interrupted = { ...connectedRelay, state: 'interrupted' as const, since: NOW };
  platform.turnWayIn({ relay: interrupted });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(shown()).toEqual([]);
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(shown().map(({ title }) => title)).toEqual(['The relay does not answer']);
  press(platform);
  expect(router.route).toEqual({ name: 'settings' });
  platform.turnWayIn({ relay: interrupted });
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown()).toHaveLength(1);
  platform.turnWayIn({ relay: { ...connectedRelay, state: 'refused', since: NOW } });
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown().at(-1)?.title).toBe('The relay refuses this computer');
});

it('tells nothing of a kind that is turned off, and remembers the choice', async () => {
  const { platform, shown, user } = await leave(['processing']);
  vi.useRealTimers();
  await user.click(await screen.findByLabelText('A payout needs you'));
  await waitFor(() => expect(platform.memory.recall('notices-off')).toBe('["needs"]'));
  platform.settle('p-0', 'returned');
  await new Promise((rest) => setTimeout(rest, 2500));
  expect(shown()).toEqual([]);
  await user.click(screen.getByLabelText('A payout needs you'));
  expect(platform.memory.recall('notices-off')).toBe('[]');
});

it('speaks the language of the window', async () => {
  const { platform, shown } = await leave(['processing', 'ready']);
  await spoken.prefer('zh-CN');
  platform.settle('p-0', 'failed');
  await vi.advanceTimersByTimeAsync(4000);
  expect(shown()[0]?.title).toMatch(/^付给 .* 失败$/);
});
