import { formatMoney, formatTime } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import type { PayoutPreview, Unusual } from '$lib/platform';

/**
 * The notes for what deserves a second look. An unknown fee gets none: the review's fee line says
 * it already.
 */
export function unusualNotes(preview: PayoutPreview): string[] {
  const payee = preview.payee.displayName;
  const currency = preview.amount.currency;
  return preview.unusual.flatMap(({ kind, params }: Unusual) => {
    switch (kind) {
      case 'fee_unknown':
        return [];
      case 'amount_far_from_usual': {
        const { usual } = params;
        if (!usual) return t('pay.unusual_amount_far', { payee });
        const shown = formatMoney({ amount: usual, currency }, spoken.locale);
        return t(`pay.unusual_${kind}`, { payee, usual: shown });
      }
      case 'same_amount_recently': {
        const { day } = params;
        if (!day) return t('pay.unusual_same_amount', { payee });
        // A day of the calendar, not a moment: no time zone may move it.
        const shown = formatTime(`${day}T00:00:00`, 'date', spoken.locale);
        return t(`pay.unusual_${kind}`, { payee, day: shown });
      }
      default:
        return t(`pay.unusual_${kind}`, { payee, currency });
    }
  });
}
