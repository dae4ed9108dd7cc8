import type { Translation } from '../catalogue';
import type { help as en } from '../en/help';

export const help: Translation<typeof en> = {
  pending: '¿Por qué este beneficiario aún no está activo?',
  pendingAnswer:
    'El beneficiario tiene que completar su perfil en el portal de Pockyt, y después Pockyt lo revisa. Casi siempre la invitación sigue sin leer: pídale que busque un correo de Pockyt, también entre el correo no deseado. Remit se dará cuenta por sí solo cuando esté hecho.',
  review: '¿Por qué este beneficiario aún no está activo?',
  reviewAnswer:
    'La parte del beneficiario está hecha: Pockyt revisa el perfil y la cuenta antes de permitir pagos, y no dice cuánto tarda. Si tarda más de lo normal, el beneficiario puede mirar en el portal de Pockyt si se le pide algo más, o usted puede preguntar al soporte de Pockyt. Remit se dará cuenta por sí solo cuando esté hecho.',
  checking: '¿Qué significa «En comprobación»?',
  checkingAnswer:
    'Remit envió el pago, pero no tiene una respuesta fiable: el dinero puede estar en camino o no. Remit consulta a Pockyt hasta saberlo y nunca lo envía con otro número. Usted no tiene que hacer nada; solo no pague mientras tanto la misma factura por otra vía.',
  arrival: '¿Cuándo llega el dinero?',
  arrivalAnswer:
    'A una cuenta bancaria de EE. UU., el ACH estándar suele tardar de uno a tres días hábiles; el ACH en el día llega el mismo día hábil si se envía temprano; un pago inmediato, en minutos si el banco participa. Los fines de semana y festivos bancarios no cuentan. Para PayPal, Venmo y cuentas de otros países, Pockyt no dice cuánto tarda. El pago pasa a «Pagado» cuando Pockyt lo confirma.',
  returned: '¿Qué significa «Devuelto»?',
  returnedAnswer:
    'El banco del beneficiario no aceptó el dinero y Pockyt lo devolvió a su saldo. Normalmente la cuenta se cerró o hay un número equivocado. Pida al beneficiario que corrija la cuenta en el portal de Pockyt y pague de nuevo desde esta página.',
  missing: '¿Y si el beneficiario dice que no le llegó nada?',
  missingAnswer:
    '«Pagado» significa que Pockyt informó que el pago se entregó. El banco del beneficiario quizá lo muestre más tarde y a nombre de otro remitente: conviene que el beneficiario busque el importe. Con los números de esta página, su banco puede buscarlo. Si pasados unos días sigue sin aparecer, pregunte a Pockyt por el número de transacción. Si el dinero vuelve, Remit lo dirá; hasta entonces no pague de nuevo.',
  again: '¿Puede enviarse dos veces?',
  againAnswer:
    'No. Una revisión es un solo pago: Remit lo anota antes de enviarlo y Pockyt acepta cada número de factura una sola vez. Pulsar dos veces, perder la conexión o un cierre inesperado nunca causan un segundo pago.',
  token: '¿Quién ve este token?',
  tokenAnswer:
    'Solo Remit en este equipo, y Pockyt cuando Remit lo llama. Se guarda en el llavero del sistema, no en un archivo ni en una copia, y esta ventana no puede volver a leerlo. Si teme que alguien lo tenga, cree uno nuevo en el portal de comercios de Pockyt e introdúzcalo aquí.',

  tour: 'Primeros pasos',
  tourStep: '{step} de {steps}',
  tourNext: 'Siguiente',
  tourDone: 'Entendido',
  tourSkip: 'Omitir',
  tour1: 'Empiece por un beneficiario',
  tour1Text:
    'Registre a quién paga y Pockyt le enviará la invitación. La lista dice siempre a quién le toca actuar.',
  tour2: 'Todo está a unas pocas letras',
  tour2Text:
    'Pulse {keys} para encontrar un beneficiario, una factura o una transacción, o para hacer cualquier cosa. ? muestra todas las teclas.',
  tour3: 'Nada se paga dos veces',
  tour3Text:
    'Si falta una respuesta, el pago dice «En comprobación» y Remit lo averigua. En caso de duda, busque los signos de interrogación.',
};
