//! What people call the columns, in English, Chinese and Spanish, each word as [`crate::field::bare`] leaves it: without case,
//! accents, spaces and marks.

use crate::field::Field;

/// What a column that holds this is called.
pub(crate) fn synonyms(field: Field) -> impl Iterator<Item = &'static str> {
    let words = match field {
        Field::Payee => {
            "
             payee payto recipient beneficiary contractor vendor supplier freelancer who receiver 收款方 收款人 承包商 供应商 受益人
             beneficiario destinatario proveedor contratista perceptor pagara"
        }
        Field::CustomerNo => {
            "
             customernumber customerno customernum customerid pockytid pockytnumber 客户号 客户编号 客户号码 numerodecliente
             numcliente nocliente idcliente"
        }
        Field::PayeeCode => {
            "
             payeecode payeeid code owncode vendorcode vendorid suppliercode supplierid contractorid contractorcode
             employeeid employeenumber staffid recipientid beneficiaryid externalid reference 收款人编号 收款方编号 编号 代码 工号
             员工编号 供应商编号 codigo codigodelbeneficiario codigodeproveedor idbeneficiario idproveedor codigobeneficiario"
        }
        Field::Email => {
            "
             email emailaddress mail payeeemail recipientemail vendoremail contractoremail beneficiaryemail 电子邮箱 邮箱
             电子邮件 电邮 邮件 邮箱地址 correo correoelectronico direcciondecorreo emaildelbeneficiario"
        }
        Field::PayeeName => {
            "
             payeename name fullname recipientname beneficiaryname vendorname suppliername contractorname legalname
             displayname company companyname 收款人姓名 收款方名称 姓名 名称 名字 收款人名称 公司 公司名称 nombre nombrecompleto
             nombredelbeneficiario nombreyapellidos razonsocial empresa"
        }
        Field::Amount => {
            "
             amount amt total sum pay payment paymentamount payoutamount netamount nettopay netpay topay amounttopay
             amountdue totaldue value fee salary wage 金额 付款金额 支付金额 应付金额 实付金额 总额 总金额 合计 数额 工资 importe monto cantidad
             valor importetotal montototal apagar totalapagar importeapagar pago"
        }
        Field::Currency => {
            "
             currency ccy curr cur currencycode paymentcurrency 币种 货币 币别 货币代码 货币种类 moneda divisa codigodemoneda"
        }
        Field::InvoiceId => {
            "
             invoiceid invoice invoiceno invoicenumber invoicenum invoiceref invoicereference inv invno invnumber
             bill billno billnumber paymentreference paymentid paymentref documentnumber 发票号 发票号码 发票编号 发票 账单号 单号 付款编号
             factura numerodefactura nofactura numfactura facturano ndefactura nfactura folio recibo"
        }
        Field::Description => {
            "
             description desc memo message details purpose paymentdescription messagetopayee remittance narrative
             concept 付款说明 说明 描述 摘要 用途 附言 descripcion concepto detalle motivo mensaje"
        }
        Field::Note => {
            "
             note notes comment comments remark remarks internalnote 备注 注释 内部备注 nota notas comentario comentarios
             observaciones"
        }
        Field::Date => {
            "
             date paymentdate paydate payon duedate due scheduleddate 付款日期 日期 支付日期 到期日 fecha fechadepago vencimiento
             fechadevencimiento"
        }
    };
    words.split_whitespace()
}

/// Whether it is a column that Remit has no use for, although a known word is part of its name.
pub(crate) fn is_foreign(bare: &str) -> bool {
    FOREIGN.split_whitespace().any(|word| word == bare)
}

const FOREIGN: &str = "
    accountname accountholdername banco bankname bankcode swiftcode zipcode postcode postalcode countrycode
    codigopostal nombredelbanco 银行名称 开户名称 邮政编码 invoicedate dateofinvoice fechadefactura fechafactura 发票日期 projectname
    taxamount vatamount birthdate";
