import type { Translation } from '../catalogue';
import type { engine as en } from '../en/engine';

export const engine: Translation<typeof en> = {
  statusLabel: 'Estado de los envíos',
  offline:
    '{waiting, plural, =0 {Sin red. Lo que pague ahora saldrá cuando vuelva.} one {Sin red. # pago espera y saldrá cuando vuelva. Aún puede cancelarlo.} other {Sin red. # pagos esperan y saldrán cuando vuelva. Aún puede cancelarlos.}}',
  held: 'Pockyt pide menos solicitudes; a las {time} continuará Remit.',
  recovering: 'Remit está comparando sus registros con Pockyt. No se envía nada hasta que termine.',
  recoveringRolledBack:
    'Sus registros son más antiguos de lo que recuerda su llavero. Remit los está comparando con Pockyt. No se envía nada hasta que termine.',
  recovered:
    '{found, plural, =0 {Comparado con Pockyt: no se encontró ningún pago hecho después de la copia.} one {Se encontró # pago hecho después de la copia.} other {Se encontraron # pagos hechos después de la copia.}}',
  recoveredLimits:
    'Los pagos cuyos números de factura eligió usted después de la copia no se pueden encontrar así. Mire en Pockyt antes de volver a pagarlos.',
  recoveredKnown: 'Remit preguntó por todos los números de factura de los registros sustituidos.',
  recoveredRolledBack:
    'A sus registros les falta algo que su llavero recuerda. {found, plural, =0 {Pockyt no tiene más pagos con los números de Remit.} one {Se encontró # pago que faltaba en sus registros.} other {Se encontraron # pagos que faltaban en sus registros.}}',
  restoreInstead: 'Si tiene una copia, restáurela:',
  chooseCopy: 'Elegir una copia',
  showFound: '{found, plural, one {Mostrarlo} other {Mostrarlos}}',

  waitsRun: 'Su lote está en pausa, así que este pago espera.',
  waitsRunText:
    'No se ha enviado nada. Remit enviará la factura {invoiceId} cuando usted reanude el lote.',
  waitsNetwork: 'No hay red, así que este pago espera.',
  waitsNetworkText:
    'No se ha enviado nada. Remit enviará la factura {invoiceId} cuando vuelva la red.',
  waitsComparison: 'Este pago espera a que Remit haya comparado sus registros con Pockyt.',
  waitsComparisonText:
    'No se ha enviado nada. Después, Remit consultará primero a Pockyt por la factura {invoiceId}.',
  waitsHeld: 'Pockyt pide menos solicitudes, así que este pago espera.',
  waitsHeldText:
    'No se ha enviado nada. Después de las {time}, Remit continuará con la factura {invoiceId}.',

  title: 'Envíos',
  hint: 'A qué ritmo puede ir Remit. Reduce la marcha por sí solo cuando Pockyt pide menos solicitudes.',
  inFlight: 'Pagos a la vez',
  inFlightHint: 'De {least} a {most}',
  perMinute: 'Solicitudes por minuto',
  perMinuteHint: 'Hasta {most}; {least} para no limitarlas',
  limitWrong: 'Escriba un número entero de {least} a {most}.',
  limitsKeep: 'Guardar límites',
  limitsKept: 'Límites guardados',
  underWay: 'En curso',
  waiting: 'En espera',
  count: '{count, plural, =0 {Ninguno} one {# pago} other {# pagos}}',
  compared: 'Comparación',
  comparing: 'En curso; mientras tanto no se envía nada.',
  comparedFound:
    '{found, plural, =0 {Terminada. No se encontraron más pagos.} one {Terminada. Se encontró # pago.} other {Terminada. Se encontraron # pagos.}}',

  historyTitle: 'Historial',
  historyHint: 'Cada evento va sellado con el anterior. Un cambio hecho desde fuera se nota.',
  verify: 'Verificar el historial',
  verifying: 'Leyendo todos los eventos',
  verifiedEmpty: 'Todavía no hay eventos.',
  verifiedSound: 'No se cambió nada en su historial.',
  verified_demo: '{events, plural, one {El único evento encaja.} other {Los # eventos encajan.}}',
  verified_matches:
    '{events, plural, one {El único evento encaja; es el que recuerda su llavero.} other {Los # eventos encajan; el más reciente es el que recuerda su llavero.}}',
  verified_behind:
    '{events, plural, one {El único evento encaja.} other {Los # eventos encajan, entre ellos el que recuerda su llavero.}}',
  verified_none:
    '{events, plural, one {El único evento encaja.} other {Los # eventos encajan.}} Su llavero aún no recuerda ninguno.',
  verified_unreadable:
    '{events, plural, one {El único evento encaja.} other {Los # eventos encajan.}} No se pudo consultar al llavero cuál es el más reciente.',
  verified_missing_events:
    '{events, plural, one {El único evento encaja, pero su llavero recuerda otros más recientes.} other {Los # eventos encajan, pero su llavero recuerda otros más recientes.}}',
  verified_differs:
    '{events, plural, one {El único evento encaja, pero su llavero recuerda otro en su lugar.} other {Los # eventos encajan, pero su llavero recuerda otro en su lugar.}}',
  verifiedBad: 'El evento {seq, number} no está como se escribió.',
  verifiedBadEvent: 'Dice, {time}: {what}.',
  verifiedBadPayout: 'Mostrar el pago al que se refiere',
  verifiedBadPayee: 'Mostrar el beneficiario al que se refiere',
  verifiedAt: 'Verificado {time}',
};
