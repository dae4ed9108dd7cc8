import { screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { messages } from '$lib/components';
import type { FundingAccount, PayeeStatus } from '$lib/platform';
import { failure, FakePlatform, liveProfile, samplePayee } from '$lib/platform/fake';
import { renderApp, renderAppOn } from '../../../tests/render-app';
import { closeRegistration } from './registration-draft';

beforeEach(() => {
  closeRegistration();
  for (const { cause } of messages.shown) messages.dismiss(cause);
});

function idOf(status: PayeeStatus): string {
  const index = Array.from({ length: 12 }, (_, at) => samplePayee(at).status).indexOf(status);
  return `payee-${index + 1}`;
}

async function openPayee(id: string, platform = new FakePlatform()) {
  const view = await renderAppOn(platform, `#/payees/${id}`);
  await screen.findByRole('list', { name: 'Onboarding' });
  return view;
}

const pay = () => screen.queryByRole('link', { name: 'Pay' });

describe('who must act next', () => {
  const cases: [PayeeStatus, string, RegExp, string][] = [
    [
      'registering',
      'Remit is on it',
      /confirming the registration of Jonas Lindqvist/,
      'Registration',
    ],
    ['pending', 'Waiting for the payee', /Priya Natarajan must complete the profile/, 'Profile'],
    [
      'in_review',
      'Waiting for Pockyt',
      /Pockyt is reviewing the profile of Tomás Herrera/,
      'Review',
    ],
  ];

  it.each(cases)('%s', async (status, actor, sentence, step) => {
    await openPayee(idOf(status));
    expect(screen.getByText(actor)).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: sentence })).toBeInTheDocument();
    const steps = screen.getByRole('list', { name: 'Onboarding' });
    const now = within(steps)
      .getAllByRole('listitem')
      .filter((item) => item.getAttribute('aria-current') === 'step');
    expect(now).toHaveLength(1);
    expect(now[0]).toHaveTextContent(step);
    expect(pay()).toBeNull();
    expect(screen.getByRole('button', { name: 'Pay' })).toHaveAccessibleDescription(
      /cannot be paid while the status is/,
    );
  });

  it('Pockyt, once the payee has entered an account', async () => {
    const platform = new FakePlatform();
    const payee = platform.payee.bind(platform);
    const { accounts } = await payee('payee-1');
    const pending = accounts.filter(({ status }) => status === 'pending');
    platform.payee = async (id) => ({ ...(await payee(id)), accounts: pending });
    const { user } = await openPayee(idOf('pending'), platform);
    expect(screen.getByText('Waiting for Pockyt')).toBeInTheDocument();
    expect(
      screen.getByRole('heading', { name: /has entered an account; Pockyt has not approved it/ }),
    ).toBeInTheDocument();
    const steps = screen.getByRole('list', { name: 'Onboarding' });
    expect(within(steps).getByText('Review').closest('li')).toHaveAttribute('aria-current', 'step');
    expect(screen.queryByRole('button', { name: 'Open the mailbox' })).toBeNull();
    expect(screen.queryByRole('button', { name: /fill it in/ })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Open the portal' }));
    expect(platform.calls).toContainEqual({ command: 'openDemoPage', args: ['portal'] });
  });

  it('names the mail the payee must look for', async () => {
    await openPayee(idOf('pending'));
    expect(screen.getByText(/mailed the link to payee3@example.com/)).toBeInTheDocument();
  });

  it('tells the owner to hand in documents where Pockyt invites nobody', async () => {
    const platform = new FakePlatform();
    const startup = platform.startup.bind(platform);
    const profile = { ...liveProfile, pockytUser: false };
    platform.startup = async () => ({ ...(await startup()), profile });
    await openPayee('payee-3', platform);
    expect(screen.getByText('Your turn')).toBeInTheDocument();
    expect(
      screen.getByRole('heading', { name: /needs documents for Priya Natarajan from you/ }),
    ).toBeInTheDocument();
  });

  it('shows Pockyt’s reason for declining', async () => {
    await openPayee(idOf('declined'));
    expect(screen.getByRole('heading', { name: 'Pockyt declined Grace Okafor.' })).toBeVisible();
    expect(screen.getByText(/could not be read/)).toBeInTheDocument();
    expect(pay()).toBeNull();
  });

  it('shows a status it does not know as Pockyt wrote it', async () => {
    await openPayee(idOf('unknown'));
    expect(
      screen.getByRole('heading', { name: 'Pockyt reports “ON_HOLD” for Samuel Abara.' }),
    ).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Pay' })).toHaveAccessibleDescription(/ON_HOLD/);
  });

  it('pays an active payee with an account', async () => {
    await openPayee('payee-1');
    expect(screen.getByText('Ready to pay')).toBeInTheDocument();
    expect(screen.getByRole('heading', { name: 'Ana Ruiz can be paid.' })).toBeInTheDocument();
    expect(pay()).toHaveAttribute('href', '#/pay?payee=payee-1');
  });

  it('says of an active payee that the newest payout came back, and leads to it', async () => {
    const platform = new FakePlatform();
    const newest = platform.payouts.filter(({ payeeId }) => payeeId === 'payee-1').at(-1);
    if (!newest) throw new Error('the sample has paid nobody');
    const createdAt = new Date().toISOString();
    Object.assign(newest, { state: 'returned', reason: 'reported_returned', mustAct: 'owner' });
    Object.assign(newest, { createdAt, retriedBy: null });
    await openPayee('payee-1', platform);
    expect(await screen.findByText('The money came back.')).toBeInTheDocument();
    expect(screen.getByText(new RegExp(`invoice ${newest.invoiceId}, `))).toBeInTheDocument();
    const way = screen.getByRole('link', { name: 'See what to do' });
    expect(way).toHaveAttribute('href', `#/payouts/${newest.id}`);
    // Once it was paid again nothing is left to do.
    Object.assign(newest, { mustAct: 'nobody', retriedBy: 'payout-99' });
    platform.settle('payout-1', 'paid');
    await waitFor(() => expect(screen.queryByText('The money came back.')).toBeNull());
  });

  it('does not pay an active payee without a usable account', async () => {
    const platform = new FakePlatform();
    const payee = platform.payee.bind(platform);
    platform.payee = async (id) => {
      const detail = await payee(id);
      return { ...detail, accounts: detail.accounts.filter(({ usable }) => !usable) };
    };
    await openPayee('payee-1', platform);
    expect(
      screen.getByRole('heading', { name: 'Pockyt is checking the account of Ana Ruiz.' }),
    ).toBeInTheDocument();
    expect(pay()).toBeNull();
    expect(screen.getByRole('button', { name: 'Pay' })).toHaveAccessibleDescription(/no account/);
  });

  it('corrects a refused registration with what is known', async () => {
    const { user } = await openPayee(idOf('refused'));
    await user.click(screen.getByRole('button', { name: 'Register again' }));
    expect(await screen.findByLabelText('Last name')).toHaveValue('Petrova');
    expect(screen.getByLabelText('Date of birth')).toHaveValue('');
  });
});

