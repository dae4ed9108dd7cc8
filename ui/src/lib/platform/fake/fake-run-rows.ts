import type {
  Payee,
  Payout,
  Run,
  RunCells,
  RunChecks,
  DecimalMark,
  RunField,
  RunProblem,
  RunProblemCode,
  RunReview,
  RunRow,
  RunStanding,
} from '../bindings';
import { sampleAccounts } from './samples';

export type CellName = keyof RunCells;

/** A row of a draft as the fake keeps it: its texts, and what the owner decided. */
export interface FakeRow {
  row: number;
  texts: Record<CellName, string>;
  edited: Set<CellName>;
  skipped: boolean;
  payee: string | null;
  account: string | null;
  waits: boolean;
  accepted: Set<RunProblemCode>;
}

/** What rows are checked against. */
export interface FakeWorld {
  payees: readonly Payee[];
  payouts: readonly Payout[];
  run: Pick<Run, 'origin'>;
  decimalMark: DecimalMark | null;
  currency: string | null;
}

export const cellNames: readonly CellName[] = [
  'payee',
  'amount',
  'currency',
  'invoiceId',
  'description',
  'note',
];

export function fakeRow(row: number, texts: Partial<Record<CellName, string>>): FakeRow {
  const empty = { payee: '', amount: '', currency: '', invoiceId: '', description: '', note: '' };
  return {
    row,
    texts: { ...empty, ...texts },
    edited: new Set(),
    skipped: false,
    payee: null,
    account: null,
    waits: false,
    accepted: new Set(),
  };
}

const warnings: readonly RunProblemCode[] = ['invoice_similar', 'payee_amount_repeated'];
const mayWait: readonly RunProblemCode[] = ['payee_not_active', 'no_account'];

/** Each row as the backend would tell it. */
export function readRows(rows: readonly FakeRow[], world: FakeWorld): RunRow[] {
  const invoices = new Map<string, number>();
  const paid = new Map<string, number>();
  return rows.map((row) => readRow(row, world, invoices, paid));
}

function readRow(
  kept: FakeRow,
  world: FakeWorld,
  invoices: Map<string, number>,
  paid: Map<string, number>,
): RunRow {
  const { texts } = kept;
  const line = kept.row + (['file', 'pasted'].includes(world.run.origin) ? 2 : 1);
  const problems: RunProblem[] = [];
  const find = (field: RunField, code: RunProblemCode, params: Record<string, string> = {}) => {
    const waits = mayWait.includes(code) && kept.waits;
    const accepted = kept.accepted.has(code) || waits;
    const kind = code === 'first_payout' ? 'note' : warnings.includes(code) ? 'warning' : 'error';
    problems.push({ field, code, params, kind, accepted });
  };

  const found = kept.payee
    ? world.payees.filter(({ id }) => id === kept.payee)
    : called(texts.payee, world.payees);
  const payee = found.length === 1 ? (found[0] ?? null) : null;
  if (texts.payee.trim() === '' && !payee) find('payee', 'missing');
  else if (found.length === 0) find('payee', 'payee_unknown');
  else if (found.length > 1) find('payee', 'payee_ambiguous', { count: String(found.length) });
  else if (payee?.status === 'declined') find('payee', 'payee_declined');
  else if (payee?.status !== 'active') {
    find('payee', 'payee_not_active', { status: payee?.status ?? '' });
  } else if (payee.lastPaidAt === null) find('payee', 'first_payout');
  const accounts = payee ? accountsOf(payee) : [];
  const account =
    accounts.find(({ token }) => token === kept.account) ??
    (accounts.length === 1 ? (accounts[0] ?? null) : null);
  if (accounts.length > 1 && !account) find('payee', 'account_ambiguous');

  const currency = texts.currency.trim().toUpperCase() || world.currency;
  if (currency === null || currency === '$') find('currency', 'currency_missing');
  else if (!/^[A-Z]{3}$/.test(currency)) find('currency', 'currency_unknown');
  const read = readAmount(texts.amount, world.decimalMark);
  if ('code' in read) find('amount', read.code);
  const amount =
    'amount' in read && currency && currency !== '$' ? { amount: read.amount, currency } : null;

  const own = texts.invoiceId.trim();
  const invoiceId = own || `INV-R${line}`;
  if (!kept.skipped) {
    const earlier = own ? invoices.get(own) : undefined;
    const used = own ? world.payouts.find((payout) => payout.invoiceId === own) : undefined;
    if (earlier !== undefined) find('invoice_id', 'invoice_repeated', { line: String(earlier) });
    else if (own) invoices.set(own, line);
    if (used) {
      const { id, state, payeeName } = used;
      find('invoice_id', 'invoice_used', { payout: id, state, name: payeeName });
    }
    const same = payee && amount ? `${payee.id} ${amount.amount} ${amount.currency}` : null;
    const before = same ? paid.get(same) : undefined;
    if (before !== undefined) find('amount', 'payee_amount_repeated', { line: String(before) });
    else if (same) paid.set(same, line);
  }

  return {
    row: kept.row,
    line,
    cells: Object.fromEntries(
      cellNames.map((name) => [name, { text: texts[name], edited: kept.edited.has(name) }]),
    ) as RunRow['cells'],
    payee: payee && { id: payee.id, name: payee.displayName, status: payee.status },
    candidates:
      found.length > 1
        ? found.map(({ id, displayName, email }) => ({ id, name: displayName, email }))
        : [],
    account,
    accounts: account && !kept.account ? [] : accounts,
    amount,
    invoiceId,
    standing: standing(kept, problems),
    waits: kept.waits,
    problems,
  };
}

