import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { messages } from '$lib/components';
import { FakePlatform } from '$lib/platform/fake';
import { assertNoBarriers } from '../../../tests/barriers';
import { layOutLists } from '../../../tests/list-layout';
import { renderAppOn } from '../../../tests/render-app';

layOutLists();

afterEach(() => {
  for (const { cause } of messages.shown) messages.dismiss(cause);
});

/** Nothing says which currency is meant; the last row says that it is some dollar. */
async function openRows() {
  const platform = new FakePlatform();
  const payees = ['payee1', 'payee4', 'payee6', 'payee4'];
  platform.addDraft(
    payees.map((payee, index) => ({
      payee: `${payee}@example.com`,
      amount: `${index + 10}.00`,
      invoiceId: `C-${index}`,
      ...(index === 3 && { currency: '$' }),
    })),
    { currency: null },
  );
  const view = await renderAppOn(platform, '#/runs/run-1');
  const grid = await screen.findByRole('grid', { name: 'Rows of the run' });
  await waitFor(() => expect(within(grid).getAllByRole('row').length).toBeGreaterThan(1));
  return { ...view, platform };
}

const currency = (row: number) => document.querySelector(`[data-cell="${row}-2"]`);

it('gives all rows without a currency one with one press, which is taken back as it was made', async () => {
  const { user, platform } = await openRows();
  await assertNoBarriers();
  await user.click(
    await screen.findByRole('button', { name: 'Use EUR for all 4 rows without a currency' }),
  );
  await waitFor(() => [0, 1, 2].forEach((row) => expect(currency(row)).toHaveTextContent('EUR')));
  // What was written stays as it is, and is asked about.
  expect(platform.runs[0]!.rows.map(({ texts }) => texts.currency)).toEqual([
    'EUR',
    'EUR',
    'EUR',
    '$',
  ]);
  await screen.findByRole('button', { name: 'Use EUR for the row without a currency' });
  document.querySelector<HTMLElement>('[data-cell="0-0"]')!.focus();
  await user.keyboard('{Control>}z{/Control}');
  await screen.findByRole('button', { name: 'Use USD for all 4 rows without a currency' });
  expect(platform.runs[0]!.rows.map(({ texts }) => texts.currency)).toEqual(['', '', '', '$']);
});

it('offers to take it back where it says what it did', async () => {
  const { user, platform } = await openRows();
  await user.click(
    await screen.findByRole('button', { name: 'Use USD for all 4 rows without a currency' }),
  );
  const [told] = messages.shown;
  expect(told?.title).toBe('USD for 3 rows');
  told?.undo?.();
  await screen.findByRole('button', { name: 'Use USD for all 4 rows without a currency' });
  expect(platform.runs[0]!.rows.every(({ texts }) => texts.currency !== 'USD')).toBe(true);
});
