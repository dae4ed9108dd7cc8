import type { Translation } from '../catalogue';
import type { engine as en } from '../en/engine';

export const engine: Translation<typeof en> = {
  statusLabel: '发送状态',
  offline:
    '{waiting, plural, =0 {没有网络。现在发起的付款会在网络恢复后发出。} other {没有网络。# 笔付款正在等待，网络恢复后发出，在此之前仍可取消。}}',
  held: 'Pockyt 要求减少请求，Remit 将在 {time} 继续。',
  recovering: 'Remit 正在与 Pockyt 核对您的记录，完成之前不会发送任何付款。',
  recoveringRolledBack:
    '您的记录比钥匙串记得的更旧。Remit 正在与 Pockyt 核对，完成之前不会发送任何付款。',
  recovered:
    '{found, plural, =0 {已与 Pockyt 核对，没有找到备份之后付出的款项。} other {找到 # 笔备份之后付出的款项。}}',
  recoveredLimits:
    '备份之后用您自选付款编号付出的款项无法这样找到。再次支付之前，请先在 Pockyt 查看。',
  recoveredKnown: '被替换的记录中的每个付款编号都已向 Pockyt 查询。',
  recoveredRolledBack:
    '您的记录缺少钥匙串记得的内容。{found, plural, =0 {按 Remit 自己的编号，Pockyt 没有其他付款。} other {补回了 # 笔您的记录中缺失的付款。}}',
  restoreInstead: '如果您有备份，请恢复：',
  chooseCopy: '选择备份',
  showFound: '{found, plural, other {查看}}',

  waitsRun: '所属批次已暂停，这笔付款正在等待。',
  waitsRunText: '尚未发送。您恢复批次后，Remit 会发送编号为 {invoiceId} 的付款。',
  waitsNetwork: '没有网络，这笔付款正在等待。',
  waitsNetworkText: '尚未发送。网络恢复后，Remit 会发送编号为 {invoiceId} 的付款。',
  waitsComparison: '这笔付款要等 Remit 与 Pockyt 核对完您的记录。',
  waitsComparisonText: '尚未发送。核对完后，Remit 会先向 Pockyt 查询编号为 {invoiceId} 的付款。',
  waitsHeld: 'Pockyt 要求减少请求，这笔付款需要稍等。',
  waitsHeldText: '尚未发送。{time} 之后 Remit 会继续处理编号为 {invoiceId} 的付款。',

  title: '发送',
  hint: 'Remit 发送的快慢。如果 Pockyt 要求减少请求，Remit 会自动放慢。',
  inFlight: '同时发送的付款',
  inFlightHint: '{least} 到 {most}',
  perMinute: '每分钟请求数',
  perMinuteHint: '最多 {most}，{least} 表示不限',
  limitWrong: '请填写 {least} 到 {most} 之间的整数。',
  limitsKeep: '保存上限',
  limitsKept: '已保存上限',
  underWay: '进行中',
  waiting: '等待中',
  count: '{count, plural, =0 {无} other {# 笔付款}}',
  compared: '核对',
  comparing: '进行中，期间不会发送任何付款。',
  comparedFound: '{found, plural, =0 {已完成，没有找到其他付款。} other {已完成，找到 # 笔付款。}}',

  historyTitle: '历史记录',
  historyHint: '每条事件都与前一条环环相扣，任何外部改动都会露出痕迹。',
  verify: '校验历史记录',
  verifying: '正在逐条读取',
  verifiedEmpty: '还没有任何事件。',
  verifiedSound: '您的历史记录没有任何改动。',
  verified_demo: '{events, plural, other {全部 # 条事件都吻合。}}',
  verified_matches:
    '{events, plural, other {全部 # 条事件都吻合，最后一条正是钥匙串记得的那一条。}}',
  verified_behind: '{events, plural, other {全部 # 条事件都吻合，其中有钥匙串记得的那一条。}}',
  verified_none: '{events, plural, other {全部 # 条事件都吻合。}}钥匙串还没有记下任何一条。',
  verified_unreadable: '{events, plural, other {全部 # 条事件都吻合。}}无法向钥匙串查询最后一条。',
  verified_missing_events:
    '{events, plural, other {全部 # 条事件都吻合，但钥匙串记得更新的事件。}}',
  verified_differs: '{events, plural, other {全部 # 条事件都吻合，但与钥匙串记得的不是同一条。}}',
  verifiedBad: '第 {seq, number} 条事件与写入时不一致。',
  verifiedBadEvent: '它的内容：{what}，{time}。',
  verifiedBadPayout: '查看相关付款',
  verifiedBadPayee: '查看相关收款人',
  verifiedAt: '校验时间：{time}',
};
