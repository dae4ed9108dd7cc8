//! The words that an exported file has, in the languages of the window. The window's own catalogue is not at hand where a
//! file is written.

use crate::ipc::inputs::Language as Chosen;
use remit_core::{PayeeStatus, RosterRow, RosterState, RowState, State};
use remit_import::{Language, Standing};

/// The headers after the file's own columns.
pub(super) fn headers(language: Language) -> [&'static str; 8] {
    match language {
        Language::English => [
            "Status",
            "Reason",
            "Sent invoice ID",
            "Sent amount",
            "Sent currency",
            "Pockyt number",
            "Sent at",
            "Settled at",
        ],
        Language::Chinese => [
            "状态",
            "原因",
            "已发送发票号",
            "已发送金额",
            "已发送币种",
            "Pockyt 编号",
            "发送时间",
            "结束时间",
        ],
        Language::Spanish => [
            "Estado",
            "Motivo",
            "Número de factura enviado",
            "Importe enviado",
            "Moneda enviada",
            "Número de Pockyt",
            "Enviado el",
            "Concluido el",
        ],
    }
}

/// The headers of a list of payouts.
pub(super) fn payout_headers(language: Language) -> [&'static str; 13] {
    match language {
        Language::English => [
            "Released at",
            "Payee",
            "Account",
            "Invoice ID",
            "State",
            "Reason",
            "Amount",
            "Currency",
            "Fee",
            "Pockyt number",
            "Sent at",
            "Settled at",
            "Description",
        ],
        Language::Chinese => [
            "放行时间",
            "收款人",
            "收款账户",
            "发票号",
            "状态",
            "原因",
            "金额",
            "币种",
            "手续费",
            "Pockyt 编号",
            "发送时间",
            "结束时间",
            "说明",
        ],
        Language::Spanish => [
            "Autorizado el",
            "Beneficiario",
            "Cuenta",
            "Número de factura",
            "Estado",
            "Motivo",
            "Importe",
            "Moneda",
            "Comisión",
            "Número de Pockyt",
            "Enviado el",
            "Concluido el",
            "Descripción",
        ],
    }
}

/// The headers of a list of payees.
pub(super) fn payee_headers(language: Language) -> [&'static str; 6] {
    match language {
        Language::English => [
            "Name",
            "E-mail",
            "Status",
            "Country",
            "Customer number",
            "Last paid at",
        ],
        Language::Chinese => ["姓名", "电子邮箱", "状态", "国家", "客户号", "上次付款时间"],
        Language::Spanish => [
            "Nombre",
            "Correo electrónico",
            "Estado",
            "País",
            "Número de cliente",
            "Último pago",
        ],
    }
}

/// The language of files, as the owner chose it for the window.
pub(in crate::app) fn language(chosen: &Chosen) -> Language {
    match chosen.chosen() {
        Some(tag) if tag.starts_with("zh") => Language::Chinese,
        Some(tag) if tag.starts_with("es") => Language::Spanish,
        _ => Language::English,
    }
}

/// Where a payout stands.
pub(super) fn of_payout(state: State, language: Language) -> &'static str {
    let words = match state {
        State::Draft => ["Draft", "草稿", "Borrador"],
        State::Scheduled => ["Scheduled", "已排期", "Programado"],
        State::AwaitingApproval => ["Needs approval", "待批准", "Por aprobar"],
        State::Ready => ["Queued", "排队中", "En cola"],
        State::Sending => ["Sending", "发送中", "Enviando"],
        State::Unknown => ["Checking", "核实中", "Comprobando"],
        State::Processing => ["Processing", "处理中", "En proceso"],
        State::Paid => ["Paid", "已付款", "Pagado"],
        State::Failed => ["Failed", "失败", "Fallido"],
        State::Returned => ["Returned", "已退回", "Devuelto"],
        State::Cancelled => ["Cancelled", "已取消", "Cancelado"],
    };
    in_language(words, language)
}

