import Layers from '@lucide/svelte/icons/layers';
import Send from '@lucide/svelte/icons/send';
import { accountName, payeeLook, payeeWord, payoutLook, shownState } from '$lib/domain';
import { formatMoney, formatTime } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import type { Payee, Payout, RowToCome } from '$lib/platform';
import { router } from '../router.svelte';
import type { Entry } from './entry';

/** A payee as a line of the palette. */
export function payeeEntry(payee: Payee): Entry {
  const state = payee.usableAccount ? accountName(payee.usableAccount) : payeeWord(payee);
  return {
    id: `payee:${payee.id}`,
    label: payee.displayName,
    note: `${payee.email} · ${state}`,
    icon: payeeLook[payee.status].icon,
    run: () => router.go({ name: 'payee', id: payee.id }),
  };
}

/** To pay a payee, as a line of the palette. */
export function payEntry(payee: Payee): Entry {
  const { id, label, note } = payeeEntry(payee);
  return {
    id: `pay:${payee.id}`,
    keptAs: id,
    label: t('palette.payTo', { name: label }),
    note,
    icon: Send,
    run: () => router.go({ name: 'pay', payee: payee.id, retryOf: null }),
  };
}

/** A payout as a line of the palette. */
export function payoutEntry(payout: Payout): Entry {
  const shown = shownState(payout);
  const facts = [
    payout.payeeName,
    formatMoney(payout.amount, spoken.locale),
    t(`domain.payout_${shown}`),
    payout.transactionNo,
  ];
  return {
    id: `payout:${payout.id}`,
    label: payout.invoiceId,
    note: facts.filter(Boolean).join(' · '),
    icon: payoutLook[shown].icon,
    run: () => router.go({ name: 'payout', id: payout.id }),
  };
}

/** A row of a run that is no payout yet, as a line of the palette; it leads to the run. */
export function rowEntry(row: RowToCome): Entry {
  const facts = [
    row.payeeName,
    formatMoney(row.amount, spoken.locale),
    row.goesOutAt &&
      t('runs.comesOn', { time: formatTime(row.goesOutAt, 'minute', spoken.locale) }),
    t('runs.inRunLink', { name: row.runName, line: row.line }),
  ];
  return {
    id: `row:${row.runId}:${row.line}`,
    label: row.invoiceId,
    note: facts.filter(Boolean).join(' · '),
    icon: Layers,
    run: () => router.go({ name: 'run', id: row.runId }),
  };
}
