import type { Translation } from '../catalogue';
import type { pay as en } from '../en/pay';

export const pay: Translation<typeof en> = {
  title: 'Nuevo pago',
  retryTitle: 'Pagar de nuevo',
  retryNote: 'Es un pago nuevo, vinculado al de la factura {earlier}.',
  retryText:
    'El anterior no se pagó o fue devuelto, así que el beneficiario cobra una sola vez. Este tiene su propio número de factura.',
  retryLink: 'Abrir el pago anterior',

  payee: 'Beneficiario',
  payeePlaceholder: 'Nombre o correo',
  payeeShow: 'Mostrar beneficiarios',
  payeeRequired: 'Elija a quién pagar.',
  payeeNoMatch: 'Ningún beneficiario tiene este nombre o correo.',
  payeeNoneYet: 'Todavía no hay beneficiarios. Registre primero a uno.',
  payeeMore:
    '{count, plural, one {# beneficiario más. Escriba para acotar.} other {# beneficiarios más. Escriba para acotar.}}',
  payeeLoading: 'Buscando beneficiarios',
  openPayee: 'Abrir el beneficiario',

  account: 'Cuenta',
  accountAsking: 'Consultando a Pockyt las cuentas de {payee}',
  accountNoneTitle: '{payee} no tiene ninguna cuenta que pueda recibir dinero',
  accountNoneText:
    'Pida a {payee} que añada o confirme una en el portal de Pockyt y consulte de nuevo.',
  accountAskAgain: 'Consultar de nuevo a Pockyt',
  accountRequired: 'Elija adónde va el dinero.',
  accountWhy_pending: 'Pockyt aún no la ha activado.',
  accountWhy_activated: 'Pockyt no paga a este tipo de cuenta.',
  accountWhy_invalid: 'Pockyt la consideró no válida. {payee} puede corregirla en el portal.',
  accountWhy_gone: '{payee} la eliminó.',
  accountWhy_unknown: 'Pockyt comunica un estado que Remit no conoce.',
  accountPaid: 'Último pago: {date}',
  accountNeverPaid: 'Sin pagos hasta ahora',

  amount: 'Importe',
  balance: 'Saldo {amount}',
  overBalance: 'Su saldo no lo cubre. Recargue su saldo en Pockyt o reduzca el importe.',

  invoiceId: 'Número de factura',
  invoiceHint:
    'Sugerido. Use un número propio si lo prefiere, de {limit} caracteres como máximo, nunca el mismo dos veces.',
  invoiceRequired: 'Indique un número de factura.',
  invoiceSuggest: 'Sugerir otro',

  channel: 'Rapidez',
  channelHint_STANDARD_ACH: 'La opción habitual. Suele tardar de uno a tres días hábiles.',
  channelHint_SAME_DAY_ACH: 'Suele llegar el mismo día hábil si se envía temprano.',
  channelHint_REAL_TIME_PAY: 'Suele tardar minutos, si el banco participa.',
  channelHint_UNSPECIFIED: 'Pockyt no dice cuánto tarda un pago a este tipo de cuenta.',
  arrival: 'Cuándo llega',
  channelDemo: 'En la demostración, unos segundos.',

  description: 'Concepto',
  descriptionHint: 'El beneficiario puede leerlo.',
  note: 'Nota',
  noteHint: 'Solo usted la lee aquí.',
  textTooLong: 'Acórtelo a {limit} caracteres; tiene {count}.',

  toReview: 'Revisar',
  reviewing: 'Comprobando',

  reviewTitle: 'Revise antes de pagar',
  who: 'Para',
  whereTo: 'Cuenta',
  fee: 'Comisión',
  feeUnknown: 'No se conoce hasta que Pockyt acepte el pago',
  feeKnown: '{amount}, como en el último pago de este tipo',
  balanceNow: 'Saldo actual',
  balanceAfter: 'Saldo después',
  balanceAfterNoFee: '{amount}, antes de la comisión',
  balanceAfterOthers:
    '{rest}, cuando salgan también otros pagos aún no enviados ({others} sin comisiones)',
  balanceNotRead: 'No se conoce',
  previousPayouts:
    '{count, plural, =0 {Ningún pago anterior} one {# pago anterior} other {# pagos anteriores}}',
  notGiven: 'Ninguno',
  backToForm: 'Cambiar',
  readFirst: 'Lea primero la revisión.',
  payNow: 'Pagar {amount} a {payee}',
  paying: 'Autorizando {amount} a {payee}',

  unusualTitle: 'Merece una segunda mirada',
  unusual_new_account: 'Nunca se envió nada a esta cuenta.',
  unusual_account_changed:
    'Los datos de la cuenta cambiaron desde su último pago. Asegúrese de que los cambió {payee}.',
  unusual_first_payout: 'Es el primer pago a {payee}.',
  unusual_amount_far_from_usual:
    'El importe se aleja de lo que {payee} recibe normalmente: {usual}.',
  unusual_amount_far: 'El importe se aleja de lo que {payee} recibe normalmente.',
  unusual_balance_unknown:
    'Pockyt no informó de su saldo. Si es insuficiente, Pockyt rechazará el pago.',
  unusual_decimals_unconfirmed: 'Pockyt no publica cuántos decimales admite en {currency}.',

  earlier: 'Factura {invoiceId}: {amount} a {payee} el {day}',
  doubtTitle: 'Puede que esta factura ya esté pagada',
  doubtSameInvoice: 'Un pago anterior tiene el mismo número de factura, escrito de otra forma.',
  doubtSameAmountOn: 'A {payee} se le envió el mismo importe el {day}.',
  doubtSameAmountWaits:
    'El {day} se autorizó un pago del mismo importe a {payee} que aún puede enviarse.',
  doubtToCome_similar_invoice:
    'Un lote ya autorizado aún enviará este mismo número de factura, escrito de otra forma.',
  doubtToCome_same_amount_recently: 'Un lote ya autorizado aún enviará a {payee} el mismo importe.',
  openRun: 'Abrir ese lote',
  doubtAnswer: 'Es otra factura; pagarla también',
  doubtOpen: 'Confirme antes que es otra factura.',

  leaveTitle: '¿Empezar otro pago?',
  leaveText: 'No se ha enviado nada. Si empieza otro, lo que escribió aquí no se conserva.',
  leaveStay: 'Seguir con este',
  leaveGo: 'Empezar otro',
};
