import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import { messages } from '$lib/components';
import { tooltipLayer } from '$lib/components/tooltip.svelte';
import Layers from './fixtures/Layers.svelte';

let done: string[];
let user: ReturnType<typeof userEvent.setup>;

beforeEach(() => {
  done = [];
  user = userEvent.setup();
  render(Layers, { done });
});

const button = (name: string) => screen.getByRole('button', { name });
const line = (name: string) => screen.getByRole('menuitem', { name });

/** As by keyboard: a click on a button without a pointer. */
async function openByKey(name: string) {
  button(name).focus();
  await user.keyboard('{Enter}');
  return screen.findByRole('menu');
}

async function ask() {
  await openByKey('Deeds');
  await user.keyboard('{End}{Enter}');
  return screen.findByRole('dialog', { name: 'A question' });
}

it('walks a menu by the arrows, round its ends and past what cannot be chosen', async () => {
  const menu = await openByKey('Deeds');
  expect(menu).toHaveAccessibleName('Deeds');
  expect(button('Deeds')).toHaveAttribute('aria-expanded', 'true');
  await waitFor(() => expect(line('Copy')).toHaveFocus());
  await user.keyboard('{ArrowDown}');
  expect(line('Stop')).toHaveFocus();
  await user.keyboard('{End}');
  expect(line('Ask')).toHaveFocus();
  await user.keyboard('{ArrowDown}');
  expect(line('Copy')).toHaveFocus();
  await user.keyboard('{ArrowUp}');
  expect(line('Ask')).toHaveFocus();
  await user.keyboard('{Home}');
  expect(line('Copy')).toHaveFocus();
});

it('goes to the line whose letters are typed, and with the same letter from one to the next', async () => {
  await openByKey('Deeds');
  await waitFor(() => expect(line('Copy')).toHaveFocus());
  await user.keyboard('s');
  expect(line('Stop')).toHaveFocus();
  await user.keyboard('s');
  expect(line('Settle')).toHaveFocus();
  await user.keyboard('{Home}');
  await new Promise((rested) => setTimeout(rested, 1100));
  await user.keyboard('se');
  expect(line('Settle')).toHaveFocus();
});

it('chooses once, and gives the focus back', async () => {
  await openByKey('Deeds');
  await waitFor(() => expect(line('Copy')).toHaveFocus());
  await user.keyboard('{Enter}');
  await waitFor(() => expect(done).toEqual(['Copy']));
  expect(screen.queryByRole('menu')).toBeNull();
  expect(button('Deeds')).toHaveFocus();
});

it('chooses nothing with a key that is still held, nor what cannot be chosen', async () => {
  await openByKey('Deeds');
  await waitFor(() => expect(line('Copy')).toHaveFocus());
  const held = new KeyboardEvent('keydown', {
    key: 'Enter',
    repeat: true,
    bubbles: true,
    cancelable: true,
  });
  line('Copy').dispatchEvent(held);
  expect(held.defaultPrevented).toBe(true);
  await user.click(line('Cancel'));
  expect(screen.getByRole('menu')).toBeInTheDocument();
  expect(done).toEqual([]);
});

it('is opened by a press, which may end on a line', async () => {
  await user.pointer({ keys: '[MouseLeft>]', target: button('Deeds') });
  const menu = await screen.findByRole('menu');
  // Nothing is chosen yet: where the pointer is, it has not been led.
  await waitFor(() => expect(menu).toHaveFocus());
  await user.pointer([{ target: line('Stop') }, { keys: '[/MouseLeft]', target: line('Stop') }]);
  await waitFor(() => expect(done).toEqual(['Stop']));
});

it('does nothing where a press began on another line', async () => {
  await user.click(button('Deeds'));
  await screen.findByRole('menu');
  await fireEvent.pointerDown(line('Copy'));
  await fireEvent.pointerUp(line('Stop'));
  expect(done).toEqual([]);
});

it('follows the pointer, and is closed by a press beside it', async () => {
  await user.click(button('Deeds'));
  const menu = await screen.findByRole('menu');
  await user.hover(line('Stop'));
  expect(line('Stop')).toHaveFocus();
  if (!menu.parentElement) throw new Error('a menu lies over the window');
  await user.click(menu.parentElement);
  expect(screen.queryByRole('menu')).toBeNull();
  expect(button('Deeds')).toHaveFocus();
  expect(done).toEqual([]);
});

it('Escape closes a menu, and Tab goes on behind its button', async () => {
  await openByKey('Deeds');
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('menu')).toBeNull();
  expect(button('Deeds')).toHaveFocus();
  await user.keyboard('{ArrowDown}');
  await screen.findByRole('menu');
  await waitFor(() => expect(line('Copy')).toHaveFocus());
  await user.tab();
  await waitFor(() => expect(button('After')).toHaveFocus());
  expect(screen.queryByRole('menu')).toBeNull();
});

it('keeps the list open while several are chosen', async () => {
  await user.click(button('States'));
  const paid = await screen.findByRole('menuitemcheckbox', { name: 'Paid' });
  const failed = screen.getByRole('menuitemcheckbox', { name: 'Failed' });
  expect(failed).toHaveAccessibleDescription('Money stayed.');
  await user.click(paid);
  await user.click(failed);
  await user.click(paid);
  expect(paid).toHaveAttribute('aria-checked', 'false');
  expect(failed).toHaveAttribute('aria-checked', 'true');
});

