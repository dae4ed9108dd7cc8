import type { Translation } from '../catalogue';
import type { help as en } from '../en/help';

export const help: Translation<typeof en> = {
  pending: '为什么这位收款人还不能收款？',
  pendingAnswer:
    '收款人需要先在 Pockyt 门户完善资料，再由 Pockyt 审核。最常见的原因是邀请邮件还没看：请提醒收款人查找 Pockyt 的邮件，也看看垃圾邮件。完成后 Remit 会自动发现。',
  review: '为什么这位收款人还不能收款？',
  reviewAnswer:
    '收款人的部分已完成：Pockyt 在允许付款之前会审核资料和账户，但没有说明需要多久。如果时间过长，收款人可以到 Pockyt 门户查看是否还需补充，您也可以询问 Pockyt 客服。审核完成后，Remit 会自动得知。',
  checking: '“核实中”是什么意思？',
  checkingAnswer:
    'Remit 已发出这笔付款，但还没有得到可靠的答复，款项可能已在途，也可能没有。Remit 会一直向 Pockyt 查询，直到弄清楚，绝不会换个编号再发一次。您无需操作，只是在此期间不要用其他方式支付同一张账单。',
  arrival: '款项什么时候到账？',
  arrivalAnswer:
    '付到美国银行账户时，标准 ACH 通常需要一到三个银行工作日；当日 ACH 若及早发出，通常当个工作日到账；实时付款在银行支持时通常几分钟到账。周末和银行假日不计。付到 PayPal、Venmo 或其他地方的账户需要多久，Pockyt 没有说明。Pockyt 确认后，付款会显示“已到账”。',
  returned: '“已退回”是什么意思？',
  returnedAnswer:
    '收款人的银行没有接收这笔款项，Pockyt 已将其退回您的余额。通常是账户已关闭或号码有误。请让收款人在 Pockyt 门户更正账户，然后在本页重新付款。',
  missing: '收款人说没有收到，怎么办？',
  missingAnswer:
    '“已到账”表示 Pockyt 报告款项已送达。银行可能稍后才显示，付款方也未必是您的名字：请收款人按金额查找，并可凭本页的编号向银行查询。几天后仍未收到，请凭交易号向 Pockyt 查询。款项若被退回，Remit 会告知；在此之前请不要重新付款。',
  again: '会重复付款吗？',
  againAnswer:
    '不会。一次复核只对应一笔付款：Remit 先记录再发送，Pockyt 对每个付款编号只受理一次。重复点击、断网或程序崩溃都不会产生第二笔付款。',
  token: '谁能看到这个令牌？',
  tokenAnswer:
    '只有这台电脑上的 Remit，以及 Remit 调用时的 Pockyt。令牌保存在系统钥匙串中，不在任何文件或备份里，本窗口也无法读回。如果担心泄露，请在 Pockyt 商户后台生成新的令牌并在此输入。',

  tour: '快速上手',
  tourStep: '第 {step} 步，共 {steps} 步',
  tourNext: '下一步',
  tourDone: '知道了',
  tourSkip: '跳过',
  tour1: '从收款人开始',
  tour1Text: '登记要付款的人，Pockyt 会发送邀请邮件。列表始终显示下一步该由谁操作。',
  tour2: '几个字母就能找到一切',
  tour2Text: '按 {keys} 可查找收款人、付款编号或交易，也可执行任何操作。按 ? 查看所有快捷键。',
  tour3: '绝不重复付款',
  tour3Text: '没有收到答复时，付款会显示“核实中”，由 Remit 查明。有疑问时，请留意各处的问号。',
};
