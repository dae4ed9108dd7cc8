import { screen, waitFor, within } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import { messages } from '$lib/components';
import { spoken } from '$lib/i18n';
import type { Profile, RegisterPayee } from '$lib/platform';
import { demoProfile, failure, FakePlatform } from '$lib/platform/fake';
import { renderAppOn } from '../../../tests/render-app';
import { closeRegistration } from './registration-draft';

beforeEach(() => {
  closeRegistration();
  for (const { cause } of messages.shown) messages.dismiss(cause);
});

async function openForm(profile: Partial<Profile> = {}) {
  const platform = new FakePlatform();
  const startup = platform.startup.bind(platform);
  platform.startup = async () => ({
    ...(await startup()),
    profile: { ...demoProfile, ...profile },
  });
  const view = await renderAppOn(platform, '#/payees/new');
  await screen.findByLabelText('First name');
  return view;
}

async function fillIn(user: UserEvent) {
  await user.type(screen.getByLabelText('First name'), 'Lucía');
  await user.type(screen.getByLabelText('Last name'), 'Núñez');
  await user.type(screen.getByLabelText('Date of birth'), '4/30/1990');
  await user.type(screen.getByLabelText('E-mail'), 'lucia@example.com');
  await user.type(screen.getByLabelText('Street and number'), '12 Elm St');
  await user.type(screen.getByLabelText('City'), 'Austin');
  await user.selectOptions(screen.getByLabelText('State'), 'TX');
  await user.type(screen.getByLabelText('ZIP code'), '73301');
}

const register = () => screen.getByRole('button', { name: 'Register' });

function sent(platform: FakePlatform): RegisterPayee[] {
  return platform.calls
    .filter(({ command }) => command === 'registerPayee')
    .map(({ args }) => args[0] as RegisterPayee);
}

it('registers with what step 1 needs, and opens the payee', async () => {
  const { user, platform } = await openForm();
  expect(screen.getByText(/Pockyt mails this payee an invitation/)).toBeInTheDocument();
  await fillIn(user);
  expect(screen.getByText('Read as April 30, 1990')).toBeInTheDocument();
  await user.click(register());
  expect(await screen.findByRole('heading', { level: 1, name: 'Lucía Núñez' })).toBeInTheDocument();
  expect(sent(platform)).toEqual([
    {
      profileType: 'INDIVIDUAL',
      firstName: 'Lucía',
      lastName: 'Núñez',
      company: null,
      email: 'lucia@example.com',
      phone: null,
      dateOfBirth: '1990-04-30',
      countryCode: 'US',
      state: 'TX',
      city: 'Austin',
      street: '12 Elm St',
      street2: null,
      zip: '73301',
      lang: 'en',
      governmentIdType: null,
      governmentId: null,
      extra: [],
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    },
  ]);
});

it('shows what is wrong under each field and goes to the first', async () => {
  const { user, platform } = await openForm();
  await user.type(screen.getByLabelText('First name'), 'Lucía');
  await user.type(screen.getByLabelText('E-mail'), 'lucia@example');
  await user.click(register());
  expect(screen.getByLabelText('Last name')).toHaveFocus();
  expect(screen.getByLabelText('Last name')).toHaveAccessibleDescription('Fill this in.');
  expect(screen.getByLabelText('E-mail')).toHaveAccessibleDescription(/not an e-mail address yet/);
  expect(screen.getByLabelText('First name')).toHaveValue('Lucía');
  expect(sent(platform)).toEqual([]);
});

it('registers once however often it is pressed', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  await user.dblClick(register());
  await screen.findByRole('heading', { level: 1, name: 'Lucía Núñez' });
  expect(sent(platform)).toHaveLength(1);
});

it('begins in the first field, which Escape leaves with all kept', async () => {
  const { user } = await openForm();
  await waitFor(() => expect(screen.getByLabelText('First name')).toHaveFocus());
  expect(screen.getByRole('form', { name: 'Register payee' })).toBeInTheDocument();
  await user.keyboard('Lucía{Escape}');
  await screen.findByRole('heading', { level: 1, name: 'Payees' });
  await user.keyboard('r');
  expect(await screen.findByLabelText('First name')).toHaveValue('Lucía');
});

