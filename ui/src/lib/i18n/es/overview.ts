import type { Translation } from '../catalogue';
import type { overview as en } from '../en/overview';

export const overview: Translation<typeof en> = {
  title: 'Resumen',
  waits:
    '{count, plural, one {# asunto requiere su atención} other {# asuntos requieren su atención}}',

  needs: 'Le toca a usted',
  needsNone: 'Nada requiere su atención',
  needsNoneText: 'Aquí aparece lo que falla, lo que se devuelve y lo que usted debe decidir.',
  payoutTo: '{amount} a {payee}',
  need_returned: 'El dinero volvió. Pague de nuevo cuando la cuenta esté en orden.',
  need_failed: 'Falló y no se pagó nada. Pague de nuevo cuando esté corregido.',
  need_undecided:
    'Busque la factura {invoiceId} en Pockyt. Remit no puede saber de quién es ese pago.',
  need_held: 'El beneficiario o la cuenta cambió desde que usted lo autorizó, así que no se envió.',
  need_stalled: 'Tarda más de lo habitual. Si nada se mueve, pregunte a Pockyt.',
  need_approval: 'Se envía cuando usted lo apruebe.',
  more_returned: '{count, plural, one {# pago más devuelto} other {# pagos más devueltos}}',
  more_failed: '{count, plural, one {# pago más falló} other {# pagos más fallaron}}',
  more_undecided: '{count, plural, one {# pago más por buscar} other {# pagos más por buscar}}',
  more_held:
    '{count, plural, one {# pago más retenido antes de salir} other {# pagos más retenidos antes de salir}}',
  more_stalled: '{count, plural, one {# pago más demorado} other {# pagos más demorados}}',
  more_approval: '{count, plural, one {# pago más por aprobar} other {# pagos más por aprobar}}',
  more_runs:
    '{count, plural, one {# lote más requiere su atención} other {# lotes más requieren su atención}}',
  declined:
    '{count, plural, one {Pockyt denegó a # beneficiario} other {Pockyt denegó a # beneficiarios}}',
  declinedText: 'A quien fue denegado no se le puede pagar.',
  refused: '{count, plural, one {Pockyt rechazó # registro} other {Pockyt rechazó # registros}}',
  refusedText: 'Corrija los datos y registre de nuevo.',
  balanceShort: 'El saldo no alcanza para lo que aún debe salir',
  balanceShortText: 'Saldo {balance}; por salir {needed}. Recargue en Pockyt.',
  balanceLow: 'El saldo es menor que lo pagado el mes pasado',
  balanceLowText: 'Saldo {balance}; pagado el mes pasado {paid}.',
  wayInRefused: 'El retransmisor rechaza este equipo',
  wayInRefusedText:
    'No se pierde nada: Remit consulta. Para enterarse al instante, pida un enlace nuevo.',
  wayInInterrupted: 'El retransmisor no responde',
  wayInInterruptedText:
    'No se pierde nada: Remit consulta y vuelve a probar el retransmisor por sí solo.',
  wayInMissed: 'Las notificaciones no llegan',
  wayInMissedText:
    '{count, plural, one {# resultado de los últimos 30 días se conoció consultando porque no llegó ninguna notificación.} other {# resultados de los últimos 30 días se conocieron consultando porque no llegó ninguna notificación.}}',
  backupFailed: 'La última copia automática falló',
  backupFailedText: 'Sus registros siguen igual, pero falta una copia reciente.',
  draftsOnly: 'Desde que se restauró una copia, las programaciones solo preparan borradores',
  draftsOnlyText: 'Ninguna se autoriza sola hasta que usted lo active de nuevo.',
  setAside: 'No recordar: {title}',
  setAsideDone: 'Ya no se recuerda lo de las programaciones',

  balance: 'Saldo',
  balanceAt: 'Consultado: {time}',
  balanceAgain: 'Consultar de nuevo',
  balanceReading: 'Consultando a Pockyt',
  balanceStale: 'Ahora no se puede consultar: {reason}',

  underWay: 'En camino',
  nextRun: '{name} saldrá el {time}',
  nextDay: 'Una programación pagará por sí sola el {time}',
  underWayNone: 'No hay nada en camino.',
  payouts: '{count, plural, one {# pago} other {# pagos}}',

  paid: 'Pagado',
  paidHint: 'Por mes de su calendario. Sin lo que se devolvió.',
  paidNone: 'No se pagó nada en los últimos doce meses.',
  paidIn: 'Pagado en {currency}',
  chart: '{currency} por mes, de {first} a {last}. El máximo fue {amount} en {month}.',
  bar: '{month}: {amount}',
  figures: 'Ver las cifras',
  figuresOf: 'Pagado por mes y moneda',
  columnMonth: 'Mes',
  columnPayouts: 'Pagos',

  emptyTitle: 'Todavía no hay nada que mostrar',
  emptyText:
    'Cuando tenga un beneficiario, esta página dice qué le toca a usted y dónde está su dinero.',
};
