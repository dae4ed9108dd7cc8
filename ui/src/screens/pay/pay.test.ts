import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { href } from '../../app/route';
import { router } from '../../app/router.svelte';
import { spoken } from '$lib/i18n';
import { failure, FakePlatform } from '$lib/platform/fake';
import type { ErrorCode, PayoutDraft, PayoutPreview } from '$lib/platform';
import { renderApp, renderAppOn } from '../../../tests/render-app';

afterEach(async () => {
  vi.restoreAllMocks();
  await speakEnglish();
});

/** The locale follows the system's languages when the language is chosen anew. */
async function speakEnglish() {
  await spoken.prefer('zh-CN');
  await spoken.prefer('en');
}

const PAYEE = '#/pay?payee=payee-1';
const amountField = () => screen.findByLabelText('Amount');
const payButton = () => pressable(/^Pay USD 1,250.00 to Ana Ruiz$/);

/** The button once the review can have been read. */
async function pressable(name: RegExp) {
  const button = await screen.findByRole('button', { name });
  await waitFor(() => expect(button).not.toHaveAttribute('aria-disabled'));
  return button;
}

function drafts(platform: FakePlatform, command: string): PayoutDraft[] {
  return platform.calls
    .filter((call) => call.command === command)
    .map((call) => call.args[0] as PayoutDraft);
}

it('leads to the registration where there is nobody to pay', async () => {
  await renderAppOn(new FakePlatform({ payees: 0, payouts: 0 }), '#/pay');
  expect(await screen.findByText('There is no payee yet. Register one first.')).toBeVisible();
  const register = screen.getByRole('link', { name: 'Register payee' });
  expect(register).toHaveAttribute('href', href({ name: 'register' }));
});

/** A form for Ana Ruiz with an amount, up to the review. */
async function reviewed(platform = new FakePlatform(), typed = '1,250') {
  const view = await renderAppOn(platform, PAYEE);
  await view.user.type(await amountField(), `${typed}{Enter}`);
  await screen.findByRole('heading', { name: 'Review before you pay', level: 1 });
  return view;
}

