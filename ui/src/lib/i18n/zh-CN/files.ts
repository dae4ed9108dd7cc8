import type { Translation } from '../catalogue';
import type { files as en } from '../en/files';

export const files: Translation<typeof en> = {
  notSent: '未发送',
  column_account: '收款账户',
  column_amount: '金额',
  column_country: '国家',
  column_currency: '币种',
  column_customer_number: '客户号',
  column_description: '说明',
  column_email: '电子邮箱',
  column_fee: '手续费',
  column_invoice_id: '付款编号',
  column_last_paid_at: '上次付款时间',
  column_name: '姓名',
  column_not_kept: '不予保存',
  column_payee: '收款人',
  column_pockyt_number: 'Pockyt 编号',
  column_reason: '原因',
  column_released_at: '放行时间',
  column_sent_amount: '已发送金额',
  column_sent_at: '发送时间',
  column_sent_currency: '已发送币种',
  column_sent_invoice_id: '已发送付款编号',
  column_settled_at: '结束时间',
  column_status: '状态',
};
