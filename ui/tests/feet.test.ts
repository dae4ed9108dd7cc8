import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { messages } from '$lib/components';
import { riseOver } from '../src/lib/components/feet.svelte';
import { renderApp } from './render-app';

afterEach(() => {
  vi.restoreAllMocks();
  for (const { cause } of messages.shown) messages.dismiss(cause);
});

const place = (top: number, bottom: number, left = 0, right = 900) => ({
  ...{ top, bottom, left, right },
});

it.each([
  ['nothing there', [], 0],
  ['one under it', [place(550, 600)], 42],
  ['one over the other, whichever is named first', [place(480, 540), place(550, 600)], 112],
  ['one beside it', [place(550, 600, 700)], 0],
  ['one far above', [place(100, 200)], 0],
  ['so many that it would leave the window', [place(0, 600)], 504],
])('rises over what is pressed: %s', (_, feet, rise) => {
  expect(riseOver(place(504, 584, 232, 616), feet, 8)).toBe(rise);
});

it('shows no message over what is pressed at the foot of a dialog', async () => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(80);
  const risen = ({ style }: HTMLElement) => Number(/-(\d+)px/.exec(style.translate)?.[1] ?? 0);
  const lie = vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect');
  lie.mockImplementation(function (this: HTMLElement) {
    return this.getAttribute('role') === 'region'
      ? new DOMRect(232, 504 - risen(this), 384, 80)
      : new DOMRect(66, 520, 768, 60);
  });
  const { user } = await renderApp({}, '#/runs');
  const layer = screen.getByRole('region', { name: 'Messages' });
  await user.click(await screen.findByRole('button', { name: 'Paste rows' }));
  const dialog = await screen.findByRole('dialog', { name: 'Paste rows' });
  await waitFor(() => expect(risen(layer)).toBe(72));
  await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(risen(layer)).toBe(0));
});
