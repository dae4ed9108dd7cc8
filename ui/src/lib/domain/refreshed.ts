import { messages } from '$lib/components';
import { t } from '$lib/i18n';
import type { RefreshReport } from '$lib/platform';

/** Tells what asking Pockyt about all payees came to, as one message. */
export function tellRefreshed({ asked, changed, failed, firstError }: RefreshReport): void {
  const cause = 'refresh-payees';
  if (failed > 0) {
    const title = t('payees.refreshedPartly', { failed, asked });
    const text = firstError
      ? `${t(`errors.${firstError.code}.title`)}. ${t(`errors.${firstError.code}.action`)}`
      : undefined;
    messages.show({ cause, tone: 'amber', title, text });
  } else {
    const title =
      asked === 0 ? t('payees.refreshedNone') : t('payees.refreshed', { asked, changed });
    messages.show({ cause, tone: 'green', title });
  }
}
