import { render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { PayeeBadge, PayoutBadge } from '$lib/domain';
import type { PayeeStatus, PayoutState } from '$lib/platform';
import { NOW } from '$lib/platform/fake';

const payee = { accountPending: false, statusRaw: null, statusSince: NOW, reason: null };

it.each([
  ['pending', 'Invited', 'blue'],
  ['in_review', 'In review', 'blue'],
  ['active', 'Active', 'green'],
  ['declined', 'Declined', 'red'],
  ['deactivated', 'Deactivated', 'grey'],
] as [PayeeStatus, string, string][])('a %s payee shows %s in %s', (status, word, tone) => {
  const { container } = render(PayeeBadge, { payee: { ...payee, status } });
  expect(screen.getByText(word).parentElement).toHaveAttribute('data-tone', tone);
  expect(container.querySelector('svg')).toHaveAttribute('aria-hidden', 'true');
});

it('shows Pockyt’s own word where Remit does not know it', () => {
  render(PayeeBadge, { payee: { ...payee, status: 'unknown', statusRaw: 'ON_HOLD' } });
  expect(screen.getByText('ON_HOLD')).toBeInTheDocument();
});

it.each([
  ['ready', false, 'Queued', 'grey'],
  ['unknown', false, 'Checking', 'violet'],
  ['processing', false, 'Processing', 'blue'],
  ['processing', true, 'Stalled', 'amber'],
  ['paid', true, 'Paid', 'green'],
  ['failed', false, 'Failed', 'red'],
  ['returned', false, 'Returned', 'red'],
] as [PayoutState, boolean, string, string][])(
  'a %s payout (stalled: %s) shows %s in %s',
  (state, stalled, word, tone) => {
    render(PayoutBadge, { payout: { state, stalled, reason: null, since: NOW } });
    expect(screen.getByText(word).parentElement).toHaveAttribute('data-tone', tone);
  },
);
