import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { spoken } from '$lib/i18n';
import { demoProfile, liveProfile } from '$lib/platform/fake';
import { renderApp } from './render-app';

afterEach(() => spoken.prefer('en'));

it('speaks Chinese at once and keeps the choice', async () => {
  const { user, platform } = await renderApp({}, '#/settings');
  await user.selectOptions(await screen.findByLabelText('Language'), 'zh-CN');
  expect(await screen.findByRole('heading', { name: '设置', level: 1 })).toBeInTheDocument();
  expect(document.documentElement.lang).toBe('zh-CN');
  expect(platform.preferences.language).toBe('zh-CN');
});

it('begins with appearance and language, which nobody should have to look for', async () => {
  await renderApp({}, '#/settings');
  await screen.findByRole('heading', { name: 'Accounts' });
  const titles = screen.getAllByRole('heading', { level: 2 }).map((title) => title.textContent);
  expect(titles[0]).toBe('Appearance and language');
});

it('turns dark and back to what the system says', async () => {
  const { user } = await renderApp({}, '#/settings');
  const theme = await screen.findByLabelText('Theme');
  await user.selectOptions(theme, 'dark');
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'));
  await user.selectOptions(theme, 'system');
  await waitFor(() => expect(document.documentElement.dataset.theme).toBeUndefined());
});

it('says once of an account called Demo that it is the demo', async () => {
  const named = { ...demoProfile, name: 'Demo' };
  await renderApp({ profile: named, profiles: [named, liveProfile] }, '#/settings');
  const switcher = await screen.findByRole('button', { name: /Switch profile/ });
  expect(within(switcher).getAllByText('Demo')).toHaveLength(1);
  const accounts = (await screen.findByRole('heading', { name: 'Accounts' })).closest('section');
  await waitFor(() =>
    expect(within(accounts as HTMLElement).getAllByText(/^Demo$/)).toHaveLength(1),
  );
});

it('begins with the recovery key while it has not been saved, and says why at the sign', async () => {
  await renderApp({ profile: liveProfile, backups: { recoveryKeySavedAt: null } }, '#/settings');
  await screen.findByText('Without it, a lost keychain loses your records.');
  const titles = screen.getAllByRole('heading', { level: 2 }).map((title) => title.textContent);
  expect(titles[0]).toBe('Recovery key');
  expect(titles.filter((title) => title === 'Recovery key')).toHaveLength(1);
  expect(screen.getByRole('link', { name: /Settings/ })).toHaveAttribute(
    'title',
    'The recovery key has not been saved yet',
  );
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
