import type { Platform, RunOutcome } from '$lib/platform';
import { isRowState, type OutcomeState } from './progress';

/** The most that are asked for at once. */
const MOST_ROWS = 500;

interface OutcomeRows {
  rows: RunOutcome[];
  next: string | null;
}

/**
 * A page of what became of a run's rows: of all, or of those in one state. The ledger looks for states
 * of payouts; rows that are no payouts yet are looked for among all.
 */
export async function outcomesOf(
  platform: Platform,
  id: string,
  state: OutcomeState | null,
  cursor: string | null,
  limit: number,
): Promise<OutcomeRows> {
  const rows: RunOutcome[] = [];
  let after = cursor === null ? null : Number(cursor);
  if (state === null || !isRowState(state)) {
    const page = await platform.runOutcomes(id, state === null ? [] : [state], after, limit);
    return { rows: page.rows, next: page.next === null ? null : String(page.next) };
  }
  do {
    const page = await platform.runOutcomes(id, [], after, MOST_ROWS);
    rows.push(...page.rows.filter((row) => row.state === state));
    after = page.next;
  } while (after !== null && rows.length < limit);
  return { rows, next: after === null ? null : String(after) };
}
