import type { Translation } from '../catalogue';
import type { pay as en } from '../en/pay';

export const pay: Translation<typeof en> = {
  title: '新建付款',
};
