import type { Translation } from '../catalogue';
import type { tray as en } from '../en/tray';

export const tray: Translation<typeof en> = {
  title: 'Cerrar la ventana',
  hint: 'En ningún caso se pierde nada: lo que quede pendiente saldrá cuando vuelva a abrir Remit. Si el sistema no tiene bandeja, al cerrar la ventana se sale de Remit, con un aviso antes si queda algo.',
  closing: 'Al cerrar la ventana',
  closing_sending: 'Seguir hasta enviarlo todo',
  closing_always: 'Seguir hasta que salga de Remit',
  closing_never: 'Salir de Remit',

  sending:
    '{count, plural, =0 {No se está enviando nada} one {Se está enviando # pago} other {Se están enviando # pagos}}',
  offline: '{count, plural, one {# pago espera la red} other {# pagos esperan la red}}',
  inviting:
    '{count, plural, one {Se está invitando a # persona} other {Se está invitando a # personas}}',
  releasing: 'Se está autorizando un lote programado',
  open: 'Abrir Remit',
  quit: 'Salir de Remit',
  stays: 'Remit sigue sin su ventana',
  stays_sending:
    'Se cerrará cuando todo esté enviado. Pulse su icono en la bandeja para volver a abrirlo.',
  stays_always: 'Pulse su icono en la bandeja para volver a abrirlo o salir.',
  stays_ids:
    'Aún se están pasando a Pockyt documentos de identidad que no se guardan. Remit se cerrará cuando terminen. Pulse su icono en la bandeja para volver a abrirlo.',

  closeText:
    'Ya puede cerrar Remit. No se pierde nada: seguirá cuando vuelva a abrirlo. O espere a que termine.',
  closeDone: 'Todo está enviado',
  closeDoneText: 'Ya puede cerrar Remit. Cuando vuelva a abrirlo, sabrá en qué quedó.',
  closeLater: 'Un lote saldrá el {time}',
  closeLaterText:
    'Remit paga lo previsto para el {time} solo mientras está abierto. Si lo abre en la hora siguiente, todavía lo paga; más tarde, le pregunta antes.',

  leave: '¿Salir ahora de esta cuenta?',
  leaveText:
    '{payouts, plural, =0 {} one {# pago aún no ha salido. } other {# pagos aún no han salido. }}{people, plural, =0 {} one {# persona aún no está invitada. } other {# personas aún no están invitadas. }}Seguirá cuando vuelva a esta cuenta.',
  leaveDays:
    'Un lote programado solo sale por sí mismo durante la hora siguiente a la prevista. Después queda como borrador, a la espera de usted.',
  leaveLater: 'Un lote saldrá el {time}, y solo con esta cuenta abierta.',
  leaveIds:
    '{count, plural, one {Se perderá # documento de identidad} other {Se perderán # documentos de identidad}} de quienes aún no están invitados, pues Remit no los guarda: tendría que abrir su archivo otra vez.',
  leaveNot: 'Quedarse',
  leaveDeed: 'Salir de la cuenta',
};
