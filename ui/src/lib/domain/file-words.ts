import { isMessageKey, spoken, t } from '$lib/i18n';
import type { FileWords } from '$lib/platform';
import { faultText, personFaults } from './person-fault';

/** The columns of all files that Remit writes. */
const columns = [
  'account',
  'amount',
  'country',
  'currency',
  'customer_number',
  'description',
  'email',
  'fee',
  'invoice_id',
  'last_paid_at',
  'name',
  'not_kept',
  'payee',
  'pockyt_number',
  'reason',
  'released_at',
  'sent_amount',
  'sent_at',
  'sent_currency',
  'sent_invoice_id',
  'settled_at',
  'status',
] as const;

/** The words of a file, in the shown language: the backend writes files and has no catalogue. */
export function fileWords(): FileWords {
  return {
    columns: by(columns, (column) => t(`files.column_${column}`)),
    payout: all('domain.payout_'),
    reason: all('domain.reason_'),
    payee: all('domain.payee_'),
    row: all('runs.row_'),
    hold: all('runs.hold_'),
    standing: all('runs.standing_'),
    problem: all('problems.kind_'),
    left: {
      not_sent: t('files.notSent'),
      skipped: t('runs.leftSkipped'),
      not_ready: t('runs.leftNotReady'),
    },
    person: all('roster.state_'),
    // The backend fills the gaps, row by row.
    personWhy: {
      id_gone: t('roster.idGone'),
      repeated: t('roster.standing_repeated', { line: '{line}' }),
      refused: t('payees.pockytRefuses', { words: '{words}' }),
    },
    field: all('roster.field_'),
    fault: by(personFaults, faultText),
  };
}

/** The catalogue's messages of one beginning, by what follows it. */
function all(beginning: string): Record<string, string> {
  const keys = [...spoken.catalogue.keys()].filter((key) => key.startsWith(beginning));
  return by(
    keys.map((key) => key.slice(beginning.length)),
    (code) => {
      const key = `${beginning}${code}`;
      return isMessageKey(key) ? t(key) : code;
    },
  );
}

function by<C extends string>(
  codes: readonly C[],
  words: (code: C) => string,
): Record<string, string> {
  return Object.fromEntries(codes.map((code) => [code, words(code)]));
}
