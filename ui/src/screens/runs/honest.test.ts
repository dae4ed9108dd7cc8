import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { messages } from '$lib/components';
import { FakePlatform } from '$lib/platform/fake';
import type { Payout, PayoutState } from '$lib/platform';
import { assertNoBarriers } from '../../../tests/barriers';
import { layOutLists } from '../../../tests/list-layout';
import { renderAppOn } from '../../../tests/render-app';

layOutLists();

afterEach(() => {
  for (const { cause } of messages.shown) messages.dismiss(cause);
});

/** The first can be paid, the third not before it is active. */
const two = [
  { payee: 'payee1@example.com', amount: '10.00', invoiceId: 'H-1' },
  { payee: 'payee3@example.com', amount: '20.00', invoiceId: 'H-2' },
];

function review(platform: FakePlatform) {
  return renderAppOn(platform, '#/runs/run-1?step=review');
}

it('lists in the review also those that go out later', async () => {
  const platform = new FakePlatform();
  platform.addDraft(two);
  await platform.decideRunRows('run-1', [1], { kind: 'wait', waits: true });
  await review(platform);
  const table = await screen.findByRole('grid', { name: 'Who is paid' });
  expect(table).toHaveAttribute('aria-rowcount', '3');
  await waitFor(() => expect(within(table).getAllByRole('row')).toHaveLength(3));
  const [, now, later] = within(table).getAllByRole('row');
  expect(now).not.toHaveTextContent('Waits for the payee');
  expect(later).toHaveTextContent(/Waits for the payee.*USD 20\.00/);
});

it('names what is wrong with the rows that stay', async () => {
  const platform = new FakePlatform();
  platform.addDraft([
    ...two.slice(0, 1),
    { payee: 'Nobody Known', amount: '5.00', invoiceId: 'H-3' },
    { payee: 'payee1@example.com', amount: 'ten', invoiceId: 'H-4' },
  ]);
  await review(platform);
  expect(await screen.findByText('2 rows that must be fixed')).toBeInTheDocument();
  expect(screen.getByText('Payee not known: 1 row')).toBeInTheDocument();
  expect(screen.getByText('Amount cannot be read: 1 row')).toBeInTheDocument();
});

it('neither releases nothing nor tells of a balance that nothing is taken from', async () => {
  const platform = new FakePlatform();
  platform.addDraft([{ payee: 'Nobody Known', amount: '5.00', invoiceId: 'H-3' }]);
  await review(platform);
  const button = await screen.findByRole('button', { name: 'Release' });
  await waitFor(() => expect(button).toHaveAccessibleDescription('No row is ready to be sent.'));
  expect(button).toHaveAttribute('aria-disabled', 'true');
  for (const word of ['Unknown', 'Balance', 'Fee']) {
    expect(screen.queryByText(word)).not.toBeInTheDocument();
  }
  await assertNoBarriers();
});

async function ended(...states: PayoutState[]) {
  const platform = new FakePlatform();
  platform.addDraft(
    states.map((_, index) => ({
      payee: `payee${index % 2 ? 1 : 2}@example.com`,
      amount: `${(index + 1) * 100}.00`,
      invoiceId: `E-${index}`,
    })),
  );
  const { review } = await platform.reviewRun('run-1');
  await platform.releaseRun('run-1', review, null);
  states.forEach((state) => platform.advance('run-1', 1, state));
  return platform;
}

it('says of a run that ended what was paid and what was not', async () => {
  const platform = await ended('paid', 'paid', 'returned');
  await renderAppOn(platform, '#/runs/run-1');
  expect(await screen.findByText('2 paid, 1 came back')).toHaveAttribute('role', 'status');
  expect(screen.queryByText(/settled/)).not.toBeInTheDocument();
});

it('offers no row again that a later run has tried again already', async () => {
  const platform = await ended('failed', 'paid', 'returned');
  await renderAppOn(platform, '#/runs/run-1');
  await screen.findByRole('button', { name: 'New run from 2 failed and returned rows' });
  const tryAgain = (payout: Payout | undefined) => {
    Object.assign(payout ?? {}, { retriedBy: 'payout-1', retryable: false });
    platform.emit('payoutChanged', { id: 'payout-1', state: 'ready' });
  };
  const back = platform.payouts.filter(({ id, retryable }) => id.startsWith('run-1') && retryable);
  tryAgain(back[0]);
  const one = { name: 'New run from 1 failed or returned row' };
  await screen.findByRole('button', one);
  tryAgain(back[1]);
  const none = () => expect(screen.queryByRole('button', { name: /^New run/ })).toBeNull();
  await waitFor(none);
});

