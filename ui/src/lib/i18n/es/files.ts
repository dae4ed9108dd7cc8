import type { Translation } from '../catalogue';
import type { files as en } from '../en/files';

export const files: Translation<typeof en> = {
  notSent: 'No enviado',
  column_account: 'Cuenta',
  column_amount: 'Importe',
  column_country: 'País',
  column_currency: 'Moneda',
  column_customer_number: 'Número de cliente',
  column_description: 'Concepto',
  column_email: 'Correo electrónico',
  column_fee: 'Comisión',
  column_invoice_id: 'Número de factura',
  column_last_paid_at: 'Último pago',
  column_name: 'Nombre',
  column_not_kept: 'No se conserva',
  column_payee: 'Beneficiario',
  column_pockyt_number: 'Número de Pockyt',
  column_reason: 'Motivo',
  column_released_at: 'Autorizado el',
  column_sent_amount: 'Importe enviado',
  column_sent_at: 'Enviado el',
  column_sent_currency: 'Moneda enviada',
  column_sent_invoice_id: 'Número de factura enviado',
  column_settled_at: 'Resuelto el',
  column_status: 'Estado',
};
