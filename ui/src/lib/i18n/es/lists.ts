import type { Translation } from '../catalogue';
import type { lists as en } from '../en/lists';

export const lists: Translation<typeof en> = {
  columns: 'Columnas',
  savedFilters: 'Filtros guardados',
  saveFilter: 'Guardar o quitar filtros…',
  savedHint: 'Guarda los filtros de la lista y su orden, no el texto que busca.',
  filterName: 'Nombre',
  filterReplaces: 'Sustituye al filtro guardado con este nombre.',
  forgetFilter: 'Quitar {name}',
  bringFilterBack: 'Recuperar {name}',
  nothingFiltered: 'Filtre primero la lista: ahora no hay ningún filtro.',
  nameMissing: 'Póngale un nombre.',
};
