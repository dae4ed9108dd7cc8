import { afterEach, expect, it } from 'vitest';
import { spoken } from '$lib/i18n';
import type { RunProblem, RunRow } from '$lib/platform';
import { problemText } from './problem';
import { rowLook } from './run-look';

afterEach(() => spoken.prefer('en'));

function problem(code: RunProblem['code'], kind: RunProblem['kind']): RunProblem {
  return { field: 'amount', code, kind, params: {}, accepted: false };
}

function row(amount: string, currency: string, problems: RunProblem[]): RunRow {
  const cell = (text: string) => ({ text, edited: false });
  const cells = { payee: cell('Ana Ruiz'), amount: cell(amount), currency: cell(currency) };
  return { cells, problems, standing: 'waiting', waits: false, amount: null } as unknown as RunRow;
}

it.each([
  ['1.250', 'KWD', 'This could be 1.250 or 1,250. Write 1.2500 or 1250.'],
  ['$1,250', 'KWD', 'This could be 1.250 or 1,250. Write 1.2500 or 1250.'],
  ['7.005', 'USD', 'USD has 2 decimals. If you mean 7,005, write 7005.'],
  ['7.005', '', 'If you mean 7,005, write 7005.'],
  ['what', 'USD', 'This could be two different amounts.'],
])('says which amounts %s %s could be', (amount, currency, told) => {
  const asked = problem('amount_ambiguous', 'error');
  expect(problemText(asked, row(amount, currency, [asked]))).toBe(told);
});

it('shows at the row what is worst at its cells', () => {
  const faulty = row('7.005', 'USD', [problem('amount_ambiguous', 'error')]);
  expect(rowLook(faulty).tone).toBe('red');
  const doubtful = row('7.00', 'USD', [problem('amount_far_from_usual', 'warning')]);
  expect(rowLook(doubtful).tone).toBe('amber');
});
