export const lists = {
  columns: 'Columns',
  savedFilters: 'Saved filters',
  saveFilter: 'Save or remove filters…',
  savedHint: 'Keeps what the list is narrowed to and its order, not what you search for.',
  filterName: 'Name',
  filterReplaces: 'Replaces the saved filter of this name.',
  forgetFilter: 'Remove {name}',
  bringFilterBack: 'Bring {name} back',
  nothingFiltered: 'Narrow the list first: nothing is filtered now.',
  nameMissing: 'Give it a name.',
} as const;
