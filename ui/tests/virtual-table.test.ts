import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { expect, it, vi } from 'vitest';
import NumberTable from './fixtures/NumberTable.svelte';
import { layOutLists, VIEWPORT } from './list-layout';

layOutLists();

async function renderTable(props: { count: number; from?: number; total?: number }) {
  const onopen = vi.fn();
  const onneedmore = vi.fn();
  const { rerender } = render(NumberTable, { props: { ...props, onopen, onneedmore } });
  for (let turn = 0; turn < 5; turn += 1) await tick();
  return { onopen, onneedmore, rerender, user: userEvent.setup() };
}

it('renders a windowful of 10,000 rows and tells how many there are', async () => {
  await renderTable({ count: 10_000 });
  const rows = screen.getAllByRole('row');
  expect(rows.length).toBeGreaterThan(VIEWPORT / 44);
  expect(rows.length).toBeLessThan(60);
  expect(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '10001');
});

it('opens the row chosen by J, K and the arrows', async () => {
  const { onopen, user } = await renderTable({ count: 100 });
  screen.getByRole('grid').focus();
  await user.keyboard('{ArrowDown}jjk{Enter}');
  const active = screen.getByRole('grid').getAttribute('aria-activedescendant');
  expect(document.getElementById(active ?? '')).toHaveAttribute('aria-rowindex', '4');
  expect(onopen).toHaveBeenCalledExactlyOnceWith(2);
});

it('takes the keys while nothing has the focus', async () => {
  const { onopen, user } = await renderTable({ count: 100 });
  await user.keyboard('j{Enter}');
  expect(onopen).toHaveBeenCalledExactlyOnceWith(0);
});

it('opens the row that is clicked', async () => {
  const { onopen, user } = await renderTable({ count: 100 });
  await user.click(screen.getByText('Row 3'));
  expect(onopen).toHaveBeenCalledExactlyOnceWith(3);
});

it('asks for more only when there is more and the end is near', async () => {
  const { onneedmore, user } = await renderTable({ count: 100, total: 200 });
  screen.getByRole('grid').focus();
  await user.keyboard('{Home}');
  expect(onneedmore).not.toHaveBeenCalled();
  await user.keyboard('{End}');
  expect(onneedmore).toHaveBeenCalled();
});

it('leaves each row its element when others come before it, and a far one takes over what is left', async () => {
  const { rerender } = await renderTable({ count: 1000, from: 2 });
  const fifth = screen.getByText('Row 5').closest('[role=row]');
  await rerender({ count: 1002, from: 0 });
  expect(screen.getByText('Row 5').closest('[role=row]')).toBe(fifth);
  expect(fifth).toHaveAttribute('aria-rowindex', '7');

  const grid = screen.getByRole('grid');
  const before = new Set(screen.getAllByRole('row'));
  grid.scrollTop = 44 * 500;
  grid.dispatchEvent(new Event('scroll'));
  await tick();
  expect(screen.getByText('Row 501')).toBeInTheDocument();
  const rows = screen.getAllByRole('row');
  // Above the first row there was nothing to draw.
  expect(rows.filter((row) => !before.has(row)).length).toBeLessThanOrEqual(3);
  const places = rows.map((row) => Number(row.getAttribute('aria-rowindex')));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});
