import type { Payout, PayoutDraft, PayoutPreview, PayoutState, Platform } from '$lib/platform';

/** Why a payout may pay an invoice a second time, and the payout that may have paid it. */
export type Doubt =
  | { kind: 'same_invoice'; earlier: Payout }
  | { kind: 'same_amount'; earlier: Payout | null; day: string | null };

/** What has paid, or may still pay: what failed, came back or was withdrawn pays nothing twice. */
const counted: PayoutState[] = [
  'scheduled',
  'awaiting_approval',
  'ready',
  'sending',
  'unknown',
  'processing',
  'paid',
];

const PAGE = 200;

/** The words and numbers of an invoice ID, whatever their case and however many zeros lead. */
function parts(invoiceId: string): string[] {
  const runs = invoiceId
    .normalize('NFKC')
    .toLowerCase()
    .match(/\p{L}+|\p{N}+/gu);
  return (runs ?? []).map((run) => run.replace(/^0+(?=\p{N})/u, ''));
}

/** Whether two invoice IDs differ in nothing but how they are written: "INV-0042" and "inv 42". */
export function readAlike(first: string, second: string): boolean {
  const same = (one: string, other: string) =>
    parts(one).length > 0 && parts(one).join(' ') === parts(other).join(' ');
  // A space may stand for a hyphen, or for nothing.
  return same(first, second) || same(unspaced(first), unspaced(second));
}

function unspaced(text: string): string {
  return text.replace(/\s+/gu, '');
}

/** The payout that has this very invoice ID, whatever became of it. */
export async function payoutWithInvoice(
  platform: Platform,
  invoiceId: string,
): Promise<Payout | null> {
  return find(platform, { search: invoiceId }, (payout) => payout.invoiceId === invoiceId);
}

/** What speaks for a payout being of an invoice that was paid already. */
export async function doubtsAbout(
  platform: Platform,
  draft: PayoutDraft,
  { amount, invoiceId, unusual }: PayoutPreview,
): Promise<Doubt[]> {
  const { payeeId } = draft;
  const other = ({ id }: Payout) => id !== draft.draftId;
  const search = parts(invoiceId).join(' ');
  const alike = search
    ? await find(
        platform,
        { search, payeeId, states: counted },
        (payout) => other(payout) && readAlike(payout.invoiceId, invoiceId),
      )
    : null;
  const doubts: Doubt[] = alike ? [{ kind: 'same_invoice', earlier: alike }] : [];
  const again = unusual.find(({ kind }) => kind === 'same_amount_recently');
  if (!again) return doubts;
  const day = again.params.day ?? null;
  const earlier = await find(
    platform,
    { payeeId, states: counted, from: day && `${day}T00:00:00Z` },
    (payout) =>
      other(payout) &&
      payout.amount.amount === amount.amount &&
      payout.amount.currency === amount.currency,
  );
  // The same payout need not be named for two reasons.
  if (earlier && earlier.id === alike?.id) return doubts;
  return [...doubts, { kind: 'same_amount', earlier, day }];
}

interface Where {
  search?: string;
  payeeId?: string;
  states?: PayoutState[];
  from?: string | null;
}

/** The newest payout that fits. */
async function find(
  platform: Platform,
  { search = '', payeeId, states = [], from = null }: Where,
  fits: (payout: Payout) => boolean,
): Promise<Payout | null> {
  let cursor: string | null = null;
  do {
    const page = await platform.listPayouts({
      ...{ search, states, payeeId: payeeId ?? null, run: null, from, to: null },
      ...{ sort: 'newest', cursor, limit: PAGE },
    });
    const found = page.payouts.find(fits);
    if (found) return found;
    cursor = page.next;
  } while (cursor !== null);
  return null;
}
