import type { Translation } from '../catalogue';
import type { tray as en } from '../en/tray';

export const tray: Translation<typeof en> = {
  title: 'Cerrar la ventana',
  hint: 'En ningún caso se pierde nada: lo que quede pendiente saldrá cuando vuelva a abrir Remit. Si el sistema no tiene bandeja, al cerrar la ventana se sale de Remit.',
  closing: 'Al cerrar la ventana',
  closing_sending: 'Seguir hasta enviarlo todo',
  closing_always: 'Seguir hasta que salga de Remit',
  closing_never: 'Salir de Remit',

  sending:
    '{count, plural, =0 {No se está enviando nada} one {Se está enviando # pago} other {Se están enviando # pagos}}',
  offline: '{count, plural, one {# pago espera la red} other {# pagos esperan la red}}',
  open: 'Abrir Remit',
  quit: 'Salir de Remit',
  stays: 'Remit sigue sin su ventana',
  stays_sending:
    'Se cerrará cuando todo esté enviado. Pulse su icono en la bandeja para volver a abrirlo.',
  stays_always: 'Pulse su icono en la bandeja para volver a abrirlo o salir.',
};
