import { describe, expect, it, vi } from 'vitest';
import { failure } from '$lib/platform/fake';
import { coalesced } from './coalesced';
import { KeysetList, type Page } from './keyset-list.svelte';

/** An answer that comes when the test says so. */
function later<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

function numbers(count: number) {
  return vi.fn((cursor: string | null, limit: number): Promise<Page<number>> => {
    const start = Number(cursor ?? '0');
    const end = Math.min(start + limit, count);
    const rows = Array.from({ length: end - start }, (_, index) => start + index);
    return Promise.resolve({ rows, next: end < count ? String(end) : null, total: count });
  });
}

describe('coalesced', () => {
  it('turns a storm of calls into one running and one to follow', async () => {
    const gates = [later<undefined>(), later<undefined>(), later<undefined>()];
    let runs = 0;
    const run = coalesced(() => gates[runs++]!.promise);
    void run();
    void run();
    const last = run();
    expect(runs).toBe(1);
    gates[0]!.resolve(undefined);
    gates[1]!.resolve(undefined);
    await last;
    expect(runs).toBe(2);
  });
});

describe('KeysetList', () => {
  it('reads on page by page, each row once', async () => {
    const read = numbers(250);
    const list = new KeysetList(read);
    await list.load();
    expect(list.rows).toHaveLength(100);
    await Promise.all([list.more(), list.more()]);
    await list.more();
    await list.more();
    expect(list.rows).toEqual(Array.from({ length: 250 }, (_, index) => index));
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('reads as many rows again as are shown', async () => {
    const list = new KeysetList(numbers(1200));
    await list.load();
    for (let page = 0; page < 6; page += 1) await list.more();
    expect(list.rows).toHaveLength(700);
    await list.refresh();
    expect(list.rows).toEqual(Array.from({ length: 700 }, (_, index) => index));
  });

  it('shows the answer to the newest question, whichever comes last', async () => {
    const slow = later<Page<string>>();
    const quick = later<Page<string>>();
    const answers = [slow.promise, quick.promise];
    const list = new KeysetList<string>(() => answers.shift()!);
    const first = list.load();
    const second = list.load();
    quick.resolve({ rows: ['new'], next: null, total: 1 });
    await second;
    slow.resolve({ rows: ['old'], next: null, total: 1 });
    await first;
    expect(list.rows).toEqual(['new']);
  });

  it('adds no page of an old question to a new list', async () => {
    const page = later<Page<string>>();
    const fresh = later<Page<string>>();
    const answers = [
      Promise.resolve({ rows: ['a'], next: 'a', total: 2 }),
      page.promise,
      fresh.promise,
    ];
    const list = new KeysetList<string>(() => answers.shift()!);
    await list.load();
    const more = list.more();
    const load = list.load();
    fresh.resolve({ rows: ['z'], next: null, total: 1 });
    await load;
    page.resolve({ rows: ['b'], next: null, total: 2 });
    await more;
    expect(list.rows).toEqual(['z']);
  });

  it('fetches no further page while a new answer is on its way', async () => {
    const fresh = later<Page<string>>();
    const read = vi
      .fn<() => Promise<Page<string>>>()
      .mockResolvedValueOnce({ rows: ['a'], next: 'a', total: 2 })
      .mockReturnValueOnce(fresh.promise);
    const list = new KeysetList<string>(read);
    await list.load();
    const load = list.load();
    await list.more();
    expect(read).toHaveBeenCalledTimes(2);
    fresh.resolve({ rows: ['a', 'b'], next: null, total: 2 });
    await load;
    expect(list.rows).toEqual(['a', 'b']);
  });

  it('keeps the rows in view when reading them again fails', async () => {
    const read = vi
      .fn<() => Promise<Page<string>>>()
      .mockResolvedValueOnce({ rows: ['a'], next: null, total: 1 })
      .mockRejectedValueOnce(failure('ledger_failed'));
    const list = new KeysetList<string>(read);
    await list.load();
    await list.refresh();
    expect(list.rows).toEqual(['a']);
    expect(list.error?.code).toBe('ledger_failed');
  });
});
