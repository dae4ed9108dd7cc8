import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { router } from '../../app/router.svelte';
import { messages } from '$lib/components';
import { failure, FakePlatform, SAMPLE_TEXTS } from '$lib/platform/fake';
import type { PayoutState, Run } from '$lib/platform';
import { assertNoBarriers } from '../../../tests/barriers';
import { layOutLists } from '../../../tests/list-layout';
import { renderAppOn } from '../../../tests/render-app';
import { AT_ONCE, readNotBefore } from './not-before';

layOutLists();

afterEach(() => {
  for (const { cause } of messages.shown) messages.dismiss(cause);
});

const forty = Array.from({ length: 40 }, (_, index) => ({
  payee: index % 2 ? 'payee1@example.com' : 'payee2@example.com',
  amount: `${index + 1}.00`,
  invoiceId: `F-${index}`,
}));

async function openReview(texts: Parameters<FakePlatform['addDraft']>[0] = forty) {
  const platform = new FakePlatform();
  platform.addDraft(texts);
  const view = await renderAppOn(platform, '#/runs/run-1?step=review');
  await screen.findByRole('heading', { name: 'Review before you release' });
  return { ...view, platform };
}

/** The button once the review can have been read. */
async function releaseButton(name: RegExp | string = /^(Pay|Release) /) {
  const button = await screen.findByRole('button', { name });
  await waitFor(() => expect(button).not.toHaveAttribute('aria-disabled'));
  return button;
}

function releases(platform: FakePlatform) {
  return platform.calls.filter(({ command }) => command === 'releaseRun');
}

it('tells what is sent, what it costs, what remains and what stays', async () => {
  await openReview(SAMPLE_TEXTS);
  expect(await screen.findByText('2 payouts')).toBeInTheDocument();
  expect(screen.getByText('USD 2,230.00')).toBeInTheDocument();
  expect(screen.getByText('USD 24,380.50 now, USD 22,148.50 after this run')).toBeInTheDocument();
  expect(screen.getByText('9 rows that must be fixed')).toBeInTheDocument();
  expect(screen.getByText('1 row that waits for your decision')).toBeInTheDocument();
  await assertNoBarriers();
});

it('says beside the button why it cannot be pressed', async () => {
  const platform = new FakePlatform();
  platform.addDraft(forty);
  const review = platform.reviewRun.bind(platform);
  const warnings = [{ code: 'account_unseen' as const, rows: 5, accepted: 0 }];
  vi.spyOn(platform, 'reviewRun').mockImplementation(async (id) => ({
    ...(await review(id)),
    ...{ warnings, mayRelease: false },
  }));
  await renderAppOn(platform, '#/runs/run-1?step=review');
  const reasons = () => screen.getAllByText('Accept the warnings above first, or skip their rows.');
  // One is for those who hear it, the other for those who see it.
  await waitFor(() => expect(reasons()).toHaveLength(2));
  expect(screen.getByText(/^Nothing is sent while a warning is open\./)).toBeInTheDocument();
});

it('names whom it pays, where and how much', async () => {
  const { platform } = await openReview();
  const table = await screen.findByRole('grid', { name: 'Who is paid' });
  expect(table).toHaveAttribute('aria-rowcount', '41');
  const { rows } = await platform.runRows('run-1', 'ready', 0, 1);
  const [first] = rows;
  await waitFor(() => expect(within(table).getAllByRole('row').length).toBeGreaterThan(2));
  const row = within(table).getAllByRole('row')[1];
  expect(row).toHaveTextContent(first?.payee?.name ?? 'nobody');
  expect(row).toHaveTextContent(/\d{4}.*USD 1\.00$/);
});

it('says on the button what is paid, and when it goes out', async () => {
  const { user } = await openReview();
  await releaseButton('Pay USD 820.00 in 40 payouts');
  await user.click(screen.getByRole('checkbox', { name: 'Send later' }));
  await releaseButton(/^Pay USD 820\.00 in 40 payouts on .+ 9:00\sAM$/);
});

it('releases once with one press, however often it is pressed', async () => {
  const { platform } = await openReview();
  const button = await releaseButton('Pay USD 820.00 in 40 payouts');
  await fireEvent.click(button, { detail: 1 });
  await fireEvent.click(button, { detail: 1 });
  await fireEvent.click(button, { detail: 2 });
  expect(await screen.findByRole('progressbar', { name: /October/ })).toBeInTheDocument();
  expect(releases(platform)).toHaveLength(1);
  expect(router.route).toEqual({ name: 'run', id: 'run-1' });
});