it('says of an invoice that failed under which ID it was paid again', async () => {
  const platform = await ended('failed');
  const [failed] = platform.payouts;
  const again = platform.payouts.find(({ state }) => state === 'paid');
  Object.assign(failed!, { retriedBy: again!.id, retryable: false });
  Object.assign(again!, { retryOf: failed!.id, invoiceId: 'E-0-R1' });
  platform.addDraft([{ payee: 'payee2@example.com', amount: '100.00', invoiceId: 'E-0' }]);
  const { user } = await renderAppOn(platform, '#/runs/run-2');
  await screen.findByRole('grid', { name: 'Rows of the run' });
  await waitFor(() => expect(document.querySelector('[data-cell="0-3"]')).not.toBeNull());
  await user.click(document.querySelector('[data-cell="0-3"]')!);
  const detail = within(screen.getByRole('region', { name: 'About this cell' }));
  expect(
    await detail.findByText('A later payout pays this again, as invoice E-0-R1: Paid.'),
  ).toBeInTheDocument();
  const link = detail.getByRole('link', { name: 'Open that payout' });
  expect(link).toHaveAttribute('href', `#/payouts/${again!.id}`);
});

it('sends nothing and holds nothing back once only outcomes are awaited', async () => {
  const platform = await ended('paid', 'sending');
  const { user } = await renderAppOn(platform, '#/runs/run-1');
  // It is on its way out, and cannot be called back.
  expect(await screen.findByText('Sending', { selector: 'header *' })).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull();
  Object.assign(platform.runs[0]!.outcomes[1]!, { payoutState: 'processing' });
  platform.emit('runChanged', { id: 'run-1' });
  expect(await screen.findByText('All sent')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'More' }));
  await screen.findByRole('menuitem', { name: /Copy this run/ });
  expect(screen.queryByRole('menuitem', { name: 'Stop this run' })).toBeNull();
});

it('never says that all is sent while it is unknown of one, which can still be held back', async () => {
  const platform = await ended('paid', 'unknown');
  const { user } = await renderAppOn(platform, '#/runs/run-1');
  expect(await screen.findByText('Sending', { selector: 'header *' })).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Pause' })).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'More' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Stop this run' }));
  const dialog = await screen.findByRole('dialog', { name: 'Stop this run?' });
  expect(dialog).toHaveTextContent('1 payout is being checked: it may have been sent.');
  expect(dialog).toHaveTextContent('1 payout was sent already.');
  expect(dialog).not.toHaveTextContent('Nothing is left to be sent.');
  await user.click(within(dialog).getByRole('button', { name: 'Stop this run' }));
  await waitFor(() => expect(platform.calls.map(({ command }) => command)).toContain('stopRun'));
});

it('does not count in the list of runs what came back as paid', async () => {
  const platform = await ended('paid', 'paid', 'returned');
  await renderAppOn(platform, '#/runs');
  const row = await screen.findByRole('row', { name: /October/ });
  expect(row).toHaveTextContent(/USD 600\.00.*USD 300\.00 paid/);
  expect(within(row).getByRole('progressbar')).toHaveAttribute(
    'aria-valuetext',
    '2 paid, 1 came back',
  );
});

it('adds nothing to the sum of a run that was paid whole', async () => {
  const platform = await ended('paid', 'paid');
  await renderAppOn(platform, '#/runs');
  const row = await screen.findByRole('row', { name: /October/ });
  expect(row).not.toHaveTextContent(/ paid/);
  expect(within(row).getByRole('progressbar')).toHaveAttribute('aria-valuetext', '2 of 2 settled');
});

it('offers each way to begin a run after the first one too, and by the palette', async () => {
  const platform = await ended('paid');
  const { user } = await renderAppOn(platform, '#/runs');
  await screen.findByRole('row', { name: /October/ });
  await user.click(screen.getByRole('button', { name: 'Paste rows' }));
  await user.click(
    within(await screen.findByRole('dialog', { name: 'Paste rows' })).getByRole('button', {
      name: 'Cancel',
    }),
  );
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(screen.getByRole('button', { name: 'Pick payees' })).toBeInTheDocument();
  window.location.hash = '#/payees';
  await user.keyboard('{Control>}k{/Control}');
  await user.type(await screen.findByRole('combobox'), 'Pick payees');
  await user.keyboard('{Enter}');
  expect(await screen.findByRole('dialog', { name: 'Pick who is paid' })).toBeInTheDocument();
});
