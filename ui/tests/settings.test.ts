import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { spoken } from '$lib/i18n';
import { renderApp } from './render-app';

afterEach(() => spoken.prefer('en'));

it('speaks Chinese at once and keeps the choice', async () => {
  const { user, platform } = await renderApp({}, '#/settings');
  await user.selectOptions(await screen.findByLabelText('Language'), 'zh-CN');
  expect(await screen.findByRole('heading', { name: '设置', level: 1 })).toBeInTheDocument();
  expect(document.documentElement.lang).toBe('zh-CN');
  expect(platform.preferences.language).toBe('zh-CN');
});

it('turns dark and back to what the system says', async () => {
  const { user } = await renderApp({}, '#/settings');
  const theme = await screen.findByLabelText('Theme');
  await user.selectOptions(theme, 'dark');
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'));
  await user.selectOptions(theme, 'system');
  await waitFor(() => expect(document.documentElement.dataset.theme).toBeUndefined());
});

it('switches the account', async () => {
  const { user } = await renderApp({}, '#/settings');
  await user.click(await screen.findByRole('button', { name: 'Switch Northwind Design LLC' }));
  await waitFor(() => expect(screen.queryByText(/No real money moves/)).toBeNull());
});

it('keeps the stored token unless a new one is typed', async () => {
  const { user, platform } = await renderApp({}, '#/settings');
  await user.click(await screen.findByRole('button', { name: 'Edit Northwind Design LLC' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.clear(dialog.getByLabelText('Name'));
  await user.type(dialog.getByLabelText('Name'), 'Northwind');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(platform.calls.findLast(({ command }) => command === 'updateProfile')?.args).toEqual([
    'live',
    { name: 'Northwind', pockytUser: true, token: null },
  ]);
});

it('draws everything in high contrast when the owner or the system asks for it', async () => {
  const { user, platform } = await renderApp({}, '#/settings');
  await user.selectOptions(await screen.findByLabelText('Contrast'), 'more');
  expect(document.documentElement.dataset.contrast).toBe('more');
  expect(platform.memory.recall('contrast')).toBe('"more"');
  await user.selectOptions(screen.getByLabelText('Contrast'), 'system');
  expect(document.documentElement.dataset.contrast).toBeUndefined();
});
