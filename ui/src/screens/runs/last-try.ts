import type { Payout, Platform } from '$lib/platform';

/** The payout, or the last of those that tried it again. */
export async function lastTry(platform: Platform, id: string): Promise<Payout> {
  let { payout } = await platform.payout(id);
  while (payout.retriedBy) ({ payout } = await platform.payout(payout.retriedBy));
  return payout;
}
