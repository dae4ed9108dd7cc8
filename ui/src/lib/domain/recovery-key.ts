import { t } from '$lib/i18n';
import type { IpcError } from '$lib/platform';
import { errorText } from './error-text';

/** How many characters a recovery key has, and how many of them are in a group. */
export const KEY_LENGTH = 56;
const GROUP_LENGTH = 4;

/** What can be told of a recovery key while it is being typed. Whether it is the right one, only the backend knows. */
export interface TypedKey {
  /** The characters, without what separates them. */
  count: number;
  /** The first group with a character that no key has, from 1. */
  badGroup: number | null;
}

/** Reads what has been typed so far. Spaces, dashes and capitals do not matter; a key has no U and no signs. */
export function readRecoveryKey(text: string): TypedKey {
  const characters = [...text.replace(/[\s\p{Dash}_]/gu, '')];
  const bad = characters.findIndex((one) => !/[0-9A-TV-Z]/i.test(one));
  return {
    count: characters.length,
    badGroup: bad < 0 ? null : Math.floor(bad / GROUP_LENGTH) + 1,
  };
}

/** What is wrong with a typed key, as far as it shows, or else as the backend told of it. */
export function keyComplaint({ count, badGroup }: TypedKey, told: IpcError | null): string | null {
  if (badGroup !== null) return t('backups.keyFieldGroupWrong', { group: badGroup });
  if (count > KEY_LENGTH) return t('backups.keyFieldLong', { count: count - KEY_LENGTH });
  if (!told) return null;
  const group = Number(told.detail ?? '');
  return told.code === 'recovery_key_invalid' && group > 0
    ? t('backups.keyFieldGroupWrong', { group })
    : errorText(told);
}

/** Whether an error is about the recovery key: too few characters, a typing error, or another ledger's key. */
export function isKeyError(error: IpcError | null): boolean {
  return error !== null && error.code.startsWith('recovery_key_');
}

/** The groups in which a key is read and written down. */
export function keyGroups(key: string): string[] {
  return key.replace(/[\s-]/g, '').match(/.{1,4}/g) ?? [];
}
