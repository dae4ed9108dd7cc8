import { screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, expect, it } from 'vitest';
import { messages } from '$lib/components';
import { failure, FakePlatform } from '$lib/platform/fake';
import { passingMemory } from '$lib/platform/memory';
import { layOutLists } from '../../../tests/list-layout';
import { renderApp, renderAppOn } from '../../../tests/render-app';
import { payeesView } from './payees-view.svelte';

layOutLists();

beforeEach(() => {
  payeesView.open('none', passingMemory());
  for (const { cause } of messages.shown) messages.dismiss(cause);
});

function queries(platform: FakePlatform) {
  return platform.calls
    .filter(({ command }) => command === 'listPayees')
    .map(({ args }) => args[0]);
}

async function row(name: RegExp) {
  return screen.findByRole('row', { name });
}

it('lists who there is, with status, account and what was paid', async () => {
  await renderApp();
  const ana = await row(/Ana Ruiz/);
  expect(ana).toHaveTextContent('payee1@example.com');
  expect(ana).toHaveTextContent('Active');
  expect(ana).toHaveTextContent('Bank account ••••5655');
  expect(ana).toHaveTextContent('Nov 17, 2026');
  expect(ana).toHaveTextContent('USD 18,250.00');
  expect(screen.getByText('12 payees')).toBeInTheDocument();
});

