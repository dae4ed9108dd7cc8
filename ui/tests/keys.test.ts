import { screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { router } from '../src/app/router.svelte';
import { renderApp } from './render-app';

it('goes where the keys say', async () => {
  const { user } = await renderApp({}, '#/settings');
  await screen.findByRole('heading', { name: 'Settings' });
  await user.keyboard('r');
  expect(router.route.name).toBe('register');
  await user.keyboard('{Escape}');
  expect(router.route.name).toBe('payees');
  await user.keyboard('n');
  expect(router.route.name).toBe('pay');
});

it('shows the keys, and Escape closes the sheet only', async () => {
  const { user } = await renderApp({}, '#/payouts/payout-1');
  await screen.findByRole('navigation', { name: 'Main' });
  await user.keyboard('?');
  expect(await screen.findByRole('dialog', { name: 'Keyboard' })).toBeInTheDocument();
  await user.keyboard('{Escape}');
  expect(router.route.name).toBe('payout');
});
