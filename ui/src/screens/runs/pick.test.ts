import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { messages } from '$lib/components';
import { FakePlatform } from '$lib/platform/fake';
import { layOutLists } from '../../../tests/list-layout';
import { renderAppOn } from '../../../tests/render-app';

layOutLists();

afterEach(() => {
  for (const { cause } of messages.shown) messages.dismiss(cause);
});

/** The dialog that asks whom a row of a run names, with the focus in its search. */
async function openPick() {
  const platform = new FakePlatform();
  platform.addDraft([{ payee: 'Nobody Known', amount: '10.00' }]);
  const view = await renderAppOn(platform, '#/runs/run-1');
  await screen.findByRole('grid', { name: 'Rows of the run' });
  await waitFor(() => expect(document.querySelector('[data-cell="0-0"]')).not.toBeNull());
  await view.user.click(document.querySelector('[data-cell="0-0"]')!);
  await view.user.click(await screen.findByRole('button', { name: 'Choose payee' }));
  await screen.findByRole('radio', { name: /Ana Ruiz/ });
  await waitFor(() => expect(screen.getByRole('textbox', { name: /Name or/ })).toHaveFocus());
  const decided = () => platform.calls.find(({ command }) => command === 'decideRunRows')?.args[2];
  return { ...view, platform, decided };
}

it('takes whom alone the text names, by Enter', async () => {
  const { user, decided } = await openPick();
  await user.keyboard('marcus{Enter}');
  await waitFor(() => expect(decided()).toEqual({ kind: 'payee', payee: 'payee-2' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('takes nobody of several by Enter alone, but leads to the first', async () => {
  const { user, decided } = await openPick();
  await user.keyboard('{Enter}');
  const first = screen.getByRole('radio', { name: /Ana Ruiz/ });
  await waitFor(() => expect(first).toHaveFocus());
  expect(first).toBeChecked();
  expect(decided()).toBeUndefined();
  await user.keyboard('{Enter}');
  await waitFor(() => expect(decided()).toEqual({ kind: 'payee', payee: 'payee-1' }));
});

it('goes down from the search into the list, and through it', async () => {
  const platform = new FakePlatform();
  const { user } = await renderAppOn(platform, '#/payees');
  await user.click(await screen.findByRole('button', { name: 'Pay several in a run' }));
  await screen.findByRole('checkbox', { name: /Ana Ruiz payee1@/ });
  await waitFor(() =>
    expect(screen.getByRole('textbox', { name: 'Name or e-mail' })).toHaveFocus(),
  );
  await user.keyboard('{ArrowDown} {ArrowDown} {Enter}');
  await waitFor(() =>
    expect(platform.calls.find(({ command }) => command === 'composeRun')?.args[0]).toHaveLength(2),
  );
});
