import { screen, waitFor } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { failure, FakePlatform } from '$lib/platform/fake';
import { renderApp, renderAppOn } from './render-app';

it('tells the backend once it has painted', async () => {
  const { platform } = await renderApp({ state: 'welcome' });
  await waitFor(() => {
    expect(platform.calls.map(({ command }) => command)).toContain('windowReady');
  });
  expect(platform.calls[0]?.command).toBe('startup');
});

it('says first whose window it is', async () => {
  await renderApp({ state: 'welcome' });
  expect(await screen.findByText('Remit')).toBeVisible();
});

it('opens the demo, which cannot be mistaken', async () => {
  const { user } = await renderApp({ state: 'welcome' });
  await user.click(await screen.findByRole('button', { name: 'Try the demo' }));
  expect(await screen.findByText(/No real money moves/)).toBeInTheDocument();
});

async function fillIn() {
  const view = await renderApp({ state: 'welcome' });
  const { user } = view;
  await user.click(await screen.findByRole('button', { name: 'Connect Pockyt' }));
  await user.type(screen.getByLabelText('Name'), 'Northwind');
  await user.type(screen.getByLabelText('Merchant number'), '204410');
  await user.type(screen.getByLabelText('Store number'), '302207');
  await user.type(screen.getByLabelText('API token'), 'secret-token');
  return view;
}

it('tests the connection and shows the balance', async () => {
  const { user, platform } = await fillIn();
  await user.click(screen.getByRole('button', { name: 'Test connection' }));
  expect(await screen.findByText(/USD 24,380.50/)).toBeInTheDocument();
  const tested = platform.calls.find(({ command }) => command === 'testConnection');
  expect(tested).toMatchObject({
    command: 'testConnection',
    args: [{ environment: 'production', baseUrl: null, merchantNo: '204410', pockytUser: true }],
  });
});

it('connects and opens the account', async () => {
  const { user } = await fillIn();
  await user.click(screen.getByRole('button', { name: 'Connect' }));
  expect(await screen.findByRole('navigation', { name: 'Main' })).toHaveTextContent('Northwind');
  expect(document.body.innerHTML).not.toContain('secret-token');
});

it('says under the field what Pockyt objects to', async () => {
  const { user, platform } = await fillIn();
  platform.failNext('connect', failure('token_rejected', { field: 'token' }));
  await user.click(screen.getByRole('button', { name: 'Connect' }));
  await waitFor(() => {
    expect(screen.getByLabelText('API token')).toHaveAccessibleDescription(/does not accept/);
  });
  await user.type(screen.getByLabelText('API token'), '2');
  expect(screen.getByLabelText('API token')).not.toHaveAccessibleDescription(/does not accept/);
});

it('promises nothing when Pockyt cannot be reached', async () => {
  const { user, platform } = await fillIn();
  platform.failNext('testConnection', failure('unreachable', { retry: true }));
  await user.click(screen.getByRole('button', { name: 'Test connection' }));
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'Check your connection and the address, then test again.',
  );
});

it('has one way back from connecting another account', async () => {
  const { user } = await renderApp({}, '#/welcome');
  expect(await screen.findByRole('button', { name: 'Cancel' })).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Connect Pockyt' }));
  expect(screen.queryByRole('button', { name: 'Cancel' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Back' }));
  expect(screen.getByRole('button', { name: 'Cancel' })).toBeInTheDocument();
});

it('asks for what is missing before it calls anybody', async () => {
  const { user, platform } = await renderApp({ state: 'welcome' });
  await user.click(await screen.findByRole('button', { name: 'Connect Pockyt' }));
  await user.click(screen.getByRole('button', { name: 'Connect' }));
  expect(screen.getByLabelText('API token')).toHaveAccessibleDescription('Fill this in.');
  expect(platform.calls.map(({ command }) => command)).not.toContain('connect');
});

it('explains a missing keychain and keeps the demo open', async () => {
  const { user } = await renderApp({ state: 'welcome', keychain: 'missing' });
  await user.click(await screen.findByRole('button', { name: 'Connect Pockyt' }));
  const connect = screen.getByRole('button', { name: 'Connect' });
  expect(connect).toHaveAttribute('aria-disabled', 'true');
  expect(connect).toHaveAccessibleDescription(/no keychain/);
});

it('shows what stops the start and starts once it is mended', async () => {
  const platform = new FakePlatform();
  platform.failNext('startup', failure('ledger_key_missing'));
  const { user } = await renderAppOn(platform);
  expect(await screen.findByRole('alert')).toHaveTextContent(/Nothing was deleted/);
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('navigation', { name: 'Main' })).toBeInTheDocument();
});

it('offers no demo where there is no room for it', async () => {
  await renderApp({ state: 'trouble', trouble: failure('disk_full') });
  expect(await screen.findByRole('button', { name: 'Try again' })).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Open the demo' })).toBeNull();
});