it.each([
  ['en-US', 'Write month, day and year.', '04/30/1990'],
  ['en-GB', 'Write day, month and year.', '30/04/1990'],
  ['en-CA', 'Write year, month and day.', '1990-04-30'],
])(
  'names the order that %s reads, in the complaint as in the example',
  async (locale, told, example) => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue([locale]);
    await spoken.prefer('zh-CN');
    await spoken.prefer('en');
    const { user } = await openForm();
    await user.type(screen.getByLabelText('Date of birth'), '4');
    await user.click(register());
    const field = screen.getByLabelText('Date of birth');
    expect(field).toHaveAccessibleDescription(expect.stringContaining(told));
    expect(field).toHaveAccessibleDescription(expect.stringContaining(example));
    vi.restoreAllMocks();
    await spoken.prefer('zh-CN');
    await spoken.prefer('en');
  },
);

it('keeps why and how to write the date of birth beside what is wrong with it', async () => {
  const { user } = await openForm();
  await user.click(register());
  expect(screen.getByLabelText('Date of birth')).toHaveAccessibleDescription(
    'Fill this in. Pockyt asks for it; ask the payee. For example 04/30/1990.',
  );
});

it('parts the countries often used from all others', async () => {
  await openForm();
  const country = screen.getByLabelText('Country');
  const often = within(country).getByRole('group', { name: 'Often used' });
  const rest = within(country).getByRole('group', { name: 'All others' });
  expect(within(often).getByRole('option', { name: 'China' })).toBeInTheDocument();
  expect(within(rest).queryByRole('option', { name: 'China' })).toBeNull();
  expect(within(rest).getByRole('option', { name: 'Germany' })).toBeInTheDocument();
});

it('tells the same registration apart from another by its request ID', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  platform.failNext('registerPayee', failure('timeout', { retry: true }));
  await user.click(register());
  expect(await screen.findByRole('alert')).toHaveTextContent('Pockyt has not answered in time');
  expect(screen.getByLabelText('City')).toHaveValue('Austin');
  await user.click(register());
  await screen.findByRole('heading', { level: 1, name: 'Lucía Núñez' });
  const [first, second] = sent(platform);
  expect(second?.requestId).toBe(first?.requestId);
});

it('asks for no identity document where Pockyt invites the payee', async () => {
  await openForm({ pockytUser: true });
  expect(screen.queryByLabelText('Document number')).toBeNull();
});

it('asks for the document where Pockyt does not, and lets go of its number', async () => {
  const { user, platform } = await openForm({ pockytUser: false });
  await fillIn(user);
  await user.click(register());
  expect(screen.getByLabelText('Document')).toHaveFocus();
  await user.selectOptions(screen.getByLabelText('Document'), 'SSN');
  const number = screen.getByLabelText('Document number');
  expect(number).toHaveAttribute('type', 'password');
  expect(number).toHaveAttribute('autocomplete', 'off');
  await user.type(number, '078-05-1120');
  platform.failNext('registerPayee', failure('timeout'));
  await user.click(register());
  await screen.findByRole('alert');
  expect(sent(platform)[0]).toMatchObject({ governmentIdType: 'SSN', governmentId: '078-05-1120' });
  expect(screen.getByLabelText('Document number')).toHaveValue('');
  expect(screen.getByLabelText('Document number')).toHaveAccessibleDescription(/Enter it again/);
  expect(document.body.innerHTML).not.toContain('078-05-1120');
});