it('takes no press before the review can have been read, nor the second of a double click', async () => {
  const { platform } = await openReview();
  const button = await screen.findByRole('button', { name: 'Pay USD 820.00 in 40 payouts' });
  expect(button).toHaveAccessibleDescription('Read the review first.');
  await fireEvent.click(button, { detail: 1 });
  await releaseButton();
  await fireEvent.click(button, { detail: 2 });
  expect(releases(platform)).toHaveLength(0);
});

it('is to be read again when something changed meanwhile', async () => {
  const { user, platform } = await openReview();
  const button = await releaseButton();
  platform.failNext('releaseRun', failure('review_changed'));
  await user.click(button);
  expect(await screen.findByText('Something changed since you reviewed it')).toBeInTheDocument();
  expect(platform.calls.filter(({ command }) => command === 'reviewRun')).toHaveLength(2);
});

it('says what a failed release means, and lets it be pressed again', async () => {
  const { user, platform } = await openReview();
  platform.failNext('releaseRun', failure('disk_full'));
  await user.click(await releaseButton());
  expect(await screen.findByRole('alert')).toHaveTextContent('The disk is full');
  await user.click(await releaseButton());
  await screen.findByRole('progressbar', { name: /October/ });
});

it('accepts one kind of warning at a time, with a reason', async () => {
  const { user, platform } = await openReview(SAMPLE_TEXTS);
  await user.click(
    await screen.findByRole('button', { name: 'Accept: Same payee and amount twice' }),
  );
  const dialog = within(await screen.findByRole('dialog'));
  await user.type(dialog.getByRole('textbox', { name: 'Reason' }), '{Enter}');
  expect(dialog.getByRole('textbox', { name: 'Reason' })).toBeVisible();
  await user.type(dialog.getByRole('textbox', { name: 'Reason' }), 'Two months{Enter}');
  expect(await screen.findByText('3 payouts')).toBeInTheDocument();
  expect(screen.getByText('1 warning accepted')).toBeInTheDocument();
  expect(platform.calls.find(({ command }) => command === 'acceptRunWarning')?.args).toEqual([
    'run-1',
    'payee_amount_repeated',
    'Two months',
  ]);
});

it('takes one word, with or without a reason, for what is usual where much is new', async () => {
  const platform = new FakePlatform();
  platform.addDraft(forty);
  const review = platform.reviewRun.bind(platform);
  const warnings = [{ code: 'account_unseen' as const, rows: 5, accepted: 0 }];
  vi.spyOn(platform, 'reviewRun').mockImplementation(async (id) => ({
    ...(await review(id)),
    warnings,
  }));
  const { user } = await renderAppOn(platform, '#/runs/run-1?step=review');
  await user.click(await screen.findByRole('button', { name: 'Accept: Account not seen' }));
  await user.click(await releaseButton('Accept on 5 rows'));
  await waitFor(() =>
    expect(platform.calls.find(({ command }) => command === 'acceptRunWarning')?.args).toEqual([
      'run-1',
      'account_unseen',
      '',
    ]),
  );
});

it('names first payouts, which keep nothing from going out', async () => {
  const platform = new FakePlatform();
  platform.payees[1]!.lastPaidAt = null;
  platform.addDraft(forty);
  await renderAppOn(platform, '#/runs/run-1?step=review');
  expect(await screen.findByText('First payout: 20 rows')).toBeInTheDocument();
  await releaseButton('Pay USD 820.00 in 40 payouts');
});

it('says when the balance does not cover the run', async () => {
  const { platform } = await openReview([{ payee: 'payee1@example.com', amount: '24,400.00' }]);
  expect(await screen.findByText('Your balance is short of USD 20.50')).toBeInTheDocument();
  expect(platform.balance.amount).toBe('24380.50');
});

