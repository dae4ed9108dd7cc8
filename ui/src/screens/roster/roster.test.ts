import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { layOutLists } from '../../../tests/list-layout';
import { renderApp } from '../../../tests/render-app';

layOutLists();

it('registers the people of a file: columns, a cell mended in place, invited, results', async () => {
  const { user, platform } = await renderApp();
  await user.click(await screen.findByRole('button', { name: 'Register from a file' }));
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('button', { name: 'Save a template' }));
  await waitFor(() => {
    expect(platform.calls.some(({ command }) => command === 'saveRosterTemplate')).toBe(true);
  });
  await user.click(within(dialog).getByRole('button', { name: 'Choose a file' }));

  await user.click(await screen.findByRole('button', { name: 'Look at 4 rows' }));
  const cell = await screen.findByRole('gridcell', { name: /ivo at example.com/ });
  expect(cell).toHaveAttribute('aria-invalid', 'true');
  expect(cell).toHaveTextContent('This is not an e-mail address yet.');
  expect(screen.getByRole('button', { name: 'Invite 1 payee' })).toBeInTheDocument();

  cell.focus();
  await user.keyboard('{Delete}ivo@example.com{Enter}');
  await user.click(await screen.findByRole('button', { name: 'Invite 2 payees' }));
  expect(await screen.findByText('2 of 4 rows done')).toBeInTheDocument();
  const [roster] = platform.rosters;
  platform.inviteQueued(roster?.id ?? '');
  expect(await screen.findByText('4 of 4 rows done')).toBeInTheDocument();
  expect(await screen.findByText('The same person as in row 2, and invited once.')).toBeVisible();
  expect(platform.calls.filter(({ command }) => command === 'inviteRoster')).toHaveLength(1);
});

it('takes a file dropped on the payees for people, and one dropped elsewhere for payouts', async () => {
  const { platform } = await renderApp();
  await screen.findByRole('button', { name: 'Register from a file' });
  // What lies over the screens comes after the first of them.
  await waitFor(() => {
    platform.drag({ kind: 'over' });
    expect(screen.getByText('Drop the file to register its people')).toBeInTheDocument();
  });
  platform.drag({ kind: 'dropped', paths: ['/home/owner/people.csv'] });
  expect(await screen.findByRole('button', { name: 'Look at 4 rows' })).toBeInTheDocument();
  expect(platform.calls.some(({ command }) => command === 'importRun')).toBe(false);
});
