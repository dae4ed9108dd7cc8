import { formatMoneyList, formatTime } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import type { Run } from '$lib/platform';

/** How many payouts a run makes that waits for its day. */
export function comingCount({ progress }: Run): number {
  return (progress?.rows ?? []).reduce((sum, { count }) => sum + count, 0);
}

/** When it goes out. */
export function comingTime({ notBefore }: Run): string {
  return notBefore ? formatTime(notBefore, 'minute', spoken.locale) : '';
}

/** All that there is to say of it in one line. */
export function comingLine(run: Run): string {
  return t('runs.comesOut', {
    name: run.name,
    count: comingCount(run),
    sum: formatMoneyList(run.progress?.total ?? [], spoken.locale),
    time: comingTime(run),
  });
}