describe('the form', () => {
  it('finds a payee, asks Pockyt for the accounts and chooses the only usable one', async () => {
    const { user, platform } = await renderApp({}, '#/pay');
    await user.type(await screen.findByRole('combobox', { name: /Payee/ }), 'marcus');
    await user.click(await screen.findByRole('option', { name: /Marcus Chen/ }));
    expect(await screen.findByRole('radio', { name: 'Bank account ••••5656' })).toBeChecked();
    const other = screen.getByRole('radio', { name: 'PayPal' });
    expect(other).toBeDisabled();
    expect(other).toHaveAccessibleDescription('Pockyt has not activated it yet.');
    expect(platform.calls.some((call) => call.command === 'listFundingAccounts')).toBe(true);
    expect(screen.getByLabelText('Invoice ID')).toHaveValue('INV-1066');
    expect(screen.getByText('Balance USD 24,380.50')).toBeInTheDocument();
  });

  it('goes on at the amount once the payee is chosen', async () => {
    const { user } = await renderApp({}, '#/pay');
    await user.type(await screen.findByRole('combobox', { name: /Payee/ }), 'marcus');
    await screen.findByRole('option', { name: /Marcus Chen/ });
    await user.keyboard('{Enter}');
    const amount = await amountField();
    await waitFor(() => expect(amount).toHaveFocus());
  });

  it('begins at the amount where the payee is known', async () => {
    await renderApp({}, PAYEE);
    const amount = await amountField();
    await waitFor(() => expect(amount).toHaveFocus());
  });

  it('chooses by keyboard who the text names, however late the answer comes', async () => {
    const platform = new FakePlatform();
    const list = platform.listPayees.bind(platform);
    const late = vi.spyOn(platform, 'listPayees');
    const { user } = await renderAppOn(platform, '#/pay');
    const picker = await screen.findByRole('combobox', { name: /Payee/ });
    await user.click(picker);
    await screen.findByRole('option', { name: /Ana Ruiz/ });
    let answer = () => {};
    late.mockImplementation(async (query) => {
      await new Promise<void>((resolve) => {
        const before = answer;
        answer = () => (before(), resolve());
      });
      return list(query);
    });
    // Ana is first in the list that stood there before; Enter must not choose her.
    await user.keyboard('payee11');
    expect(screen.queryByRole('option', { name: /Ana Ruiz/ })).toBeNull();
    await waitFor(() => expect(late.mock.calls.at(-1)?.[0].search).toBe('payee11'));
    answer();
    await screen.findByRole('option', { name: /Noah Bauer/ });
    await user.keyboard('{Enter}');
    await waitFor(() => expect(picker).toHaveValue('Noah Bauer'));
    expect(await screen.findByRole('radio', { name: 'Bank account ••••5665' })).toBeChecked();
  });

  /** From now on the lists of payees wait until they are let go. */
  function holdBack(platform: FakePlatform) {
    const list = platform.listPayees.bind(platform);
    let waiting: (() => void)[] = [];
    const asked = vi.spyOn(platform, 'listPayees').mockImplementation(async (query) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return list(query);
    });
    const letGo = () => {
      waiting.forEach((resolve) => resolve());
      waiting = [];
    };
    return { letGo, search: () => asked.mock.calls.at(-1)?.[0].search };
  }

  it('takes nobody by Enter whom the text does not name, though it is again who was chosen', async () => {
    const platform = new FakePlatform();
    platform.payees.splice(2);
    for (const [index, name] of ['Al', 'Aaron'].entries()) {
      Object.assign(platform.payees[index]!, { displayName: name, status: 'active' });
    }
    const { user } = await renderAppOn(platform, PAYEE);
    const picker = await screen.findByRole('combobox', { name: /Payee/ });
    await waitFor(() => expect(picker).toHaveValue('Al'));
    await user.click(picker);
    await user.keyboard('{Backspace}');
    await screen.findByRole('option', { name: /Aaron/ });
    await new Promise((rested) => setTimeout(rested, 300));
    const held = holdBack(platform);
    await user.keyboard('l');
    expect(screen.queryByRole('option', { name: /Aaron/ })).toBeNull();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(held.search()).toBe('Al'));
    held.letGo();
    await waitFor(() => expect(picker).toHaveAttribute('aria-expanded', 'false'));
    expect(picker).toHaveValue('Al');
  });

  it('lets Enter wait for its answer, and goes on with nobody else meanwhile', async () => {
    const { user, platform } = await renderApp({}, PAYEE);
    const picker = await screen.findByRole('combobox', { name: /Payee/ });
    await waitFor(() => expect(picker).toHaveValue('Ana Ruiz'));
    await user.type(await amountField(), '10');
    await user.click(picker);
    await screen.findByRole('option', { name: /Ana Ruiz/ });
    const held = holdBack(platform);
    await user.clear(picker);
    await user.keyboard('payee11{Enter}{Enter}');
    expect(picker).toHaveValue('payee11');
    expect(picker).toHaveAttribute('aria-expanded', 'true');
    expect(drafts(platform, 'previewPayout')).toEqual([]);
    await waitFor(() => expect(held.search()).toBe('payee11'));
    held.letGo();
    await waitFor(() => expect(picker).toHaveValue('Noah Bauer'));
  });

  it('takes none of several by an Enter that came before they were seen', async () => {
    const { user, platform } = await renderApp({}, '#/pay');
    const picker = await screen.findByRole('combobox', { name: /Payee/ });
    await user.click(picker);
    await screen.findByRole('option', { name: /Ana Ruiz/ });
    const held = holdBack(platform);
    await user.keyboard('a{Enter}');
    await waitFor(() => expect(held.search()).toBe('a'));
    held.letGo();
    await new Promise((rested) => setTimeout(rested, 300));
    expect(picker).toHaveValue('a');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(picker).toHaveValue('Ana Ruiz'));
  });

  it('keeps who is chosen by Enter, though too many come before', async () => {
    const platform = new FakePlatform({ payees: 120 });
    for (const payee of platform.payees) payee.status = 'active';
    const last = platform.payees.at(-1)!;
    last.displayName = 'Zoe Zimmer';
    const { user } = await renderAppOn(platform, `#/pay?payee=${last.id}`);
    const picker = await screen.findByRole('combobox', { name: /Payee/ });
    await waitFor(() => expect(picker).toHaveValue('Zoe Zimmer'));
    await user.click(picker);
    await screen.findAllByRole('option');
    expect(picker).not.toHaveAttribute('aria-activedescendant');
    await user.keyboard('{Enter}');
    expect(picker).toHaveAttribute('aria-expanded', 'false');
    expect(picker).toHaveValue('Zoe Zimmer');
    await user.keyboard('{ArrowDown}');
    await screen.findAllByRole('option');
    await user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(picker).not.toHaveValue('Zoe Zimmer'));
  });

  it('offers nobody while the list could not be read, and asks again by Enter', async () => {
    const { user, platform } = await renderApp({}, '#/pay');
    const picker = await screen.findByRole('combobox', { name: /Payee/ });
    await user.click(picker);
    await screen.findByRole('option', { name: /Marcus Chen/ });
    platform.failNext('listPayees', failure('disk_full'));
    platform.failNext('listPayees', failure('disk_full'));
    await user.keyboard('marcus');
    expect(await screen.findByRole('alert')).toBeInTheDocument();
    expect(picker).not.toHaveAttribute('aria-activedescendant');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(picker).toHaveValue('Marcus Chen'));
  });

  it('takes nobody by the Enter that ends what an input method composes', async () => {
    const { user } = await renderApp({}, '#/pay');
    const picker = await screen.findByRole('combobox', { name: /Payee/ });
    await user.type(picker, 'marcus');
    await screen.findByRole('option', { name: /Marcus Chen/ });
    await new Promise((rested) => setTimeout(rested, 300));
    await fireEvent.keyDown(picker, { key: 'Enter', keyCode: 229 });
    expect(picker).toHaveValue('marcus');
    expect(picker).toHaveAttribute('aria-expanded', 'true');
  });

  it('closes its list when the focus goes elsewhere', async () => {
    const { user } = await renderApp({}, '#/pay');
    const picker = await screen.findByRole('combobox', { name: /Payee/ });
    await user.click(picker);
    await screen.findByRole('option', { name: /Ana Ruiz/ });
    // The palette comes over no list.
    await user.keyboard('{Control>}k{/Control}');
    expect(screen.queryByRole('dialog')).toBeNull();
    screen.getByRole('heading', { level: 1 }).focus();
    await waitFor(() => expect(screen.queryByRole('listbox')).toBeNull());
  });

  it('offers only active payees and says of the others why', async () => {
    const { user } = await renderApp({}, '#/pay');
    await user.click(await screen.findByRole('combobox', { name: /Payee/ }));
    const declined = await screen.findByRole('option', { name: /Grace Okafor/ });
    expect(declined).toHaveTextContent('Pockyt declined this payee, who cannot be paid.');
    await user.click(declined);
    expect(await screen.findByRole('combobox', { name: /Payee/ })).toHaveAccessibleDescription(
      /^Pockyt declined this payee/,
    );
    expect(screen.getByRole('link', { name: 'Open payee' })).toBeVisible();
    expect(screen.queryByLabelText('Amount')).toBeNull();
  });

  it('says why the payee it was opened for cannot be paid', async () => {
    await renderApp({}, '#/pay?payee=payee-3');
    expect(await screen.findByText(/Pockyt has e-mailed an invitation/)).toBeInTheDocument();
    expect(screen.queryByLabelText('Amount')).toBeNull();
    expect(screen.getByRole('link', { name: 'Open payee' })).toHaveAttribute(
      'href',
      '#/payees/payee-3',
    );
  });

  it('says of a payee who has been through the profile that Pockyt has yet to approve it', async () => {
    const platform = new FakePlatform();
    Object.assign(platform.payees[2] ?? {}, { accountPending: true });
    await renderAppOn(platform, '#/pay?payee=payee-3');
    expect(await screen.findByText(/Pockyt has not approved it yet/)).toBeInTheDocument();
    expect(screen.queryByText(/invitation/)).toBeNull();
  });

  it.each([
    ['en-US', '1,250', 'Read as USD 1,250.00', '1250.00'],
    ['en-US', '1250.5', 'Read as USD 1,250.50', '1250.50'],
    ['en-AT', '1.250,50', 'Read as USD 1.250,50', '1250.50'],
  ])('reads %s %s and says so', async (locale, typed, shown, sent) => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue([locale]);
    await speakEnglish();
    const { user, platform } = await renderApp({}, PAYEE);
    await user.type(await amountField(), typed);
    expect(await screen.findByText(/^Read as/)).toHaveTextContent(shown);
    await user.keyboard('{Enter}');
    await screen.findByRole('heading', { name: 'Review before you pay', level: 1 });
    expect(drafts(platform, 'previewPayout')[0]?.amount).toBe(sent);
  });

  it.each([
    ['12,50', 'This could be 12.50 or 1,250. Write 12.50 or 1250.'],
    ['1.005', 'USD has 2 decimals. If you mean 1,005, write 1005.'],
    ['1.2345', 'USD has 2 decimals.'],
  ])('tells what %s could mean rather than guess', async (typed, told) => {
    const { user, platform } = await renderApp({}, PAYEE);
    await user.type(await amountField(), `${typed}{Enter}`);
    expect(await screen.findByText(told)).toBeInTheDocument();
    expect(drafts(platform, 'previewPayout')).toEqual([]);
  });

  it('tells what is missing at its field and asks for no review', async () => {
    const { user, platform } = await renderApp({}, PAYEE);
    await user.clear(await screen.findByLabelText('Invoice ID'));
    await user.click(screen.getByRole('button', { name: 'Review' }));
    expect(await amountField()).toHaveAccessibleDescription(/Enter an amount\./);
    expect(screen.getByLabelText('Invoice ID')).toHaveAccessibleDescription(
      /^Enter an invoice ID\./,
    );
    await waitFor(() => expect(screen.getByLabelText('Amount')).toHaveFocus());
    expect(drafts(platform, 'previewPayout')).toEqual([]);
  });

  it('refuses a description longer than Pockyt takes', async () => {
    const { user, platform } = await renderApp({}, PAYEE);
    await user.type(await amountField(), '5');
    await fireEvent.input(screen.getByLabelText(/Description/), {
      target: { value: 'x'.repeat(101) },
    });
    await user.click(screen.getByRole('button', { name: 'Review' }));
    expect(screen.getByLabelText(/Description/)).toHaveAccessibleDescription(
      /^Shorten it to 100 characters; it has 101\./,
    );
    expect(drafts(platform, 'previewPayout')).toEqual([]);
  });

  it('cuts no invoice ID, but says how long it may be', async () => {
    const { user, platform } = await renderApp({}, PAYEE);
    const field = await screen.findByLabelText('Invoice ID');
    await user.clear(field);
    await user.click(field);
    await user.paste('x'.repeat(65));
    expect(field).toHaveValue('x'.repeat(65));
    expect(field).toHaveAccessibleDescription(/^Shorten it to 64 characters; it has 65\./);
    await user.type(await amountField(), '5{Enter}');
    expect(drafts(platform, 'previewPayout')).toEqual([]);
  });

  it('says while it is typed that the balance does not cover the amount', async () => {
    const { user } = await renderApp({}, PAYEE);
    await screen.findByText('Balance USD 24,380.50');
    await user.type(await amountField(), '24380.50');
    expect(await amountField()).not.toHaveAccessibleDescription(/does not cover/);
    await user.type(await amountField(), '{Backspace}1');
    expect(await amountField()).toHaveAccessibleDescription(/^Your balance does not cover it\./);
  });

  it('offers speeds only where they apply, and says else what is known of when it arrives', async () => {
    const platform = new FakePlatform();
    const listed = await platform.listFundingAccounts('payee-1');
    const paypal = { ...listed[1]!, status: 'activated' as const, usable: true };
    platform.listFundingAccounts = () => Promise.resolve([listed[0]!, paypal]);
    vi.spyOn(platform, 'previewPayout');
    const { user } = await renderAppOn(platform, PAYEE);
    await user.click(await screen.findByRole('radio', { name: /Bank account/ }));
    expect(screen.getByRole('radio', { name: 'Same-day ACH' })).toBeVisible();
    await user.click(screen.getByRole('radio', { name: 'PayPal' }));
    expect(screen.queryByText(/ACH/)).toBeNull();
    expect(screen.getByText(/^Pockyt does not say how long/)).toBeVisible();
    await user.type(await amountField(), '12{Enter}');
    expect(vi.mocked(platform.previewPayout).mock.calls[0]?.[0].channel).toBe('UNSPECIFIED');
  });

  it('tells when no account can receive money, and asks again', async () => {
    const platform = new FakePlatform();
    const list = vi.spyOn(platform, 'listFundingAccounts').mockResolvedValue([]);
    const { user } = await renderAppOn(platform, PAYEE);
    expect(
      await screen.findByText('Ana Ruiz has no account that can receive money'),
    ).toBeInTheDocument();
    list.mockRestore();
    await user.click(screen.getByRole('button', { name: 'Ask Pockyt again' }));
    expect(await screen.findByRole('radio', { name: /Bank account/ })).toBeChecked();
  });

  it.each<[ErrorCode, string | null, string]>([
    ['amount_too_large', 'amount', 'Amount'],
    ['balance_too_low', 'amount', 'Amount'],
    ['currency_unknown', 'currency', 'Amount'],
    ['invoice_id_used', 'invoiceId', 'Invoice ID'],
    ['text_too_long', 'note', 'Note optional'],
    ['text_too_long', 'description', 'Description optional'],
    ['payee_not_active', null, 'Payee'],
    ['account_not_usable', 'currency', 'Account'],
    ['account_gone', 'accountToken', 'Account'],
  ])('puts %s (%s) at %s', async (code, field, label) => {
    const platform = new FakePlatform();
    platform.failNext('previewPayout', failure(code, { field }));
    const { user } = await renderAppOn(platform, PAYEE);
    await user.type(await amountField(), '5{Enter}');
    const told = await screen.findByText((text) => text.startsWith(errorTitle(code)));
    const control =
      label === 'Account'
        ? screen.getByRole('radiogroup', { name: label })
        : screen.getByLabelText(label, { selector: 'input' });
    await waitFor(() =>
      expect(control.getAttribute('aria-describedby')?.split(' ')).toContain(told.id),
    );
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('takes what others are still to take off the balance after', async () => {
    const platform = new FakePlatform();
    const preview = platform.previewPayout.bind(platform);
    vi.spyOn(platform, 'previewPayout').mockImplementation(async (draft) => ({
      ...(await preview(draft)),
      others: { amount: '40.00', currency: 'USD' },
      balanceAfter: { amount: '-12.50', currency: 'USD' },
    }));
    const { user } = await renderAppOn(platform, PAYEE);
    await user.type(await amountField(), '5{Enter}');
    const after =
      /^-USD 12\.50.*once other payouts not sent yet \(USD 40\.00 before fees\) have left too$/;
    expect(await screen.findByText(after)).toBeVisible();
  });

  it('keeps the balance at the amount that is too large for it', async () => {
    const platform = new FakePlatform();
    platform.failNext('previewPayout', failure('balance_too_low', { field: 'amount' }));
    const { user } = await renderAppOn(platform, PAYEE);
    await user.type(await amountField(), '5{Enter}');
    await screen.findByText((text) => text.startsWith(errorTitle('balance_too_low')));
    expect(await amountField()).toHaveAccessibleDescription(/Balance USD/);
  });

  it.each<ErrorCode>(['unreachable', 'gateway_refused', 'token_missing', 'internal'])(
    'puts %s above the form, once',
    async (code) => {
      const platform = new FakePlatform();
      platform.failNext('previewPayout', failure(code, { detail: '000099 odd' }));
      const { user } = await renderAppOn(platform, PAYEE);
      await user.type(await amountField(), '5{Enter}');
      expect(await screen.findByRole('alert')).toHaveTextContent(errorTitle(code));
      expect(screen.getByText('000099 odd')).toBeInTheDocument();
      expect(await amountField()).toHaveValue('5');
    },
  );

  it('says as soon as the field is left that the invoice ID is taken, and by which payout', async () => {
    const { user } = await renderApp({}, PAYEE);
    const field = await screen.findByLabelText('Invoice ID');
    await user.clear(field);
    await user.type(field, 'INV-1044');
    expect(screen.queryByText(/has been used before/)).toBeNull();
    await user.tab();
    await waitFor(() => expect(field).toHaveAccessibleDescription(/has been used before/));
    expect(
      screen.getByRole('link', { name: /^Invoice INV-1044: USD 1,054.50 to 李伟/ }),
    ).toHaveAttribute('href', '#/payouts/payout-3');
    await user.type(field, '-B');
    expect(field).not.toHaveAccessibleDescription(/has been used before/);
  });

  it('suggests another invoice ID once the first is taken', async () => {
    const platform = new FakePlatform();
    platform.failNext('previewPayout', failure('invoice_id_used', { field: 'invoiceId' }));
    const { user } = await renderAppOn(platform, PAYEE);
    await user.type(await amountField(), '5{Enter}');
    vi.spyOn(platform, 'suggestInvoiceId').mockResolvedValue('INV-9999');
    await user.click(await screen.findByRole('button', { name: 'Suggest another' }));
    expect(screen.getByLabelText('Invoice ID')).toHaveValue('INV-9999');
    await waitFor(() => expect(screen.queryByText(/has been used before/)).toBeNull());
  });
});

