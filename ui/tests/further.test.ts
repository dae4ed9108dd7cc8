import { screen, within } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => vi.doUnmock('../src/app/FurtherRoutes.svelte'));

it('says that a screen cannot be read, and offers to try again', async () => {
  vi.resetModules();
  vi.doMock('../src/app/FurtherRoutes.svelte', () => {
    throw new Error('no such file');
  });
  const { renderApp } = await import('./render-app');
  await renderApp({}, '#/settings');
  const alert = await screen.findByRole('alert');
  expect(alert).toHaveTextContent('Something unforeseen went wrong in Remit');
  expect(within(alert).getByRole('button', { name: 'Try again' })).toBeInTheDocument();
});
