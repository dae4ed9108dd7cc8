import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { spoken } from '$lib/i18n';
import { FakePlatform } from '$lib/platform/fake';
import type { TrayWords } from '$lib/platform';
import { renderAppOn } from '../../tests/render-app';

afterEach(() => spoken.prefer('en'));

/** What the sign in the tray said last. */
function said(platform: FakePlatform): TrayWords | undefined {
  const calls = platform.calls.filter(({ command }) => command === 'showTray');
  return calls.at(-1)?.args[0] as TrayWords | undefined;
}

it('says what is being sent, in the language of the window', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  await renderAppOn(platform, '#/settings');
  await waitFor(() => expect(said(platform)?.status).toBe('1 payout is being sent'));
  expect(said(platform)?.stays?.body).toContain('ends when everything is sent');
  await spoken.prefer('zh-CN');
  await waitFor(() => expect(said(platform)?.quit).toBe('退出 Remit'));
  expect(said(platform)?.status).toBe('正在发送 1 笔付款');
});

it('closing the window does what the owner chose', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  const { user } = await renderAppOn(platform, '#/settings');
  const choice = await screen.findByLabelText('When the window is closed');
  await user.selectOptions(choice, 'never');
  await waitFor(() => expect(said(platform)?.stays).toBeNull());
  await user.selectOptions(choice, 'always');
  await waitFor(() => expect(said(platform)?.stays?.body).toContain('or to quit it'));
});

it('asks for the engine once, for the sign and for the window alike', async () => {
  const platform = new FakePlatform({ payees: 1, payouts: 0 });
  await renderAppOn(platform, '#/payees');
  await waitFor(() => expect(said(platform)).toBeDefined());
  expect(platform.calls.filter(({ command }) => command === 'engineStatus')).toHaveLength(1);
});
