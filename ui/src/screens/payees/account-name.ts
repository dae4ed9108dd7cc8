import { t } from '$lib/i18n';

/** The ledger's label of an account in the shown language: "Bank account ••••5655". */
export function accountName(label: string): string {
  return label.replace(/^Bank account(?= |$)/, t('payees.bankAccount'));
}
