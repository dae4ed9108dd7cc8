//! What a column may hold, and what people call it.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The payee in any way: customer number, own code, e-mail address or exact name.
    Payee,
    /// Pockyt's number of the payee.
    CustomerNo,
    /// The owner's own code for the payee.
    PayeeCode,
    /// The payee's e-mail address.
    Email,
    /// The payee's exact name.
    PayeeName,
    /// How much.
    Amount,
    /// In which currency.
    Currency,
    /// The owner's number of the payment.
    InvoiceId,
    /// What the payee may read.
    Description,
    /// What only the owner reads.
    Note,
    /// When it is to be paid.
    Date,
}

/// The languages that headers are understood in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
    /// Spanish.
    Spanish,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Payee,
        Self::CustomerNo,
        Self::PayeeCode,
        Self::Email,
        Self::PayeeName,
        Self::Amount,
        Self::Currency,
        Self::InvoiceId,
        Self::Description,
        Self::Note,
        Self::Date,
    ];

    /// The header that a template has for it.
    #[must_use]
    pub fn header(self, language: Language) -> &'static str {
        let [english, chinese, spanish] = match self {
            Self::Payee => ["Payee", "收款方", "Beneficiario"],
            Self::CustomerNo => ["Customer number", "客户号", "Número de cliente"],
            Self::PayeeCode => ["Payee code", "收款人编号", "Código del beneficiario"],
            Self::Email => ["E-mail", "电子邮箱", "Correo electrónico"],
            Self::PayeeName => ["Payee name", "收款人姓名", "Nombre del beneficiario"],
            Self::Amount => ["Amount", "金额", "Importe"],
            Self::Currency => ["Currency", "币种", "Moneda"],
            Self::InvoiceId => ["Invoice ID", "发票号", "Número de factura"],
            Self::Description => ["Description", "付款说明", "Descripción"],
            Self::Note => ["Note", "备注", "Nota"],
            Self::Date => ["Date", "付款日期", "Fecha"],
        };
        match language {
            Language::English => english,
            Language::Chinese => chinese,
            Language::Spanish => spanish,
        }
    }

    /// Whether it says who is paid.
    #[must_use]
    pub fn names_payee(self) -> bool {
        matches!(
            self,
            Self::Payee | Self::CustomerNo | Self::PayeeCode | Self::Email | Self::PayeeName
        )
    }

    /// What else it is called, as [`bare`] leaves it.
    fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::Payee => &[
                "payee",
                "payto",
                "recipient",
                "beneficiary",
                "contractor",
                "vendor",
                "supplier",
                "freelancer",
                "who",
                "receiver",
                "收款方",
                "收款人",
                "承包商",
                "供应商",
                "受益人",
                "beneficiario",
                "destinatario",
                "proveedor",
                "contratista",
                "perceptor",
                "pagara",
            ],
            Self::CustomerNo => &[
                "customernumber",
                "customerno",
                "customernum",
                "customerid",
                "pockytid",
                "pockytnumber",
                "客户号",
                "客户编号",
                "客户号码",
                "numerodecliente",
                "numcliente",
                "nocliente",
                "idcliente",
            ],
            Self::PayeeCode => &[
                "payeecode",
                "payeeid",
                "code",
                "owncode",
                "vendorcode",
                "vendorid",
                "suppliercode",
                "supplierid",
                "contractorid",
                "contractorcode",
                "employeeid",
                "employeenumber",
                "staffid",
                "recipientid",
                "beneficiaryid",
                "externalid",
                "reference",
                "收款人编号",
                "收款方编号",
                "编号",
                "代码",
                "工号",
                "员工编号",
                "供应商编号",
                "codigo",
                "codigodelbeneficiario",
                "codigodeproveedor",
                "idbeneficiario",
                "idproveedor",
                "codigobeneficiario",
            ],
            Self::Email => &[
                "email",
                "emailaddress",
                "mail",
                "payeeemail",
                "recipientemail",
                "vendoremail",
                "contractoremail",
                "beneficiaryemail",
                "电子邮箱",
                "邮箱",
                "电子邮件",
                "电邮",
                "邮件",
                "邮箱地址",
                "correo",
                "correoelectronico",
                "direcciondecorreo",
                "emaildelbeneficiario",
            ],
            Self::PayeeName => &[
                "payeename",
                "name",
                "fullname",
                "recipientname",
                "beneficiaryname",
                "vendorname",
                "suppliername",
                "contractorname",
                "legalname",
                "displayname",
                "company",
                "companyname",
                "收款人姓名",
                "收款方名称",
                "姓名",
                "名称",
                "名字",
                "收款人名称",
                "公司",
                "公司名称",
                "nombre",
                "nombrecompleto",
                "nombredelbeneficiario",
                "nombreyapellidos",
                "razonsocial",
                "empresa",
            ],
            Self::Amount => &[
                "amount",
                "amt",
                "total",
                "sum",
                "pay",
                "payment",
                "paymentamount",
                "payoutamount",
                "netamount",
                "nettopay",
                "netpay",
                "topay",
                "amounttopay",
                "amountdue",
                "totaldue",
                "value",
                "fee",
                "salary",
                "wage",
                "金额",
                "付款金额",
                "支付金额",
                "应付金额",
                "实付金额",
                "总额",
                "总金额",
                "合计",
                "数额",
                "工资",
                "importe",
                "monto",
                "cantidad",
                "valor",
                "importetotal",
                "montototal",
                "apagar",
                "totalapagar",
                "importeapagar",
                "pago",
            ],
            Self::Currency => &[
                "currency",
                "ccy",
                "curr",
                "cur",
                "currencycode",
                "paymentcurrency",
                "币种",
                "货币",
                "币别",
                "货币代码",
                "货币种类",
                "moneda",
                "divisa",
                "codigodemoneda",
            ],
            Self::InvoiceId => &[
                "invoiceid",
                "invoice",
                "invoiceno",
                "invoicenumber",
                "invoicenum",
                "invoiceref",
                "invoicereference",
                "inv",
                "invno",
                "invnumber",
                "bill",
                "billno",
                "billnumber",
                "paymentreference",
                "paymentid",
                "paymentref",
                "documentnumber",
                "发票号",
                "发票号码",
                "发票编号",
                "发票",
                "账单号",
                "单号",
                "付款编号",
                "factura",
                "numerodefactura",
                "nofactura",
                "numfactura",
                "facturano",
                "ndefactura",
                "nfactura",
                "folio",
                "recibo",
            ],
            Self::Description => &[
                "description",
                "desc",
                "memo",
                "message",
                "details",
                "purpose",
                "paymentdescription",
                "messagetopayee",
                "remittance",
                "narrative",
                "concept",
                "付款说明",
                "说明",
                "描述",
                "摘要",
                "用途",
                "附言",
                "descripcion",
                "concepto",
                "detalle",
                "motivo",
                "mensaje",
            ],
            Self::Note => &[
                "note",
                "notes",
                "comment",
                "comments",
                "remark",
                "remarks",
                "internalnote",
                "备注",
                "注释",
                "内部备注",
                "nota",
                "notas",
                "comentario",
                "comentarios",
                "observaciones",
            ],
            Self::Date => &[
                "date",
                "paymentdate",
                "paydate",
                "payon",
                "duedate",
                "due",
                "scheduleddate",
                "付款日期",
                "日期",
                "支付日期",
                "到期日",
                "fecha",
                "fechadepago",
                "vencimiento",
                "fechadevencimiento",
            ],
        }
    }
}

