import type { Translation } from '../catalogue';
import type { payouts as en } from '../en/payouts';

export const payouts: Translation<typeof en> = {
  title: 'Pagos',
  newPayout: 'Nuevo pago',
  search: 'Nombre, número de factura o de transacción',
  list: 'Pagos',

  columnDate: 'Fecha',
  columnPayee: 'Beneficiario',
  columnAccount: 'Cuenta',
  columnInvoice: 'N.º de factura',
  columnState: 'Estado',
  columnAmount: 'Importe',

  filterState: 'Estado',
  filterStateAny: 'Cualquier estado',
  filterStateSome: '{count, plural, one {# estado} other {# estados}}',
  filterPeriod: 'Fecha',
  period_any: 'Cualquier fecha',
  period_today: 'Hoy',
  period_week: 'Últimos 7 días',
  period_month: 'Este mes',
  period_lastMonth: 'Mes pasado',
  period_year: 'Este año',
  period_custom: 'Entre dos fechas',
  from: 'Desde',
  to: 'Hasta',
  dateOrder: 'Este día es anterior al primero.',
  filterPayee: 'Beneficiario: {payee}',
  filterFound: 'Encontrados en Pockyt',
  removeFilter: 'Quitar el filtro: {filter}',
  clearFilters: 'Quitar los filtros',

  total: '{count, plural, =0 {Ningún pago} one {# pago} other {# pagos}}',
  sums: 'Total de estos pagos',
  sumsOnTheWay: 'Pagado o en camino',

  scheduled:
    '{count, plural, one {# pago programado, para el {day}} other {# pagos programados, el próximo para el {day}}}',
  notListedYet: 'Aún no están en esta lista:',

  emptyTitle: 'Todavía no hay pagos',
  emptyText: 'Todo lo que pague aparece aquí, con el punto en que está.',
  comparingTitle: 'No hay pagos en esta copia',
  comparingText: 'Remit está buscando en Pockyt los pagos hechos después.',
  noMatchTitle: 'Ningún pago coincide con este filtro',
  noMatchText: 'Busque otra cosa o quite los filtros.',

  backToPayouts: 'Pagos',
  toPayee: 'a {payee}',
  checkNow: 'Comprobar ahora',
  checking: 'Consultando a Pockyt',
  checkedNothingNew: 'Se consultó a Pockyt. No ha cambiado nada.',
  cancel: 'Cancelar el pago',
  payAgain: 'Pagar de nuevo',
  cancelTitle: '¿Cancelar este pago?',
  cancelText: '{amount} a {payee}, factura {invoiceId}. No se ha enviado nada, y nada se enviará.',
  cancelKeep: 'Mantener el pago',
  cancelDeed: 'Cancelar {amount} a {payee}',

  mustAct: 'A quién le toca',
  since: 'Desde',
  lastChecked: 'Última consulta',
  nextCheck: 'Remit vuelve a consultar',
  nextLook: 'Próxima consulta por si se devuelve',
  nextSend: 'Remit lo envía',
  soon: 'en cualquier momento',
  details: 'Detalles',
  payee: 'Beneficiario',
  account: 'Cuenta',
  invoiceId: 'Número de factura',
  transactionNo: 'Número de transacción',
  transactionNone: 'Pockyt lo da con su respuesta',
  fee: 'Comisión',
  feeUnknown: 'Pockyt no la ha comunicado',
  feeNone: 'No se cobró',
  feeThen: 'Comisión al enviarlo',
  feeAfter: 'Su extracto de Pockyt dice si se devuelve.',
  noReason: 'Pockyt no da ningún motivo.',
  retriedAs: 'Se intentó de nuevo con la factura {invoiceId}. Estado de ese pago: {state}.',
  retriedOpen: 'Abrir ese pago',
  channel: 'Rapidez',
  description: 'Concepto',
  note: 'Nota',
  created: 'Autorizado',
  sent: 'Enviado',
  settled: 'Resuelto',
  ended: 'Terminado',
  retryOf: 'Repite',
  retryOfLink: 'Un pago anterior',
  retriedBy: 'Repetido por',
  retriedByLink: 'Un pago posterior',

  next: 'Qué ocurre después',
  paidMeanwhile:
    '{count, plural, one {Se pagó {amount} a {payee} desde que usted cerró Remit} other {Se pagaron # pagos desde que usted cerró Remit}}',
  paidMeanwhileMore: 'Puede haber más: la lista de pagos los muestra todos.',
  announce: '{amount} a {payee}: {state}. {title}',

  story_draft: 'Este pago se está redactando.',
  story_draft_text: 'No se ha enviado nada.',
  story_scheduled: 'Este pago espera su fecha.',
  story_scheduled_text: 'No se ha enviado nada. Remit lo enviará ese día.',
  story_awaiting_approval: 'Este pago espera una segunda revisión.',
  story_awaiting_approval_text: 'No se ha enviado nada. Saldrá cuando se apruebe.',
  story_ready: 'Autorizado. Remit lo enviará a continuación.',
  story_ready_text: 'Todavía no ha salido nada de este equipo.',
  story_ready_not_sent: 'No se puede llegar a Pockyt, así que no se ha enviado nada.',
  story_ready_not_sent_text: 'Remit enviará la factura {invoiceId} cuando vuelva la conexión.',
  story_ready_token_unavailable: 'No se pudo leer el token de API, así que no se ha enviado nada.',
  story_ready_token_unavailable_text:
    'Remit enviará la factura {invoiceId} cuando se pueda leer el token.',
  story_ready_token_unavailable_todo:
    'Desbloquee el llavero o introduzca de nuevo el token en Ajustes.',
  story_ready_account_changed: 'La cuenta cambió desde que usted autorizó este pago.',
  story_ready_account_changed_text:
    'Se autorizó para una cuenta distinta de la que Pockyt tiene ahora, así que no se envió nada. Remit nunca lo envía a la nueva por sí solo.',
  story_ready_account_changed_todo:
    'Confirme la cuenta con {payee}. Después cancele este pago y pague de nuevo: la revisión muestra la cuenta actual.',
  story_ready_payee_not_active: '{payee} ya no está activo en Pockyt.',
  story_ready_payee_not_active_text:
    'No se envió nada. Remit lo enviará cuando {payee} vuelva a estar activo.',
  story_ready_payee_not_active_todo:
    'Vea en la página del beneficiario qué falta, o cancele este pago.',
  story_sending: 'Remit está enviando este pago a Pockyt.',
  story_sending_text: 'La respuesta suele llegar en segundos.',
  story_unknown: 'Pockyt no ha confirmado este pago.',
  story_unknown_text:
    'Remit está comprobando si la factura {invoiceId} se tramitó. No se enviará dos veces.',
  story_unknown_todo: 'Espere el resultado antes de pagar a {payee} por otra vía.',
  story_unknown_no_answer: 'Pockyt no ha respondido.',
  story_unknown_connection_lost: 'La conexión se perdió durante el envío.',
  story_unknown_garbled: 'La respuesta de Pockyt no se pudo leer.',
  story_unknown_system_error: 'Pockyt comunicó un fallo propio.',
  story_unknown_duplicate: 'Pockyt dice que ya conoce la factura {invoiceId}.',
  story_unknown_duplicate_text:
    'Remit no la envía de nuevo. Busque este número de factura en el portal de comercios de Pockyt: si ese pago es este, está pagado; si es otro, haga un pago nuevo con su propio número de factura.',
  story_unknown_unrecognised_answer: 'Pockyt dio una respuesta que Remit no conoce.',
  story_unknown_interrupted: 'Remit se cerró mientras enviaba este pago.',
  story_unknown_not_sent: 'En este momento no se puede llegar a Pockyt.',
  story_unknown_not_sent_text:
    'Puede que un intento anterior llegara. Cuando vuelva la conexión, Remit comprobará si la factura {invoiceId} se tramitó. No se enviará dos veces.',
  story_unknown_refused: 'Pockyt lo rechazó, pero el rechazo deja una duda.',
  story_unknown_refused_text:
    'Remit se está asegurando de que la factura {invoiceId} no se tramitó después de todo. No se enviará dos veces.',
  story_unknown_not_found_yet: 'Pockyt no muestra este pago.',
  story_unknown_not_found_yet_text:
    'Remit ha consultado varias veces. Envía otra vez exactamente el mismo pago, con el mismo número de factura {invoiceId}, para que no se pueda pagar dos veces.',
  story_unknown_not_found_yet_paused:
    'Remit sigue consultando por la factura {invoiceId}. Mientras su lote esté en pausa, no se vuelve a enviar.',
  story_unknown_not_found_yet_stopped:
    'Remit sigue consultando por la factura {invoiceId}. Como su lote se detuvo, no se vuelve a enviar.',
  story_unknown_invoice_taken:
    'Lo que Pockyt tiene con la factura {invoiceId} difiere de este pago.',
  story_unknown_invoice_taken_text:
    'Puede ser este pago contado de otra forma, u otro pago. Remit sigue consultando y no lo enviará de nuevo.',
  story_unknown_invoice_taken_todo:
    'Busque en Pockyt la transacción indicada abajo, o pregunte a Pockyt de quién es, antes de pagar a {payee} por otra vía.',
  story_unknown_token_unavailable:
    'No se pudo leer el token de API, así que Remit no puede consultar a Pockyt.',
  story_unknown_token_unavailable_text:
    'Remit comprobará si la factura {invoiceId} se tramitó cuando se pueda leer el token. No se enviará dos veces.',
  story_unknown_token_unavailable_todo:
    'Desbloquee el llavero o introduzca de nuevo el token en Ajustes.',
  story_unknown_restored:
    'Sus registros volvieron a una copia en la que este pago no estaba resuelto.',
  story_unknown_restored_text:
    'Remit consulta a Pockyt si la factura {invoiceId} se pagó. No la envía por sí solo.',
  story_processing: 'Pockyt lo aceptó y está moviendo el dinero.',
  story_processing_text: 'Remit sigue consultando hasta conocer el resultado.',
  story_processing_unrecognised_status: 'Pockyt comunica un estado que Remit no conoce.',
  story_processing_unrecognised_status_text:
    'Remit no lo toma por un resultado y sigue consultando.',
  story_processing_unrecognised_status_todo: 'Si continúa, pregunte a Pockyt qué significa.',
  story_processing_invoice_taken:
    'Lo que Pockyt tiene con la factura {invoiceId} difiere de este pago.',
  story_processing_invoice_taken_text:
    'Pockyt aceptó este pago, pero ahora dice otra cosa. Remit sigue consultando.',
  story_processing_invoice_taken_todo:
    'Busque en Pockyt la transacción indicada abajo, o pregunte a Pockyt de quién es.',
  story_stalled: 'Tarda más de lo habitual.',
  story_stalled_text:
    'Pockyt lo aceptó, pero no ha comunicado ningún resultado. Remit sigue consultando.',
  story_stalled_todo: 'Si nada se mueve, pregunte a Pockyt por el número de transacción de abajo.',
  story_paid: 'Pockyt confirmó que el dinero se entregó.',
  story_paid_text: 'Se pagó {amount} a {payee}.',
  proof:
    'Le pagamos {amount} el {date}, por la factura {invoiceId}. El número de transacción de Pockyt es {transactionNo}.',
  proofCopy: 'Copiar una nota para el beneficiario',
  story_failed: 'Este pago falló.',
  story_failed_text: 'No se pagó nada y el dinero no se descontó.',
  story_failed_todo:
    'Puede pagar de nuevo: un pago nuevo con otro número de factura, vinculado a este.',
  story_failed_refused: 'Pockyt rechazó este pago.',
  story_failed_refused_todo:
    'Corrija lo que Pockyt indica y pague de nuevo: un pago nuevo con otro número de factura, vinculado a este.',
  story_failed_reported_failed: 'Pockyt comunicó que el pago falló.',
  story_failed_reported_failed_todo:
    'Pregunte a {payee} si la cuenta es correcta, o a Pockyt por el número de transacción de abajo. Después pague de nuevo: un pago nuevo con otro número de factura, vinculado a este.',
  story_failed_invoice_taken: 'Pockyt tiene otro pago con la factura {invoiceId}.',
  story_failed_invoice_taken_text:
    'Pockyt rechazó este pago porque ya tenía ese número de factura, así que este pago no se hizo.',
  story_failed_invoice_taken_todo:
    'Compruebe si esta factura ya está pagada. Si no, pague de nuevo: el pago nuevo tendrá su propio número de factura.',
  story_failed_never_arrived: 'Pockyt no tiene constancia de este pago.',
  story_failed_never_arrived_text:
    'Remit consultó durante un día y Pockyt nunca lo tuvo. Nunca se pagó y el dinero no se descontó.',
  story_failed_restored: 'Pockyt no tiene constancia de este pago.',
  story_failed_restored_text:
    'Se autorizó antes de la copia a la que volvieron sus registros y nunca llegó a Pockyt. No se pagó nada y el dinero no se descontó.',
  story_failed_restored_todo:
    'Si aún lo debe, pague de nuevo: un pago nuevo con otro número de factura, vinculado a este.',
  story_failed_tried_again: 'Se pagó con otro número de factura, así que Remit no lo envió.',
  story_failed_tried_again_text:
    'Sus registros volvieron a una copia anterior. Los registros perdidos habían intentado este pago de nuevo y Pockyt tiene ese pago: busque entre sus pagos la factura {invoiceId}; termina en -R y un número. Este nunca salió y no se descontó nada por él.',
  story_failed_tried_again_todo:
    'Si aquel pago era por otra cosa, pague este con un número de factura propio.',
  story_failed_paid_after_all: 'Pockyt dice que este pago al final sí se hizo.',
  story_failed_paid_after_all_text:
    'Había fallado y Pockyt comunicó después que se pagó. Remit conserva ambas cosas y lo consulta a Pockyt.',
  story_failed_paid_after_all_todo:
    'Mire en Pockyt antes de pagar de nuevo. Cuando Pockyt responda que no se hizo, aquí se podrá repetir.',
  story_returned: 'El dinero volvió.',
  story_returned_text: 'Pockyt devolvió {amount} a su saldo. {payee} no ha cobrado.',
  story_returned_todo:
    'Pida a {payee} que revise la cuenta y pague de nuevo: un pago nuevo con otro número de factura, vinculado a este.',
  story_cancelled: 'Usted canceló este pago.',
  story_cancelled_text: 'Se canceló antes de enviar nada. No se movió dinero.',
  story_cancelled_paid_after_all: 'Pockyt dice que este pago al final sí se hizo.',
  story_cancelled_paid_after_all_text:
    'Usted lo canceló antes de enviarlo y Pockyt comunicó después que se pagó. Remit conserva ambas cosas y lo consulta a Pockyt.',
  story_cancelled_paid_after_all_todo: 'Mire en Pockyt y pregunte de quién es ese pago.',
  story_cancellable: 'Hasta entonces puede cancelarlo.',
  story_retried:
    'Se intentó de nuevo con un pago posterior. La página de ese pago dice si se pagó y qué queda por hacer.',

  next_ready: 'Remit lo envía a Pockyt.',
  next_sending: 'Pockyt responde.',
  next_unknown: 'Remit consulta a Pockyt por la factura {invoiceId}.',
  next_processing: 'Pockyt comunica el resultado, o Remit lo consulta.',
  next_paid: 'Usted ya no tiene que hacer nada. Si el banco devuelve el dinero, Remit se lo dirá.',
  next_other: 'Nada más. Este pago está cerrado.',
  next_waiting: 'Requiere su atención.',
};