it('sends not before the moment that was chosen', async () => {
  const { user, platform } = await openReview();
  await user.click(await screen.findByRole('checkbox', { name: 'Send later' }));
  const day = screen.getByLabelText('Day');
  await user.clear(day);
  const empty = screen.getByRole('button', { name: 'Release 40 payouts' });
  expect(empty, 'later is not now, whatever day').toHaveAttribute('aria-disabled', 'true');
  await user.type(day, '1/31/2099');
  expect(day).toHaveAccessibleDescription('Read as Saturday, January 31, 2099');
  const time = screen.getByLabelText('Time');
  await user.clear(time);
  await user.type(time, '2:30 pm');
  expect(time).toHaveAccessibleDescription(/^Read as 2:30\sPM$/);
  await user.click(await releaseButton(/ on Jan 31, 2099, 2:30\sPM$/));
  await screen.findByText(/^Goes out on Jan 31, 2099, 2:30\sPM$/);
  const table = await screen.findByRole('grid', { name: 'What became of each row' });
  const [, first] = await within(table).findAllByRole('row');
  expect(first).toHaveTextContent(/Goes out on Jan 31, 2099, 2:30\sPM\./);
  expect(screen.queryByRole('link', { name: 'Its payouts' }), 'they are none yet').toBeNull();
  expect(releases(platform)[0]?.args[2]).toBe(new Date(2099, 0, 31, 14, 30).toISOString());
});

it.each([
  ['', '09:00', { ...AT_ONCE, dayError: 'Write month, day and year.' }],
  ['2026-02-30', '09:00', { ...AT_ONCE, dayError: 'Write month, day and year.' }],
  ['2026-03-01', 'nine', { ...AT_ONCE, timeError: 'Write the time as 09:00.' }],
  ['2026-03-01', '09:00', { ...AT_ONCE, dayError: 'This moment has passed.' }],
  ['2026-03-02', '09:00', { ...AT_ONCE, at: new Date(2026, 2, 2, 9).toISOString() }],
])('%s %s is read as a moment', (day, time, read) => {
  expect(readNotBefore(day, time, new Date(2026, 2, 1, 12))).toEqual(read);
});

async function openReleased(change: (platform: FakePlatform) => void = () => undefined) {
  const platform = new FakePlatform();
  platform.addDraft(forty);
  const { review } = await platform.reviewRun('run-1');
  const run: Run = await platform.releaseRun('run-1', review, null);
  change(platform);
  const view = await renderAppOn(platform, `#/runs/${run.id}`);
  const bar = await screen.findByRole('progressbar', { name: /October/ });
  return { ...view, platform, bar };
}

it('follows the run, by numbers, by rows and aloud', async () => {
  const { platform, bar } = await openReleased();
  expect(bar).toHaveAttribute('aria-valuenow', '0');
  expect(screen.getByText('240 a minute · less than a minute left')).toBeInTheDocument();
  platform.advance('run-1', 10, 'paid');
  await waitFor(() => expect(bar).toHaveAttribute('aria-valuenow', '10'));
  expect(bar).toHaveAttribute('aria-valuetext', '10 of 40 settled');
  expect(screen.getByText('10 of 40 settled')).toHaveAttribute('role', 'status');
  expect(screen.getByText('Paid USD 55.00 of USD 820.00')).toBeInTheDocument();
  const table = within(screen.getByRole('table', { name: 'Rows by state' }));
  expect(table.getAllByRole('cell').map((one) => one.textContent)).toEqual(['40', '10', '30']);
  await assertNoBarriers();
});

it.each([
  ['Finished', 'green', {}],
  ['Finished, 2 not paid', 'amber', { failed: 1, returned: 1 }],
])('is %s, in %s, once all has ended', async (word, tone, ended) => {
  const { user } = await openReleased((fake) => {
    for (const [state, count] of Object.entries(ended)) {
      fake.advance('run-1', count, state as PayoutState);
    }
    fake.advance('run-1', 40, 'paid');
  });
  const looks = () =>
    expect(screen.getByText(word).closest('[data-tone]')).toHaveAttribute('data-tone', tone);
  looks();
  await user.click(screen.getByRole('link', { name: 'Runs', current: false }));
  await screen.findByRole('grid', { name: 'Runs' });
  looks();
});

it('shows the rows of one state, and opens the payout of a row', async () => {
  const { user } = await openReleased((fake) => {
    fake.advance('run-1', 3, 'failed');
    fake.advance('run-1', 5, 'paid');
  });
  const all = screen.getByRole('button', { name: 'Show all rows' });
  expect(all).toHaveAttribute('aria-pressed', 'true');
  await user.click(screen.getByRole('button', { name: 'Show only: Failed' }));
  expect(all).toHaveAttribute('aria-pressed', 'false');
  expect(router.route).toEqual({ name: 'run', id: 'run-1', state: 'failed' });
  const grid = screen.getByRole('grid', { name: 'What became of each row' });
  await waitFor(() => expect(grid).toHaveAttribute('aria-rowcount', '4'));
  await user.click(within(grid).getAllByRole('row')[1]!);
  expect(router.route).toEqual({ name: 'payout', id: 'run-1-row-0' });
  const link = await screen.findByRole('link', { name: 'October contractors, row 2' });
  expect(link).toHaveAttribute('href', '#/runs/run-1');
});

