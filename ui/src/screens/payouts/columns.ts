import { t } from '$lib/i18n';
import type { PayoutColumn } from './payouts-view.svelte';

/** The heading of a column that may be left out. */
export function columnLabel(column: PayoutColumn): string {
  switch (column) {
    case 'date':
      return t('payouts.columnDate');
    case 'account':
      return t('payouts.columnAccount');
    case 'transaction':
      return t('payouts.transactionNo');
    case 'fee':
      return t('payouts.fee');
  }
}
