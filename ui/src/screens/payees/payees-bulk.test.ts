import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { layOutLists } from '../../../tests/list-layout';
import { renderApp } from '../../../tests/render-app';
import { payeesView } from './payees-view.svelte';

layOutLists();

afterEach(() => {
  vi.restoreAllMocks();
  payeesView.showAll();
});

async function allMarked() {
  const app = await renderApp({ payees: 6 }, '#/payees');
  await screen.findByRole('grid', { name: 'Payees' });
  await app.user.click(screen.getByRole('checkbox', { name: 'Select all' }));
  await screen.findByRole('toolbar', { name: 'Selected rows' });
  return app;
}

it('pays those in a run that can be paid, and says who was left out', async () => {
  const { user, platform } = await allMarked();
  const payable = platform.payees.filter(({ status }) => status === 'active');
  const left = platform.payees.length - payable.length;
  await user.click(screen.getByRole('button', { name: 'Pay in a run' }));
  await waitFor(() => expect(location.hash).toMatch(/^#\/runs\//));
  const composed = platform.calls.find(({ command }) => command === 'composeRun');
  expect(new Set(composed?.args[0] as string[])).toEqual(new Set(payable.map(({ id }) => id)));
  expect(screen.getByText(new RegExp(`^${left} payees? w.+ left out$`))).toBeInTheDocument();
});

it('copies the addresses', async () => {
  const { user, platform } = await allMarked();
  const write = vi.spyOn(navigator.clipboard, 'writeText');
  await user.click(screen.getByRole('button', { name: 'Copy e-mail addresses' }));
  expect(await screen.findByText('6 addresses copied')).toBeInTheDocument();
  const copied = String(write.mock.calls[0]?.[0]).split(', ');
  expect(new Set(copied)).toEqual(new Set(platform.payees.map(({ email }) => email)));
});

it('asks about the marked ones alone', async () => {
  const { user, platform } = await renderApp({ payees: 6 }, '#/payees');
  await screen.findByRole('grid', { name: 'Payees' });
  const [box] = await screen.findAllByRole('checkbox', { name: /^Select (?!all)/ });
  await user.click(box as HTMLElement);
  await user.click(await screen.findByRole('button', { name: 'Check status' }));
  await waitFor(() =>
    expect(platform.calls.find(({ command }) => command === 'refreshPayees')?.args).toEqual([
      { query: null, ids: [expect.any(String)] },
    ]),
  );
});
