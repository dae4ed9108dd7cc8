import { describe, expect, it } from 'vitest';
import { href, parentRoute, parseRoute, type Route } from './route';

const routes: [string, Route][] = [
  ['#/', { name: 'home' }],
  ['#/overview', { name: 'overview' }],
  ['#/payees', { name: 'payees' }],
  ['#/payees/new', { name: 'register' }],
  ['#/payees/a%2Fb', { name: 'payee', id: 'a/b' }],
  ['#/pay', { name: 'pay', payee: null, retryOf: null }],
  ['#/pay?payee=42', { name: 'pay', payee: '42', retryOf: null }],
  ['#/pay?retry=p-1', { name: 'pay', payee: null, retryOf: 'p-1' }],
  ['#/payouts', { name: 'payouts', payee: null }],
  ['#/payouts?payee=42', { name: 'payouts', payee: '42' }],
  ['#/payees?status=declined', { name: 'payees', status: 'declined' }],
  [
    '#/payouts?states=failed%2Creturned',
    { name: 'payouts', payee: null, states: ['failed', 'returned'] },
  ],
  ['#/payouts/p-1', { name: 'payout', id: 'p-1' }],
  ['#/payouts?found=yes', { name: 'payouts', payee: null, found: true }],
  ['#/payouts?run=run-1', { name: 'payouts', payee: null, run: 'run-1' }],
  ['#/runs', { name: 'runs' }],
  ['#/runs/run-1', { name: 'run', id: 'run-1' }],
  ['#/runs/run-1?state=failed', { name: 'run', id: 'run-1', state: 'failed' }],
  ['#/runs/run-1?step=review', { name: 'run', id: 'run-1', step: 'review' }],
  ['#/schedules', { name: 'schedules' }],
  ['#/schedules/s-1', { name: 'schedule', id: 's-1' }],
  ['#/restore?copy=%2Fa+b', { name: 'restore', copy: '/a b' }],
  ['#/activity', { name: 'activity' }],
  ['#/settings', { name: 'settings' }],
  ['#/welcome', { name: 'welcome' }],
  ['#/gallery', { name: 'gallery' }],
];

describe('routes', () => {
  it.each(routes)('%s is read', (address, route) => {
    expect(parseRoute(address)).toEqual(route);
  });

  it.each(routes)('%s is written', (address, route) => {
    expect(href(route)).toBe(address);
  });

  it('begins where the window begins', () => {
    expect(parseRoute('')).toEqual({ name: 'home' });
  });

  it.each(['#/nowhere', '#/payees/1/2', '#/settings/x', '#/overview/x', '#/restore'])(
    '%s is lost',
    (address) => {
      expect(parseRoute(address)).toEqual({ name: 'lost' });
    },
  );

  it('survives a broken escape', () => {
    expect(parseRoute('#/payees/%E0')).toEqual({ name: 'payee', id: '%E0' });
  });

  it('leads from a payout back to the list', () => {
    expect(parentRoute({ name: 'payout', id: '1' })).toEqual({ name: 'payouts', payee: null });
    expect(parentRoute({ name: 'payees' })).toBeNull();
  });

  it('leads from a step of a draft to its rows, and from there to the runs', () => {
    expect(parentRoute({ name: 'run', id: '1', step: 'review' })).toEqual({ name: 'run', id: '1' });
    expect(parentRoute({ name: 'run', id: '1' })).toEqual({ name: 'runs' });
  });
});
