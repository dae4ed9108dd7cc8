import type { FundingAccount, Payee, Platform, ScheduleRow } from '$lib/platform';

/** A payment of a schedule, as the owner changes it. */
export class Payment {
  /** Tells it from the others, whoever is paid. */
  readonly key: string;
  row: ScheduleRow = $state.raw() as ScheduleRow;
  typed = $state('');
  /** What is typed, as it was read; nothing while that is no amount. */
  amount: string | null = $state(null);
  /** The payee's accounts; nothing while they are asked for. */
  accounts: FundingAccount[] | null = $state.raw(null);
  /** Another payee was chosen who has several accounts, and none of them was chosen yet. */
  undecided = $state(false);

  constructor(row: ScheduleRow, key: string) {
    this.key = key;
    this.row = row;
    this.typed = this.amount = row.amount.amount;
  }

  get faulty(): boolean {
    return this.amount === null || this.undecided;
  }

  /** As the backend takes it. */
  read() {
    const { payeeId, accountToken, amount, description, note } = this.row;
    const money = { ...amount, amount: this.amount ?? amount.amount };
    return { payeeId, accountToken, amount: money, description, note };
  }

  /** Reads the accounts of the payee who is paid until now; the choice among them stays. */
  async look(platform: Platform): Promise<Payee> {
    const { payee, accounts } = await platform.payee(this.row.payeeId);
    if (payee.id === this.row.payeeId) this.accounts = accounts;
    return payee;
  }

  /** Somebody else is paid; to their account, where they have but one. */
  async pay(payee: Payee, platform: Platform): Promise<void> {
    this.row = {
      ...this.row,
      payeeId: payee.id,
      payeeName: payee.displayName,
      accountToken: null,
      notPaid: null,
    };
    this.accounts = null;
    this.undecided = true;
    // What Pockyt says, or else what it said last.
    const asked = platform.listFundingAccounts(payee.id);
    const accounts = await asked.catch(async () => (await platform.payee(payee.id)).accounts);
    if (payee.id !== this.row.payeeId) return;
    this.accounts = accounts;
    const usable = accounts.filter((account) => account.usable);
    this.undecided = usable.length > 1;
    if (usable.length === 1) this.payTo(usable[0]?.token ?? null);
  }

  /** Where the money goes, and so in which currency. */
  payTo(token: string | null) {
    const account = this.accounts?.find((one) => one.token === token);
    const { amount } = this.row;
    const currency = account?.currency ?? amount.currency;
    this.row = { ...this.row, accountToken: token, amount: { ...amount, currency } };
    if (token !== null) this.undecided = false;
  }
}
