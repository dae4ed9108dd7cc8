import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { messages } from './messages.svelte';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const { cause } of messages.shown) messages.dismiss(cause);
  vi.useRealTimers();
});

const causes = () => messages.shown.map(({ cause }) => cause);

it('lets good news leave by itself, later what can be taken back, and never what went wrong', () => {
  messages.show({ cause: 'kept', tone: 'green', title: 'Kept' });
  messages.show({ cause: 'left-out', tone: 'green', title: 'Left out', undo: () => undefined });
  messages.show({ cause: 'failed', tone: 'red', title: 'Failed' });
  vi.advanceTimersByTime(6000);
  expect(causes()).toEqual(['left-out', 'failed']);
  vi.advanceTimersByTime(60_000);
  expect(causes()).toEqual(['failed']);
});

it('keeps news that is told once until the owner goes on', () => {
  messages.show({ cause: 'meanwhile', tone: 'green', title: 'Paid', stays: true });
  messages.show({ cause: 'failed', tone: 'red', title: 'Failed' });
  vi.advanceTimersByTime(60_000);
  expect(causes()).toEqual(['meanwhile', 'failed']);
  messages.leavePage();
  expect(causes()).toEqual(['meanwhile', 'failed']);
  vi.advanceTimersByTime(6000);
  expect(causes()).toEqual(['failed']);
});

it('is not taken from under somebody who goes on by it', () => {
  messages.show({ cause: 'meanwhile', tone: 'green', title: 'Paid', stays: true });
  messages.hold('meanwhile');
  messages.leavePage();
  vi.advanceTimersByTime(60_000);
  expect(causes()).toEqual(['meanwhile']);
  messages.letGo('meanwhile');
  vi.advanceTimersByTime(6000);
  expect(causes()).toEqual([]);
});

it('stays while somebody is at it', () => {
  messages.show({ cause: 'left-out', tone: 'green', title: 'Left out', undo: () => undefined });
  messages.hold('left-out');
  vi.advanceTimersByTime(60_000);
  expect(causes()).toEqual(['left-out']);
  messages.letGo('left-out');
  vi.advanceTimersByTime(10_000);
  expect(causes()).toEqual([]);
});

it('takes back the newest that can be, once', () => {
  const undone: string[] = [];
  for (const cause of ['first', 'second']) {
    messages.show({ cause, tone: 'green', title: cause, undo: () => undone.push(cause) });
  }
  messages.show({ cause: 'told', tone: 'green', title: 'Told' });
  expect(messages.undo('told')).toBe(false);
  expect([messages.undo(), messages.undo(), messages.undo()]).toEqual([true, true, false]);
  expect(undone).toEqual(['second', 'first']);
  expect(causes()).toEqual(['told']);
});
