import type { Money, PayeeStatus, PayoutReason, PayoutState } from './bindings';

/** What a column of a file holds. */
export type RunField =
  | 'payee'
  | 'customer_no'
  | 'payee_code'
  | 'email'
  | 'payee_name'
  | 'amount'
  | 'currency'
  | 'invoice_id'
  | 'description'
  | 'note'
  | 'date';

/**
 * Where a run stands. `attention`: released, and rows are held or wait, or payouts need the owner;
 * `finished`: every row is settled.
 */
export type RunStatus =
  'draft' | 'scheduled' | 'sending' | 'paused' | 'attention' | 'finished' | 'stopped';

/** What a run was made from. */
export type RunOrigin = 'file' | 'pasted' | 'composed' | 'copied' | 'retried';

/** Where a row of a released run stands; one that is sent is a payout. */
export type RowState = 'queued' | 'waiting' | 'sent' | 'held' | 'stopped';

/** How far a released run has come. */
export type RunProgress = {
  /** Rows that are no payouts yet. */
  rows: { state: RowState; count: number }[];
  payouts: { state: PayoutState; count: number }[];
  total: Money[];
  paid: Money[];
  /** Null while it is unknown, or when nothing is sent. */
  perMinute: number | null;
  secondsLeft: number | null;
};

/** A run of payouts. */
export type Run = {
  id: string;
  name: string;
  origin: RunOrigin;
  status: RunStatus;
  rows: number;
  createdAt: string;
  releasedAt: string | null;
  notBefore: string | null;
  /** The run that this one follows. */
  follows: string | null;
  /** Of a released or stopped one. */
  progress: RunProgress | null;
};

/** Which runs. */
export type RunQuery = { search: string; cursor: string | null; limit: number };

/** A page of runs. */
export type RunPage = { runs: Run[]; next: string | null; total: number };

/** A column of a draft's file. */
export type RunColumn = {
  column: number;
  header: string;
  /** Up to three. */
  samples: string[];
  field: RunField | null;
  confidence: 'guess' | 'likely' | 'certain' | null;
  /** As the owner said of an earlier file with the same headers. */
  remembered: boolean;
};

export type DecimalMark = 'point' | 'comma';
export type DateOrder = 'day_first' | 'month_first';

/** How a draft's content is written. */
export type RunSource =
  | { format: 'csv'; encoding: string; delimiter: string }
  | { format: 'xlsx'; sheet: string; sheets: string[] };

/** Where a row of a draft stands. */
export type RunStanding = 'ready' | 'waiting' | 'refused' | 'skipped';

/** What can be wrong with a cell or a row. */
export type RunProblemCode =
  | 'missing'
  | 'merged'
  | 'formula_without_value'
  | 'fault'
  | 'is_date'
  | 'is_boolean'
  | 'digits_lost'
  | 'too_long'
  | 'control_character'
  | 'email_invalid'
  | 'total_row'
  | 'amount_unreadable'
  | 'amount_ambiguous'
  | 'amount_not_positive'
  | 'amount_too_precise'
  | 'amount_too_large'
  | 'currency_unknown'
  | 'currency_missing'
  | 'currency_conflict'
  | 'date_unreadable'
  | 'date_ambiguous'
  | 'payee_unknown'
  | 'payee_ambiguous'
  | 'payee_not_active'
  | 'payee_declined'
  | 'no_account'
  | 'no_account_in_currency'
  | 'account_ambiguous'
  | 'invoice_repeated'
  | 'invoice_used'
  | 'invoice_missing'
  | 'invoice_similar'
  | 'payee_amount_repeated'
  | 'same_amount_recently'
  | 'amount_far_from_usual'
  | 'first_payout'
  | 'new_account'
  | 'account_changed';

/** An error must be fixed, or the row skipped. A warning wants a word: accepted with a reason, or skipped. */
export type RunProblemKind = 'error' | 'warning';

/** The state of all rows together: rows = ready + waiting + refused + skipped. */
export type RunChecks = {
  rows: number;
  ready: number;
  waiting: number;
  /** Of those that wait: the rows that wait for the owner's word. */
  asks: number;
  refused: number;
  skipped: number;
  totals: { standing: RunStanding; amount: Money }[];
  /** Open ones only, most rows first. */
  problems: { code: RunProblemCode; kind: RunProblemKind; rows: number }[];
};