it('searches with each letter, and finds its way back from no result', async () => {
  const { user, platform } = await renderApp();
  await row(/Ana Ruiz/);
  const before = queries(platform).length;
  await user.keyboard('/');
  await user.keyboard('priya');
  await waitFor(() => expect(screen.queryByText('Ana Ruiz')).toBeNull());
  expect(await row(/Priya Natarajan/)).toBeInTheDocument();
  expect(queries(platform)[before]).toMatchObject({ search: 'p', cursor: null });
  expect(queries(platform).at(-1)).toMatchObject({ search: 'priya', cursor: null });

  await user.keyboard('zzz');
  expect(await screen.findByText('No payee matches')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show all payees' }));
  expect(await row(/Ana Ruiz/)).toBeInTheDocument();
});

it('narrows by status and orders by what the heading says', async () => {
  const { user, platform } = await renderApp();
  await row(/Ana Ruiz/);
  await user.click(screen.getByRole('button', { name: 'Status: All statuses' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Declined' }));
  expect(await row(/Grace Okafor/)).toBeInTheDocument();
  await waitFor(() => expect(screen.queryByText('Ana Ruiz')).toBeNull());
  await user.click(screen.getByRole('button', { name: 'Last paid' }));
  await waitFor(() => {
    expect(queries(platform).at(-1)).toMatchObject({ statuses: ['declined'], sort: 'last_paid' });
  });
  expect(screen.getByRole('columnheader', { name: 'Last paid' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
});

it('opens the row the keys have chosen and keeps the search on the way back', async () => {
  const { user } = await renderApp();
  await row(/Ana Ruiz/);
  await user.type(screen.getByRole('textbox', { name: /Search/ }), 'ru');
  await waitFor(() => expect(screen.queryByText('Marcus Chen')).toBeNull());
  screen.getByRole('grid').focus();
  await user.keyboard('{Home}{Enter}');
  expect(await screen.findByRole('heading', { level: 1, name: 'Ana Ruiz' })).toBeInTheDocument();
  await user.keyboard('{Escape}');
  expect(await screen.findByRole('textbox', { name: /Search/ })).toHaveValue('ru');
  const grid = await screen.findByRole('grid');
  const active = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
  expect(active).toHaveTextContent('Ana Ruiz');
});

it('fetches the next page when the end comes near', async () => {
  const { user, platform } = await renderApp({ payees: 250 });
  await row(/Ana Ruiz payee1@/);
  screen.getByRole('grid').focus();
  await user.keyboard('{End}');
  await waitFor(() => expect(queries(platform).at(-1)).toMatchObject({ cursor: '100' }));
  expect(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '251');
});

it('follows the ledger without losing the chosen row', async () => {
  const { user, platform } = await renderApp();
  await row(/Ana Ruiz/);
  screen.getByRole('grid').focus();
  await user.keyboard('{Home}j');
  const chosen = () => {
    const id = screen.getByRole('grid').getAttribute('aria-activedescendant');
    return document.getElementById(id ?? '')?.textContent;
  };
  const name = 'Elena Petrova';
  expect(chosen()).toContain(name);
  const [first] = platform.payees;
  Object.assign(first!, { displayName: 'Zoe Ruiz', status: 'declined' });
  platform.emit('payeeChanged', { id: first!.id });
  const moved = await row(/Zoe Ruiz/);
  expect(moved).toHaveTextContent('Declined');
  expect(chosen()).toContain(name);
});

it('explains the three steps while there is nobody', async () => {
  const { user } = await renderApp({ payees: 0 });
  expect(await screen.findByText(/You register the payee/)).toBeInTheDocument();
  expect(screen.getByText(/The payee adds details/)).toBeInTheDocument();
  expect(screen.getByText(/3. You pay/)).toBeInTheDocument();
  await user.click(screen.getByRole('link', { name: 'Register payee' }));
  expect(await screen.findByRole('heading', { level: 1 })).toHaveTextContent('Register payee');
});

it('says why the list cannot be read, and reads it once it can', async () => {
  const platform = new FakePlatform();
  platform.failNext('listPayees', failure('ledger_failed'));
  const { user } = await renderAppOn(platform);
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('The ledger could not be written or read');
  await user.click(within(alert).getByRole('button', { name: 'Try again' }));
  expect(await row(/Ana Ruiz/)).toBeInTheDocument();
  expect(screen.queryByRole('alert')).toBeNull();
});

it('reports the refresh of all payees as one message', async () => {
  const { user, platform } = await renderApp();
  await row(/Ana Ruiz/);
  await user.click(screen.getByRole('button', { name: 'Refresh all' }));
  expect(await screen.findByText(/asked about 12 payees. Nothing has changed/)).toBeInTheDocument();

  platform.refreshAllPayees = () =>
    Promise.resolve({ asked: 12, changed: 1, failed: 3, firstError: failure('timeout') });
  await user.click(screen.getByRole('button', { name: 'Refresh all' }));
  expect(await screen.findByText('3 payees of 12 could not be checked')).toBeInTheDocument();
  expect(screen.getByText(/Pockyt has not answered in time/)).toBeInTheDocument();
  expect(messages.shown).toHaveLength(1);
});

it('keeps a filter under a name and the columns chosen, but never what was searched for', async () => {
  const { user, platform } = await renderApp();
  await row(/Ana Ruiz/);
  await user.type(screen.getByRole('textbox', { name: /Search/ }), 'grace');
  await user.click(screen.getByRole('button', { name: 'Status: All statuses' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Declined' }));
  await user.click(screen.getByRole('button', { name: 'Saved filters' }));
  await user.click(await screen.findByRole('menuitem', { name: /Save or remove/ }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(dialog.getByLabelText('Name')).toHaveValue('Declined');
  await user.click(dialog.getByRole('button', { name: 'Save' }));
  expect(platform.memory.recall('demo.payees.filters')).toBe(
    JSON.stringify([{ name: 'Declined', filter: { status: 'declined', sort: 'name' } }]),
  );
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

  payeesView.showAll();
  await user.click(screen.getByRole('button', { name: 'Saved filters' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Declined' }));
  await waitFor(() => expect(queries(platform).at(-1)).toMatchObject({ statuses: ['declined'] }));
  await waitFor(() => expect(document.body.style.pointerEvents).not.toBe('none'));

  await user.click(screen.getByRole('button', { name: 'Saved filters' }));
  await user.click(await screen.findByRole('menuitem', { name: /Save or remove/ }));
  const saved = within(await screen.findByRole('dialog'));
  const kept = platform.memory.recall('demo.payees.filters');
  await user.click(saved.getByRole('button', { name: 'Remove Declined' }));
  expect(platform.memory.recall('demo.payees.filters')).toBe('[]');
  const back = saved.getByRole('button', { name: 'Bring Declined back' });
  expect(back).toHaveFocus();
  await user.click(back);
  expect(platform.memory.recall('demo.payees.filters')).toBe(kept);
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(document.body.style.pointerEvents).not.toBe('none'));

  await user.click(screen.getByRole('button', { name: 'Columns' }));
  await user.click(await screen.findByRole('menuitemcheckbox', { name: 'Pays to' }));
  await waitFor(() => expect(screen.queryByRole('columnheader', { name: 'Pays to' })).toBeNull());
  expect(platform.memory.recall('demo.payees.columns')).toBe('["lastPaid","paidThisYear"]');
});

it('shows those with a status when a link asks for it', async () => {
  const { platform } = await renderApp({}, '#/payees?status=declined');
  expect(await row(/Grace Okafor/)).toBeInTheDocument();
  expect(queries(platform).at(-1)).toMatchObject({ statuses: ['declined'] });
});
