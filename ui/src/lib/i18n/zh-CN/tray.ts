import type { Translation } from '../catalogue';
import type { tray as en } from '../en/tray';

export const tray: Translation<typeof en> = {
  title: '关闭窗口',
  hint: '无论如何选择都不会丢失任何内容：未发送的付款会在下次启动 Remit 时发出。系统没有托盘时，关闭窗口即退出 Remit。',
  closing: '关闭窗口时',
  closing_sending: '继续运行，直到全部发送完毕',
  closing_always: '继续运行，直到我退出 Remit',
  closing_never: '退出 Remit',

  sending: '{count, plural, =0 {没有正在发送的付款} other {正在发送 # 笔付款}}',
  offline: '{count, plural, other {# 笔付款正在等待网络}}',
  open: '打开 Remit',
  quit: '退出 Remit',
  stays: 'Remit 仍在后台运行',
  stays_sending: '全部发送完毕后会自动退出。点按托盘图标可重新打开。',
  stays_always: '点按托盘图标可重新打开或退出。',
};
