import type { Translation } from '../catalogue';
import type { palette as en } from '../en/palette';

export const palette: Translation<typeof en> = {
  title: '前往、操作与查找',
  open: '查找或操作',
  label: '搜索命令、收款人或付款',
  placeholder: '命令、姓名、付款编号或交易号',
  recent: '最近使用',
  help: '常见问题',
  go: '前往',
  do: '操作',
  searching: '正在搜索',
  found: '{count, plural, other {# 条结果}}',
  toCome: '批次中尚未发送的付款',
  nothing: '没有结果',
  nothingFor: '没有找到“{question}”。',
  refreshPayees: '向 Pockyt 查询所有收款人',
  switchTo: '切换到 {account}',
  demoMailbox: '打开演示收件箱',
  demoPortal: '打开演示收款人门户',
  demoOutcomes: '试一笔失败或退回的付款',
  theme: '主题：{theme}',
  contrast: '对比度：{contrast}',
  language: '语言：{language}',
  back: '后退',
  forward: '前进',
  backedUp: '备份已完成',
  payTo: '付款给 {name}',
  // What begins a question such as “pay Tom”: the longer first, parted by |. 付 by itself is a family’s name.
  payVerbs: '付款给|付给|支付给|付款|支付',
};