describe('the review', () => {
  it('shows who, where to, how much, the fee and what is left', async () => {
    await reviewed();
    const main = within(screen.getByRole('main'));
    for (const text of ['Ana Ruiz', 'Bank account ••••5655', 'INV-1066', 'Standard ACH']) {
      expect(main.getByText(text)).toBeInTheDocument();
    }
    expect(main.getByText('USD 1,250.00')).toBeInTheDocument();
    expect(main.getByText('USD 1.00, as for the last payout of this kind')).toBeInTheDocument();
    expect(main.getByText('USD 23,129.50')).toBeInTheDocument();
    expect(await payButton()).toBeInTheDocument();
  });

  it('says what is unusual, and that Pockyt tells the fee later', async () => {
    const platform = new FakePlatform();
    const preview = platform.previewPayout.bind(platform);
    vi.spyOn(platform, 'previewPayout').mockImplementation(
      async (draft): Promise<PayoutPreview> => ({
        ...(await preview(draft)),
        fee: null,
        unusual: [
          { kind: 'amount_far_from_usual', params: { usual: '300.00' } },
          { kind: 'same_amount_recently', params: { payout: 'payout-1' } },
          { kind: 'fee_unknown', params: {} },
        ],
      }),
    );
    await reviewed(platform);
    const notes = screen.getByText('Worth a second look').parentElement as HTMLElement;
    expect(
      within(notes)
        .getAllByRole('listitem')
        .map((note) => note.textContent),
    ).toEqual(['The amount is far from what Ana Ruiz usually gets: USD 300.00.']);
    expect(screen.getByText('Ana Ruiz was sent the same amount on Nov 20, 2026.')).toBeVisible();
    expect(screen.getByText('Not known until Pockyt accepts the payout')).toBeInTheDocument();
    expect(screen.getByText('USD 23,129.50, before the fee')).toBeInTheDocument();
  });

  it.each([
    ['inv 01042', '1,250', 'An earlier payout has the same invoice ID, only written differently.'],
    ['A-7', '180', 'Ana Ruiz was sent the same amount on Nov 20, 2026.'],
    ['INV-001042', '180', 'An earlier payout has the same invoice ID, only written differently.'],
  ])('holds %s over %s until the owner says that it is another invoice', async (id, sum, why) => {
    const { user, platform } = await renderApp({}, PAYEE);
    const field = await screen.findByLabelText('Invoice ID');
    await user.clear(field);
    await user.type(field, id);
    await user.type(await amountField(), `${sum}{Enter}`);
    await screen.findByText('This may be an invoice that you have paid already');
    expect(screen.getAllByText(why)).toHaveLength(1);
    const earlier = screen.getByRole('link', { name: /^Invoice INV-1042: USD 180.00 to Ana Ruiz/ });
    expect(earlier).toHaveAttribute('href', '#/payouts/payout-1');
    const pay = screen.getByRole('button', { name: /^Pay USD/ });
    await waitFor(() =>
      expect(pay).toHaveAccessibleDescription('Say first that this is another invoice.'),
    );
    await user.click(pay);
    expect(drafts(platform, 'submitPayout')).toEqual([]);
    await user.click(screen.getByLabelText('This is another invoice; pay it too'));
    await user.click(await pressable(/^Pay USD/));
    await waitFor(() => expect(router.route.name).toBe('payout'));
  });

  it.each(['failed', 'returned', 'cancelled'] as const)(
    'has no doubt about an invoice whose earlier payout is %s',
    async (state) => {
      const platform = new FakePlatform();
      Object.assign(platform.payouts[0] ?? {}, { state });
      const { user } = await renderAppOn(platform, PAYEE);
      const field = await screen.findByLabelText('Invoice ID');
      await user.clear(field);
      await user.type(field, 'inv 1042');
      await user.type(await amountField(), '180{Enter}');
      expect(await pressable(/^Pay USD 180.00/)).toBeVisible();
      expect(screen.queryByText(/paid already/)).toBeNull();
    },
  );

  it('keeps what was written when the earlier payout is opened in place of the form', async () => {
    const { user } = await renderApp({}, PAYEE);
    const field = await screen.findByLabelText('Invoice ID');
    await user.clear(field);
    await user.type(field, 'inv 1042');
    await user.type(await amountField(), '9{Enter}');
    await user.click(await screen.findByRole('link', { name: /^Invoice INV-1042/ }));
    expect(router.route).toEqual({ name: 'payout', id: 'payout-1' });
    await user.click(screen.getByRole('link', { name: 'New payout' }));
    expect(await amountField()).toHaveValue('9');
  });

  it('goes back with everything kept, by button and by Escape', async () => {
    const { user } = await reviewed();
    await user.click(screen.getByRole('button', { name: 'Change' }));
    expect(await amountField()).toHaveValue('1,250');
    await user.type(screen.getByLabelText(/Note/), 'March{Enter}');
    await payButton();
    await user.keyboard('{Escape}');
    expect(await screen.findByLabelText(/Note/)).toHaveValue('March');
    expect(screen.getByLabelText('Invoice ID')).toHaveValue('INV-1066');
  });

  it('begins at its title, so that a second Enter pays nothing', async () => {
    const { user, platform } = await reviewed();
    expect(screen.getByRole('heading', { level: 1 })).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(drafts(platform, 'submitPayout')).toEqual([]);
  });

  it('takes no press before it can have been read, nor the second of a double click', async () => {
    const { user, platform } = await reviewed();
    const button = screen.getByRole('button', { name: /^Pay USD 1,250.00/ });
    await user.dblClick(button);
    expect(button).toHaveAccessibleDescription('Read the review first.');
    await payButton();
    await fireEvent.click(button, { detail: 2 });
    expect(drafts(platform, 'submitPayout')).toEqual([]);
    button.focus();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(router.route.name).toBe('payout'));
    expect(drafts(platform, 'submitPayout')).toHaveLength(1);
  });

  it('makes one payout of a double click and goes to its page', async () => {
    const { user, platform } = await reviewed();
    await user.dblClick(await payButton());
    await waitFor(() => expect(router.route.name).toBe('payout'));
    const submitted = drafts(platform, 'submitPayout');
    expect(submitted).toHaveLength(1);
    expect(router.route).toEqual({ name: 'payout', id: submitted[0]?.draftId });
    expect(submitted[0]).toEqual(drafts(platform, 'previewPayout')[0]);
    expect(await screen.findByText('Released. Remit sends it next.')).toBeInTheDocument();
  });

  it('keeps one draft ID however often the form is submitted', async () => {
    const platform = new FakePlatform();
    platform.failNext('submitPayout', failure('disk_full', { retry: true }));
    const { user } = await reviewed(platform);
    await user.click(await payButton());
    expect(await screen.findByRole('alert')).toHaveTextContent('The disk is full');
    await user.click(await payButton());
    await waitFor(() => expect(router.route.name).toBe('payout'));
    const ids = new Set(
      [...drafts(platform, 'submitPayout'), ...drafts(platform, 'previewPayout')].map(
        (draft) => draft.draftId,
      ),
    );
    expect(ids.size).toBe(1);
  });

  it('shows the review anew when something changed since', async () => {
    const platform = new FakePlatform();
    const { user } = await reviewed(platform);
    platform.failNext('submitPayout', failure('review_changed'));
    platform.balance = { amount: '9000.00', currency: 'USD' };
    await user.click(await payButton());
    expect(await screen.findByText('Something changed since you reviewed it')).toBeInTheDocument();
    expect(screen.getByText('USD 7,749.00')).toBeInTheDocument();
    expect(router.route.name).toBe('pay');
    await user.click(await payButton());
    await waitFor(() => expect(router.route.name).toBe('payout'));
  });

  it('returns to the form with fresh accounts when the account is gone', async () => {
    const platform = new FakePlatform();
    const { user } = await reviewed(platform);
    platform.failNext('submitPayout', failure('account_gone', { field: 'accountToken' }));
    const asked = () =>
      platform.calls.filter((call) => call.command === 'listFundingAccounts').length;
    const before = asked();
    await user.click(await payButton());
    expect(await screen.findByText(/This account is no longer listed/)).toBeInTheDocument();
    expect(asked()).toBe(before + 1);
    expect(await amountField()).toHaveValue('1,250');
  });

  it('returns to the form with the fresh payee when the payee is not active any more', async () => {
    const platform = new FakePlatform();
    const { user } = await reviewed(platform);
    platform.failNext('submitPayout', failure('payee_not_active'));
    const ana = platform.payees[0];
    if (ana) ana.status = 'deactivated';
    await user.click(await payButton());
    expect(await screen.findByText(/has closed this payee’s profile/)).toBeInTheDocument();
  });
});

