import type { Translation } from '../catalogue';
import type { payees as en } from '../en/payees';

export const payees: Translation<typeof en> = {
  title: '收款人',
};