/** A run that is not released yet. */
export type RunDraft = {
  run: Run;
  source: RunSource;
  columns: RunColumn[];
  headerRow: number | null;
  /** Null: read from the column. */
  decimalMark: DecimalMark | null;
  dateOrder: DateOrder | null;
  /** For rows that say none. */
  currency: string | null;
  /** A payee column and an amount column are there. */
  complete: boolean;
  /** Runs read from the very same content. */
  sameContent: { id: string; name: string; releasedAt: string | null }[];
  checks: RunChecks;
};

/** What the owner says the columns hold. */
export type RunMapping = {
  columns: (RunField | null)[];
  headerRow: number | null;
  decimalMark: DecimalMark | null;
  dateOrder: DateOrder | null;
  currency: string | null;
  sheet: string | null;
};

/** A cell: its text as in the file, or as typed. */
export type RunCell = { text: string; edited: boolean };

/** The cells of a row that the grid shows. */
export type RunCells = {
  payee: RunCell;
  amount: RunCell;
  currency: RunCell;
  invoiceId: RunCell;
  description: RunCell;
  note: RunCell;
};

export type RunProblem = {
  field: RunField | null;
  code: RunProblemCode;
  params: Record<string, string>;
  kind: RunProblemKind;
  accepted: boolean;
};

/** A row of a draft. */
export type RunRow = {
  row: number;
  /** The number that the owner's spreadsheet shows for it. */
  line: number;
  cells: RunCells;
  payee: { id: string; name: string; status: PayeeStatus } | null;
  /** Where the word fits several payees. */
  candidates: { id: string; name: string; email: string }[];
  account: { token: string; label: string } | null;
  /** Where the payee has several in this currency and none is chosen. */
  accounts: { token: string; label: string }[];
  /** As read. */
  amount: Money | null;
  /** As it will be sent; Remit's own where the row has none. */
  invoiceId: string | null;
  standing: RunStanding;
  /** Sent by itself once the payee can be paid. */
  waits: boolean;
  problems: RunProblem[];
};

export type RunFilter = 'all' | 'problems' | 'ready' | 'waiting' | 'refused' | 'skipped';

/** A stretch of rows, and how many the filter has. */
export type RunRowPage = { rows: RunRow[]; total: number };

/** One cell's new text. */
export type RunEdit = {
  row: number;
  field: RunField;
  text: string;
};

/** What edits and decisions came to. Other rows may have changed with these. */
export type RunEdited = { rows: RunRow[]; checks: RunChecks };

/** What the owner decides about rows. */
export type RunDecision =
  | { kind: 'skip' }
  | { kind: 'include' }
  | { kind: 'payee'; payee: string }
  | { kind: 'account'; account: string }
  | { kind: 'wait'; waits: boolean }
  | { kind: 'accept'; codes: RunProblemCode[]; reason: string };

/** What is reviewed before pressing once. */
export type RunReview = {
  checks: RunChecks;
  /** Rows that are sent now. */
  count: number;
  /** Rows that go out by themselves later. */
  waits: number;
  totals: Money[];
  /** As many as rows, times the last known fee. */
  fee: Money | null;
  balances: { balance: Money | null; after: Money | null; currency: string }[];
  warnings: { code: RunProblemCode; rows: number; accepted: number }[];
  mayRelease: boolean;
  review: string;
};

/** Why a row of a released run is held. */
export type Hold =
  'payee_not_active' | 'account_changed' | 'account_unclear' | 'invoice_used' | 'refused';

/** What became of a row. */
export type RunOutcome = {
  row: number;
  line: number;
  payeeName: string;
  amount: Money;
  invoiceId: string;
  state: RowState | null;
  hold: Hold | null;
  payoutId: string | null;
  payoutState: PayoutState | null;
  reason: PayoutReason | null;
};

export type RunOutcomePage = { rows: RunOutcome[]; next: number | null };

export type RunFormat = 'csv' | 'xlsx';

/** A run changed; `run` tells. */
export type RunChanged = { id: string };

/** How far the reading of a file has come. */
export type RunImport = { bytes: number; ofBytes: number | null; rows: number };
