import axe from 'axe-core';
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import type { FakePlatform } from '$lib/platform/fake';
import { layOutLists } from '../../../tests/list-layout';
import { renderApp } from '../../../tests/render-app';
import { payoutsView } from './payouts-view.svelte';

layOutLists();

afterEach(() => {
  payoutsView.showAll();
  payoutsView.sort = 'newest';
});

const LIST = '#/payouts';
const bar = () => screen.findByRole('toolbar', { name: 'Selected rows' });
const boxes = () => screen.findAllByRole('checkbox', { name: /^Select .+,/ });

function given(platform: FakePlatform, command: string) {
  return platform.calls.filter((call) => call.command === command).map(({ args }) => args[0]);
}

/** Three payouts of which two are still queued. */
async function queued() {
  const app = await renderApp({ payouts: 3 }, LIST);
  const [first, second, third] = app.platform.payouts;
  for (const payout of [first, second]) {
    if (payout) Object.assign(payout, { state: 'ready', cancellable: true, retryable: false });
  }
  if (third) Object.assign(third, { state: 'paid', cancellable: false, retryable: false });
  app.platform.emit('payoutChanged', { id: first?.id ?? '', state: 'ready' });
  await screen.findByRole('grid', { name: 'Payouts' });
  return app;
}

it('marks by box, by Shift and by the keys, and Escape clears', async () => {
  const { user } = await renderApp({ payouts: 6 }, LIST);
  const grid = await screen.findByRole('grid', { name: 'Payouts' });
  expect(grid).toHaveAttribute('aria-multiselectable', 'true');
  await user.click((await boxes())[0] as HTMLElement);
  expect(within(await bar()).getByText('1 selected')).toBeInTheDocument();
  await user.keyboard('{Shift>}');
  await user.click((await boxes())[2] as HTMLElement);
  await user.keyboard('{/Shift}');
  expect(within(await bar()).getByText('3 selected')).toBeInTheDocument();
  await user.keyboard('{Shift>}{ArrowDown}{/Shift}');
  expect(within(await bar()).getByText('4 selected')).toBeInTheDocument();
  const selected = within(grid)
    .getAllByRole('row')
    .filter((row) => row.getAttribute('aria-selected') === 'true');
  expect(selected).toHaveLength(4);
  await user.keyboard(' ');
  expect(within(await bar()).getByText('3 selected')).toBeInTheDocument();
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('toolbar')).toBeNull();
});

it('marks all by the filter, without loading them', async () => {
  const { user, platform } = await renderApp({ payouts: 1200 }, LIST);
  const grid = await screen.findByRole('grid', { name: 'Payouts' });
  grid.focus();
  await user.keyboard('{Control>}a{/Control}');
  expect(within(await bar()).getByText('1,200 selected')).toBeInTheDocument();
  await user.click((await boxes())[0] as HTMLElement);
  expect(within(await bar()).getByText('1,199 selected')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Export as CSV' }));
  const [choice] = given(platform, 'exportPayouts') as [{ query: unknown; ids: string[] }];
  expect(choice.query).not.toBeNull();
  expect(choice.ids).toHaveLength(1);
  const pages = given(platform, 'listPayouts') as { limit: number }[];
  expect(pages.every(({ limit }) => limit <= 100)).toBe(true);
});

it('another filter leaves nothing marked', async () => {
  const { user } = await renderApp({ payouts: 6 }, LIST);
  await screen.findByRole('grid', { name: 'Payouts' });
  await user.click(screen.getByRole('checkbox', { name: 'Select all' }));
  await bar();
  payoutsView.sort = 'amount';
  await waitFor(() => expect(screen.queryByRole('toolbar')).toBeNull());
});

it('says what each deed is for, and withdraws only what has not left', async () => {
  const { user, platform } = await queued();
  await user.click(screen.getByRole('checkbox', { name: 'Select all' }));
  await user.click(await screen.findByRole('button', { name: 'Withdraw 2 of 3' }));
  const dialog = await screen.findByRole('dialog', { name: 'Withdraw 2 payouts?' });
  expect(dialog).toHaveTextContent('1 other has left already or has ended.');
  expect(given(platform, 'withdrawPayouts')).toEqual([]);
  await user.click(within(dialog).getByRole('button', { name: 'Withdraw 2 of 3' }));
  expect(await screen.findByText('2 payouts withdrawn')).toBeInTheDocument();
  expect(platform.payouts.map(({ state }) => state).sort()).toEqual([
    'cancelled',
    'cancelled',
    'paid',
  ]);
});

it('tells of each payout for which it did not work', async () => {
  const { user, platform } = await queued();
  const late = platform.payouts[0];
  platform.leftMeanwhile.add(late?.id ?? '');
  await user.click(screen.getByRole('checkbox', { name: 'Select all' }));
  await user.click(await screen.findByRole('button', { name: 'Withdraw 2 of 3' }));
  const ask = await screen.findByRole('dialog', { name: 'Withdraw 2 payouts?' });
  await user.click(within(ask).getByRole('button', { name: 'Withdraw 2 of 3' }));
  const told = await screen.findByRole('dialog', { name: 'It did not work for 1 payout' });
  expect(told).toHaveTextContent('It was done for 1 payout.');
  expect(told).toHaveTextContent(late?.invoiceId ?? '?');
});

it('a deed that is for none says why and does nothing', async () => {
  const { user, platform } = await queued();
  await user.click(screen.getByRole('checkbox', { name: 'Select all' }));
  const again = await screen.findByRole('button', { name: 'New run from 0 of 3' });
  expect(again).toHaveAccessibleDescription(/None of these failed/);
  await user.click(again);
  expect(given(platform, 'retryPayouts')).toEqual([]);
  const { violations } = await axe.run(
    { include: ['body'], exclude: ['#tooltip-layer'] },
    {
      rules: { 'color-contrast': { enabled: false } },
    },
  );
  expect(violations.map(({ id }) => id)).toEqual([]);
});

it('what failed becomes a draft, which is opened', async () => {
  const { user, platform } = await queued();
  const [failed] = platform.payouts;
  if (failed) Object.assign(failed, { state: 'failed', cancellable: false, retryable: true });
  await user.click(screen.getByRole('checkbox', { name: 'Select all' }));
  await user.click(await screen.findByRole('button', { name: 'New run from 1 of 3' }));
  await waitFor(() => expect(location.hash).toMatch(/^#\/runs\//));
  expect(given(platform, 'submitPayout')).toEqual([]);
});