describe('paying again', () => {
  it('fills in the earlier payout under a new invoice ID and links the two', async () => {
    const { user, platform } = await renderApp({}, '#/pay?retry=payout-5');
    expect(await screen.findByText(/linked to the one of invoice INV-1046/)).toBeInTheDocument();
    expect(await amountField()).toHaveValue('1928.00');
    expect(screen.getByLabelText('Invoice ID')).toHaveValue('INV-1046-R1');
    await user.click(screen.getByRole('button', { name: 'Review' }));
    await user.click(await pressable(/^Pay USD 1,928.00/));
    await waitFor(() => expect(router.route.name).toBe('payout'));
    expect(drafts(platform, 'submitPayout')[0]).toMatchObject({
      draftId: 'retry-of-payout-5',
      retryOf: 'payout-5',
    });
  });

  it('says so when the payout cannot be paid again', async () => {
    await renderApp({}, '#/pay?retry=payout-1');
    expect(await screen.findByRole('alert')).toHaveTextContent('This payout cannot be paid again');
  });
});

describe('a new payout begun from another', () => {
  it('is an empty form, and asks before it loses what was written', async () => {
    const { user } = await reviewed();
    await user.click(screen.getByRole('link', { name: 'New payout' }));
    const dialog = await screen.findByRole('dialog', { name: 'Begin another payout?' });
    await user.click(within(dialog).getByRole('button', { name: 'Go on with this one' }));
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Review before you pay');
    await user.click(screen.getByRole('link', { name: 'New payout' }));
    await user.click(await screen.findByRole('button', { name: 'Begin another' }));
    expect(await screen.findByRole('combobox', { name: /Payee/ })).toHaveValue('');
    expect(router.route).toEqual({ name: 'pay', payee: null, retryOf: null });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('is an empty form at once where only a payee was chosen', async () => {
    const { user } = await renderApp({}, '#/pay');
    await user.type(await screen.findByRole('combobox', { name: /Payee/ }), 'ana');
    await user.click(await screen.findByRole('option', { name: /Ana Ruiz/ }));
    await amountField();
    await user.click(screen.getByRole('link', { name: 'New payout' }));
    await waitFor(() => expect(screen.getByRole('combobox', { name: /Payee/ })).toHaveValue(''));
    expect(screen.queryByLabelText('Amount')).toBeNull();
  });
});

describe('a payee nobody knows', () => {
  it('can be registered from the list, and what was typed stays', async () => {
    const { user } = await renderApp({}, '#/pay');
    const picker = await screen.findByRole('combobox', { name: /Payee/ });
    await user.type(picker, 'nobody at all');
    await screen.findByRole('option', { name: 'Register payee' });
    await user.click(screen.getByRole('button', { name: 'Review' }));
    expect(await screen.findByText('Choose whom to pay.')).toBeInTheDocument();
    expect(picker).toHaveValue('nobody at all');
    await user.type(picker, '!');
    await user.click(await screen.findByRole('option', { name: 'Register payee' }));
    expect(router.route.name).toBe('register');
  });
});

describe('Escape', () => {
  it('leaves an untouched form at once', async () => {
    const { user } = await renderApp({}, PAYEE);
    await amountField();
    await user.keyboard('{Escape}');
    expect(router.route).toEqual({ name: 'payouts', payee: null });
  });

  it('leaves at once, and what was written is still there the next time', async () => {
    const { user, platform } = await renderApp({}, PAYEE);
    await user.type(await amountField(), '12');
    await user.type(screen.getByLabelText(/Note/), 'March');
    await user.keyboard('{Escape}');
    expect(router.route).toEqual({ name: 'payouts', payee: null });
    await user.click(screen.getByRole('link', { name: 'New payout' }));
    expect(await amountField()).toHaveValue('12');
    expect(screen.getByLabelText(/Note/)).toHaveValue('March');
    expect(screen.getByRole('combobox', { name: /Payee/ })).toHaveValue('Ana Ruiz');
    expect(screen.getByText('What you had typed before is still here.')).toBeVisible();
    await user.click(await screen.findByRole('button', { name: 'Review' }));
    await user.click(await pressable(/^Pay USD 12.00 to Ana Ruiz$/));
    await waitFor(() => expect(router.route.name).toBe('payout'));
    // What was paid is not written again.
    await user.click(screen.getByRole('link', { name: 'New payout' }));
    expect(await screen.findByRole('combobox', { name: /Payee/ })).toHaveValue('');
    expect(drafts(platform, 'submitPayout')).toHaveLength(1);
  });

  it('lets what was written go where the owner starts over', async () => {
    const { user } = await renderApp({}, PAYEE);
    await user.type(await amountField(), '12');
    await user.click(screen.getByRole('link', { name: 'Payees' }));
    await user.click(screen.getByRole('link', { name: 'New payout' }));
    await user.click(await screen.findByRole('button', { name: 'Start over' }));
    expect(await screen.findByRole('combobox', { name: /Payee/ })).toHaveValue('');
    expect(screen.queryByText(/still here/)).toBeNull();
  });

  it('begins anew for another payee than the one that was written of', async () => {
    const { user } = await renderApp({}, PAYEE);
    await user.type(await amountField(), '12');
    router.go({ name: 'payees' });
    await screen.findByRole('heading', { level: 1, name: 'Payees' });
    router.go({ name: 'pay', payee: 'payee-2', retryOf: null });
    expect(await amountField()).toHaveValue('');
  });
});

function errorTitle(code: ErrorCode): string {
  const titles: Partial<Record<ErrorCode, string>> = {
    amount_too_large: 'The amount is too large',
    balance_too_low: 'Your balance is too low',
    currency_unknown: 'This currency is not known',
    invoice_id_used: 'This invoice ID has been used before',
    text_too_long: 'The text is too long',
    payee_not_active: 'This payee cannot be paid yet',
    account_not_usable: 'This account cannot receive money',
    account_gone: 'This account is no longer listed',
    unreachable: 'Pockyt cannot be reached',
    gateway_refused: 'Pockyt refused the request',
    token_missing: 'The API token is not in the keychain',
    internal: 'Something unforeseen went wrong in Remit',
  };
  return titles[code] ?? code;
}