/// Where a payee stands.
pub(super) fn of_payee(status: PayeeStatus, language: Language) -> &'static str {
    let words = match status {
        PayeeStatus::Registering => ["Registering", "登记中", "Registrando"],
        PayeeStatus::Refused => ["Refused", "登记被拒", "Rechazado"],
        PayeeStatus::Pending => ["Invited", "已邀请", "Invitado"],
        PayeeStatus::InReview => ["In review", "审核中", "En revisión"],
        PayeeStatus::Active => ["Active", "可收款", "Activo"],
        PayeeStatus::Declined => ["Declined", "未通过", "Denegado"],
        PayeeStatus::Deactivated => ["Deactivated", "已停用", "Desactivado"],
        PayeeStatus::Unknown => ["Unknown status", "状态未知", "Estado desconocido"],
    };
    in_language(words, language)
}

/// Where a row stands that is no payout.
pub(super) fn of_row(state: RowState, language: Language) -> &'static str {
    let words = match state {
        RowState::Queued | RowState::Sent => ["Queued", "排队中", "En cola"],
        RowState::Waiting => ["Waiting", "等待中", "En espera"],
        RowState::Held => ["Held", "已搁置", "Retenido"],
        RowState::Stopped => ["Stopped", "已停止", "Detenido"],
    };
    in_language(words, language)
}

/// Where a row of a draft stands.
pub(super) fn of_draft(standing: Standing, language: Language) -> &'static str {
    let words = match standing {
        Standing::Ready => ["Ready", "就绪", "Listo"],
        Standing::Waiting => ["Waiting", "等待中", "En espera"],
        Standing::Refused => ["Cannot be paid", "无法付款", "No se puede pagar"],
        Standing::Skipped => ["Left out", "已略过", "Omitido"],
    };
    in_language(words, language)
}

/// A row of a released run that was not part of it.
pub(super) fn not_sent(language: Language) -> &'static str {
    in_language(["Not sent", "未发送", "No enviado"], language)
}

/// The headers after the own columns of a file of people.
pub(super) fn roster_headers(language: Language) -> [&'static str; 2] {
    match language {
        Language::English => ["Status", "Reason"],
        Language::Chinese => ["状态", "原因"],
        Language::Spanish => ["Estado", "Motivo"],
    }
}

/// What became of a row of a file of people.
pub(super) fn of_roster_row(state: RosterState, language: Language) -> &'static str {
    let words = match state {
        RosterState::Queued => ["Queued", "排队中", "En cola"],
        RosterState::Invited => ["Invited", "已邀请", "Invitado"],
        RosterState::Known => ["Was a payee already", "已是收款人", "Ya era beneficiario"],
        RosterState::Repeated => ["Repeats another row", "与另一行重复", "Repite otra fila"],
        RosterState::Refused => ["Refused", "被拒绝", "Rechazado"],
        RosterState::Faulty => ["Left out", "未邀请", "Omitido"],
        RosterState::Cancelled => ["Cancelled", "已取消", "Cancelado"],
        RosterState::IdGone => ["Not invited", "未邀请", "No invitado"],
    };
    in_language(words, language)
}

/// Why, as far as there is more to say.
pub(super) fn why_of_roster_row(row: &RosterRow, language: Language) -> String {
    if row.state == RosterState::IdGone {
        let words = [
            "Remit was closed before its turn came, and keeps no government IDs. Open the file again.",
            "轮到此行之前 Remit 已关闭，且不保存证件号码。请重新打开文件。",
            "Remit se cerró antes de su turno y no guarda documentos de identidad. Abra el archivo otra vez.",
        ];
        return in_language(words, language).to_owned();
    }
    match row.same_as {
        Some(line) => format!(
            "{} {line}",
            in_language(["Row", "第几行：", "Fila"], language)
        ),
        None => row.words.clone().unwrap_or_default(),
    }
}

fn in_language([english, chinese, spanish]: [&'static str; 3], language: Language) -> &'static str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
        Language::Spanish => spanish,
    }
}
