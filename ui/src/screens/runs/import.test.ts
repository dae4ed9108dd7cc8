import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { router } from '../../app/router.svelte';
import { messages } from '$lib/components';
import { failure, FakePlatform } from '$lib/platform/fake';
import { assertNoBarriers } from '../../../tests/barriers';
import { layOutLists } from '../../../tests/list-layout';
import { renderApp, renderAppOn } from '../../../tests/render-app';

layOutLists();

afterEach(() => {
  for (const { cause } of messages.shown) messages.dismiss(cause);
});

it('explains itself where there is no run yet, and offers each way to begin', async () => {
  const { user, platform } = await renderApp({}, '#/runs');
  expect(await screen.findByText('Pay everyone at once')).toBeInTheDocument();
  for (const name of ['Import a file', 'Paste rows', 'Pick payees', 'Download a template']) {
    expect(screen.getByRole('button', { name })).toBeInTheDocument();
  }
  await assertNoBarriers();
  await user.click(screen.getByRole('button', { name: 'Download a template' }));
  await user.click(await screen.findByRole('menuitem', { name: /XLSX/ }));
  await waitFor(() => expect(messages.shown[0]?.title).toBe('The template has been saved'));
  expect(platform.calls).toContainEqual({ command: 'saveRunTemplate', args: ['xlsx', 'en'] });
});

