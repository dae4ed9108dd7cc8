import { formatMoneyList, formatTime } from '$lib/format';
import { spoken, t } from '$lib/i18n';
import type { Money, Run } from '$lib/platform';

/** How many payouts go out on the day that a run waits for: not those that wait for the owner's word, or for a payee. */
export function comingCount({ progress }: Run): number {
  return progress?.rows.find(({ state }) => state === 'queued')?.count ?? 0;
}

/** What they come to. */
export function comingSums({ progress }: Run): Money[] {
  return progress?.queued ?? [];
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
    sum: formatMoneyList(comingSums(run), spoken.locale),
    time: comingTime(run),
  });
}
