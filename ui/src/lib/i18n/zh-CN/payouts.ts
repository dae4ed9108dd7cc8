import type { Translation } from '../catalogue';
import type { payouts as en } from '../en/payouts';

export const payouts: Translation<typeof en> = {
  title: '付款',
};
