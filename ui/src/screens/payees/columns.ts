import { t } from '$lib/i18n';
import type { PayeeColumn } from './payees-view.svelte';

/** The heading of a column that may be left out. */
export function columnLabel(column: PayeeColumn): string {
  switch (column) {
    case 'account':
      return t('payees.columnAccount');
    case 'country':
      return t('payees.country');
    case 'lastPaid':
      return t('payees.columnLastPaid');
    case 'paidThisYear':
      return t('payees.columnPaidThisYear');
  }
}