/// How sure it is what a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Only what stands in the column suggests it.
    Guess,
    /// Its name contains one that is known.
    Likely,
    /// Its name is one that is known.
    Certain,
}

/// Columns that Remit has no use for, although a known name is part of theirs.
const FOREIGN: [&str; 24] = [
    "accountname",
    "accountholdername",
    "banco",
    "bankname",
    "bankcode",
    "swiftcode",
    "zipcode",
    "postcode",
    "postalcode",
    "countrycode",
    "codigopostal",
    "nombredelbanco",
    "银行名称",
    "开户名称",
    "邮政编码",
    "invoicedate",
    "dateofinvoice",
    "fechadefactura",
    "fechafactura",
    "发票日期",
    "projectname",
    "taxamount",
    "vatamount",
    "birthdate",
];

/// What a column with this header holds.
pub(crate) fn by_header(header: &str) -> Option<(Field, Confidence)> {
    let bare = bare(header);
    if bare.is_empty() {
        return None;
    }
    if FOREIGN.contains(&bare.as_str()) {
        return None;
    }
    let is = |field: &Field| field.synonyms().contains(&bare.as_str());
    if let Some(field) = Field::ALL.into_iter().find(is) {
        return Some((field, Confidence::Certain));
    }
    let known = Field::ALL.into_iter().flat_map(|field| {
        let synonyms = field.synonyms().iter();
        synonyms.map(move |synonym| (synonym.chars().count(), *synonym, field))
    });
    // Short words are part of too many others; in Chinese two characters are a word.
    let contained = known.filter(|(length, synonym, _)| {
        let long = *length >= if synonym.is_ascii() { 4 } else { 2 };
        long && bare.contains(synonym)
    });
    contained
        .max_by_key(|(length, ..)| *length)
        .map(|(_, _, field)| (field, Confidence::Likely))
}

/// A header without case, accents, spaces and marks: `Número de Factura *` is `numerodefactura`.
pub(crate) fn bare(header: &str) -> String {
    let folded = header.nfkd().filter(|char| !is_combining_mark(*char));
    let letters = folded.filter(|char| char.is_alphanumeric());
    letters.flat_map(char::to_lowercase).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_understood_in_three_languages() {
        for field in Field::ALL {
            for language in [Language::English, Language::Chinese, Language::Spanish] {
                let header = field.header(language);
                assert_eq!(
                    by_header(header),
                    Some((field, Confidence::Certain)),
                    "{header}"
                );
            }
        }
        for (header, field, confidence) in [
            ("INVOICE_NO.", Field::InvoiceId, Confidence::Certain),
            ("Amount (USD)", Field::Amount, Confidence::Likely),
            ("Importe €", Field::Amount, Confidence::Certain),
            ("付款金额（美元）", Field::Amount, Confidence::Likely),
            ("Correo Electrónico *", Field::Email, Confidence::Certain),
            ("Contractor e-mail", Field::Email, Confidence::Certain),
            (
                "Invoice number (yours)",
                Field::InvoiceId,
                Confidence::Likely,
            ),
        ] {
            assert_eq!(by_header(header), Some((field, confidence)), "{header}");
        }
        for header in ["", "***", "Zip", "城市", "Invoice date", "Bank name"] {
            assert_eq!(by_header(header), None, "{header}");
        }
    }

    #[test]
    fn no_name_means_two_things() {
        let mut seen = std::collections::HashMap::new();
        for field in Field::ALL {
            for synonym in field.synonyms() {
                assert_eq!(*synonym, bare(synonym), "it must be as `bare` leaves it");
                assert_eq!(seen.insert(*synonym, field), None, "{synonym}");
            }
        }
    }
}