function standing(kept: FakeRow, problems: readonly RunProblem[]): RunStanding {
  if (kept.skipped) return 'skipped';
  const open = problems.filter(isOpen);
  if (open.some(({ kind }) => kind === 'error')) return 'refused';
  return open.length || problems.some(({ kind }) => kind === 'error') ? 'waiting' : 'ready';
}

function called(word: string, payees: readonly Payee[]): Payee[] {
  const wanted = word.trim().toLowerCase();
  return payees.filter(({ email, customerNo, customerCode, displayName }) =>
    [email, customerNo, customerCode, displayName].some((one) => one?.toLowerCase() === wanted),
  );
}

/** One of the sample's payees has two accounts. */
function accountsOf(payee: Payee) {
  const usable = sampleAccounts(payee)
    .filter((account) => account.usable)
    .map(({ token, label }) => ({ token, label }));
  return payee.id === 'payee-11'
    ? [...usable, { token: 'second-of-11', label: 'Bank account ••••9001' }]
    : usable;
}

function readAmount(
  text: string,
  mark: DecimalMark | null,
): { amount: string } | { code: RunProblemCode } {
  const [point, group] = mark === 'comma' ? [',', '\\.'] : ['\\.', ','];
  const typed = text.trim();
  if (typed === '') return { code: 'missing' };
  if (typed.startsWith('-')) return { code: 'amount_not_positive' };
  const written = new RegExp(`^(\\d{1,3}(?:${group}\\d{3})+|\\d+)(?:${point}(\\d+))?$`).exec(typed);
  if (!written) return { code: 'amount_unreadable' };
  const whole = (written[1] ?? '').replace(/[.,]/g, '');
  const fraction = (written[2] ?? '').padEnd(2, '0');
  if (fraction.length > 2) return { code: 'amount_too_precise' };
  return /^0+$/.test(whole + fraction)
    ? { code: 'amount_not_positive' }
    : { amount: `${whole}.${fraction}` };
}

/** The state of all rows together. */
export function checkRows(rows: readonly RunRow[]): RunChecks {
  const count = (wanted: RunStanding) => rows.filter(({ standing }) => standing === wanted).length;
  const kinds = new Map<RunProblemCode, RunChecks['problems'][number]>();
  const sums = new Map<string, { standing: RunStanding; currency: string; cents: bigint }>();
  for (const { problems, standing, amount } of rows) {
    if (amount) {
      const key = `${standing} ${amount.currency}`;
      const sum = sums.get(key) ?? { standing, currency: amount.currency, cents: 0n };
      sums.set(key, { ...sum, cents: sum.cents + BigInt(amount.amount.replace('.', '')) });
    }
    if (standing === 'skipped') continue;
    for (const { code, kind } of problems.filter(isOpen)) {
      kinds.set(code, { code, kind, rows: (kinds.get(code)?.rows ?? 0) + 1 });
    }
  }
  return {
    rows: rows.length,
    ready: count('ready'),
    waiting: count('waiting'),
    asks: rows.filter((row) => row.standing === 'waiting' && hasOpen(row)).length,
    refused: count('refused'),
    skipped: count('skipped'),
    totals: [...sums.values()].map(({ standing, currency, cents }) => ({
      standing,
      amount: { amount: decimal(cents), currency },
    })),
    problems: [...kinds.values()].toSorted((a, b) => b.rows - a.rows),
    currencies: kinds.has('currency_missing') ? ['USD', 'EUR'] : [],
  };
}

function isOpen({ kind, accepted }: RunProblem): boolean {
  return kind !== 'note' && !accepted;
}

/** Whether something of a row is still to be fixed or accepted. */
export function hasOpen({ standing, problems }: RunRow): boolean {
  return standing !== 'skipped' && problems.some(isOpen);
}

export function decimal(cents: bigint): string {
  const digits = cents.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** What is worth knowing about the rows that go out. */
export function notesOf(rows: readonly RunRow[]): RunReview['notes'] {
  const ready = rows.filter(({ standing }) => standing === 'ready');
  const first = ready.filter(({ problems }) => problems.some(({ kind }) => kind === 'note'));
  return first.length ? [{ code: 'first_payout', kind: 'note', rows: first.length }] : [];
}