describe('accounts', () => {
  it('are listed with country, currency, status and age', async () => {
    await openPayee('payee-1');
    const bank = screen.getByText('Bank account ••••5655').closest('li');
    expect(bank).toHaveTextContent('United States · USD · First seen Aug 29, 2026');
    expect(bank).toHaveTextContent('Usable');
    expect(screen.getByText('PayPal').closest('li')).toHaveTextContent('Pending');
  });

  it('are asked about one at a time, by their token', async () => {
    const { user, platform } = await openPayee('payee-1');
    const paypal: FundingAccount = {
      ...(await platform.listFundingAccounts('payee-1'))[1]!,
      status: 'activated',
      usable: true,
    };
    platform.calls.length = 0;
    const asked: unknown[] = [];
    platform.refreshAccount = (...args) => {
      asked.push(args);
      return Promise.resolve(paypal);
    };
    await user.click(screen.getByRole('button', { name: 'Check PayPal' }));
    await waitFor(() => {
      expect(screen.getByText('PayPal').closest('li')).toHaveTextContent('Usable');
    });
    expect(asked).toEqual([['payee-1', paypal.token]]);
    expect(platform.calls.map(({ command }) => command)).not.toContain('listFundingAccounts');
    expect(screen.getByText('Bank account ••••5655').closest('li')).toHaveTextContent('Usable');
  });

  it('say when Pockyt cannot be asked, and stay as they were', async () => {
    const { user, platform } = await openPayee('payee-1');
    platform.failNext('refreshAccount', failure('unreachable'));
    await user.click(screen.getByRole('button', { name: 'Check PayPal' }));
    expect(await screen.findByText('Pockyt cannot be reached')).toBeInTheDocument();
    expect(screen.getByText('PayPal').closest('li')).toHaveTextContent('Pending');
  });

  it('that do not exist are explained', async () => {
    await openPayee(idOf('pending'));
    expect(screen.getByText('No account yet')).toBeInTheDocument();
  });
});