it('shows what its address says, of which the ledger reads no other rows', async () => {
  const { user, platform } = await openReleased((fake) => fake.advance('run-1', 3, 'failed'));
  router.go({ name: 'run', id: 'run-1', state: 'failed' });
  const grid = await screen.findByRole('grid', { name: 'What became of each row' });
  await waitFor(() => expect(grid).toHaveAttribute('aria-rowcount', '4'));
  const asked = platform.calls.filter(({ command }) => command === 'runOutcomes').at(-1);
  expect(asked?.args[1]).toEqual(['failed']);
  // By the keyboard alone.
  screen.getByRole('button', { name: 'Show only: Queued' }).focus();
  await user.keyboard('{Enter}');
  expect(router.route).toEqual({ name: 'run', id: 'run-1', state: 'queued' });
  await waitFor(() => expect(grid).toHaveAttribute('aria-rowcount', '38'));
  // None is there any more: the choice stays to be seen, and to be undone.
  platform.advance('run-1', 37, 'paid');
  expect(await screen.findByText('No row is in this state')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Show only: Queued' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await user.click(screen.getAllByRole('button', { name: 'Show all rows' })[1]!);
  expect(router.route).toEqual({ name: 'run', id: 'run-1' });
});

it('shows held rows among many, with what to do, and sends one after the owner has looked', async () => {
  const { user, platform } = await openReleased((fake) => {
    Object.assign(fake.runs[0]!.outcomes[38]!, { state: 'held', hold: 'account_changed' });
  });
  await user.click(await screen.findByRole('button', { name: 'Show them' }));
  await waitFor(() =>
    expect(screen.getByRole('grid', { name: /became/ })).toHaveAttribute('aria-rowcount', '2'),
  );
  expect(screen.getByText(/The account changed after the release/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: /^Send the row of/ }));
  await waitFor(() => expect(platform.runs[0]!.outcomes[38]!.state).toBe('queued'));
});

