import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { messages } from '$lib/components';
import { router } from '../../app/router.svelte';
import { failure, FakePlatform, SAMPLE_TEXTS } from '$lib/platform/fake';
import { assertNoBarriers } from '../../../tests/barriers';
import { layOutLists } from '../../../tests/list-layout';
import { renderAppOn } from '../../../tests/render-app';
import type { CellName } from './problem';

layOutLists();

afterEach(() => {
  for (const { cause } of messages.shown) messages.dismiss(cause);
});

async function openGrid(
  texts: readonly Partial<Record<CellName, string>>[] = SAMPLE_TEXTS,
  change: (platform: FakePlatform) => void = () => undefined,
) {
  const platform = new FakePlatform();
  change(platform);
  platform.addDraft(texts);
  const view = await renderAppOn(platform, '#/runs/run-1');
  const grid = await screen.findByRole('grid', { name: 'Rows of the run' });
  await waitFor(() => expect(within(grid).getAllByRole('row').length).toBeGreaterThan(1));
  await view.user.click(cell(0, 0));
  return { ...view, platform, grid };
}

function cell(row: number, column: number): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-cell="${row}-${column}"]`);
  if (!found) throw new Error(`no cell ${row}-${column}`);
  return found;
}

function saved(platform: FakePlatform) {
  return platform.calls
    .filter(({ command }) => command === 'editRunCells')
    .map(({ args }) => args[1]);
}

const many = Array.from({ length: 350 }, (_, index) => ({
  payee: 'payee1@example.com',
  amount: `${index + 1}`,
  invoiceId: `M-${index}`,
}));

it('is a grid of all rows, with one cell to tab to and nothing that axe objects to', async () => {
  const { grid } = await openGrid();
  expect(grid).toHaveAttribute('aria-rowcount', '13');
  expect(grid).toHaveAttribute('aria-colcount', '8');
  expect(grid.querySelectorAll('[role="gridcell"][tabindex="0"]')).toHaveLength(1);
  expect(within(grid).getAllByRole('row')[1]).toHaveAttribute('aria-rowindex', '2');
  await assertNoBarriers();
});

it('moves as a spreadsheet does', async () => {
  const { user } = await openGrid(many);
  await user.keyboard('{ArrowDown}{ArrowRight}');
  await waitFor(() => expect(cell(1, 1)).toHaveFocus());
  await user.keyboard('{End}');
  await waitFor(() => expect(cell(1, 6)).toHaveFocus());
  await user.keyboard('{Home}{Tab}');
  await waitFor(() => expect(cell(1, 1)).toHaveFocus());
  await user.keyboard('{PageDown}');
  await waitFor(() => expect(document.activeElement).toHaveAttribute('data-cell', '18-1'));
  await user.keyboard('{Control>}{End}{/Control}');
  await waitFor(() => expect(cell(349, 6)).toHaveFocus());
  await waitFor(() => expect(cell(349, 0)).toHaveTextContent('Ana Ruiz'));
});

it('keeps the focus in its cell while others are looked at', async () => {
  const { user, grid } = await openGrid(many);
  await user.click(cell(2, 1));
  await waitFor(() => expect(cell(2, 1)).toHaveFocus());
  const look = async (top: number, row: number) => {
    grid.scrollTop = top;
    grid.dispatchEvent(new Event('scroll'));
    await waitFor(() => expect(cell(row, 0)).toHaveTextContent('Ana Ruiz'));
    expect(cell(2, 1)).toHaveFocus();
  };
  await look(3400, 100);
  const rows = within(grid)
    .getAllByRole('row')
    .map((row) => row.getAttribute('aria-rowindex'));
  expect(new Set(rows).size).toBe(rows.length);
  await look(6800, 200);
  await look(0, 5);
  await user.keyboard('{ArrowDown}');
  await waitFor(() => expect(cell(3, 1)).toHaveFocus());
});

it('leaves the focus alone once something outside was pressed', async () => {
  const { user, grid } = await openGrid(many);
  await user.click(cell(2, 1));
  await user.click(document.body);
  grid.scrollTop = 3400;
  grid.dispatchEvent(new Event('scroll'));
  await waitFor(() => expect(cell(100, 0)).toHaveTextContent('Ana Ruiz'));
  expect(document.body).toHaveFocus();
});

it('lets Tab go on from the last cell of a row, so that nobody is caught', async () => {
  const { user } = await openGrid();
  await user.keyboard('{End}');
  await waitFor(() => expect(cell(0, 6)).toHaveFocus());
  await user.keyboard('{Tab}');
  expect(screen.getByRole('button', { name: 'Skip row' })).toHaveFocus();
});

it('writes over a cell, saves it, and goes on below', async () => {
  const { user, platform } = await openGrid();
  await user.click(cell(4, 1));
  expect(cell(4, 1)).toHaveAttribute('aria-invalid', 'true');
  await user.keyboard('120.00{Enter}');
  await waitFor(() => expect(cell(5, 1)).toHaveFocus());
  await waitFor(() => expect(cell(4, 1)).not.toHaveAttribute('aria-invalid'));
  expect(saved(platform)).toEqual([[{ row: 4, field: 'amount', text: '120.00' }]]);
  expect(screen.getByText('3 rows ready')).toBeInTheDocument();
});

it('writes in a cell with F2, and Escape leaves it as it was, on this page', async () => {
  const { user, platform } = await openGrid();
  await user.click(cell(1, 5));
  await user.keyboard('{F2} 2026{Escape}');
  await waitFor(() => expect(cell(1, 5)).toHaveFocus());
  expect(cell(1, 5)).toHaveTextContent('October');
  expect(saved(platform)).toEqual([]);
  await user.keyboard('{F2} 2026{Enter}');
  await waitFor(() => expect(cell(1, 5)).toHaveTextContent('October 2026'));
});

it('goes on writing after the Enter or Escape that ends what an input method composes', async () => {
  const { user, platform } = await openGrid();
  await user.click(cell(1, 5));
  await user.keyboard('{F2} 2026');
  const field = within(cell(1, 5)).getByRole('textbox');
  await fireEvent.keyDown(field, { key: 'Enter', keyCode: 229 });
  await fireEvent.keyDown(field, { key: 'Escape', keyCode: 229 });
  expect(field).toHaveFocus();
  expect(saved(platform)).toEqual([]);
});

it('takes back what was written, and makes it again', async () => {
  const { user, platform } = await openGrid();
  await user.click(cell(0, 5));
  await user.keyboard('first{Enter}');
  await waitFor(() => expect(cell(0, 5)).toHaveTextContent('first'));
  await user.keyboard('{Control>}z{/Control}');
  await waitFor(() => expect(cell(0, 5)).toHaveTextContent(''));
  await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}');
  await waitFor(() => expect(cell(0, 5)).toHaveTextContent('first'));
  await waitFor(() =>
    expect(saved(platform).flat()).toEqual(
      ['first', '', 'first'].map((text) => ({ row: 0, field: 'description', text })),
    ),
  );
});

it('keeps what could not be saved in its cell, says so, and tries again', async () => {
  const { user, platform } = await openGrid();
  platform.failNext('editRunCells', failure('disk_full'));
  await user.click(cell(0, 6));
  await user.keyboard('for Ana{Enter}');
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('The disk is full');
  expect(cell(0, 6)).toHaveTextContent('for Ana');
  await user.click(within(alert).getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  expect(platform.runs[0]!.rows[0]!.texts.note).toBe('for Ana');
});

it('pastes cells from a spreadsheet from here on, and says which found no row', async () => {
  const { user, platform } = await openGrid();
  await user.click(cell(10, 1));
  await user.paste('1\tEUR\n2\tGBP\n3\tUSD');
  await waitFor(() => expect(saved(platform)).toHaveLength(1));
  expect(saved(platform)[0]).toEqual([
    { row: 10, field: 'amount', text: '1' },
    { row: 10, field: 'currency', text: 'EUR' },
    { row: 11, field: 'amount', text: '2' },
    { row: 11, field: 'currency', text: 'GBP' },
  ]);
  await waitFor(() => expect(messages.shown[0]?.title).toMatch(/^1 line was not pasted/));
});

it('fills all that is chosen with one pasted cell, and copies it as a spreadsheet does', async () => {
  const { user, platform } = await openGrid();
  await user.click(cell(0, 5));
  await user.keyboard('{Shift>}{ArrowDown}{ArrowDown}{ArrowRight}{/Shift}');
  await user.paste('same');
  await waitFor(() => expect(saved(platform)[0]).toHaveLength(6));
  const setData = vi.fn();
  const copy = Object.assign(new Event('copy', { bubbles: true, cancelable: true }), {
    clipboardData: { setData },
  });
  document.activeElement?.dispatchEvent(copy);
  expect(copy.defaultPrevented).toBe(true);
  expect(setData).toHaveBeenCalledWith('text/plain', 'same\tsame\nsame\tsame\nsame\tsame');
});

it('says what is wrong with the cell that is moved to, here or elsewhere in its row', async () => {
  const { user, grid } = await openGrid();
  await user.click(cell(2, 0));
  const said = grid.nextElementSibling;
  await waitFor(() => expect(said).toHaveTextContent('You have no payee called Nobody Known.'));
  await user.keyboard('{ArrowRight}');
  await waitFor(() => expect(said).toHaveTextContent(/^Elsewhere in this row: You have no payee/));
  await user.keyboard('{ArrowUp}');
  await waitFor(() => expect(said).toHaveTextContent(''));
});

it('fixes each kind where it is: payee, account, waiting, skipping', async () => {
  const { user, platform } = await openGrid();
  await user.click(cell(2, 0));
  await user.keyboard('{Control>}{Enter}{/Control}');
  expect(screen.getByRole('button', { name: 'Choose payee' })).toHaveFocus();
  await user.keyboard('{Enter}');
  await user.click(await screen.findByRole('radio', { name: /Marcus Chen/ }));
  await user.click(screen.getByRole('button', { name: 'Choose this payee' }));
  await waitFor(() => expect(cell(2, 0)).toHaveTextContent('Marcus Chen'));

  await user.click(cell(7, 4));
  await user.click(await screen.findByRole('button', { name: 'Choose account' }));
  await user.click(await screen.findByRole('menuitem', { name: /9001/ }));
  await waitFor(() => expect(cell(7, 4)).toHaveTextContent('9001'));

  await user.click(cell(3, 0));
  await user.click(await screen.findByRole('button', { name: 'Send once the payee can be paid' }));
  expect(await screen.findByRole('button', { name: 'Do not wait' })).toBeInTheDocument();

  await user.click(cell(10, 0));
  await user.click(await screen.findByRole('button', { name: 'Skip row' }));
  expect(await screen.findByRole('button', { name: 'Skipped 1' })).toBeInTheDocument();
  expect(
    platform.calls.filter(({ command }) => command === 'decideRunRows').map(({ args }) => args[2]),
  ).toEqual([
    { kind: 'payee', payee: 'payee-2' },
    { kind: 'account', account: 'second-of-11' },
    { kind: 'wait', waits: true },
    { kind: 'skip' },
  ]);
});

it('counts each row in one of the filters after the first', async () => {
  await openGrid();
  const counts = within(screen.getByRole('group', { name: 'Rows shown' }))
    .getAllByRole('button')
    .map((button) => Number(/\d+$/.exec(button.textContent.trim())?.[0]));
  const [all, ...parts] = counts;
  expect(all).toBe(12);
  expect(parts.reduce((sum, count) => sum + count)).toBe(all);
});

it('tells a first payout, and wants no word for it', async () => {
  const { user } = await openGrid(many.slice(0, 2), ({ payees }) => {
    payees[0]!.lastPaidAt = null;
  });
  expect(screen.getByText('2 rows ready')).toBeInTheDocument();
  await user.click(cell(1, 0));
  const detail = within(screen.getByRole('region', { name: 'About this cell' }));
  expect(detail.getByText('This is the first payout to this payee.')).toBeInTheDocument();
  expect(detail.queryByRole('button', { name: 'Accept' })).toBeNull();
});

/** A run of payees that were picked, whose amounts are still to be typed. */
async function openPicked() {
  const platform = new FakePlatform();
  const texts = [1, 2, 4].map((number) => ({ payee: `payee${number}@example.com` }));
  platform.addDraft(texts, {}, { origin: 'composed' });
  const view = await renderAppOn(platform, '#/runs/run-1');
  await waitFor(() => expect(cell(0, 1)).toHaveFocus());
  return view;
}

const invalid = () =>
  [0, 1, 2].filter((row) => cell(row, 1).getAttribute('aria-invalid') === 'true');

it('begins at the first amount of picked payees, none of which is wrong before it was left', async () => {
  const { user } = await openPicked();
  expect(invalid()).toEqual([]);
  expect(screen.getByText('Row 1, Amount')).toBeInTheDocument();
  expect(screen.getAllByText('The amount is still to come.').length).toBeGreaterThan(0);
  expect(screen.queryByRole('button', { name: /kind of problem/ })).toBeNull();
  await user.keyboard('12{Enter}');
  await waitFor(() => expect(cell(1, 1)).toHaveFocus());
  await waitFor(() => expect(screen.getByText('1 row ready')).toBeInTheDocument());
  expect(invalid()).toEqual([]);
  await user.keyboard('{ArrowDown}');
  await waitFor(() => expect(invalid()).toEqual([1]));
});

it('says which amounts are missing once the review is asked for', async () => {
  const { user } = await openPicked();
  await user.click(screen.getByRole('button', { name: 'Review' }));
  await waitFor(() => expect(invalid()).toEqual([0, 1, 2]));
});

it('accepts a warning only with a reason', async () => {
  const { user, platform } = await openGrid();
  await user.click(cell(5, 1));
  await user.click(await screen.findByRole('button', { name: 'Accept' }));
  const dialog = within(await screen.findByRole('dialog'));
  const accept = dialog.getByRole('button', { name: 'Accept on 1 row' });
  await user.click(accept);
  expect(platform.runs[0]!.rows[5]!.accepted.size).toBe(0);
  await user.type(dialog.getByRole('textbox', { name: 'Reason' }), 'Two months');
  await user.click(accept);
  await waitFor(() => expect(platform.runs[0]!.rows[5]!.accepted.size).toBe(1));
  expect(platform.calls.findLast(({ command }) => command === 'decideRunRows')?.args).toEqual([
    'run-1',
    [5],
    { kind: 'accept', codes: ['payee_amount_repeated'], reason: 'Two months' },
  ]);
});

it('shows rows with problems alone; one that is fixed leaves once it is left', async () => {
  const { user } = await openGrid();
  await user.click(screen.getByRole('button', { name: 'To do 10' }));
  await waitFor(() => expect(cell(0, 0)).toHaveTextContent('Nobody Known'));
  await user.click(cell(0, 0));
  await user.keyboard('payee2@example.com{Tab}');
  await waitFor(() => expect(cell(0, 0)).toHaveTextContent('Marcus Chen'));
  expect(screen.getByRole('button', { name: 'To do 9' })).toBeInTheDocument();
  await user.keyboard('{ArrowDown}');
  // The row below is where the fixed one was, and the cursor is still at it.
  await waitFor(() => expect(cell(0, 0)).toHaveTextContent('Priya Natarajan'));
  await waitFor(() => expect(cell(0, 1)).toHaveAttribute('tabindex', '0'));
});

it('skips all rows that are chosen', async () => {
  const { user, platform } = await openGrid(many);
  await user.keyboard('{Shift>} {ArrowDown}{ArrowDown}{/Shift}');
  expect(await screen.findAllByText('3 rows chosen')).not.toHaveLength(0);
  await user.click(screen.getByRole('button', { name: 'Skip' }));
  await waitFor(() =>
    expect(platform.runs[0]!.rows.filter(({ skipped }) => skipped).map(({ row }) => row)).toEqual([
      0, 1, 2,
    ]),
  );
});

it('takes back that rows were left out, except those that were before', async () => {
  const { user, platform } = await openGrid(many);
  const left = () => platform.runs[0]!.rows.filter(({ skipped }) => skipped).map(({ row }) => row);
  await user.keyboard('{ArrowDown}');
  await user.click(await screen.findByRole('button', { name: 'Skip row' }));
  await waitFor(() => expect(left()).toEqual([1]));
  messages.dismiss('decided-run-1');
  await user.click(cell(0, 0));
  await user.keyboard('{Shift>} {ArrowDown}{ArrowDown}{/Shift}');
  await user.click(await screen.findByRole('button', { name: 'Skip' }));
  const told = await screen.findByRole('group', { name: /left out$/ });
  expect(left()).toEqual([0, 1, 2]);
  await user.click(within(told).getByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(left()).toEqual([1]));
  expect(messages.shown).toEqual([]);
});

it('offers no undo for what was refused', async () => {
  const { user, platform } = await openGrid(many);
  platform.failNext('decideRunRows', failure('ledger_failed'));
  await user.keyboard('{Shift>} {ArrowDown}{/Shift}');
  await user.click(await screen.findByRole('button', { name: 'Skip' }));
  await waitFor(() => expect(messages.shown).toHaveLength(1));
  expect(messages.shown[0]?.undo).toBeUndefined();
});

it('reads the rows that are looked at, not all of them', async () => {
  const { platform } = await openGrid(Array.from({ length: 5000 }, () => many[0]!));
  const read = platform.calls.filter(({ command }) => command === 'runRows');
  expect(read.map(({ args }) => args.slice(2))).toEqual([[0, 100]]);
  expect(document.querySelectorAll('[role="gridcell"]').length).toBeLessThan(400);
});

it('offers to register who is no payee yet, by the name in the file, and comes back', async () => {
  const { user } = await openGrid();
  await user.click(cell(2, 0));
  await user.click(await screen.findByRole('link', { name: 'Register Nobody Known' }));
  expect(await screen.findByLabelText('First name')).toHaveValue('Nobody');
  expect(screen.getByLabelText('Last name')).toHaveValue('Known');
  await user.type(screen.getByLabelText('E-mail'), 'nobody@example.com');
  await user.type(screen.getByLabelText('Date of birth'), '4/30/1990');
  await user.type(screen.getByLabelText('Street and number'), '12 Elm St');
  await user.type(screen.getByLabelText('City'), 'Austin');
  await user.selectOptions(screen.getByLabelText('State'), 'TX');
  await user.type(screen.getByLabelText('ZIP code'), '73301');
  await user.click(screen.getByRole('button', { name: 'Register' }));
  expect(await screen.findByRole('grid', { name: 'Rows of the run' })).toBeInTheDocument();
  expect(router.route).toEqual({ name: 'run', id: 'run-1' });
});

it('fills in whom a row names anew, as long as nothing else was typed', async () => {
  const platform = new FakePlatform();
  const { user } = await renderAppOn(platform, '#/payees/new?called=tom%40example.com&run=run-1');
  expect(await screen.findByLabelText('E-mail')).toHaveValue('tom@example.com');
  router.go({ name: 'register', called: 'Ann Mary Lee' });
  await waitFor(() => expect(screen.getByLabelText('First name')).toHaveValue('Ann Mary'));
  expect(screen.getByLabelText('E-mail')).toHaveValue('');
  await user.type(screen.getByLabelText('City'), 'Austin');
  router.go({ name: 'register' });
  expect(await screen.findByText(/^What you had typed before/)).toBeInTheDocument();
  expect(screen.getByLabelText('Last name')).toHaveValue('Lee');
});

it('offers whose name contains what is written, to take with one press', async () => {
  const { user, platform } = await openGrid([{ payee: 'Marcus', amount: '10' }]);
  const said = await screen.findByRole('region', { name: 'About this cell' });
  await waitFor(() => expect(said).toHaveTextContent('Did you mean Marcus Chen?'));
  expect(platform.calls.map(({ command }) => command)).not.toContain('decideRunRows');
  await user.click(within(said).getByRole('button', { name: 'Choose Marcus Chen' }));
  await waitFor(() => expect(cell(0, 0)).toHaveTextContent('Marcus Chen'));
  expect(said).not.toHaveTextContent('Did you mean');
});

it('says nothing of the old text while another is being typed', async () => {
  const { user } = await openGrid([{ payee: 'Nobody Known', amount: '10' }]);
  await user.keyboard('{ArrowRight}{ArrowLeft}');
  const tip = await screen.findByRole('tooltip');
  expect(tip).toHaveTextContent('You have no payee called Nobody Known.');
  await user.keyboard('Mar');
  await waitFor(() => expect(tip).not.toHaveTextContent(/\w/));
});
