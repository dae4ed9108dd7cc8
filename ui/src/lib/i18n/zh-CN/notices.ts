import type { Translation } from '../catalogue';
import type { notices as en } from '../en/notices';

export const notices: Translation<typeof en> = {
  title: '系统通知',
  hint: 'Remit 不在最前面时显示，内容包含收款人和金额。',
  kind_needs: '有付款需要您处理',
  kind_settled: '所有付款或一个批次已结束',
  kind_schedules: '付款计划到期',
  kind_active: '有收款人可以收款了',
  kind_wayIn: 'Pockyt 的通知无法送达',

  returned: '付给 {payee} 的 {amount} 已退回',
  failed: '付给 {payee} 的 {amount} 失败',
  undecided: '付给 {payee} 的 {amount} 需要查看',
  stalled: '付给 {payee} 的 {amount} 进展迟缓',
  approval: '付给 {payee} 的 {amount} 待批准',
  needs: '{count, plural, other {有 # 笔付款需要您处理}}',
  needsText: '每一笔的情况请在 Remit 中查看。',
  settled: '所有付款都已结束',
  settledText: '没有在途的付款，也没有新的事项需要您处理。',
  runFinished: '{name} 已结束',
  runFinishedText: '该批次的每一行都已有结果。',
  schedule_drafted: '{name}：草稿已就绪',
  schedule_draftedText: '请复核，准备好后再放行。',
  schedule_released: '{name} 已放行',
  schedule_releasedText: '一切如常，Remit 已按您的选择自动放行。',
  schedule_stayed: '{name} 等待您处理',
  schedule_stayedText: '其中有需要您确认的内容，因此没有发送任何款项。',
  schedule_missed: '{name}：Remit 关闭期间错过了 {count, plural, other {# 个日期}}',
  schedule_missedText: '没有付出任何款项。请逐一决定是否补付。',
  active: '{count, plural, =1 {{payee} 可以收款了} other {{payee} 等收款人可以收款了}}',
  activeText: 'Pockyt 已批准其资料。',
};