it('asks for the field Pockyt misses', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  platform.failNext(
    'registerPayee',
    failure('parameter_missing', { field: 'phone', detail: '000020 parameter null: phone' }),
  );
  await user.click(register());
  const phone = screen.getByLabelText(/^Phone/);
  await waitFor(() => expect(phone).toHaveFocus());
  expect(phone).toHaveAccessibleDescription('Pockyt asks for this. Fill it in.');
  expect(screen.getByText(/000020 parameter null: phone/)).toBeInTheDocument();
  await user.type(phone, '5125550100');
  expect(phone).not.toHaveAccessibleDescription('Pockyt asks for this. Fill it in.');
  await user.click(register());
  await screen.findByRole('heading', { level: 1, name: 'Lucía Núñez' });
  expect(sent(platform)[1]).toMatchObject({ phone: '5125550100', extra: [] });
});

it('opens the identity document when Pockyt asks for it after all', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  platform.failNext('registerPayee', failure('parameter_missing', { field: 'governmentId' }));
  await user.click(register());
  await waitFor(() => expect(screen.getByLabelText('Document')).toHaveFocus());
  expect(screen.getByLabelText('Document number')).toHaveAccessibleDescription(/Pockyt asks/);
  await user.selectOptions(screen.getByLabelText('Document'), 'PASSPORT');
  await user.type(screen.getByLabelText('Document number'), 'X1234567');
  await user.click(register());
  await screen.findByRole('heading', { level: 1, name: 'Lucía Núñez' });
  expect(sent(platform)[1]).toMatchObject({
    governmentIdType: 'PASSPORT',
    governmentId: 'X1234567',
  });
});

it('asks what the payee is where Pockyt wants a company’s name of a person', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  const detail = '000020 parameter null: company';
  platform.failNext('registerPayee', failure('parameter_missing', { field: 'company', detail }));
  await user.click(register());
  expect(await screen.findByText('Pockyt asks for a company name')).toBeInTheDocument();
  expect(screen.getByText(detail)).toBeInTheDocument();
  expect(screen.getByRole('radio', { name: 'A person' })).toBeChecked();
  await user.click(screen.getByRole('button', { name: 'It is a company' }));
  const company = screen.getByLabelText('Company name');
  await waitFor(() => expect(company).toHaveFocus());
  expect(company).toHaveAccessibleDescription('Pockyt asks for this. Fill it in.');
  await user.type(company, 'Elm Works LLC');
  await user.click(register());
  await screen.findByRole('heading', { level: 1, name: 'Elm Works LLC' });
  expect(sent(platform)[1]).toMatchObject({
    profileType: 'BUSINESS',
    company: 'Elm Works LLC',
    extra: [],
  });
});

it('makes a field for a parameter it does not know', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  platform.failNext('registerPayee', failure('parameter_missing', { field: 'taxRegion' }));
  await user.click(register());
  const extra = await screen.findByLabelText('taxRegion');
  await waitFor(() => expect(extra).toHaveFocus());
  await user.click(register());
  expect(sent(platform)).toHaveLength(1);
  await user.type(extra, 'North');
  await user.click(register());
  await screen.findByRole('heading', { level: 1, name: 'Lucía Núñez' });
  expect(sent(platform)[1]?.extra).toEqual([{ name: 'taxRegion', value: 'North' }]);
});

it('shows a value Pockyt refuses at its field, in Pockyt’s words', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  platform.failNext(
    'registerPayee',
    failure('gateway_refused', { field: 'zip', detail: '000023 zip unknown' }),
  );
  await user.click(register());
  const zip = screen.getByLabelText('ZIP code');
  await waitFor(() => expect(zip).toHaveFocus());
  expect(zip).toHaveAccessibleDescription(/^Pockyt does not accept this\./);
  expect(screen.getByText('000023 zip unknown')).toBeInTheDocument();
});

it('limits what Pockyt takes no more of, in words of its own', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  const name = screen.getByLabelText('First name');
  await user.clear(name);
  await user.click(name);
  await user.paste('x'.repeat(101));
  await user.click(register());
  expect(name).toHaveAccessibleDescription('This is longer than 100 characters. Shorten it.');
  expect(sent(platform)).toEqual([]);
});

