import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, it, vi } from 'vitest';
import { messages } from '$lib/components';
import { ConfirmDialog } from '$lib/domain';

function asked() {
  let fail: (why: unknown) => void = () => undefined;
  const act = vi.fn(() => new Promise<void>((_, reject) => (fail = reject)));
  const children = createRawSnippet(() => ({ render: () => '<p>Is it so?</p>' }));
  const props = { open: true, title: 'A question', keep: 'Keep', deed: 'Do it', act, children };
  const shown = render(ConfirmDialog, props);
  return { ...shown, act, user: userEvent.setup(), fail: (why: unknown) => fail(why) };
}

const offline = { code: 'network', params: {}, field: null };
const dialog = () => screen.queryByRole('dialog');
const button = (name: string) => screen.getByRole('button', { name });

it('stays until what it asked about has come to an end, and says how', async () => {
  const { user, fail } = asked();
  await user.click(button('Do it'));
  await user.keyboard('{Escape}');
  const overlay = dialog()?.previousElementSibling;
  if (!overlay) throw new Error('a dialog has something behind it');
  await user.click(overlay);
  await user.click(button('Close'));
  await user.click(button('Keep'));
  expect(dialog()).toBeInTheDocument();
  fail(offline);
  expect(await screen.findByRole('alert')).toBeInTheDocument();
  await user.click(button('Keep'));
  expect(dialog()).toBeNull();
});

it('does not say of this time what went wrong the last time', async () => {
  const { user, fail, rerender } = asked();
  await user.click(button('Do it'));
  fail(offline);
  await screen.findByRole('alert');
  await user.click(button('Keep'));
  await rerender({ open: false });
  await rerender({ open: true });
  expect(screen.queryByRole('alert')).toBeNull();
});

it('says elsewhere what went wrong where it was closed meanwhile', async () => {
  const { user, fail, unmount } = asked();
  await user.click(button('Do it'));
  unmount();
  fail(offline);
  await waitFor(() => expect(messages.shown.map(({ tone }) => tone)).toEqual(['red']));
  messages.shown.forEach(({ cause }) => messages.dismiss(cause));
});

it('does nothing by the second click of a double click on what opened it', async () => {
  const { act } = asked();
  await fireEvent.click(button('Do it'), { detail: 2 });
  expect(act).not.toHaveBeenCalled();
  await fireEvent.click(button('Do it'), { detail: 1 });
  expect(act).toHaveBeenCalledOnce();
});