it('pauses and resumes', async () => {
  const { user, platform } = await openReleased();
  await user.click(screen.getByRole('button', { name: 'Pause' }));
  await screen.findByRole('button', { name: 'Resume' });
  expect(screen.getAllByText('Waits until you resume the run.').length).toBeGreaterThan(1);
  expect(screen.queryByText('Goes out in its turn.')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Resume' }));
  expect(await screen.findByRole('button', { name: 'Pause' })).toBeInTheDocument();
  expect(screen.queryByText('Waits until you resume the run.')).toBeNull();
  expect(platform.runs[0]!.run.status).toBe('sending');
});

it('stops after saying what was sent already', async () => {
  const { user, platform } = await openReleased((fake) => fake.advance('run-1', 4, 'processing'));
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Stop this run' }));
  const dialog = await screen.findByRole('dialog', { name: 'Stop this run?' });
  expect(dialog).toHaveTextContent('36 rows have not been sent, and will not be.');
  expect(dialog).toHaveTextContent('4 payouts were sent already. That cannot be taken back.');
  await user.click(within(dialog).getByRole('button', { name: 'Stop 36 rows' }));
  await waitFor(() => expect(platform.runs[0]!.run.status).toBe('stopped'));
});

it('does not offer to keep sending where a run is paused', async () => {
  const { user, platform } = await openReleased((fake) => fake.advance('run-1', 4, 'paid'));
  const stop = async () => {
    await user.click(screen.getByRole('button', { name: 'More' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Stop this run' }));
    return within(await screen.findByRole('dialog', { name: 'Stop this run?' }));
  };
  await user.click((await stop()).getByRole('button', { name: 'Keep sending' }));
  await user.click(await screen.findByRole('button', { name: 'Pause' }));
  await screen.findByRole('button', { name: 'Resume' });
  await user.click((await stop()).getByRole('button', { name: 'Keep the run' }));
  expect(platform.runs[0]!.run.status).toBe('paused');
});

it('exports the outcome, and begins anew from what failed or came back', async () => {
  const { user, platform } = await openReleased((fake) => {
    fake.advance('run-1', 2, 'failed');
    fake.advance('run-1', 1, 'returned');
    fake.advance('run-1', 37, 'paid');
  });
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Export outcome as CSV' }));
  await waitFor(() => expect(messages.shown[0]?.title).toBe('The outcome has been exported'));
  await user.click(
    await screen.findByRole('button', { name: 'New run from 3 failed and returned rows' }),
  );
  await waitFor(() => expect(router.route).toEqual({ name: 'run', id: 'run-2' }));
  expect(platform.runs[0]!.run).toMatchObject({ origin: 'retried', follows: 'run-1' });
  expect(await screen.findByRole('grid', { name: 'Rows of the run' })).toHaveAttribute(
    'aria-rowcount',
    '4',
  );
});

it('narrows the list of payouts to those of a run', async () => {
  const platform = new FakePlatform();
  platform.addDraft(forty);
  const { review } = await platform.reviewRun('run-1');
  await platform.releaseRun('run-1', review, null);
  platform.advance('run-1', 7, 'paid');
  const { user } = await renderAppOn(platform, '#/payouts?run=run-1');
  expect(await screen.findByText('7 payouts')).toBeInTheDocument();
  await user.click(
    await screen.findByRole('button', { name: 'Remove filter: Run: October contractors' }),
  );
  expect(await screen.findByText('31 payouts')).toBeInTheDocument();
});

it('tells which rows were not sent, and why, and makes one run of them', async () => {
  const platform = new FakePlatform();
  platform.addDraft([
    { payee: 'payee1@example.com', amount: '12.00', invoiceId: 'L-1' },
    { payee: 'Tom Reed', amount: '45.50', invoiceId: 'L-2' },
    { payee: 'payee1@example.com', amount: '9.00', invoiceId: 'L-3' },
  ]);
  await platform.decideRunRows('run-1', [2], { kind: 'skip' });
  const { review } = await platform.reviewRun('run-1');
  await platform.releaseRun('run-1', review, null);
  platform.advance('run-1', 1, 'paid');
  const { user } = await renderAppOn(platform, '#/runs/run-1');
  expect(await screen.findByText('2 rows were not sent')).toBeInTheDocument();
  const rows = within(await screen.findByRole('list', { name: 'Rows that were not sent' }));
  const [first, second] = rows.getAllByRole('listitem');
  expect(first).toHaveTextContent('Line 3 · Tom Reed · USD 45.50 · Payee not known');
  expect(second).toHaveTextContent(/^Line 4 · .* · USD 9.00 · You skipped it$/);
  expect(screen.getByText(/1 of 1 settled/)).toHaveTextContent('1 of 1 settled · 2 rows not sent');
  await assertNoBarriers();
  await user.click(
    screen.getByRole('button', { name: 'Make a new run of the rows that were not sent' }),
  );
  await waitFor(() => expect(router.route).toEqual({ name: 'run', id: 'run-2' }));
  expect(platform.runs[0]!.run).toMatchObject({ origin: 'left', follows: 'run-1' });
});

it('says in the list of runs how many rows were not sent', async () => {
  const platform = new FakePlatform();
  platform.addDraft([
    { payee: 'payee1@example.com', amount: '12.00', invoiceId: 'L-1' },
    { payee: 'Tom Reed', amount: '45.50', invoiceId: 'L-2' },
  ]);
  const { review } = await platform.reviewRun('run-1');
  await platform.releaseRun('run-1', review, null);
  await renderAppOn(platform, '#/runs');
  expect(await screen.findByText('1 row not sent')).toBeInTheDocument();
});

it('asks what becomes of a run that missed its time, and sends it when told to', async () => {
  const platform = new FakePlatform();
  platform.addDraft(forty);
  const { review } = await platform.reviewRun('run-1');
  const run = await platform.releaseRun('run-1', review, '2026-05-29T07:00:00Z');
  const missed = vi.spyOn(platform, 'run').mockResolvedValue({ ...run, status: 'missed' });
  const { user } = await renderAppOn(platform, '#/runs/run-1');
  const told = await screen.findByText(/^It was to go out on May 29, 2026.*, and did not$/);
  expect(told).toBeVisible();
  expect(screen.getByText('Missed its time')).toBeInTheDocument();
  await assertNoBarriers();
  missed.mockRestore();
  await user.click(screen.getByRole('button', { name: 'Send now' }));
  expect(await screen.findByRole('button', { name: 'Pause' })).toBeInTheDocument();
  expect(platform.calls.map(({ command }) => command)).toContain('resumeRun');
});
