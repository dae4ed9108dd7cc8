import type * as Ipc from '../bindings';
import { failure } from './failure';
import { FakeRosters } from './fake-rosters';
import { NOW } from './samples';

/** What the fake does with many rows at once. */
export abstract class FakeBulk extends FakeRosters {
  /** Payouts that turn out to have left when they are withdrawn. */
  readonly leftMeanwhile = new Set<string>();

  protected abstract foundPayouts(query: Ipc.PayoutQuery): Ipc.Payout[];
  protected abstract foundPayees(query: Ipc.PayeeQuery): Ipc.Payee[];
  abstract settle(id: string, state: Ipc.PayoutState): void;

  #payouts({ query, ids }: Ipc.PayoutChoice): Ipc.Payout[] {
    return query
      ? this.foundPayouts(query).filter(({ id }) => !ids.includes(id))
      : this.payouts.filter(({ id }) => ids.includes(id));
  }

  #payees({ query, ids }: Ipc.PayeeChoice): Ipc.Payee[] {
    return query
      ? this.foundPayees(query).filter(({ id }) => !ids.includes(id))
      : this.payees.filter(({ id }) => ids.includes(id));
  }

  lookAtPayouts(choice: Ipc.PayoutChoice) {
    return this.answer('lookAtPayouts', [choice], (): Ipc.PayoutsChosen => {
      const chosen = this.#payouts(choice);
      return {
        count: chosen.length,
        checkable: chosen.filter(isOpen).length,
        withdrawable: chosen.filter(({ cancellable }) => cancellable).length,
        retryable: chosen.filter(({ retryable }) => retryable).length,
      };
    });
  }

  checkPayouts(choice: Ipc.PayoutChoice) {
    return this.answer('checkPayouts', [choice], (): Ipc.BulkReport => {
      const open = this.#payouts(choice).filter(isOpen);
      for (const payout of open) payout.lastCheckedAt = NOW;
      return { done: open.length, failed: 0, untried: 0, failures: [] };
    });
  }

  withdrawPayouts(choice: Ipc.PayoutChoice) {
    return this.answer('withdrawPayouts', [choice], (): Ipc.BulkReport => {
      const queued = this.#payouts(choice).filter(({ cancellable }) => cancellable);
      const left = queued.filter(({ id }) => this.leftMeanwhile.has(id));
      for (const { id } of queued) {
        this.settle(id, this.leftMeanwhile.has(id) ? 'processing' : 'cancelled');
      }
      const failures = left.map(({ id, payeeName, invoiceId }) => ({
        ...{ payoutId: id, payeeName, invoiceId },
        error: failure('not_cancellable'),
      }));
      return { done: queued.length - left.length, failed: left.length, untried: 0, failures };
    });
  }

  retryPayouts(choice: Ipc.PayoutChoice) {
    return this.answer('retryPayouts', [choice], () => {
      const again = this.#payouts(choice).filter(({ retryable }) => retryable);
      if (again.length === 0) throw failure('run_nothing_to_retry');
      const texts = again.map(({ payeeId, amount }) => ({
        payee: this.payees.find(({ id }) => id === payeeId)?.email ?? '',
        amount: amount.amount,
      }));
      return this.draftOf(texts, 'retried');
    });
  }

  exportPayouts(choice: Ipc.PayoutChoice, words: Ipc.FileWords) {
    return this.answer('exportPayouts', [choice, words], () => this.savedFile);
  }

  chosenPayees(choice: Ipc.PayeeChoice) {
    return this.answer('chosenPayees', [choice], (): Ipc.PayeeChosen[] =>
      this.#payees(choice).map(({ id, email, status }) => ({
        ...{ id, email },
        payable: status === 'active',
      })),
    );
  }

  refreshPayees(choice: Ipc.PayeeChoice) {
    return this.answer('refreshPayees', [choice], (): Ipc.RefreshReport => ({
      asked: this.#payees(choice).length,
      changed: 0,
      failed: 0,
      firstError: null,
    }));
  }

  exportPayees(choice: Ipc.PayeeChoice, words: Ipc.FileWords) {
    return this.answer('exportPayees', [choice, words], () => this.savedFile);
  }
}

function isOpen({ state }: Ipc.Payout): boolean {
  return state === 'unknown' || state === 'processing';
}
