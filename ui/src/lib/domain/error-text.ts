import { messages } from '$lib/components';
import { t } from '$lib/i18n';
import { toIpcError, type IpcError } from '$lib/platform';

/** What happened and what to do, as one line of text. */
export function errorText({ code }: Pick<IpcError, 'code'>): string {
  const title = t(`errors.${code}.title`);
  return t('common.sentences', { first: title, second: t(`errors.${code}.action`) });
}

/** The error's text under the field it names; null where it names another field or none. */
export function fieldError(error: IpcError | null, field: string): string | null {
  return error?.field === field ? errorText(error) : null;
}

/** Tells what was caught at the edge of the window, for deeds without a form to show it in. */
export function tellError(caught: unknown): void {
  const { code, detail } = toIpcError(caught);
  messages.show({
    cause: code,
    tone: 'red',
    title: t(`errors.${code}.title`),
    text: [t(`errors.${code}.action`), detail && `${t('common.pockytSays')}: ${detail}`]
      .filter(Boolean)
      .join(' '),
  });
}