it('names what is wrong with a date of birth', async () => {
  const { user } = await openForm();
  const field = screen.getByLabelText('Date of birth');
  await user.type(field, '4/3/90');
  await user.click(register());
  expect(field).toHaveAccessibleDescription(/^Write all four digits of the year\./);
  await user.clear(field);
  await user.type(field, 'Dec 1');
  expect(field).toHaveAccessibleDescription(/^Write the date in digits: month, day and year\./);
});

it('shows a refused value at the field that Pockyt’s words alone name, and else below', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  const refuse = (detail: string) => {
    platform.failNext('registerPayee', failure('gateway_refused', { detail }));
    return user.click(register());
  };
  const words = '000023 parameter value error: lastName: at most 50 characters';
  await refuse(words);
  const name = screen.getByLabelText('Last name');
  await waitFor(() => expect(name).toHaveFocus());
  expect(name).toHaveAccessibleDescription('Pockyt takes at most 50 characters here. Shorten it.');
  expect(screen.getByText(words)).toBeInTheDocument();
  expect(screen.queryByText('Pockyt refused the request')).toBeNull();
  await refuse('000023 parameter value error: firstName, lastName');
  expect(await screen.findByText('Pockyt refused the request')).toBeInTheDocument();
});

it.each([
  ['gateway_refused', { detail: '000023 parameter value error: company' }, 'Pockyt refused'],
  ['gateway_refused', { detail: '000023 parameter value error: governmentId' }, 'Pockyt refused'],
  ['gateway_refused', { field: 'company' }, 'Pockyt refused'],
  ['timeout', { detail: 'no answer for email' }, 'Pockyt has not answered in time'],
] as const)('never hides a failure (%s, %j) at a field that cannot say it', async (...said) => {
  const [code, details, told] = said;
  const { user, platform } = await openForm();
  await fillIn(user);
  platform.failNext('registerPayee', failure(code, details));
  await user.click(register());
  expect(await screen.findByRole('alert')).toHaveTextContent(told);
});

it('keeps what Pockyt says of a document’s number that was let go', async () => {
  const { user, platform } = await openForm({ pockytUser: false });
  await fillIn(user);
  await user.selectOptions(screen.getByLabelText('Document'), 'SSN');
  await user.type(screen.getByLabelText('Document number'), '078-05-1120');
  const detail = '000023 parameter value error: governmentId';
  platform.failNext('registerPayee', failure('gateway_refused', { detail }));
  await user.click(register());
  const number = screen.getByLabelText('Document number');
  await waitFor(() => expect(number).toHaveFocus());
  expect(number).toHaveValue('');
  expect(number).toHaveAccessibleDescription(/Pockyt does not accept this/);
  expect(screen.getByText(detail)).toBeInTheDocument();
});

it('offers another payee no longer once the address is corrected', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  platform.failNext('registerPayee', failure('email_registered'));
  await user.click(register());
  expect(await screen.findByText('Is this the payee you mean?')).toBeInTheDocument();
  expect(screen.getByLabelText('E-mail')).toHaveFocus();
  await user.type(screen.getByLabelText('E-mail'), '.mx');
  expect(screen.queryByText('Is this the payee you mean?')).toBeNull();
});

it('says why the payee could not be linked', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  platform.failNext('registerPayee', failure('email_registered'));
  platform.failNext('linkPayee', failure('unreachable', { retry: true }));
  await user.click(register());
  await user.click(await screen.findByRole('button', { name: /Link the payee/ }));
  expect(await screen.findByRole('alert')).toHaveTextContent('Pockyt cannot be reached');
});

it('offers the payee that Pockyt already has', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  const email = screen.getByLabelText('E-mail');
  await user.clear(email);
  await user.type(email, 'payee1@example.com');
  await user.click(register());
  const link = await screen.findByRole('button', { name: /Link the payee/ });
  expect(screen.getByLabelText('City')).toHaveValue('Austin');
  await user.click(link);
  expect(await screen.findByRole('heading', { level: 1, name: 'Ana Ruiz' })).toBeInTheDocument();
  expect(platform.calls).toContainEqual({ command: 'linkPayee', args: ['payee1@example.com'] });
});

