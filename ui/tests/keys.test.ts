import { screen, waitFor } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
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

it('begins where the arrows scroll the sheet, in a window too small for it', async () => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(300);
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(500);
  const { user } = await renderApp({}, '#/payouts/payout-1');
  await screen.findByRole('navigation', { name: 'Main' });
  await user.keyboard('?');
  await waitFor(() => expect(screen.getByRole('group', { name: 'Keyboard' })).toHaveFocus());
  vi.restoreAllMocks();
});

it('goes back and forward with Alt and the arrows, and with the side buttons of a mouse', async () => {
  const { user } = await renderApp({}, '#/settings');
  await screen.findByRole('heading', { name: 'Settings' });
  const back = vi.spyOn(history, 'back').mockImplementation(() => undefined);
  const forward = vi.spyOn(history, 'forward').mockImplementation(() => undefined);
  await user.keyboard('{Alt>}{ArrowLeft}{/Alt}');
  expect(back).toHaveBeenCalledOnce();
  await user.keyboard('{Alt>}{ArrowRight}{/Alt}');
  expect(forward).toHaveBeenCalledOnce();
  for (const type of ['mousedown', 'mouseup']) {
    window.dispatchEvent(new MouseEvent(type, { button: 3, cancelable: true }));
  }
  expect(back).toHaveBeenCalledTimes(2);
});

it('leaves the letters to a field', async () => {
  const { user } = await renderApp({}, '#/payees');
  await user.click(await screen.findByRole('textbox', { name: /Search/ }));
  await user.keyboard('nr?');
  expect(screen.getByRole('textbox', { name: /Search/ })).toHaveValue('nr?');
  expect(router.route.name).toBe('payees');
});
