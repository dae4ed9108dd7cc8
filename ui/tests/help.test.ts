import { screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { expect, it } from 'vitest';
import { FakePlatform, samplePayee } from '$lib/platform/fake';
import { renderApp, renderAppOn } from './render-app';

// The fake's payouts: the first is processing, the third unknown, the sixth returned.
it.each([
  ['#/payees/payee-3', 'Why is this payee not active yet?', /invitation lies unread/],
  ['#/payouts/payout-3', 'What does Checking mean?', /never sends it under another invoice ID/],
  ['#/payouts/payout-1', 'When does the money arrive?', /one to three banking days/],
  ['#/payouts/payout-6', 'What does Returned mean?', /put it back into your balance/],
])('at %s answers "%s"', async (address, question, answer) => {
  const { user } = await renderApp({}, address);
  await user.click(await screen.findByRole('button', { name: question }));
  expect(await screen.findByRole('dialog', { name: question })).toHaveTextContent(answer);
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  // Escape closed the answer, not the page.
  expect(screen.getByRole('button', { name: question })).toBeInTheDocument();
});

it('does not send a payee to the mailbox who has been through the profile', async () => {
  const platform = new FakePlatform();
  Object.assign(platform.payees[2] ?? {}, { accountPending: true, mustAct: 'pockyt' });
  const { user } = await renderAppOn(platform, '#/payees/payee-3');
  expect(await screen.findByRole('main')).toHaveTextContent('Pending');
  expect(document.querySelector('header')).not.toHaveTextContent('Invited');
  await user.click(screen.getByRole('button', { name: 'Why is this payee not active yet?' }));
  expect(await screen.findByRole('dialog')).toHaveTextContent(/The payee’s part is done/);
  expect(screen.getByRole('dialog')).not.toHaveTextContent(/invitation/);
});

it('says who sees the token where it is entered', async () => {
  const { user } = await renderApp({ state: 'welcome' });
  await user.click(await screen.findByRole('button', { name: 'Connect Pockyt' }));
  await user.click(screen.getByRole('button', { name: 'Who sees this token?' }));
  expect(await screen.findByText(/this window cannot read it back/)).toBeInTheDocument();
});

it('leaves out the hint about the first payee once somebody is registered', async () => {
  await renderAppOn(new FakePlatform({ tour: true }));
  const tour = within(await screen.findByRole('region', { name: 'First steps' }));
  expect(await tour.findByText('1 of 2')).toBeInTheDocument();
});

it('goes on counting where a payee is registered meanwhile', async () => {
  const platform = new FakePlatform({ tour: true, payees: 0 });
  await renderAppOn(platform);
  expect(await screen.findByText('1 of 3')).toBeInTheDocument();
  const asked = () => platform.calls.some(({ command }) => command === 'overview');
  await waitFor(() => expect(asked()).toBe(true));
  await tick();
  platform.payees.push(samplePayee(0));
  platform.emit('payeeChanged', { id: 'payee-1' });
  expect(await screen.findByText('Everything is a few letters away')).toBeVisible();
  expect(await screen.findByText('2 of 3')).toBeInTheDocument();
});

it('gives three hints on the first start, and none ever again', async () => {
  const platform = new FakePlatform({ tour: true, payees: 0 });
  const { user, unmount } = await renderAppOn(platform);
  expect(await screen.findByText('Begin with a payee')).toBeInTheDocument();
  await user.click(screen.getByRole('link', { name: 'New payout' }));
  await screen.findByRole('heading', { name: 'New payout' });
  expect(screen.queryByText('Begin with a payee')).toBeNull();
  await user.click(screen.getByRole('link', { name: 'Payees' }));
  await user.click(screen.getByRole('button', { name: 'Next' }));
  await user.click(screen.getByRole('button', { name: 'Next' }));
  expect(screen.getByText('Nothing is paid twice')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Got it' }));
  expect(screen.queryByRole('region', { name: 'First steps' })).toBeNull();
  unmount();
  await renderAppOn(platform);
  await screen.findByRole('heading', { name: 'Payees' });
  expect(screen.queryByRole('region', { name: 'First steps' })).toBeNull();
});
