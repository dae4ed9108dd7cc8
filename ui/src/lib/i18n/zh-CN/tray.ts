import type { Translation } from '../catalogue';
import type { tray as en } from '../en/tray';

export const tray: Translation<typeof en> = {
  title: '关闭窗口',
  hint: '无论如何选择都不会丢失任何内容：未发送的付款会在下次启动 Remit 时发出。系统没有托盘时，关闭窗口即退出 Remit；若还有未完成的事项，会先提示。',
  closing: '关闭窗口时',
  closing_sending: '继续运行，直到全部发送完毕',
  closing_always: '继续运行，直到我退出 Remit',
  closing_never: '退出 Remit',

  sending: '{count, plural, =0 {没有正在发送的付款} other {正在发送 # 笔付款}}',
  offline: '{count, plural, other {# 笔付款正在等待网络}}',
  inviting: '正在邀请 {count, number} 人',
  releasing: '正在放行付款计划的批次',
  open: '打开 Remit',
  quit: '退出 Remit',
  stays: 'Remit 仍在后台运行',
  stays_sending: '全部发送完毕后会自动退出。点按托盘图标可重新打开。',
  stays_always: '点按托盘图标可重新打开或退出。',
  stays_ids:
    '尚有不会保存的证件号码正在转交 Pockyt，转交完毕后 Remit 会自动退出。点按托盘图标可重新打开。',

  closeText: '现在可以关闭 Remit，不会丢失任何内容：下次打开时会继续。也可以稍等，待发送完毕。',
  closeDone: '已全部发送',
  closeDoneText: '现在可以关闭 Remit。下次打开时，Remit 会查明结果。',
  closeLater: '有一批付款将于 {time} 发送',
  closeLaterText:
    'Remit 仅在打开时才会发送 {time} 到期的付款。在其后一小时内打开仍会发送；更晚则会先询问您。',

  leave: '现在离开此账户？',
  leaveText:
    '{payouts, plural, =0 {} other {还有 # 笔付款未发出。}}{people, plural, =0 {} other {还有 # 人未邀请。}}返回此账户后会继续。',
  leaveDays: '付款计划的批次只会在到期后一小时内自动放行，之后保留为草稿，等您处理。',
  leaveLater: '有一批付款将于 {time} 发送，仅在此账户打开时才会发出。',
  leaveIds:
    '尚未邀请者的 {count, number} 个证件号码将会丢失，因为 Remit 不保存它们：届时需要重新打开文件。',
  leaveNot: '留下',
  leaveDeed: '离开账户',
};
