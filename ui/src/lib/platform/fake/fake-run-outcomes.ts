import type * as Ipc from '../bindings';
import { decimal, hasOpen } from './fake-run-rows';

/** What money comes to, one sum a currency. */
export function sumsOf(rows: readonly { amount: Ipc.Money | null }[]): Ipc.Money[] {
  const sums = new Map<string, bigint>();
  for (const { amount } of rows) {
    if (!amount) continue;
    const cents = BigInt(amount.amount.replace('.', ''));
    sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + cents);
  }
  return [...sums].map(([currency, cents]) => ({ amount: decimal(cents), currency }));
}

/** What a row becomes when its run is released; nothing where it is left out. */
export function outcomeOf(row: Ipc.RunRow): Ipc.RunOutcome[] {
  const goes = row.standing === 'ready' || (row.standing === 'waiting' && !hasOpen(row));
  if (!goes || !row.amount) return [];
  return [
    {
      row: row.row,
      line: row.line,
      payeeName: row.payee?.name ?? row.cells.payee.text,
      amount: row.amount,
      invoiceId: row.invoiceId ?? '',
      state: row.standing === 'ready' ? 'queued' : 'waiting',
      hold: null,
      accounts: [],
      payoutId: null,
      payoutState: null,
      reason: null,
    },
  ];
}

/** A row that the release leaves out, with why. */
export function leftOf(row: Ipc.RunRow): Ipc.RunLeft[] {
  if (outcomeOf(row).length > 0) return [];
  const { amount } = row;
  return [
    {
      row: row.row,
      line: row.line,
      payee: row.payee?.name ?? row.cells.payee.text,
      amount: amount ? `${amount.currency} ${amount.amount}` : row.cells.amount.text,
      skipped: row.standing === 'skipped',
      problem: row.problems[0]?.code ?? null,
    },
  ];
}

/** How far a released run has come. */
export function progress(
  outcomes: readonly Ipc.RunOutcome[],
  status: Ipc.RunStatus,
): Ipc.RunProgress {
  const tally = <S extends string>(states: (S | null)[]) => {
    const counts = new Map<S, number>();
    for (const state of states) if (state) counts.set(state, (counts.get(state) ?? 0) + 1);
    return [...counts].map(([state, count]) => ({ state, count }));
  };
  const queued = outcomes.filter(({ state }) => state === 'queued').length;
  const goes = status === 'sending' && queued > 0;
  return {
    rows: tally(outcomes.map(({ state }) => state)),
    payouts: tally(outcomes.map(({ payoutState }) => payoutState)),
    total: sumsOf(outcomes),
    queued: sumsOf(outcomes.filter(({ state }) => state === 'queued')),
    paid: sumsOf(outcomes.filter(({ payoutState }) => payoutState === 'paid')),
    perMinute: goes ? 240 : null,
    secondsLeft: goes ? Math.ceil(queued / 4) : null,
  };
}
