import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { router } from '../../app/router.svelte';
import { failure, FakePlatform } from '$lib/platform/fake';
import type { TimelineEvent } from '$lib/platform';
import { renderApp, renderAppOn } from '../../../tests/render-app';

afterEach(() => {
  vi.restoreAllMocks();
});

// The fake's payouts: 1 processing, 2 paid, 3 checking, 5 failed, 6 returned, 7 queued.
const page = (number: number) => `#/payouts/payout-${number}`;

it('says what happened, what it means, who acts and when Remit asks', async () => {
  await renderApp({}, page(3));
  expect(await screen.findByRole('heading', { level: 1, name: 'USD 1,054.50' })).toBeVisible();
  expect(screen.getByText('Pockyt has not answered.', { selector: '.title' })).toBeInTheDocument();
  expect(
    screen.getByText(
      'Remit is checking whether invoice INV-1044 went through. It will not be sent twice.',
    ),
  ).toBeInTheDocument();
  for (const term of ['Who acts next', 'Since', 'Last asked', 'Remit asks again']) {
    expect(screen.getByText(term, { selector: 'dt' })).toBeInTheDocument();
  }
  expect(screen.getByRole('link', { name: 'to 李伟' })).toHaveAttribute('href', '#/payees/payee-4');
});

it('shows Pockyt’s own words, quietly and last, and no fee where none was charged', async () => {
  await renderApp({}, page(5));
  expect(await screen.findByText('000041 insufficient balance')).toBeInTheDocument();
  expect(screen.getByText('Not charged')).toBeInTheDocument();
});

it('says of a paid payout that nobody need act, and when Remit looks for a return', async () => {
  const platform = new FakePlatform();
  const nextCheckAt = new Date(Date.now() + 20_500).toISOString();
  Object.assign(platform.payouts[1] ?? {}, { nextCheckAt });
  await renderAppOn(platform, page(2));
  expect(await screen.findByText('Next look for a return')).toBeInTheDocument();
  expect(screen.getByText('Nobody')).toBeInTheDocument();
  expect(screen.getByText(/^in (20|19|18) seconds$/)).toBeInTheDocument();
  expect(screen.queryByText('Remit asks again')).toBeNull();
});

it('helps the owner whose payee says that nothing came', async () => {
  const platform = new FakePlatform();
  const paid = platform.payouts[1];
  if (!paid) throw new Error('the sample has no second payout');
  Object.assign(paid, { transactionNo: '305680500880311923' });
  const { user } = await renderAppOn(platform, page(2));
  await user.click(await screen.findByRole('button', { name: /says that nothing came/ }));
  expect(await screen.findByText(/until then, do not pay again/)).toBeInTheDocument();
  await user.keyboard('{Escape}');
  const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  await user.click(screen.getByRole('button', { name: 'Copy a note for the payee' }));
  const note = `^We paid you .+ for invoice ${paid.invoiceId}\\. .+ is 305680500880311923\\.$`;
  expect(copied.mock.calls[0]?.[0]).toMatch(new RegExp(note));
});

it('does not call a failed payout settled', async () => {
  await renderApp({}, page(5));
  expect(await screen.findByText('Ended', { selector: 'dt' })).toBeInTheDocument();
  expect(screen.queryByText('Settled')).toBeNull();
});

it('names no speed for an account that is at no bank', async () => {
  const platform = new FakePlatform();
  Object.assign(platform.payouts[4] ?? {}, { accountLabel: 'PayPal', channel: 'STANDARD_ACH' });
  await renderAppOn(platform, page(5));
  expect(await screen.findByText('Not specified for this kind of account')).toBeInTheDocument();
  expect(screen.queryByText('Standard ACH')).toBeNull();
});

it('asks Pockyt now and follows the answer, aloud', async () => {
  const { user, platform } = await renderApp({}, page(3));
  await user.click(await screen.findByRole('button', { name: 'Check now' }));
  expect(
    await screen.findByText('Pockyt accepted it and is moving the money.'),
  ).toBeInTheDocument();
  expect(platform.calls.some((call) => call.command === 'checkPayout')).toBe(true);
  await waitFor(() =>
    expect(
      screen
        .getAllByRole('status')
        .some((region) => region.textContent?.startsWith('USD 1,054.50 to 李伟: Processing.')),
    ).toBe(true),
  );
});

