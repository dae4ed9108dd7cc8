import type { Translation } from '../catalogue';
import type { notices as en } from '../en/notices';

export const notices: Translation<typeof en> = {
  title: 'Avisos del sistema',
  hint: 'Se muestran cuando Remit no está delante. Nombran al beneficiario y el importe.',
  kind_needs: 'Un pago requiere su atención',
  kind_settled: 'Todos los pagos, o un lote, han terminado',
  kind_schedules: 'Llega el día de una programación',
  kind_active: 'Ya se puede pagar a un beneficiario',
  kind_wayIn: 'Las notificaciones de Pockyt no llegan',

  returned: 'Se devolvió el pago de {amount} a {payee}',
  failed: 'Falló el pago de {amount} a {payee}',
  undecided: 'Conviene revisar {amount} a {payee}',
  held: '{amount} a {payee} no se envió y conviene revisarlo',
  stalled: 'Se demora el pago de {amount} a {payee}',
  approval: 'Falta aprobar {amount} a {payee}',
  needs: '{count, plural, one {# pago requiere su atención} other {# pagos requieren su atención}}',
  needsText: 'Remit indica qué ocurre con cada uno.',
  settled: 'Todos los pagos han terminado',
  settledText: 'Ya no hay nada en camino, y nada nuevo requiere su atención.',
  runFinished: '{name} ha terminado',
  runFinishedText: 'Cada fila del lote tiene su resultado.',
  runMissed: '{name} no salió a su hora',
  runMissedText: 'No se envió nada. Decida si aún debe enviarse.',
  schedule_drafted: '{name}: hay un borrador listo',
  schedule_draftedText: 'Revíselo y autorícelo cuando quiera.',
  schedule_released: '{name} se ha autorizado',
  schedule_releasedText: 'Todo era como siempre, así que Remit lo autorizó como usted eligió.',
  schedule_stayed: '{name} espera su decisión',
  schedule_stayedText: 'Algo requiere su decisión, así que no se envió nada.',
  schedule_missed:
    '{name}: {count, plural, one {pasó # fecha} other {pasaron # fechas}} sin que se pagara',
  schedule_missedText: 'No se pagó nada. Decida en cada caso si aún debe pagarse.',
  schedule_may_be_paid:
    '{name}: {count, plural, one {# fecha puede estar ya pagada} other {# fechas pueden estar ya pagadas}}',
  schedule_may_be_paidText:
    'Se restauró una copia de seguridad. Compruébelo en Pockyt antes de volver a pagar.',
  active:
    '{count, plural, one {Ya se puede pagar a {payee}} other {Ya se puede pagar a {payee} y a otros}}',
  activeText: 'Pockyt aprobó el perfil.',
};