it('a dialog takes the focus, keeps it, and gives it back', async () => {
  const dialog = await ask();
  expect(dialog).toHaveAttribute('aria-modal', 'true');
  const name = screen.getByRole('textbox', { name: 'Name' });
  await waitFor(() => expect(name).toHaveFocus());
  button('Do it').focus();
  await user.tab();
  expect(button('Close')).toHaveFocus();
  await user.tab({ shift: true });
  expect(button('Do it')).toHaveFocus();
  button('Before').focus();
  expect(button('Do it')).toHaveFocus();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
  expect(button('Deeds')).toHaveFocus();
  expect(done).toEqual(['closed']);
});

it('of a dialog, a menu and an answer in it, Escape and a press elsewhere close the uppermost', async () => {
  const dialog = await ask();
  await user.click(within(dialog).getByRole('button', { name: 'Inside' }));
  await screen.findByRole('menu');
  await user.keyboard('{Escape}');
  expect(screen.queryByRole('menu')).toBeNull();
  expect(dialog).toBeInTheDocument();
  const mark = within(dialog).getByRole('button', { name: 'Who sees this token?' });
  await user.click(mark);
  const answer = await screen.findByRole('dialog', { name: 'Who sees this token?' });
  await waitFor(() => expect(answer).toHaveFocus());
  await user.click(within(answer).getByText('Who sees this token?'));
  expect(dialog).toBeInTheDocument();
  await user.click(screen.getByRole('textbox', { name: 'Name' }));
  expect(answer).not.toBeInTheDocument();
  expect(dialog).toBeInTheDocument();
  await user.click(mark);
  await user.keyboard('{Escape}');
  expect(mark).toHaveFocus();
  expect(dialog).toBeInTheDocument();
  expect(done).toEqual([]);
});

it('a press beside a dialog closes it; one that began in it does not', async () => {
  const dialog = await ask();
  const overlay = dialog.previousElementSibling;
  if (!overlay) throw new Error('a dialog has something behind it');
  await user.pointer([
    { keys: '[MouseLeft>]', target: screen.getByRole('textbox', { name: 'Name' }) },
    { keys: '[/MouseLeft]', target: overlay },
  ]);
  expect(dialog).toBeInTheDocument();
  await user.click(overlay);
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
  expect(done).toEqual(['closed']);
});

function behind(dialog: HTMLElement): Element {
  const overlay = dialog.previousElementSibling;
  if (!overlay) throw new Error('a dialog has something behind it');
  return overlay;
}

it('Escape empties a search in a dialog, and closes the dialog once it is empty', async () => {
  const dialog = await ask();
  const search = within(dialog).getByRole('textbox', { name: 'Find' });
  await user.type(search, 'Al');
  await user.keyboard('{Escape}');
  expect(search).toHaveValue('');
  expect(dialog).toBeInTheDocument();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
});

it('leaves a dialog and a search as they are by the Escape of an input method', async () => {
  const dialog = await ask();
  const search = within(dialog).getByRole('textbox', { name: 'Find' });
  await user.type(search, 'Al');
  await fireEvent.keyDown(search, { key: 'Escape', keyCode: 229 });
  await fireEvent.keyDown(search, { key: 'Escape', isComposing: true });
  expect(search).toHaveValue('Al');
  await fireEvent.keyDown(screen.getByRole('textbox', { name: 'Name' }), {
    key: 'Escape',
    keyCode: 229,
  });
  expect(dialog).toBeInTheDocument();
});

it('one press closes what lies over a dialog, and not the dialog with it', async () => {
  const dialog = await ask();
  await user.click(within(dialog).getByRole('button', { name: 'Who sees this token?' }));
  const answer = await screen.findByRole('dialog', { name: 'Who sees this token?' });
  await user.click(behind(dialog));
  expect(answer).not.toBeInTheDocument();
  expect(dialog).toBeInTheDocument();
  await user.click(screen.getByRole('textbox', { name: 'Name' }));
  await user.click(behind(dialog));
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
});

it('the second click of a double click on what opened a dialog does not close it', async () => {
  const dialog = await ask();
  await fireEvent.pointerDown(behind(dialog));
  await fireEvent.click(behind(dialog), { detail: 2 });
  expect(dialog).toBeInTheDocument();
});

it('a press on a message closes nothing under it', async () => {
  const dialog = await ask();
  messages.show({ cause: 'layers', tone: 'green', title: 'Saved' });
  await user.click(await screen.findByText('Saved'));
  expect(dialog).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Who sees this token?' }));
  const answer = await screen.findByRole('dialog', { name: 'Who sees this token?' });
  await user.click(screen.getByText('Saved'));
  expect(answer).toBeInTheDocument();
  messages.dismiss('layers');
});

it('Escape closes a tooltip over a dialog before the dialog', async () => {
  const dialog = await ask();
  const tip = screen.getByRole('tooltip', { hidden: true });
  tooltipLayer.open(button('Do it'), () => 'What it does', 0);
  await waitFor(() => expect(tip).toHaveClass('shown'));
  await user.keyboard('{Escape}');
  await waitFor(() => expect(tip).not.toHaveClass('shown'));
  expect(dialog).toBeInTheDocument();
  await user.keyboard('{Escape}');
  await waitFor(() => expect(dialog).not.toBeInTheDocument());
});

it('keeps the focus though what had it cannot have it any more', async () => {
  const dialog = await ask();
  const name = screen.getByRole('textbox', { name: 'Name' });
  await waitFor(() => expect(name).toHaveFocus());
  name.setAttribute('disabled', '');
  button('Before').focus();
  expect(dialog).toContainElement(document.activeElement as HTMLElement);
});

it('is opened by touch where a click is no pointer event', async () => {
  await fireEvent.pointerDown(button('Deeds'), { pointerType: 'touch', button: 0 });
  expect(screen.queryByRole('menu')).toBeNull();
  button('Deeds').dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }));
  expect(await screen.findByRole('menu')).toBeInTheDocument();
});