it('says so when asking brought nothing new', async () => {
  const { user } = await renderApp({}, page(2));
  await user.click(await screen.findByRole('button', { name: 'Check now' }));
  expect(await screen.findByText('Pockyt was asked. Nothing has changed.')).toBeInTheDocument();
});

it('says nothing aloud before anything changes', async () => {
  await renderApp({}, page(1));
  await screen.findByRole('heading', { level: 1, name: /USD/ });
  for (const region of screen.getAllByRole('status')) expect(region).toHaveTextContent('');
});

it('asks once, then follows the ledger, for this payout alone', async () => {
  const { platform } = await renderApp({}, page(1));
  await screen.findByText('Pockyt accepted it and is moving the money.');
  const asked = () => platform.calls.filter((call) => call.command === 'payout').length;
  await new Promise((rest) => setTimeout(rest, 50));
  expect(asked()).toBe(1);
  platform.settle('payout-3', 'paid');
  await new Promise((rest) => setTimeout(rest, 50));
  expect(asked()).toBe(1);
  platform.settle('payout-1', 'paid');
  expect(
    await screen.findByText('Pockyt confirmed that the money was delivered.'),
  ).toBeInTheDocument();
});

it('cancels after naming the deed and the amount', async () => {
  const { user, platform } = await renderApp({}, page(7));
  await user.click(await screen.findByRole('button', { name: 'Cancel payout' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Cancel this payout?' }));
  await user.click(dialog.getByRole('button', { name: 'Cancel USD 2,802.50 to 李伟' }));
  expect(await screen.findByText('You cancelled this payout.')).toBeInTheDocument();
  expect(platform.payouts.find((payout) => payout.id === 'payout-7')?.state).toBe('cancelled');
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Cancel payout' })).toBeNull());
});

it('keeps the payout when the owner thinks better of it', async () => {
  const { user, platform } = await renderApp({}, page(7));
  await user.click(await screen.findByRole('button', { name: 'Cancel payout' }));
  await user.click(await screen.findByRole('button', { name: 'Keep payout' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(platform.calls.some((call) => call.command === 'cancelPayout')).toBe(false);
});

it('says when it is too late to cancel', async () => {
  const platform = new FakePlatform();
  platform.failNext('cancelPayout', failure('not_cancellable'));
  const { user } = await renderAppOn(platform, page(7));
  await user.click(await screen.findByRole('button', { name: 'Cancel payout' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByRole('button', { name: /^Cancel USD/ }));
  expect(await dialog.findByRole('alert')).toHaveTextContent('It is too late to cancel');
});

it('pays a failed payout again, through the form', async () => {
  const { user } = await renderApp({}, page(5));
  const again = await screen.findByRole('link', { name: 'Pay again' });
  expect(screen.getByText(/a new payout with a new invoice ID, linked to this one/)).toBeVisible();
  await user.click(again);
  expect(again).toHaveAttribute('href', '#/pay?retry=payout-5');
});

it('links a payout to the one it pays again, and that one back', async () => {
  const platform = new FakePlatform();
  Object.assign(platform.payouts[4] ?? {}, { retriedBy: 'payout-2', retryable: false });
  Object.assign(platform.payouts[1] ?? {}, { retryOf: 'payout-5' });
  await renderAppOn(platform, page(5));
  expect(await screen.findByRole('link', { name: 'A later payout' })).toHaveAttribute(
    'href',
    '#/payouts/payout-2',
  );
  expect(screen.queryByRole('link', { name: 'Pay again' })).toBeNull();
  router.go({ name: 'payout', id: 'payout-2' });
  expect(await screen.findByRole('link', { name: 'An earlier payout' })).toHaveAttribute(
    'href',
    '#/payouts/payout-5',
  );
});

it('says of what came back only what is known of its fee', async () => {
  const platform = new FakePlatform();
  Object.assign(platform.payouts[5] ?? {}, { fee: { amount: '0.95', currency: 'USD' } });
  await renderAppOn(platform, page(6));
  expect(await screen.findByText('Fee when it was sent')).toBeInTheDocument();
  expect(screen.getByText(/^Your Pockyt statement says/)).toBeVisible();
  expect(screen.queryByText('Fee', { selector: 'dt' })).toBeNull();
});

it('says that Pockyt names no reason where it names none, and whether it can be sent twice', async () => {
  const platform = new FakePlatform();
  Object.assign(platform.payouts[4] ?? {}, { reason: 'reported_failed', detail: null });
  const { user } = await renderAppOn(platform, page(5));
  expect(await screen.findByText(/^Pockyt names no reason\./)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Can this be sent twice?' }));
  expect(await screen.findByRole('dialog')).toHaveTextContent(/never makes a second payment/);
});

it('says in its message what became of the payout that tried it again', async () => {
  const platform = new FakePlatform();
  Object.assign(platform.payouts[4] ?? {}, { retriedBy: 'payout-1', retryable: false });
  Object.assign(platform.payouts[0] ?? {}, { retryOf: 'payout-5' });
  await renderAppOn(platform, page(5));
  expect(await screen.findByText(/tried again as invoice INV-1042.*: Processing\./)).toBeVisible();
  expect(screen.getByRole('link', { name: 'Open that payout' })).toHaveAttribute(
    'href',
    '#/payouts/payout-1',
  );
  Object.assign(platform.payouts[0] ?? {}, { state: 'paid' });
  platform.emit('payoutChanged', { id: 'payout-1', state: 'paid' });
  expect(await screen.findByText(/tried again as invoice INV-1042.*: Paid\./)).toBeVisible();
});

it('tells the history, newest first, with verdicts, reasons and evidence', async () => {
  const platform = new FakePlatform();
  const detail = await platform.payout('payout-2');
  const event = (id: string, parts: Partial<TimelineEvent>): TimelineEvent => ({
    id,
    at: '2026-11-20T10:00:00Z',
    kind: 'released',
    source: 'owner',
    from: null,
    to: null,
    reason: null,
    verdict: null,
    evidence: null,
    ...parts,
  });
  // In the order of the ledger's chain, and all within one moment.
  const events = [
    event('1', { to: 'ready' }),
    event('2', { kind: 'sending', source: 'remit', from: 'ready', to: 'sending' }),
    event('3', { kind: 'answered', source: 'answer', to: 'unknown', reason: 'no_answer' }),
    event('4', { kind: 'notified', source: 'notification', verdict: 'forged' }),
    event('5', {
      kind: 'inquired',
      source: 'inquiry',
      from: 'unknown',
      to: 'paid',
      evidence: '{"ret_code":"000100"}',
    }),
  ];
  vi.spyOn(platform, 'payout').mockResolvedValue({ ...detail, events });
  const { user } = await renderAppOn(platform, page(2));
  const history = within(await screen.findByRole('list', { name: 'History' }));
  const told = history.getAllByRole('listitem').map((item) => item.textContent ?? '');
  expect(told[0]).toMatch(/Asked Pockyt for the status.*Checking.*Paid.*Inquiry/s);
  expect(told[1]).toMatch(/Notification from Pockyt.*Signature is wrong, ignored/s);
  expect(told[2]).toMatch(/No answer from Pockyt.*Remit.*Pockyt has not answered\./s);
  expect(told[4]).toMatch(/Released to be sent.*You/s);
  const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  await user.click(history.getByText('Evidence'));
  expect(history.getByText('{"ret_code":"000100"}')).toBeInTheDocument();
  await user.click(history.getByRole('button', { name: 'Copy Evidence' }));
  expect(copied).toHaveBeenCalledWith('{"ret_code":"000100"}');
});

it('says so when there is no such payout', async () => {
  await renderApp({}, '#/payouts/nothing');
  expect(await screen.findByRole('alert')).toHaveTextContent('This payout is not here');
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
});

it('says of a payout whose run is paused that it waits for the owner, until the run goes on', async () => {
  const platform = new FakePlatform();
  platform.addDraft([{ payee: 'payee1@example.com', amount: '10.00', invoiceId: 'P-1' }]);
  const { review } = await platform.reviewRun('run-1');
  await platform.releaseRun('run-1', review, null);
  platform.advance('run-1', 1, 'ready');
  await platform.pauseRun('run-1');
  const { id } = platform.payouts[0]!;
  Object.assign(platform.payouts[0]!, { reason: null, mustAct: 'remit' });
  await renderAppOn(platform, `#/payouts/${id}`);
  expect(await screen.findByText('Its run is paused, so this payout waits.')).toBeInTheDocument();
  expect(screen.getByText(/Remit sends invoice P-1 once you resume the run\./)).toBeInTheDocument();
  expect(screen.getByText('Your turn', { selector: 'dd' })).toBeInTheDocument();
  expect(screen.getByText('It waits for you.', { exact: false })).toBeInTheDocument();
  await platform.resumeRun('run-1');
  expect(await screen.findByText('Released. Remit sends it next.')).toBeInTheDocument();
});
