//! Every word on the pages, in English and Simplified Chinese. A text missing in one language does not compile.

macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        /// The texts of one language; `{…}` marks what [`fill`] puts in.
        pub(crate) struct Words {
            $(pub(crate) $name: &'static str,)*
        }
        pub(crate) static ENGLISH: Words = Words { $($name: $en,)* };
        pub(crate) static CHINESE: Words = Words { $($name: $zh,)* };
        #[cfg(test)]
        const PAIRS: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $zh),)*];
    };
}

words! {
    html_lang: "en", "zh-Hans";
    sandbox: "Pockyt sandbox", "Pockyt 沙盒";
    banner: "Pockyt sandbox: nothing here is real", "Pockyt 沙盒：此处一切均非真实";
    skip: "Skip to content", "跳到正文";
    overview: "Overview", "概览";
    mailbox: "Mailbox", "邮箱";
    portal: "Payee Portal", "收款人门户";
    pages: "Pages", "页面";
    language: "Language", "语言";
    way_back: "Back to {program}", "返回 {program}";
    farewell: "Close this tab and go back to {program}'s window.", "请关闭此标签页，回到 {program} 的窗口。";
    not_found: "This page does not exist", "页面不存在";
    not_found_body: "The link may be incomplete, or the sandbox was started afresh since it was made.", "链接可能不完整，或沙盒在链接生成之后已重新开始。";
    not_kept: "The sandbox could not save that", "沙盒未能保存";
    not_kept_body: "Its state file cannot be written. See the sandbox's log for the reason, then try again.", "无法写入状态文件。请查看沙盒日志了解原因，然后重试。";

    overview_lead: "A Pockyt of your own, on this computer only. Payouts, payees and money exist in a file or in memory and nowhere else.", "仅在本机运行的 Pockyt。付款、收款人和资金只存在于文件或内存中，别无他处。";
    connect: "Connect", "连接";
    base_url: "Base URL", "接口地址";
    merchant_no: "Merchant number", "商户号";
    store_no: "Store number", "门店号";
    api_token: "API token", "API 令牌";
    api_token_hidden: "the one the sandbox was started with", "启动沙盒时所设";
    feature: "Pockyt User feature", "Pockyt User 功能";
    on: "On: payees are invited by mail", "已开启：通过邮件邀请收款人";
    off: "Off: the merchant sends all details", "已关闭：由商户提交全部资料";
    balances: "Balances", "余额";
    currency: "Currency", "币种";
    amount: "Amount", "金额";
    outcomes: "What you can try", "可以试的结果";
    outcomes_lead: "A payout is paid after a moment. To try something else, put one of these words into its invoice ID, for example INV-1-fail, or let its amount end in these cents.", "付款片刻后即到账。想试其他结果，请在付款编号中加入下列标记之一，例如 INV-1-fail，或让金额以下列分值结尾。";
    marker: "In the invoice ID", "付款编号包含";
    cents: "Or at the end of the amount", "或金额结尾";
    what_happens: "What happens", "结果";
    recent_calls: "Recent calls", "最近调用";
    no_calls: "No call has reached the gateway yet.", "尚无调用到达网关。";
    time: "Time", "时间";
    call: "Call", "调用";
    invoice: "Invoice ID", "付款编号";
    answer: "Answer", "应答";
    unanswered: "not processed", "未处理";
    no_payees: "Nobody has been registered yet.", "尚未登记任何收款人。";

    mailbox_lead: "Mails Pockyt would have sent to payees. None of them left this computer.", "Pockyt 本应发送给收款人的邮件。没有任何邮件离开本机。";
    mailbox_empty: "No mail yet", "暂无邮件";
    mailbox_empty_body: "Register a payee and the invitation appears here.", "登记收款人后，邀请邮件会显示在这里。";
    mailbox_off: "The Pockyt User feature is off, so Pockyt writes no mails to payees.", "Pockyt User 功能已关闭，Pockyt 不会向收款人发送邮件。";
    from: "From", "发件人";
    to: "To", "收件人";
    back_to_mailbox: "Back to the mailbox", "返回邮箱";
    hello: "Hello {name},", "{name}，您好：";
    invitation_subject: "You are invited to get paid through Pockyt", "邀请您通过 Pockyt 收款";
    invitation_body: "A business wants to pay you through Pockyt. Open the Payee Portal to confirm who you are and choose where the money should go. It takes about three minutes.", "有一家企业希望通过 Pockyt 向您付款。请打开收款人门户，确认身份并选择收款方式，大约需要三分钟。";
    invitation_button: "Open the Payee Portal", "打开收款人门户";
    invitation_note: "The link is yours alone. Do not pass it on.", "此链接仅供您本人使用，请勿转发。";
    approved_subject: "Your Pockyt profile is approved", "您的 Pockyt 资料已通过审核";
    approved_body: "You are ready to be paid. There is nothing else to do: money will arrive at the payout method you chose.", "您已可以收款，无需其他操作。款项将汇入您选择的收款方式。";
    declined_subject: "Your Pockyt profile was declined", "您的 Pockyt 资料未通过审核";
    declined_body: "The review could not confirm your details, so payments to you are not possible for now. You can correct them in the Payee Portal and submit them again.", "审核未能确认您的资料，目前无法向您付款。您可以在收款人门户更正后重新提交。";
    arrived_subject: "{amount} is on its way to you", "{amount} 正在汇给您";
    arrived_body: "A payment has been sent to your payout method.", "一笔款项已汇往您的收款方式。";
    returned_subject: "A payment of {amount} was returned", "一笔 {amount} 的款项被退回";
    returned_body: "Your bank or wallet sent the payment back. Check your payout method in the Payee Portal; the business that paid you has been told.", "您的银行或钱包退回了此笔款项。请在收款人门户检查收款方式；付款企业已获通知。";
    sent_amount: "Amount sent", "付款金额";
    fee: "Fee", "手续费";
    message: "Message", "附言";

    portal_lead: "Payees reach the portal through the link in their invitation.", "收款人通过邀请邮件中的链接进入门户。";
    portal_open_mailbox: "Open the mailbox", "打开邮箱";
    portal_pick: "Sandbox only: enter as", "仅限沙盒：以此身份进入";
    portal_pick_body: "The real portal never lists payees. Here you may play any of them.", "真实的门户不会列出收款人。在这里您可以扮演其中任何一位。";
    steps: "Steps", "步骤";
    step_of: "Step {n} of 4", "第 {n} 步，共 4 步";
    step_details: "Your details", "个人资料";
    step_identity: "Identity", "身份确认";
    step_method: "Payout method", "收款方式";
    step_check: "Review", "核对提交";
    step_done: "done", "已完成";
    welcome: "Welcome, {name}", "欢迎，{name}";
    details_lead: "This is what the business that invited you has told us. Continue if it is right; if not, ask them to correct it.", "以下是邀请您的企业提供的资料。如无误请继续；如有误，请联系对方更正。";
    name: "Name", "姓名";
    email: "Email", "电子邮箱";
    address: "Address", "地址";
    country: "Country", "国家或地区";
    details_continue: "These details are right", "资料无误，继续";
    identity_title: "Confirm who you are", "确认您的身份";
    identity_lead: "Use your name as it stands in an official document.", "请填写与官方证件一致的姓名。";
    full_name: "Full name", "姓名全称";
    date_of_birth: "Date of birth", "出生日期";
    date_hint: "Year-month-day, for example 1990-04-12", "年-月-日，例如 1990-04-12";
    document: "Document", "证件类型";
    passport: "Passport", "护照";
    driver_license: "Driver's license", "驾驶证";
    id_card: "National ID card", "身份证";
    document_number: "Document number (optional)", "证件号码（选填）";
    document_hint: "Sandbox: write anything, or nothing. It is thrown away. Never enter a real number.", "沙盒：可随意填写或留空，内容不会保存。请勿填写真实号码。";
    next: "Continue", "继续";
    back: "Back", "返回";
    method_title: "Choose how you get paid", "选择收款方式";
    method_lead: "You can add others later.", "以后可以再添加其他方式。";
    bank: "Bank account", "银行账户";
    bank_hint: "One to three business days", "一至三个工作日";
    paypal: "PayPal", "PayPal";
    paypal_hint: "To your PayPal balance, usually within minutes", "汇入 PayPal 余额，通常数分钟内到账";
    venmo: "Venmo", "Venmo";
    venmo_hint: "To your Venmo balance, usually within minutes", "汇入 Venmo 余额，通常数分钟内到账";
    bank_title: "Your bank account", "您的银行账户";
    paypal_title: "Your PayPal account", "您的 PayPal 账户";
    venmo_title: "Your Venmo account", "您的 Venmo 账户";
    fields_lead: "Sandbox: made-up numbers stand here already, and any others will do. Only the last digits are kept.", "沙盒：已填入虚构号码，也可改用其他虚构号码。仅保留末几位。";
    account_type: "Account type", "账户类型";
    checking: "Checking", "支票账户";
    savings: "Savings", "储蓄账户";
    routing_number: "Routing number", "路由号码";
    routing_hint: "9 digits, for example 021000021", "9 位数字，例如 021000021";
    account_number: "Account number", "账号";
    account_hint: "4 to 17 digits", "4 至 17 位数字";
    bank_name: "Bank", "银行";
    card_number: "Card number", "银行卡号";
    card_hint: "12 to 19 digits", "12 至 19 位数字";
    iban: "IBAN or account number", "IBAN 或账号";
    iban_hint: "6 to 34 letters and digits", "6 至 34 位字母和数字";
    paypal_email: "Email of your PayPal account", "PayPal 账户邮箱";
    venmo_id: "Phone number or username at Venmo", "Venmo 的手机号或用户名";
    venmo_id_hint: "For example 9876543210 or @ana-ruiz", "例如 9876543210 或 @ana-ruiz";
    check_title: "Check and submit", "核对并提交";
    check_lead: "After you submit, Pockyt reviews your profile. You will get a mail when it is done.", "提交后，Pockyt 将审核您的资料，完成后会以邮件通知您。";
    paid_to: "Paid to", "收款账户";
    change: "Change", "修改";
    submit: "Submit for review", "提交审核";
    review_title: "Your profile is in review", "您的资料正在审核";
    review_lead: "There is nothing to do right now. You will get a mail as soon as it is decided.", "您现在无需任何操作。审核完成后会以邮件通知您。";
    only_here: "Sandbox only", "仅限沙盒";
    play_compliance: "Play the compliance team", "扮演合规团队";
    play_compliance_body: "At Pockyt, people decide this. Here you do.", "在 Pockyt，由专人作出决定；在这里由您决定。";
    approve: "Approve", "批准";
    decline: "Decline", "拒绝";
    active_title: "You are ready to be paid", "您已可以收款";
    active_lead: "Payments arrive at the payout method below. You can close this page: the business that pays you sees that you are ready.", "款项将汇入以下收款方式。您可以关闭本页：付款企业会看到您已就绪。";
    your_methods: "Your payout methods", "您的收款方式";
    no_methods: "You have no payout method yet.", "您还没有收款方式。";
    add_method: "Add a payout method", "添加收款方式";
    save_method: "Save payout method", "保存收款方式";
    usable: "Ready", "可用";
    reviewing: "In review", "审核中";
    invalid: "Not usable", "不可用";
    payments: "Payments to you", "您的收款";
    date: "Date", "日期";
    status: "Status", "状态";
    pay_pending: "On its way", "处理中";
    pay_success: "Paid", "已到账";
    pay_failed: "Failed", "失败";
    pay_returned: "Returned", "已退回";
    played: "The payee's part ends here. What the business sees is in {program}'s window.", "收款人的操作到此结束。付款企业看到的内容在 {program} 的窗口中。";
    declined_title: "Your profile was declined", "您的资料未通过审核";
    declined_lead: "The review could not confirm your details. Correct them and submit them again.", "审核未能确认您的资料。请更正后重新提交。";
    start_again: "Start again", "重新开始";
    deactivated_title: "Your profile is closed", "您的资料已关闭";
    deactivated_lead: "Payments to you are not possible any more. Ask the business that invited you.", "目前已无法向您付款。请联系邀请您的企业。";
    invited: "Invited", "已邀请";
    active: "Active", "已激活";
    declined: "Declined", "已拒绝";
    deactivated: "Closed", "已关闭";

    errors_title: "Please check what you entered", "请检查所填内容";
    err_name: "Enter your full name.", "请填写姓名全称。";
    err_date: "Enter your date of birth as year-month-day, such as 1990-04-12.", "请按 年-月-日 填写出生日期，例如 1990-04-12。";
    err_age: "You must be 18 or older to be paid through Pockyt.", "须年满 18 周岁方可通过 Pockyt 收款。";
    err_document: "Choose a document.", "请选择证件类型。";
    err_kind: "Choose a payout method.", "请选择收款方式。";
    err_account_type: "Choose checking or savings.", "请选择账户类型。";
    err_routing: "Enter a valid routing number: 9 digits, such as 021000021.", "请填写有效的路由号码：9 位数字，例如 021000021。";
    err_account: "Enter your account number: 4 to 17 digits.", "请填写账号：4 至 17 位数字。";
    err_bank: "Enter the name of your bank.", "请填写银行名称。";
    err_card: "Enter your card number: 12 to 19 digits.", "请填写银行卡号：12 至 19 位数字。";
    err_iban: "Enter your IBAN or account number: 6 to 34 letters and digits.", "请填写 IBAN 或账号：6 至 34 位字母和数字。";
    err_email: "Enter an email address, such as ana@example.com.", "请填写电子邮箱，例如 ana@example.com。";
    err_venmo: "Enter a 10-digit phone number, or a username beginning with @.", "请填写 10 位手机号，或以 @ 开头的用户名。";
}

/// Puts a value into a text's place holder.
pub(crate) fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&format!("{{{name}}}"), value)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::PAIRS;

    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .collect()
    }

    #[test]
    fn both_languages_fill_in_the_same_things() {
        for (name, english, chinese) in PAIRS {
            assert!(!english.is_empty() && !chinese.is_empty(), "{name}");
            assert_eq!(places(english), places(chinese), "{name}");
        }
    }
}
