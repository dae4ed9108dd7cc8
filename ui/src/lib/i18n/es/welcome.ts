import type { Translation } from '../catalogue';
import type { welcome as en } from '../en/welcome';

export const welcome: Translation<typeof en> = {
  product: 'Remit',
  title: 'Pague a sus contratistas con Pockyt',
  intro:
    'Remit registra beneficiarios, envía pagos y muestra cómo va cada uno. Pockyt mueve el dinero. Sus registros se quedan en este equipo.',
  demoTitle: 'Probar la demostración',
  demoText: 'Un negocio ficticio con su propio Pockyt. Sin registrarse y sin dinero real.',
  demoButton: 'Probar la demostración',
  demoStarting: 'Preparando la demostración',
  connectTitle: 'Conectar Pockyt',
  connectText:
    'Necesita su número de comercio, su número de tienda y un token de API. Están en el portal de comercios de Pockyt (Merchant Portal), en Developers.',
  connectButton: 'Conectar Pockyt',
  backToWelcome: 'Volver',
  name: 'Nombre',
  nameHint: 'Cómo se llama esta cuenta en Remit.',
  environment: 'Entorno',
  environmentProduction: 'Real, con dinero de verdad',
  environmentSandbox: 'Entorno de pruebas de Pockyt, dinero ficticio',
  environmentCustom: 'Otra dirección',
  baseUrl: 'Dirección',
  baseUrlHint: 'Empieza por https://',
  merchantNo: 'Número de comercio',
  storeNo: 'Número de tienda',
  token: 'Token de API',
  tokenHint: 'Se guarda en el llavero de este sistema. Remit no vuelve a mostrarlo.',
  pockytUser: 'Los beneficiarios completan su propio perfil (Pockyt User)',
  pockytUserHint:
    'Pockyt invita a cada beneficiario a su portal. Si no está seguro, déjelo activado.',
  test: 'Probar la conexión',
  testing: 'Consultando a Pockyt',
  testOk: 'Pockyt aceptó estos datos.',
  testBalances: 'Saldo: {balances}',
  connect: 'Conectar',
  connecting: 'Conectando',
  keychainMissing:
    'Este equipo no ofrece ningún llavero, así que Remit no tiene un lugar seguro para el token de API. En Linux, instale gnome-keyring o KWallet y vuelva a iniciar sesión. La demostración funciona sin él.',
  keychainLocked: 'El llavero está bloqueado. Desbloquéelo cuando el sistema lo pida.',
  required: 'Rellene este campo.',
  unreachable: 'Compruebe su conexión y la dirección, y pruebe de nuevo.',
};
