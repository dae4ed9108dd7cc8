import type { Translation } from '../catalogue';
import type { activity as en } from '../en/activity';

export const activity: Translation<typeof en> = {
  title: 'Actividad',
  about:
    'Lo que Pockyt comunicó de sus pagos y lo que Remit hizo con ello. Lo que hizo usted está en la página de cada pago.',
  list: 'Lo que comunicó Pockyt',
  search: 'Número de factura o beneficiario',
  total: '{count, plural, =0 {Ninguna entrada} one {# entrada} other {# entradas}}',

  learnt: 'Cómo se conocieron los resultados de los últimos 30 días',
  learntNotified:
    '{count, plural, one {resultado conocido} other {resultados conocidos}} por notificación',
  learntAsked: 'por haber consultado antes',
  learntRepaired: 'por consulta, porque no llegó ninguna notificación',
  learntNone: 'Ningún resultado en los últimos 30 días.',
  learntWorks: 'Las notificaciones llegan.',
  learntSoFar: 'Hasta ahora, Remit se enteró consultando, antes de que llegara una notificación.',
  learntSome: 'Algunas notificaciones no llegan. No se pierde nada: Remit consulta.',
  learntNever: 'No llega ninguna notificación. No se pierde nada: Remit consulta.',
  learntAsking: 'Remit se entera solo consultando. No se pierde nada.',
  count: '{count, number}',
  learntSettings: 'Cómo recibe Remit noticias de Pockyt',

  columnWhen: 'Cuándo',
  columnPayout: 'Pago',
  columnVerdict: 'Dictamen',
  columnSource: 'Vía',
  columnEffect: 'Efecto',

  filterVerdict: 'Dictamen',
  filterVerdictAny: 'Cualquier dictamen',
  filterVerdictSome: '{count, plural, one {# dictamen} other {# dictámenes}}',
  filterSource: 'Vía',
  filterSourceAny: 'Cualquier vía',
  filterSourceSome: '{count, plural, one {# vía} other {# vías}}',
  clearFilters: 'Quitar los filtros',

  verdict_applied: 'Aplicada',
  verdict_already_known: 'Ya conocida',
  verdict_forged: 'Falsificada',
  verdict_mismatched: 'No coincide',
  verdict_unmatched: 'Sin pago aquí',
  verdict_out_of_order: 'Fuera de orden',
  verdict_contradicts: 'Contradicción',
  verdict_unrecognised: 'Estado desconocido',
  verdict_unopened: 'No se puede abrir',
  verdict_asked: 'Respuesta',

  source_listener: 'Directa',
  source_relay: 'Retransmisor',
  source_polling: 'Consulta de Remit',

  effectNone: 'Sin efecto',
  noPayout: 'Ningún pago',
  again: '{count, plural, one {Llegó una vez más} other {Llegó # veces más}}',
  againShort: '+{count, number}',

  emptyTitle: 'Todavía no hay nada',
  emptyText:
    'Cuando un pago esté en camino, todo lo que Pockyt comunique de él se conserva aquí, con lo que Remit hizo al respecto.',
  noMatchTitle: 'Nada coincide con este filtro',
  noMatchText: 'Busque otra cosa o quite los filtros.',

  detailNotification: 'Notificación',
  detailAnswer: 'Respuesta de Pockyt',
  means: 'Qué significa',
  did: 'Qué hizo Remit',
  means_applied: 'Pockyt comunicó en qué punto está este pago.',
  did_applied: 'Comprobó la firma, el importe y los números, y lo anotó.',
  means_already_known: 'Pockyt comunicó algo que Remit ya sabía.',
  did_already_known: 'La conservó. No hubo que cambiar nada.',
  means_forged: 'Su firma no es de Pockyt: la envió otra persona o se alteró por el camino.',
  did_forged: 'La conservó como prueba y no cambió ningún pago.',
  means_mismatched: 'El importe, la moneda o algún número no es el de este pago.',
  did_mismatched: 'La conservó como prueba, no cambió el pago y lo consulta a Pockyt.',
  means_unmatched:
    'Ningún pago de aquí tiene su número de factura. Puede que se pagara sin Remit o desde otro equipo.',
  did_unmatched: 'La conservó y no cambió ningún pago.',
  means_out_of_order: 'Habla de un estado anterior al que Remit conoce. Llegó tarde.',
  did_out_of_order: 'La conservó y dejó el pago como está.',
  means_contradicts: 'Dice que se pagó un pago que había fallado o se había cancelado.',
  did_contradicts:
    'La conservó y lo consulta a Pockyt. El pago queda como está y no se repite sin que usted lo mire.',
  means_unrecognised: 'Usa para el estado una palabra que Remit no conoce.',
  did_unrecognised: 'La conservó, no la toma por un resultado y sigue consultando a Pockyt.',
  means_unopened:
    'Lo que guardó el retransmisor está cerrado para otra clave, o se dañó, así que aquí no se puede leer.',
  did_unopened:
    'La conservó tal como llegó y no cambió ningún pago. Remit averigua el resultado consultando a Pockyt.',
  means_asked: 'Remit consultó y Pockyt comunicó en qué punto está este pago.',
  did_asked: 'Anotó la respuesta. No tuvo que esperar una notificación.',

  cameAt: 'Llegada',
  answeredAt: 'Respondida',
  cameAgain: 'Llegó de nuevo',
  cameAgainTimes: '{count, plural, one {Una vez, {time}} other {# veces, la última {time}}}',
  toPayee: '{amount} a {payee}',
  source: 'Vía',
  payout: 'Pago',
  invoiceId: 'Número de factura',
  effect: 'Efecto',
  raw: 'Lo que decía',
};
