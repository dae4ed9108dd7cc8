import type { Translation } from '../catalogue';
import type { welcome as en } from '../en/welcome';

export const welcome: Translation<typeof en> = {
  product: 'Remit',
  title: '用 Pockyt 向承包商付款',
  intro:
    'Remit 登记收款人、发送付款，并显示每笔付款的进展。资金由 Pockyt 划转，您的记录只保存在这台电脑上。',
  demoTitle: '试用演示',
  demoText: '一家虚构的公司，自带一个模拟的 Pockyt。无需注册，不涉及真实资金。',
  demoButton: '试用演示',
  demoStarting: '正在准备演示',
  connectTitle: '连接 Pockyt',
  connectText:
    '需要商户号、门店号和 API 令牌，可在 Pockyt 商户后台（Merchant Portal）的 Developers 页面找到。',
  connectButton: '连接 Pockyt',
  backToWelcome: '返回',
  name: '名称',
  nameHint: '这个账户在 Remit 中的名称。',
  environment: '环境',
  environmentProduction: '正式环境，真实资金',
  environmentSandbox: 'Pockyt 沙盒，测试资金',
  environmentCustom: '其他地址',
  baseUrl: '地址',
  baseUrlHint: '以 https:// 开头',
  merchantNo: '商户号',
  storeNo: '门店号',
  token: 'API 令牌',
  tokenHint: '保存在系统钥匙串中，Remit 不会再次显示。',
  pockytUser: '由收款人自行完善资料（Pockyt User）',
  pockytUserHint: 'Pockyt 会邀请每位收款人进入门户。如不确定，请保持开启。',
  test: '测试连接',
  testing: '正在询问 Pockyt',
  testOk: 'Pockyt 已接受这些信息。',
  testBalances: '余额：{balances}',
  connect: '连接',
  connecting: '正在连接',
  keychainMissing:
    '这台电脑没有可用的钥匙串，Remit 无处安全存放 API 令牌。在 Linux 上，请安装 gnome-keyring 或 KWallet 并重新登录。演示无需钥匙串。',
  keychainLocked: '钥匙串已锁定，请在系统提示时解锁。',
  required: '请填写此项。',
  unreachable: '请检查网络连接和地址，然后再次测试。',
};
