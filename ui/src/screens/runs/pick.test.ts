import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
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

it('takes nobody by the Enter that ends what an input method composes', async () => {
  const { user, decided } = await openPick();
  await user.keyboard('marcus');
  const search = screen.getByRole('textbox', { name: /Name or/ });
  await fireEvent.keyDown(search, { key: 'Enter', keyCode: 229 });
  await waitFor(() => expect(screen.getAllByRole('radio')).toHaveLength(1));
  expect(decided()).toBeUndefined();
  expect(search).toHaveFocus();
});

it('takes nobody of several by Enter alone, however often, but leads to the first', async () => {
  const { user, decided } = await openPick();
  const first = screen.getByRole('radio', { name: /Ana Ruiz/ });
  await user.keyboard('a{Enter}');
  await waitFor(() => expect(first).toHaveFocus());
  expect(first).not.toBeChecked();
  await user.keyboard('{Enter}{Enter}');
  expect(screen.getByRole('dialog')).toBeInTheDocument();
  await user.keyboard(' ');
  expect(first).toBeChecked();
  fireEvent.keyDown(first, { key: 'Enter', repeat: true });
  expect(screen.getByRole('dialog')).toBeInTheDocument();
  expect(decided()).toBeUndefined();
  await user.keyboard('{Enter}');
  await waitFor(() => expect(decided()).toEqual({ kind: 'payee', payee: 'payee-1' }));
});

it('takes by Enter whom the arrow led to', async () => {
  const { user, decided } = await openPick();
  await user.keyboard('{ArrowDown}');
  expect(screen.getByRole('radio', { name: /Ana Ruiz/ })).toBeChecked();
  await user.keyboard('{Enter}');
  await waitFor(() => expect(decided()).toEqual({ kind: 'payee', payee: 'payee-1' }));
});

/** From now on the ledger answers when the test lets it. */
function holdAnswers(platform: FakePlatform) {
  const asked: { search: string; answer: () => void }[] = [];
  const read = platform.listPayees.bind(platform);
  vi.spyOn(platform, 'listPayees').mockImplementation(
    (query) =>
      new Promise((resolve) =>
        asked.push({ search: query.search, answer: () => resolve(read(query)) }),
      ),
  );
  const answer = async (index: number) => {
    await waitFor(() => expect(asked.length).toBeGreaterThan(index));
    asked[index]!.answer();
    // All that follows from an answer, short of another, needs no time.
    await new Promise((done) => setTimeout(done));
  };
  return { asked, answer };
}

const write = (text: string) =>
  fireEvent.input(screen.getByRole('textbox', { name: /Name or/ }), { target: { value: text } });

it('takes nobody whom an older text named, whatever comes between', async () => {
  const { user, platform, decided } = await openPick();
  await user.keyboard('ana r');
  await waitFor(() => expect(screen.getAllByRole('radio')).toHaveLength(1));
  const { asked, answer } = holdAnswers(platform);
  await write('marcu');
  await write('marcus');
  await user.keyboard('{Enter}');
  // The field asks once more what Enter has asked already.
  await answer(0);
  await waitFor(() =>
    expect(asked.map(({ search }) => search)).toEqual(['marcu', 'marcus', 'marcus']),
  );
  await answer(1);
  expect(screen.getByRole('dialog')).toBeInTheDocument();
  expect(decided()).toBeUndefined();
  await answer(2);
  await answer(3);
  await waitFor(() => expect(decided()).toEqual({ kind: 'payee', payee: 'payee-2' }));
});

it('takes nobody who is not seen to be chosen', async () => {
  const { user, platform, decided } = await openPick();
  const { answer } = holdAnswers(platform);
  await write('marcus');
  await user.keyboard('{ArrowDown}');
  const choose = screen.getByRole('button', { name: 'Choose this payee' });
  expect(choose).not.toHaveAttribute('aria-disabled', 'true');
  await answer(0);
  const marcus = await screen.findByRole('radio', { name: /Marcus/ });
  await waitFor(() => expect(screen.getAllByRole('radio')).toHaveLength(1));
  expect(choose).toHaveAttribute('aria-disabled', 'true');
  await user.click(choose);
  expect(decided()).toBeUndefined();
  await user.click(marcus);
  await user.click(choose);
  await waitFor(() => expect(decided()).toEqual({ kind: 'payee', payee: 'payee-2' }));
});

it('asks once for an Enter that is pressed twice or held', async () => {
  const { user, platform, decided } = await openPick();
  const { asked, answer } = holdAnswers(platform);
  await write('a');
  const field = screen.getByRole('textbox', { name: /Name or/ });
  fireEvent.keyDown(field, { key: 'Enter', repeat: true });
  expect(asked).toHaveLength(1);
  await user.keyboard('{Enter}{Enter}');
  expect(asked).toHaveLength(2);
  await answer(0);
  await answer(1);
  await waitFor(() => expect(screen.getByRole('radio', { name: /Ana Ruiz/ })).toHaveFocus());
  expect(screen.getByRole('dialog')).toBeInTheDocument();
  expect(decided()).toBeUndefined();
});

it('takes nobody by Enter without a text, though there is but one', async () => {
  const { user, platform, decided } = await openPick();
  await user.keyboard('ana r');
  await waitFor(() => expect(screen.getAllByRole('radio')).toHaveLength(1));
  platform.payees.splice(1);
  await user.clear(screen.getByRole('textbox', { name: /Name or/ }));
  await user.keyboard(' {Enter}');
  await waitFor(() => expect(screen.getByRole('radio')).toHaveFocus());
  expect(screen.getByRole('radio')).not.toBeChecked();
  expect(screen.getByRole('dialog')).toBeInTheDocument();
  expect(decided()).toBeUndefined();
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