it('lists the runs with where they stand', async () => {
  const { user } = await renderApp({ runRows: 12 }, '#/runs');
  const row = await screen.findByRole('row', { name: /Bonus round/ });
  expect(row).toHaveTextContent('Sending');
  expect(within(row).getByRole('progressbar')).toHaveAttribute(
    'aria-valuetext',
    '18 of 40 settled',
  );
  await assertNoBarriers();
  await user.type(screen.getByRole('textbox', { name: 'Name of a run' }), 'nothing');
  expect(await screen.findByText('No run has this name')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show all runs' }));
  expect(await screen.findByRole('row', { name: /Bonus round/ })).toBeInTheDocument();
});

it('imports a chosen file and asks what was guessed, before any row is shown', async () => {
  const { user, platform } = await renderApp({}, '#/runs');
  await user.click(await screen.findByRole('button', { name: 'Import a file' }));
  expect(await screen.findByRole('heading', { name: 'What do the columns hold?' })).toBeVisible();
  expect(router.route).toEqual({ name: 'run', id: 'run-1' });
  const rows = screen.getAllByRole('row').slice(1);
  expect(rows[0]).toHaveTextContent(/Contractor.*payee1@example\.com.*Guessed/);
  expect(rows[1]).not.toHaveTextContent('Guessed');
  expect(screen.getByText('Not used: Team')).toBeInTheDocument();
  await assertNoBarriers();

  const payee = screen.getByRole('combobox', { name: 'What “Contractor” holds' });
  await user.selectOptions(payee, 'Nothing that Remit needs');
  expect(screen.getByText('Not used: Contractor and Team')).toBeInTheDocument();
  const go = screen.getByRole('button', { name: 'Continue with 12 rows' });
  expect(go).toHaveAccessibleDescription('Say which column holds the payee.');
  await user.click(go);
  expect(platform.calls.some(({ command }) => command === 'setRunMapping')).toBe(false);

  // A field belongs to one column: the amount moves from its own.
  await user.selectOptions(payee, 'Amount');
  expect(screen.getByRole('combobox', { name: 'What “Amount due” holds' })).toHaveValue('');
  await user.selectOptions(payee, 'Payee’s name');
  await user.selectOptions(
    screen.getByRole('combobox', { name: 'What “Amount due” holds' }),
    'Amount',
  );
  await user.selectOptions(
    screen.getByRole('combobox', { name: 'Decimals begin with' }),
    'A comma: 1.250,50',
  );
  await user.click(go);
  expect(await screen.findByRole('grid', { name: 'Rows of the run' })).toBeInTheDocument();
  expect(platform.calls.find(({ command }) => command === 'setRunMapping')?.args).toEqual([
    'run-1',
    {
      columns: ['payee_name', 'amount', 'currency', 'invoice_id', null],
      ...{ headerRow: 0, decimalMark: 'comma', dateOrder: null, currency: 'USD', sheet: null },
    },
  ]);
  expect(screen.getByRole('link', { name: 'Columns' })).toBeInTheDocument();
});

it('says when the very same file was released before, and when', async () => {
  const platform = new FakePlatform();
  const sameContent = [{ id: 'run-9', name: 'October', releasedAt: '2026-10-31T12:00:00Z' }];
  platform.addDraft([{ payee: 'payee1@example.com', amount: '1' }], { sameContent });
  await renderAppOn(platform, '#/runs/run-1');
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('This very file was released before');
  expect(within(alert).getByRole('link', { name: /October, released on Oct 31/ })).toHaveAttribute(
    'href',
    '#/runs/run-9',
  );
});

it('imports the one file that is dropped anywhere on the window', async () => {
  const { platform } = await renderApp({}, '#/settings');
  await screen.findByRole('heading', { name: 'Settings' });
  // What lies over the screens comes after the first of them.
  await waitFor(() => {
    platform.drag({ kind: 'over' });
    expect(screen.getByText('Drop the file to make a run of it')).toBeInTheDocument();
  });
  platform.drag({ kind: 'dropped', paths: ['/a/one.csv', '/a/two.csv'] });
  await waitFor(() => expect(messages.shown[0]?.title).toBe('Drop one file at a time'));
  expect(screen.queryByText('Drop the file to make a run of it')).toBeNull();
  platform.drag({ kind: 'dropped', paths: ['C:\\pay\\one.csv'] });
  await waitFor(() => expect(router.route.name).toBe('run'));
  expect(platform.runs.map(({ run }) => run.name)).toEqual(['one']);
});

it('shows how far a long reading is, and stops it when asked', async () => {
  const platform = new FakePlatform();
  let open: () => void = () => undefined;
  platform.importGate = new Promise((resolve) => (open = resolve));
  const { user } = await renderAppOn(platform, '#/runs');
  await user.click(await screen.findByRole('button', { name: 'Import a file' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Reading october.csv' }));
  await waitFor(() => expect(dialog.getByRole('progressbar')).toHaveAttribute('value', '25'));
  expect(dialog.getByRole('status')).toHaveTextContent('40 rows');
  await user.click(dialog.getByRole('button', { name: 'Cancel' }));
  open();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(router.route.name).toBe('runs');
  expect(platform.runs).toHaveLength(0);
});

it('says why a file cannot be read', async () => {
  const { user, platform } = await renderApp({}, '#/runs');
  platform.failNext('importRun', failure('disk_full'));
  await user.click(await screen.findByRole('button', { name: 'Import a file' }));
  const dialog = await screen.findByRole('dialog', { name: 'No run was made' });
  expect(within(dialog).getByRole('alert')).toHaveTextContent('The disk is full');
  await user.click(within(dialog).getAllByRole('button', { name: 'Close' })[0]!);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('makes a run of pasted rows and of picked payees', async () => {
  const { user, platform } = await renderApp({}, '#/runs');
  await user.click(await screen.findByRole('button', { name: 'Paste rows' }));
  const field = await screen.findByRole('textbox', { name: 'Rows' });
  await user.click(field);
  await user.paste('payee1@example.com\t12\tP-1');
  await user.click(screen.getByRole('button', { name: 'Make a run' }));
  await screen.findByRole('grid', { name: 'Rows of the run' });

  router.go({ name: 'payees' });
  await user.click(await screen.findByRole('button', { name: 'Pay several in a run' }));
  await user.click(await screen.findByRole('checkbox', { name: /^Ana Ruiz/ }));
  await user.click(screen.getByRole('checkbox', { name: /^Marcus Chen/ }));
  await user.click(screen.getByRole('button', { name: 'Make a run of 2 payees' }));
  await waitFor(() => expect(router.route).toEqual({ name: 'run', id: 'run-2' }));
  expect(platform.calls.find(({ command }) => command === 'composeRun')?.args).toEqual([
    ['payee-1', 'payee-2'],
  ]);
});

it('asks what the columns hold where nothing was guessed, and speaks of no headings where there are none', async () => {
  const platform = new FakePlatform();
  const kept = platform.addDraft([{ payee: 'Ana Ruiz', amount: '1' }], { headerRow: null });
  kept.complete = false;
  kept.columns = kept.columns.map((column) => ({ ...column, field: null, confidence: null }));
  const { user } = await renderAppOn(platform, '#/runs/run-1');
  expect(await screen.findByText(/Say what each column holds\.$/)).toBeInTheDocument();
  expect(screen.queryByText(/guessed/)).toBeNull();
  const [payee, amount] = screen.getAllByRole('combobox', { name: /^What .+ holds$/ });
  await user.selectOptions(payee!, 'Payee, in any form');
  await user.selectOptions(amount!, 'Amount');
  expect(
    screen.getByText(
      'Remit proposes this again for rows without headings that have the same number of columns.',
    ),
  ).toBeInTheDocument();
});
