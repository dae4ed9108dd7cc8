import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { messages } from '$lib/components';
import { spoken } from '$lib/i18n';
import { FakePlatform } from '$lib/platform/fake';
import { renderAppOn } from '../../tests/render-app';

const news = /since you closed Remit/;
/** It looks a second after the start, and every two from then on. */
const soon = { timeout: 8000 };
const PATIENCE_MS = 30_000;

afterEach(() => messages.dismiss('meanwhile'));

function remembered(platform: FakePlatform): string[] {
  return JSON.parse(platform.memory.recall('demo.on-its-way') ?? '[]') as string[];
}

/** Opens Remit, and closes it once it knows what is on its way. */
async function openAndClose(platform: FakePlatform) {
  const { unmount } = await renderAppOn(platform);
  await waitFor(() => expect(remembered(platform)).not.toHaveLength(0), soon);
  unmount();
}

function onItsWay(platform: FakePlatform) {
  return platform.payouts.filter(({ state }) => state === 'processing');
}

it(
  'tells once what was paid after Remit was closed',
  async () => {
    const platform = new FakePlatform();
    await openAndClose(platform);
    const [payout] = onItsWay(platform);
    if (!payout) throw new Error('the sample has none on its way');
    expect(remembered(platform)).toContain(payout.id);
    Object.assign(payout, { state: 'paid' });
    const { unmount } = await renderAppOn(platform);
    const told = await screen.findByText(news, {}, soon);
    expect(told).toHaveTextContent(`to ${payout.payeeName} has been paid since you closed Remit`);
    expect(remembered(platform)).not.toContain(payout.id);
    unmount();
    messages.dismiss('meanwhile');

    await renderAppOn(platform);
    platform.calls.length = 0;
    await waitFor(
      () => expect(platform.calls.map(({ command }) => command)).toContain('listPayouts'),
      soon,
    );
    expect(screen.queryByText(news)).toBeNull();
  },
  PATIENCE_MS,
);

it(
  'counts several as one message, and is silent about what did not end well',
  async () => {
    const platform = new FakePlatform();
    await openAndClose(platform);
    const [failed, ...others] = onItsWay(platform);
    if (!failed || others.length < 2) throw new Error('the sample has too few on their way');
    Object.assign(failed, { state: 'failed' });
    for (const other of others) Object.assign(other, { state: 'paid' });
    await renderAppOn(platform);
    const told = `${others.length} payouts have been paid since you closed Remit`;
    expect(await screen.findByText(told, {}, soon)).toBeInTheDocument();
    await spoken.prefer('es');
    expect(await screen.findByText(/desde que usted cerró Remit/)).toBeInTheDocument();
    expect(screen.queryByText(told)).toBeNull();
    await spoken.prefer('en');
  },
  PATIENCE_MS,
);

it(
  'takes back what came back since',
  async () => {
    const platform = new FakePlatform();
    await openAndClose(platform);
    const [first, second] = onItsWay(platform);
    if (!first || !second) throw new Error('the sample has too few on their way');
    for (const one of [first, second]) Object.assign(one, { state: 'paid' });
    await renderAppOn(platform);
    await screen.findByText('2 payouts have been paid since you closed Remit', {}, soon);
    platform.settle(first.id, 'returned');
    await screen.findByText(new RegExp(`to ${second.payeeName} has been paid since`));
    platform.settle(second.id, 'returned');
    await waitFor(() => expect(screen.queryByText(news)).toBeNull());
  },
  PATIENCE_MS,
);

it(
  'says nothing of what is paid while Remit is open',
  async () => {
    const platform = new FakePlatform();
    await renderAppOn(platform);
    await waitFor(() => expect(remembered(platform)).not.toHaveLength(0), soon);
    const [payout] = onItsWay(platform);
    platform.settle(payout?.id ?? '', 'paid');
    await waitFor(() => expect(remembered(platform)).not.toContain(payout?.id), soon);
    expect(screen.queryByText(news)).toBeNull();
  },
  PATIENCE_MS,
);
