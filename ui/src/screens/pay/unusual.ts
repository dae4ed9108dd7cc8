import { formatMoney } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import type { PayoutPreview, Unusual } from '$lib/platform';

/**
 * The notes for what deserves a second look. An unknown fee gets none, as the review's fee line says
 * it already; what may be the same invoice is more than a note, and is asked about.
 */
export function unusualNotes(preview: PayoutPreview): string[] {
  const payee = preview.payee.displayName;
  const currency = preview.amount.currency;
  return preview.unusual.flatMap(({ kind, params }: Unusual) => {
    switch (kind) {
      case 'fee_unknown':
      case 'similar_invoice':
      case 'same_amount_recently':
        return [];
      case 'amount_far_from_usual': {
        const { usual } = params;
        if (!usual) return t('pay.unusual_amount_far', { payee });
        const shown = formatMoney({ amount: usual, currency }, spoken.locale);
        return t(`pay.unusual_${kind}`, { payee, usual: shown });
      }
      default:
        return t(`pay.unusual_${kind}`, { payee, currency });
    }
  });
}
