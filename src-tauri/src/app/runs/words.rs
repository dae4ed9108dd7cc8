//! The words that a file of outcomes has, in the languages of the window. The window's own catalogue is not at hand where a
//! file is written.

use crate::ipc::inputs::Language as Chosen;
use remit_core::{RowState, State};
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

fn in_language([english, chinese, spanish]: [&'static str; 3], language: Language) -> &'static str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
        Language::Spanish => spanish,
    }
}
