import type { Translation } from '../catalogue';
import type { palette as en } from '../en/palette';

export const palette: Translation<typeof en> = {
  title: 'Ir, hacer y buscar',
  open: 'Buscar o hacer',
  label: 'Buscar una acción, un beneficiario o un pago',
  placeholder: 'Una acción, un nombre, un número de factura o de transacción',
  recent: 'Usado recientemente',
  help: 'Preguntas',
  go: 'Ir a',
  do: 'Hacer',
  searching: 'Buscando',
  found: '{count, plural, one {# resultado} other {# resultados}}',
  toCome: 'Filas de lotes, aún sin enviar',
  nothing: 'Sin resultados',
  nothingFor: 'No hay nada llamado «{question}».',
  refreshPayees: 'Consultar a Pockyt por todos los beneficiarios',
  switchTo: 'Cambiar a {account}',
  demoMailbox: 'Abrir el buzón de la demostración',
  demoPortal: 'Abrir el portal del beneficiario de la demostración',
  demoOutcomes: 'Probar un pago que falla o se devuelve',
  theme: 'Tema: {theme}',
  contrast: 'Contraste: {contrast}',
  language: 'Idioma: {language}',
  back: 'Atrás',
  forward: 'Adelante',
  backedUp: 'Se hizo una copia',
  payTo: 'Pagar a {name}',
  // What begins a question such as “pay Tom”: the longer first, parted by |.
  payVerbs: 'pagar a|pagar|paga a|paga|pago a',
};
