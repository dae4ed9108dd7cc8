import { t } from '$lib/i18n';
import type { RunColumn, RunDraft, RunField, RunMapping } from '$lib/platform';

/** What a column may hold, in the order in which it is offered. */
export const runFields: readonly RunField[] = [
  'payee',
  'payee_name',
  'email',
  'customer_no',
  'payee_code',
  'amount',
  'currency',
  'invoice_id',
  'description',
  'note',
  'date',
];

const payeeFields: readonly RunField[] = [
  'payee',
  'customer_no',
  'payee_code',
  'email',
  'payee_name',
];

/** Whether a draft was read from columns that may mean something else than they seem to. */
function hasColumns({ run }: RunDraft): boolean {
  return run.origin === 'file' || run.origin === 'pasted';
}

/** Whether the owner should look at what the columns hold before anything else. */
export function needsLook(draft: RunDraft): boolean {
  if (!hasColumns(draft)) return false;
  const unsure = ({ field, confidence, remembered }: RunColumn) =>
    field !== null && confidence !== 'certain' && !remembered;
  return !draft.complete || draft.columns.some(unsure);
}

/** Whether there is anything to come back to. */
export function hasMapping(draft: RunDraft): boolean {
  return hasColumns(draft) && draft.columns.length > 0;
}

/** What the draft says its columns hold, to be changed and sent back. */
export function mappingOf(draft: RunDraft): RunMapping {
  const { columns, headerRow, decimalMark, dateOrder, currency, source } = draft;
  return {
    columns: columns.map(({ field }) => field),
    ...{ headerRow, decimalMark, dateOrder, currency },
    sheet: source.format === 'xlsx' ? source.sheet : null,
  };
}

/** A field belongs to one column only: it is taken from where it was. */
export function withField(
  columns: readonly (RunField | null)[],
  at: number,
  field: RunField | null,
): (RunField | null)[] {
  return columns.map((other, index) => {
    if (index === at) return field;
    return other === field ? null : other;
  });
}

/** What is missing before rows can be read; null where nothing is. */
export function missingField({ columns }: RunMapping): string | null {
  if (!columns.some((field) => field && payeeFields.includes(field))) return t('runs.needsPayee');
  return columns.includes('amount') ? null : t('runs.needsAmount');
}
