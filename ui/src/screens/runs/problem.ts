import { currencyDecimals, formatMoney, formatTime, readingsOf } from '$lib/format';
import { isMessageKey, spoken, t } from '$lib/i18n';
import type { RunCells, RunField, RunProblem, RunProblemCode, RunRow } from '$lib/platform';

/** A cell that can be written in. */
export type CellName = keyof RunCells;

/** The cells that the grid shows, in their order; the account is the ledger's and cannot be typed. */
export type GridColumn = CellName | 'account';

export const gridColumns: readonly GridColumn[] = [
  'payee',
  'amount',
  'currency',
  'invoiceId',
  'account',
  'description',
  'note',
];

/** At which cell a problem is shown. What concerns the whole row is shown at the payee. */
export function columnOf({ field, code }: Pick<RunProblem, 'field' | 'code'>): GridColumn {
  if (atAccount.includes(code)) return 'account';
  return cellOf(field);
}

const atAccount: readonly RunProblemCode[] = [
  'no_account',
  'no_account_in_currency',
  'account_ambiguous',
  'new_account',
  'account_changed',
  'account_unseen',
];

function cellOf(field: RunField | null): CellName {
  switch (field) {
    case 'amount':
    case 'currency':
    case 'description':
    case 'note':
      return field;
    case 'invoice_id':
      return 'invoiceId';
    default:
      return 'payee';
  }
}

/** The rows that may go out by themselves later, once the payee can be paid. */
const mayWait: readonly RunProblemCode[] = [
  'payee_not_active',
  'no_account',
  'no_account_in_currency',
];

/** What a row may be asked to do about a problem, beside retyping the cell. */
export function waitHelps({ code }: RunProblem): boolean {
  return mayWait.includes(code);
}

/** The problems of a row that are still open, errors first; what the row waits for is settled by that. */
export function openProblems({ problems, standing, waits }: RunRow): RunProblem[] {
  if (standing === 'skipped') return [];
  const open = problems.filter(
    (one) => one.kind !== 'note' && !one.accepted && !(waits && waitHelps(one)),
  );
  return open.toSorted((a, b) => a.kind.localeCompare(b.kind));
}

/** What there is to say of a row: what is open first, then what is only worth knowing. */
export function shownProblems(row: RunRow): RunProblem[] {
  if (row.standing === 'skipped') return [];
  return [...openProblems(row), ...row.problems.filter(({ kind }) => kind === 'note')];
}

/** What there is to say of one cell. */
export function problemsAt(row: RunRow, column: GridColumn): RunProblem[] {
  return shownProblems(row).filter((problem) => columnOf(problem) === column);
}

/** Whether the amount is what is missing. */
function lacksAmount({ code, field }: RunProblem): boolean {
  return code === 'missing' && field === 'amount';
}

/** Whether it is an amount that nobody has been at yet. */
export function isAwaited(problem: RunProblem): boolean {
  return problem.kind === 'note' && lacksAmount(problem);
}

/** A row whose amount nobody has been at yet: that it is missing is no fault so far. */
export function awaitingAmount(row: RunRow): RunRow {
  const problems = row.problems.map((one): RunProblem =>
    lacksAmount(one) ? { ...one, kind: 'note' } : one,
  );
  return { ...row, problems };
}

/** How to fix a problem: several kinds are fixed in one way. */
type Fix =
  | 'text'
  | 'amount'
  | 'currency'
  | 'date'
  | 'payee'
  | 'candidates'
  | 'wait'
  | 'account'
  | 'accounts'
  | 'never'
  | 'totalRow'
  | 'invoice'
  | 'accept'
  | 'note';

const fixes: Record<RunProblemCode, Fix> = {
  missing: 'text',
  merged: 'text',
  formula_without_value: 'text',
  fault: 'text',
  is_date: 'text',
  is_boolean: 'text',
  digits_lost: 'text',
  too_long: 'text',
  control_character: 'text',
  email_invalid: 'text',
  total_row: 'totalRow',
  amount_unreadable: 'amount',
  amount_ambiguous: 'amount',
  amount_not_positive: 'amount',
  amount_too_precise: 'amount',
  amount_too_large: 'amount',
  total_too_large: 'amount',
  currency_unknown: 'currency',
  currency_missing: 'currency',
  currency_conflict: 'currency',
  date_unreadable: 'date',
  date_ambiguous: 'date',
  payee_unknown: 'payee',
  payee_ambiguous: 'candidates',
  payee_not_active: 'wait',
  payee_declined: 'never',
  no_account: 'wait',
  no_account_in_currency: 'account',
  account_ambiguous: 'accounts',
  invoice_repeated: 'invoice',
  invoice_used: 'invoice',
  invoice_missing: 'invoice',
  invoice_similar: 'accept',
  payee_amount_repeated: 'accept',
  same_amount_recently: 'accept',
  same_amount_to_come: 'accept',
  day_may_be_paid: 'accept',
  paid_in_period: 'accept',
  not_paid_before: 'accept',
  amount_far_from_usual: 'accept',
  first_payout: 'note',
  new_account: 'accept',
  account_changed: 'accept',
  account_unseen: 'accept',
};

/** How to fix it, as a sentence. */
export function fixText(problem: RunProblem): string {
  return t(`problems.fix_${isAwaited(problem) ? 'amount' : fixes[problem.code]}`);
}

/** The short name of a kind of problem, for lists of them. */
export function problemName(code: RunProblemCode): string {
  return t(`problems.kind_${code}`);
}

/** Warnings that are usual where much is new: one word for all rows that have them is enough, with or without a reason. */
const usual: readonly RunProblemCode[] = ['new_account', 'account_unseen'];

export function isUsual(code: RunProblemCode): boolean {
  return usual.includes(code);
}

/** Which amounts a cell could mean, and how to write each; nothing where that cannot be told. */
function meanings({ cells }: RunRow): string | null {
  const written = cells.currency.text.trim().toUpperCase();
  const currency = /^[A-Z]{3}$/.test(written) ? written : '';
  const [first, second] = readingsOf(cells.amount.text, currency, spoken.locale);
  if (!first) return null;
  if (second) {
    return t('common.amountAmbiguous', {
      first: first.shown,
      second: second.shown,
      firstPlain: first.plain,
      secondPlain: second.plain,
    });
  }
  const precision = { currency, decimals: currencyDecimals(currency) };
  const one = t('common.amountOneReading', { ...first });
  return currency ? `${t('common.amountTooPrecise', precision)} ${one}` : one;
}

/** What is wrong, as a sentence. */
export function problemText(problem: RunProblem, row: RunRow | null = null): string {
  if (isAwaited(problem)) return t('problems.text_amount_awaited');
  const { code, params } = problem;
  const meant = code === 'amount_ambiguous' && row ? meanings(row) : null;
  if (meant) return meant;
  const { status = '', state = '', why = '', day, usual = '', ...named } = params;
  const word = (key: string, raw: string) => (isMessageKey(key) ? t(key) : raw);
  const currency = named.currency ?? row?.amount?.currency ?? '';
  return t(`problems.text_${code}`, {
    count: '',
    line: '',
    name: row?.cells.payee.text ?? '',
    invoice: '',
    ...named,
    currency,
    status: word(`domain.payee_${status}`, status),
    state: word(`domain.payout_${state}`, state),
    why: word(`problems.notPaid_${why}`, why),
    // A day of the calendar, not a moment: no time zone may move it.
    day: day ? formatTime(`${day}T00:00:00`, 'date', spoken.locale) : '',
    usual: /^[\d.]+$/.test(usual) ? formatMoney({ amount: usual, currency }, spoken.locale) : usual,
  });
}
