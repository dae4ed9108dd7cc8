import type { Translation } from '../catalogue';
import type { wayIn as en } from '../en/wayIn';

export const wayIn: Translation<typeof en> = {
  title: 'Cómo recibe Remit noticias de Pockyt',
  hint: 'Remit consulta, así que nunca se le escapa un resultado. Para saberlo antes, deje que Pockyt le avise.',
  inUse: 'Se usa para los pagos nuevos',
  alwaysOn: 'Siempre activo',
  notInUse: 'Configurado, sin usar',

  askingTitle: 'Remit consulta a Pockyt',
  askingText: 'Mientras Remit está abierto y hay un pago en camino. No hay que configurar nada.',
  asked: 'Última consulta',
  askedNever: 'Ninguna desde que se abrió Remit',
  due: 'Próxima consulta',
  dueNothing: 'Cuando haya algo que consultar',
  soon: 'En cualquier momento',
  offlineSince: 'Sin conexión desde',

  addressTitle: 'Su propia dirección',
  addressText:
    'Para quien tiene un túnel o una dirección fija. Pockyt envía allí sus avisos y el túnel los lleva hasta Remit.',
  addressSetUp: 'Configurar una dirección',
  addressLocal: 'Haga que su túnel lleve a',
  addressLocalName: 'dirección local',
  addressLocalHint:
    'Solo este equipo puede acceder a ella. No la divulgue: es difícil de adivinar a propósito.',
  addressPublic: 'Dirección pública',
  addressPublicHint:
    'La dirección https:// que lleva hasta allí. Si no tiene ruta, se le añade la de arriba.',
  addressInvalid: 'No es una dirección. Debe empezar por https://',
  addressSave: 'Usar esta dirección',
  addressRemove: 'Quitar la dirección',
  addressSaved: 'Esta dirección se comunica a Pockyt con los pagos nuevos',
  addressRemoved: 'Dirección quitada',
  addressWaits: 'No se usa mientras haya un retransmisor conectado.',

  relayTitle: 'Un retransmisor',
  relayText:
    'Un pequeño servidor suyo, o de alguien de su confianza, que guarda lo que Pockyt comunica hasta que este equipo lo recoge. No puede leer nada de ello.',
  relaySetUp: 'Configurar un retransmisor',
  relayKey: 'Entregue esto a quien administra el retransmisor',
  relayKeyName: 'clave pública',
  relayKeyHint:
    'No es secreta. Con ella, el retransmisor cierra lo que solo este equipo puede abrir.',
  relayLink: 'Enlace del retransmisor',
  relayLinkHint: 'Pegue lo que le devuelvan. Se guarda en el llavero y no vuelve a mostrarse.',
  relayLinkMissing: 'Pegue primero el enlace del retransmisor.',
  relayConnect: 'Conectar el retransmisor',
  relayConnecting: 'Consultando al retransmisor',
  relayConnected: 'Retransmisor conectado. Su dirección se comunica a Pockyt con los pagos nuevos',
  relayDisconnect: 'Desconectar',
  relayDisconnectTitle: '¿Desconectar el retransmisor?',
  relayDisconnectText:
    'Remit olvida el enlace. El resultado de los pagos que ya usaban este retransmisor lo averigua consultando. Para conectarlo de nuevo necesita el enlace.',
  relayKeep: 'Mantenerlo',
  relayDisconnectDeed: 'Desconectar {host}',
  relayDisconnected: 'Retransmisor desconectado',
  relayHost: 'Dirección',
  relayState: 'Estado',
  relay_connecting: 'Conectando',
  relay_connected: 'Conectado',
  relay_interrupted: 'Interrumpido',
  relay_refused: 'Rechazado',
  relaySince: 'desde {time}',
  relayAgain: 'Nuevo intento',
  relayLast: 'Última notificación',
  relayLastNone: 'Ninguna desde que se abrió Remit',

  local: 'El entorno de pruebas funciona en este equipo y llega a Remit por sí solo.',

  test: 'Enviar una notificación de prueba',
  testing: 'Esperando a que llegue',
  testHint: 'Remit envía una adonde la enviaría Pockyt y espera a que llegue aquí.',
  testBlocked: 'Configure primero su propia dirección o un retransmisor.',
  testArrived: 'Llegó a los {seconds, number} s. Las notificaciones llegan bien.',
  testArrivedNow: 'Llegó al instante. Las notificaciones llegan bien.',
  testAt: 'Probado {time}',

  forged:
    '{count, plural, one {Llegó # notificación que Pockyt no firmó} other {Llegaron # notificaciones que Pockyt no firmó}}. No se cambió ningún pago.',
  forgedNotKept:
    '{count, plural, one {# de ellas solo se contó} other {# de ellas solo se contaron}}, para que nadie pueda llenarle el disco.',
  forgedShow: 'Mostrarlas',
};
