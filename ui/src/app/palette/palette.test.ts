import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { messages } from '$lib/components';
import { spoken } from '$lib/i18n';
import { failure, FakePlatform, samplePayee } from '$lib/platform/fake';
import type { PayeePage } from '$lib/platform';
import { renderApp, renderAppOn } from '../../../tests/render-app';
import { router } from '../router.svelte';
import { matches, namedToPay } from './match';

// The test's document has no layout to scroll.
Element.prototype.scrollIntoView = () => undefined;

afterEach(async () => {
  vi.restoreAllMocks();
  for (const { cause } of messages.shown) messages.dismiss(cause);
  await spoken.prefer('en');
});

async function openPalette(platform = new FakePlatform(), address = '#/settings') {
  const view = await renderAppOn(platform, address);
  await screen.findByRole('heading', { level: 1 });
  await view.user.keyboard('{Control>}k{/Control}');
  const field = await screen.findByRole('combobox', { name: /Search for a command/ });
  await waitFor(() => expect(field).toHaveFocus());
  return { ...view, field };
}

/** Types faster than any machine is slow: without a rest between two letters. */
async function typeAtOnce(field: HTMLElement, text: string) {
  for (let length = 1; length <= text.length; length += 1) {
    await fireEvent.input(field, { target: { value: text.slice(0, length) } });
  }
}

function chosen(): string {
  const id = screen.getByRole('combobox', { name: /Search/ }).getAttribute('aria-activedescendant');
  return document.getElementById(id ?? '')?.textContent?.trim() ?? '';
}