describe('the page', () => {
  it('lists the payouts of this payee only', async () => {
    const { platform } = await openPayee('payee-1');
    expect(await screen.findByRole('link', { name: /Invoice INV-1042/ })).toHaveAttribute(
      'href',
      '#/payouts/payout-1',
    );
    expect(platform.calls).toContainEqual({
      command: 'listPayouts',
      args: [expect.objectContaining({ payeeId: 'payee-1', limit: 5, sort: 'newest' })],
    });
    expect(screen.getByRole('link', { name: 'All payouts' })).toHaveAttribute(
      'href',
      '#/payouts?payee=payee-1',
    );
  });

  it('follows what changes in the ledger, for this payee', async () => {
    const { platform } = await openPayee('payee-3');
    const reads = () => platform.calls.filter(({ command }) => command === 'payee').length;
    const before = reads();
    platform.emit('payeeChanged', { id: 'payee-1' });
    expect(reads()).toBe(before);
    Object.assign(platform.payees[2]!, { status: 'in_review', mustAct: 'pockyt' });
    platform.emit('payeeChanged', { id: 'payee-3' });
    expect(
      await screen.findByRole('heading', { name: /reviewing the profile of Priya/ }),
    ).toBeInTheDocument();
  });

  it('asks Pockyt on request and says when it last did', async () => {
    const { user } = await openPayee('payee-1');
    const before = screen.getByText(/Checked with Pockyt/).textContent;
    await user.click(screen.getByRole('button', { name: 'Refresh' }));
    await waitFor(() => {
      expect(screen.getByText(/Checked with Pockyt/).textContent).not.toBe(before);
    });
  });

  it('keeps what it knows when Pockyt cannot be asked', async () => {
    const { user, platform } = await openPayee('payee-1');
    platform.failNext('refreshPayee', failure('timeout'));
    await user.click(screen.getByRole('button', { name: 'Refresh' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Pockyt has not answered in time');
    expect(screen.getByRole('heading', { name: 'Ana Ruiz can be paid.' })).toBeInTheDocument();
  });

  it('changes contact, address and note', async () => {
    const { user, platform } = await openPayee('payee-1');
    await user.click(screen.getByRole('button', { name: 'Edit' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByLabelText('E-mail')).toHaveFocus();
    const city = within(dialog).getByLabelText('City');
    await user.clear(city);
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    expect(city).toHaveFocus();
    expect(city).toHaveAccessibleDescription('Fill this in.');
    await user.type(city, 'Brooklyn');
    await user.type(within(dialog).getByLabelText(/^Note/), 'Pays in 30 days');
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByText('Brooklyn, NY 10005')).toBeInTheDocument();
    expect(screen.getByText('Pays in 30 days')).toBeInTheDocument();
    expect(platform.calls).toContainEqual({
      command: 'updatePayee',
      args: ['payee-1', expect.objectContaining({ city: 'Brooklyn', phone: null, street2: null })],
    });
  });

  it('shows at its field what Pockyt objects to in a change', async () => {
    const { user, platform } = await openPayee('payee-1');
    await user.click(screen.getByRole('button', { name: 'Edit' }));
    const dialog = await screen.findByRole('dialog');
    platform.failNext('updatePayee', failure('email_registered', { field: 'email' }));
    await user.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(within(dialog).getByLabelText('E-mail')).toHaveFocus());
    expect(within(dialog).getByLabelText('E-mail')).toHaveAccessibleDescription(
      /already registered/,
    );
  });

  it('says so when there is no such payee', async () => {
    await renderApp({}, '#/payees/nobody');
    expect(await screen.findByText('This payee is not here')).toBeInTheDocument();
  });

  it('lets the payee be played with one press, and then can pay', async () => {
    const { user, platform } = await openPayee(idOf('pending'));
    let answer = () => {};
    const playPayee = platform.playPayee.bind(platform);
    platform.playPayee = async (id) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return playPayee(id);
    };
    const button = screen.getByRole('button', { name: 'Let Priya Natarajan fill it in' });
    await user.click(button);
    expect(button).toHaveAttribute('aria-busy', 'true');
    await user.click(button);
    answer();
    expect(
      await screen.findByRole('heading', { name: 'Priya Natarajan can be paid.' }),
    ).toBeInTheDocument();
    expect(pay()).toBeInTheDocument();
    expect(platform.calls.filter(({ command }) => command === 'playPayee')).toHaveLength(1);
    expect(screen.queryByRole('button', { name: /fill it in/ })).toBeNull();
  });

  it('says when the payee could not be played, and offers it again', async () => {
    const { user, platform } = await openPayee(idOf('pending'));
    platform.failNext('playPayee', failure('data_folder_read_only'));
    await user.click(screen.getByRole('button', { name: /fill it in/ }));
    expect(await screen.findByText('Remit cannot write to its data folder')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: /fill it in/ })).not.toHaveAttribute('aria-busy');
  });

  it('opens the mailbox to play the payee, in the demo alone', async () => {
    const { user, platform, unmount } = await openPayee(idOf('pending'));
    await user.click(screen.getByRole('button', { name: 'Open the mailbox' }));
    expect(platform.calls).toContainEqual({ command: 'openDemoPage', args: ['mailbox'] });
    unmount();

    const live = new FakePlatform();
    const startup = live.startup.bind(live);
    live.startup = async () => ({ ...(await startup()), profile: liveProfile });
    await openPayee(idOf('pending'), live);
    expect(screen.queryByRole('button', { name: 'Open the mailbox' })).toBeNull();
    expect(screen.queryByRole('button', { name: /fill it in/ })).toBeNull();
  });
});
