import type { Payout, PayoutPreview, Platform } from '$lib/platform';

/** Why a payout may pay an invoice a second time, and the payout that may have paid it, or the run that may yet. */
export interface Doubt {
  kind: 'similar_invoice' | 'same_amount_recently';
  earlier: { payout: Payout } | { run: string };
}

const PAGE = 200;

/** The payout that has this very invoice ID, whatever became of it. */
export async function payoutWithInvoice(
  platform: Platform,
  invoiceId: string,
): Promise<Payout | null> {
  let cursor: string | null = null;
  do {
    const page = await platform.listPayouts({
      ...{ search: invoiceId, states: [], payeeId: null, run: null, from: null, to: null },
      ...{ sort: 'newest', cursor, limit: PAGE },
    });
    const found = page.payouts.find((payout) => payout.invoiceId === invoiceId);
    if (found) return found;
    cursor = page.next;
  } while (cursor !== null);
  return null;
}

/** What speaks for a payout being of an invoice that was paid already: the ledger has found it. */
export function doubtsAbout(platform: Platform, { unusual }: PayoutPreview): Promise<Doubt[]> {
  const doubts = unusual.flatMap(({ kind, params: { payout, run } }) =>
    (kind === 'similar_invoice' || kind === 'same_amount_recently') && (payout ?? run)
      ? [{ kind, payout, run: run ?? '' }]
      : [],
  );
  return Promise.all(
    doubts.map(async ({ kind, payout, run }) => ({
      kind,
      earlier: payout ? { payout: (await platform.payout(payout)).payout } : { run },
    })),
  );
}