it('goes to a screen by its name', async () => {
  const { user } = await openPalette();
  await user.keyboard('payees{Enter}');
  await waitFor(() => expect(router.route).toEqual({ name: 'payees' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('finds a payee by name and a payout by invoice ID or transaction number', async () => {
  const { user, field } = await openPalette();
  await user.type(field, 'ruiz');
  expect(await screen.findByRole('option', { name: /Ana Ruiz payee1@/ })).toBeInTheDocument();
  await user.clear(field);
  await user.type(field, 'INV-1045');
  expect(await screen.findByRole('option', { name: /INV-1045/ })).toBeInTheDocument();
  await user.clear(field);
  await user.type(field, '318453016214317211{Enter}');
  await waitFor(() => expect(router.route).toEqual({ name: 'payout', id: 'payout-2' }));
});

it('finds a row that is no payout yet, by invoice ID or payee, and leads to its run', async () => {
  const platform = new FakePlatform({ payouts: 0 });
  const rows = [
    { payee: 'payee1@example.com', amount: '10', invoiceId: 'LATER-0008' },
    { payee: 'Marcus Chen', amount: '12', invoiceId: 'LATER-0009' },
  ];
  platform.addDraft(rows, {}, { name: 'For January' });
  const { review } = await platform.reviewRun('run-1');
  await platform.releaseRun('run-1', review, '2099-01-31T09:00:00Z');
  const { user, field } = await openPalette(platform);
  await user.type(field, 'marcus');
  expect(await screen.findByRole('option', { name: /^LATER-0009/ })).toBeInTheDocument();
  await user.clear(field);
  await user.type(field, '0008');
  const row = await screen.findByRole('option', { name: /^LATER-0008 Ana Ruiz/ });
  expect(row).toHaveTextContent(/USD 10\.00 · Goes out on Jan 31, 2099, .+ · For January, row 2/);
  await user.keyboard('{Enter}');
  await waitFor(() => expect(router.route).toEqual({ name: 'run', id: 'run-1' }));
});

it('runs what Enter meant once its answer is here, never an older answer', async () => {
  const platform = new FakePlatform();
  const answers: ((page: PayeePage) => void)[] = [];
  vi.spyOn(platform, 'listPayees').mockImplementation(
    () => new Promise((resolve) => answers.push(resolve)),
  );
  const page = (index: number) => ({ payees: [samplePayee(index)], next: null, total: 1 });
  const { user, field } = await openPalette(platform);
  await typeAtOnce(field, 'zz-old');
  await waitFor(() => expect(answers).toHaveLength(1));
  await typeAtOnce(field, 'zz-new');
  await user.keyboard('{Enter}');
  await waitFor(() => expect(answers).toHaveLength(2));
  answers[1]!(page(1));
  answers[0]!(page(0));
  await waitFor(() => expect(router.route).toEqual({ name: 'payee', id: 'payee-2' }));
});

it('asks once typing rests, and a few rows only', async () => {
  const { field, platform } = await openPalette();
  await typeAtOnce(field, 'priya');
  await screen.findByRole('option', { name: /Priya/ });
  const asked = platform.calls.filter(({ command }) => command === 'listPayees');
  expect(asked.map(({ args }) => args[0])).toMatchObject([{ search: 'priya', limit: 6 }]);
});

it('moves with the arrows, round both ends', async () => {
  const { user } = await openPalette();
  const options = () =>
    within(screen.getByRole('listbox', { name: /Search/ })).getAllByRole('option');
  expect(options()[0]).toHaveAttribute('aria-selected', 'true');
  await user.keyboard('{ArrowUp}');
  expect(options().at(-1)).toHaveAttribute('aria-selected', 'true');
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(chosen()).toBe(options()[1]!.textContent?.trim());
});

it('shows what was used last first, without keeping a name', async () => {
  const { user, platform } = await openPalette();
  await user.keyboard('ana ruiz{Enter}');
  await waitFor(() => expect(router.route.name).toBe('payee'));
  await user.keyboard('{Control>}k{/Control}');
  const recent = within(await screen.findByRole('group', { name: 'Recently used' }));
  expect(await recent.findByRole('option', { name: /Ana Ruiz/ })).toBeInTheDocument();
  expect(platform.memory.recall('demo.recent')).toBe('["payee:payee-1"]');
});

it('makes a copy, and says when it cannot', async () => {
  const { user, platform } = await openPalette();
  platform.failNext('backUpNow', failure('disk_full'));
  await user.keyboard('back up{Enter}');
  await waitFor(() => expect(messages.shown.map(({ cause }) => cause)).toEqual(['disk_full']));
});

it('speaks another language at once', async () => {
  const { user } = await openPalette();
  await user.keyboard('zh-CN{Enter}');
  expect(await screen.findByRole('heading', { name: '设置', level: 1 })).toBeInTheDocument();
});

it('says when nothing is called so, and when the ledger cannot be asked', async () => {
  const { user, field, platform } = await openPalette();
  await user.type(field, 'qqqq');
  expect(await screen.findByText('Nothing here is called “qqqq”.')).toBeInTheDocument();
  platform.failNext('listPayees', failure('ledger_failed'));
  await user.type(field, 'q');
  expect(await screen.findByRole('alert')).toHaveTextContent('The ledger could not be');
});

it('opens from a field too, and Escape closes it alone', async () => {
  const { user } = await renderApp({}, '#/payees');
  await user.click(await screen.findByRole('textbox', { name: /Search/ }));
  await user.keyboard('{Control>}k{/Control}');
  expect(await screen.findByRole('combobox', { name: /Search/ })).toBeInTheDocument();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(router.route.name).toBe('payees');
});

it.each([
  ['nunez', 'Ana Núñez', true],
  ['ruiz ana', 'Ana Ruiz', true],
  ['李', '李伟', true],
  ['ana x', 'Ana Ruiz', false],
])('"%s" in "%s": %s', (question, text, found) => {
  expect(matches(question, text)).toBe(found);
});

it('offers to pay whom a question names, and nobody who cannot be paid', async () => {
  const { user, field } = await openPalette();
  await user.type(field, 'pay marcus');
  expect(await screen.findByRole('option', { name: /^Pay Marcus Chen/ })).toBeInTheDocument();
  await user.keyboard('{Enter}');
  await waitFor(() => expect(router.route).toMatchObject({ name: 'pay', payee: 'payee-2' }));
  await user.keyboard('{Control>}k{/Control}');
  await user.type(await screen.findByRole('combobox', { name: /Search/ }), 'pay priya');
  expect(await screen.findByRole('option', { name: /^Priya Natarajan/ })).toBeInTheDocument();
  expect(screen.queryByRole('option', { name: /^Pay Priya/ })).toBeNull();
});

it.each([
  ['pay tom', 'pay to|pay', 'tom'],
  ['Pay to Tom Reed', 'pay to|pay', 'Tom Reed'],
  ['pay ', 'pay to|pay', null],
  ['payton', 'pay to|pay', null],
  ['付给李伟', '付款给|付给', '李伟'],
])('"%s" (%s) asks to pay %s', (question, verbs, name) => {
  expect(namedToPay(question, verbs)).toBe(name);
});

it('finds in Chinese whose name begins as a payment does', async () => {
  const platform = new FakePlatform();
  platform.payees[0]!.displayName = '付明';
  platform.payees[1]!.displayName = '李明';
  const { user, field } = await openPalette(platform);
  await spoken.prefer('zh-CN');
  await user.type(field, '付明');
  expect(await screen.findByRole('option', { name: /^付明/ })).toBeInTheDocument();
  expect(screen.queryByRole('option', { name: /^付款给/ })).toBeNull();
  await user.clear(field);
  await user.type(field, '付给李明');
  expect(await screen.findByRole('option', { name: /^付款给 李明/ })).toBeInTheDocument();
});

it('pays none of several whom Enter was pressed for before they were seen', async () => {
  const platform = new FakePlatform();
  const answers: ((page: PayeePage) => void)[] = [];
  vi.spyOn(platform, 'listPayees').mockImplementation(
    () => new Promise((resolve) => answers.push(resolve)),
  );
  const active = platform.payees.filter(({ status }) => status === 'active').slice(0, 2);
  expect(active).toHaveLength(2);
  const { user, field } = await openPalette(platform);
  await fireEvent.input(field, { target: { value: 'pay tom' } });
  await user.keyboard('{Enter}{Enter}');
  await waitFor(() => expect(answers).toHaveLength(1));
  answers[0]!({ payees: active, next: null, total: 2 });
  await waitFor(() => expect(screen.getAllByRole('option', { name: /^Pay / })).toHaveLength(2));
  expect(chosen()).toMatch(/^Pay /);
  await fireEvent.keyDown(field, { key: 'Enter', repeat: true });
  expect(router.route).toEqual({ name: 'settings' });
  await user.keyboard('{Enter}');
  await waitFor(() => expect(router.route).toMatchObject({ name: 'pay', payee: active[0]!.id }));
});

it('answers the questions that owners have', async () => {
  const { user, field } = await openPalette();
  await user.type(field, 'checking');
  await user.click(await screen.findByRole('option', { name: 'What does Checking mean?' }));
  const answer = await screen.findByRole('dialog', { name: 'What does Checking mean?' });
  expect(answer).toHaveTextContent('Remit asks Pockyt until it knows');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('finds a language by its name in any of them', async () => {
  const { user, field } = await openPalette();
  await user.type(field, 'chinese');
  expect(await screen.findByRole('option', { name: 'Language: 简体中文' })).toBeInTheDocument();
});