it('goes to the payee while nobody knows whether it was registered', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  const jonas = platform.payees.find(({ status }) => status === 'registering');
  jonas!.email = 'lucia@example.com';
  platform.listPayees = () => Promise.resolve({ payees: [jonas!], next: null, total: 1 });
  platform.failNext('registerPayee', failure('registration_unknown', { retry: true }));
  await user.click(register());
  expect(await screen.findByRole('heading', { level: 1 })).toHaveTextContent('Jonas Lindqvist');
  expect(screen.getByText(/will not be sent twice/)).toBeInTheDocument();
});

it('registers a company by its name, and asks for it', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  await user.click(screen.getByRole('radio', { name: 'A company' }));
  await user.click(register());
  expect(screen.getByLabelText('Company name')).toHaveFocus();
  await user.type(screen.getByLabelText('Company name'), 'Elm Works LLC');
  await user.click(register());
  await screen.findByRole('heading', { level: 1, name: 'Elm Works LLC' });
  expect(sent(platform)[0]).toMatchObject({ profileType: 'BUSINESS', company: 'Elm Works LLC' });
});

it('takes any state outside the USA and checks no ZIP there', async () => {
  const { user, platform } = await openForm();
  await fillIn(user);
  await user.selectOptions(screen.getByLabelText('Country'), 'CN');
  expect(screen.getByLabelText('First name')).toHaveAccessibleDescription(/Chinese characters/);
  await user.type(screen.getByLabelText('State or province'), '广东');
  await user.clear(screen.getByLabelText('Postal code'));
  await user.type(screen.getByLabelText('Postal code'), '518000');
  await user.click(register());
  await screen.findByRole('heading', { level: 1 });
  expect(sent(platform)[0]).toMatchObject({ countryCode: 'CN', state: '广东', zip: '518000' });
});

it('keeps what was typed when another screen comes between, and forgets it on request', async () => {
  const { user } = await openForm();
  await user.type(screen.getByLabelText('First name'), 'Lucía');
  const navigation = screen.getByRole('navigation', { name: 'Main' });
  await user.click(within(navigation).getByRole('link', { name: 'Settings' }));
  await screen.findByRole('heading', { level: 1, name: 'Settings' });
  await user.click(document.body);
  await user.keyboard('r');
  expect(await screen.findByLabelText('First name')).toHaveValue('Lucía');
  await user.click(screen.getByRole('button', { name: 'Start over' }));
  expect(await screen.findByLabelText('First name')).toHaveValue('');
});

it('fills in a made-up person in the demo, written as the hint says, and shows the button', async () => {
  const { user, platform } = await openForm();
  await user.type(screen.getByLabelText('First name'), 'Lucía');
  await user.click(screen.getByRole('link', { name: 'Payouts' }));
  await user.click(document.body);
  await user.keyboard('r');
  expect(await screen.findByText('What you had typed before is still here.')).toBeVisible();
  const seen = vi.spyOn(Element.prototype, 'scrollIntoView');
  await user.click(screen.getByRole('button', { name: 'Fill with a made-up person' }));
  // Nothing of what had been typed is there any more.
  expect(screen.queryByText(/still here/)).toBeNull();
  expect(screen.getByLabelText<HTMLInputElement>('Date of birth').value).toMatch(
    /^\d\d\/\d\d\/\d{4}$/,
  );
  await waitFor(() => expect(register()).toHaveFocus());
  expect(seen.mock.contexts).toContain(register());
  await user.click(register());
  await waitFor(() => expect(sent(platform)).toHaveLength(1));
  expect(sent(platform)[0]?.email).toMatch(/^[a-z]+\.[a-z]+\.\d+@example\.com$/);
});

it('makes nobody up where payees are real', async () => {
  await openForm({ environment: 'production' });
  expect(screen.queryByRole('button', { name: /made-up/ })).toBeNull();
});
