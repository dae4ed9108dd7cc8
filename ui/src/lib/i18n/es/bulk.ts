import type { Translation } from '../catalogue';
import type { bulk as en } from '../en/bulk';

export const bulk: Translation<typeof en> = {
  title: 'Filas seleccionadas',
  count: '{count, plural, one {# seleccionada} other {# seleccionadas}}',
  clear: 'Quitar la selección',
  all: 'Seleccionar todo',
  row: 'Seleccionar {name}',
  keysMark: 'Seleccionar la fila',
  keysMore: 'Seleccionar más filas',
  keysAll: 'Seleccionar todas las filas',

  check: 'Comprobar {of} de {count}',
  checkNone: 'Todos han terminado o no se han enviado: no hay nada que consultar.',
  withdraw: 'Cancelar {of} de {count}',
  withdrawNone: 'No se puede cancelar nada: todos han salido ya o han terminado.',
  withdrawTitle: '¿Cancelar {of, plural, one {# pago} other {# pagos}}?',
  withdrawText:
    '{of, plural, one {No se ha enviado, y no se enviará.} other {No se han enviado, y no se enviarán.}}',
  withdrawOthers:
    '{others, plural, one {Otro # ya ha salido o ha terminado, y no cambia.} other {Otros # ya han salido o han terminado, y no cambian.}}',
  withdrawKeep: 'Conservarlos',
  again: 'Nuevo lote con {of} de {count}',
  againNone: 'Ninguno ha fallado ni se ha devuelto, o ya se están pagando de nuevo.',
  export: 'Exportar como CSV',
  exported: 'El archivo está guardado',
  pay: 'Pagar en un lote',
  payNone: 'Todavía no se puede pagar a ninguno de estos beneficiarios',
  payNoneText: 'Antes Pockyt tiene que mostrarlos como activos.',
  payLeft:
    '{left, plural, one {# beneficiario ha quedado fuera} other {# beneficiarios han quedado fuera}}',
  payLeftText:
    'Todavía no se les puede pagar. El lote contiene a los demás; nada se envía antes de revisarlo.',
  status: 'Comprobar el estado',
  emails: 'Copiar los correos',
  emailsCopied: '{count, plural, one {# dirección copiada} other {# direcciones copiadas}}',

  checked:
    '{done, plural, one {Se consultó # pago a Pockyt} other {Se consultaron # pagos a Pockyt}}',
  withdrawn: '{done, plural, one {# pago cancelado} other {# pagos cancelados}}',
  failedTitle: '{failed, plural, one {No se pudo con # pago} other {No se pudo con # pagos}}',
  done: '{done, plural, =0 {No se hizo con ninguno.} one {Se hizo con # pago.} other {Se hizo con # pagos.}}',
  untried:
    '{untried, plural, one {# más no se intentó: lo habría impedido lo mismo.} other {# más no se intentaron: los habría impedido lo mismo.}}',
  failure: '{payee}, factura {invoiceId}',
  more: '{more, plural, one {y # más} other {y # más}}',
};
