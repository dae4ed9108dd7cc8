import { readAmount } from '$lib/format';
import { spoken } from '$lib/i18n';
import { toIpcError } from '$lib/platform';
import type {
  ProcessingChannel,
  FundingAccount,
  IpcError,
  Money,
  Payee,
  Payout,
  PayoutDraft,
  PayoutPreview,
  Platform,
} from '$lib/platform';
import { doubtsAbout, payoutWithInvoice, type Doubt } from './earlier';

/** The longest description and note that Pockyt takes, in characters. */
export const TEXT_LIMIT = 100;

/** The longest invoice ID; Pockyt publishes no limit, and this is far above what people number by. */
export const INVOICE_LIMIT = 64;

/** Where an error belongs: at one of the form's fields, or above them all. */
export type Place = 'payee' | 'account' | 'amount' | 'invoiceId' | 'description' | 'note' | 'form';

const placeOfField: Record<string, Place> = {
  payeeId: 'payee',
  accountToken: 'account',
  amount: 'amount',
  currency: 'amount',
  invoiceId: 'invoiceId',
  description: 'description',
  note: 'note',
};

const placeOfCode: Partial<Record<IpcError['code'], Place>> = {
  payee_not_found: 'payee',
  payee_not_registered: 'payee',
  payee_not_active: 'payee',
  account_gone: 'account',
  account_not_usable: 'account',
  amount_unreadable: 'amount',
  amount_not_positive: 'amount',
  amount_too_precise: 'amount',
  amount_too_large: 'amount',
  currency_unknown: 'amount',
  balance_too_low: 'amount',
  invoice_id_used: 'invoiceId',
};

export function placeOf(error: IpcError): Place {
  return placeOfCode[error.code] ?? placeOfField[error.field ?? ''] ?? 'form';
}

/** An amount of the contract as a whole number, to compare amounts in one currency. */
function inMinorUnits(amount: string): bigint {
  return BigInt(amount.replace('.', ''));
}

/** Everything one opened payout form knows: from the first field to the release. */
export class PayForm {
  stage: 'form' | 'review' = $state('form');

  payee: Payee | null = $state.raw(null);
  accounts: FundingAccount[] | null = $state.raw(null);
  accountsError: IpcError | null = $state.raw(null);
  accountToken = $state('');
  typed = $state('');
  invoiceId = $state('');
  /** The speed that the owner wishes for, as far as the account takes it. */
  channel: ProcessingChannel = $state('STANDARD_ACH');
  description = $state('');
  note = $state('');
  retryOf: Payout | null = $state.raw(null);

  balances: Money[] = $state.raw([]);
  preview: PayoutPreview | null = $state.raw(null);
  /** What speaks for the reviewed payout being of an invoice that was paid already. */
  doubts: Doubt[] = $state.raw([]);
  /** The owner has said that it is another invoice. */
  anotherInvoice = $state(false);
  /** The payout that has the typed invoice ID already. */
  taken: Payout | null = $state.raw(null);
  error: IpcError | null = $state.raw(null);
  /** The owner has asked for the review: what is missing is now told. */
  tried = $state(false);
  busy: 'opening' | 'review' | 'pay' | null = $state(null);
  /** It was released: what is written here is done with. */
  paid = false;

  readonly account = $derived(
    this.accounts?.find((account) => account.token === this.accountToken && account.usable) ?? null,
  );
  readonly currency = $derived(
    this.account?.currency ??
      this.retryOf?.amount.currency ??
      this.accounts?.[0]?.currency ??
      'USD',
  );
  readonly amount = $derived(readAmount(this.typed, this.currency, spoken.locale));
  readonly balance = $derived(
    this.balances.find((balance) => balance.currency === this.currency) ?? null,
  );
  /** The balance that was read last does not cover what is written. */
  readonly overBalance = $derived(
    this.amount.ok &&
      this.balance !== null &&
      inMinorUnits(this.amount.amount) > inMinorUnits(this.balance.amount),
  );
  /** Where the error belongs; nowhere while there is none. */
  readonly place = $derived(this.error ? placeOf(this.error) : null);

  readonly #platform: Platform;
  /** One per opened form: however often it is submitted, it makes one payout. */
  #draftId: string = crypto.randomUUID();
  /** The invoice ID as it was suggested, to tell it from one the owner has typed. */
  #suggested = '';
  /** What the form was opened with, so that only what the owner added counts as written. */
  #opened = '';
  #question = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Whether leaving would lose something the owner wrote. */
  get written(): boolean {
    return this.#content() !== this.#opened;
  }

  /** Whether the owner can go on with what was left half-written. */
  get unfinished(): boolean {
    return this.written && !this.paid && this.busy !== 'pay';
  }

  /** Goes on with what was left half-written: as it was typed, with what is known of the payee now. */
  async resume() {
    this.stage = 'form';
    this.tried = false;
    this.error = null;
    this.taken = null;
    await Promise.all([
      this.#askPayee(),
      this.askAccounts(),
      // Another payout may have got the number that was suggested for this one.
      this.retryOf ? this.#findTaken() : this.#suggestUnlessTyped(),
    ]);
  }

  async openFor(payeeId: string) {
    await this.#opening(async () => {
      const { payee } = await this.#platform.payee(payeeId);
      if (payee.status === 'active') await this.choosePayee(payee);
      else this.#refuse(payee);
    });
  }

  async openRetry(payoutId: string) {
    await this.#opening(async () => {
      const [draft, { payout, payee }] = await Promise.all([
        this.#platform.prepareRetry(payoutId),
        this.#platform.payout(payoutId),
      ]);
      this.#draftId = draft.draftId;
      this.retryOf = payout;
      this.payee = payee;
      this.typed = draft.amount;
      this.invoiceId = this.#suggested = draft.invoiceId;
      this.channel = draft.channel;
      this.description = draft.description;
      this.note = draft.note;
      this.accountToken = draft.accountToken;
      await this.askAccounts();
    });
  }

  async askBalances() {
    try {
      this.balances = (await this.#platform.balances()).balances;
    } catch {
      // The balance is a courtesy here; the review asks for it again and tells when it is missing.
      this.balances = [];
    }
  }

  async choosePayee(payee: Payee) {
    if (payee.status !== 'active') return this.#refuse(payee);
    this.payee = payee;
    this.accountToken = '';
    if (this.place === 'payee' || this.place === 'account') this.error = null;
    await Promise.all([this.askAccounts(), this.#suggestUnlessTyped()]);
  }

  /** Asks Pockyt which accounts the payee has now; a single usable one is chosen. */
  async askAccounts() {
    const payee = this.payee;
    if (!payee) return;
    const question = ++this.#question;
    this.accounts = null;
    this.accountsError = null;
    try {
      const accounts = await this.#platform.listFundingAccounts(payee.id);
      if (question !== this.#question) return;
      const usable = accounts.filter((account) => account.usable);
      const stillThere = usable.some((account) => account.token === this.accountToken);
      if (!stillThere) this.accountToken = usable.length === 1 ? (usable[0]?.token ?? '') : '';
      this.accounts = accounts;
    } catch (caught) {
      if (question === this.#question) this.accountsError = toIpcError(caught);
    }
  }

  async suggestInvoiceId() {
    if (!this.payee) return;
    const suggested = await this.#platform.suggestInvoiceId().catch(() => null);
    if (suggested === null) return;
    this.invoiceId = this.#suggested = suggested;
    this.taken = null;
    if (this.place === 'invoiceId') this.error = null;
  }

  /** Looks whether the invoice ID that was written is another payout's already. */
  async checkInvoiceId() {
    if (this.invoiceId.trim() !== this.#suggested) await this.#findTaken();
  }

  async #findTaken() {
    const written = this.invoiceId.trim();
    if (written === '') return;
    const payout = await payoutWithInvoice(this.#platform, written).catch(() => null);
    if (this.invoiceId.trim() === written) this.taken = payout;
  }

  /** From the form to the review. Stays where it is when something is missing or refused. */
  async review() {
    if (this.busy) return;
    this.tried = true;
    this.error = null;
    const draft = this.#draft();
    if (!draft) return;
    this.busy = 'review';
    try {
      await this.#look(draft);
      this.stage = 'review';
    } catch (caught) {
      this.#tell(toIpcError(caught));
    } finally {
      this.busy = null;
    }
  }

  /** Back from the review; what was written stays. */
  backToForm() {
    if (this.busy === 'pay') return;
    this.stage = 'form';
    this.error = null;
  }

  /** Releases what was reviewed. Gives the payout, or null when it was not released. */
  async pay(): Promise<Payout | null> {
    const draft = this.#draft();
    if (this.busy || !draft || !this.preview) return null;
    if (this.doubts.length && !this.anotherInvoice) return null;
    this.busy = 'pay';
    this.error = null;
    try {
      const payout = await this.#platform.submitPayout(draft, this.preview.review);
      this.paid = true;
      return payout;
    } catch (caught) {
      await this.#refused(toIpcError(caught), draft);
      return null;
    } finally {
      this.busy = null;
    }
  }

  /** What is about to be paid, and whether it may have been paid already. */
  async #look(draft: PayoutDraft) {
    const preview = await this.#platform.previewPayout(draft);
    this.doubts = await doubtsAbout(this.#platform, preview);
    this.anotherInvoice = false;
    this.preview = preview;
  }

  async #refused(error: IpcError, draft: PayoutDraft) {
    if (error.code === 'review_changed') {
      try {
        await this.#look(draft);
        this.error = error;
      } catch (caught) {
        this.#tell(toIpcError(caught));
      }
    } else if (placeOf(error) === 'form') {
      this.error = error;
    } else {
      this.#tell(error);
    }
  }

  /** Shows the error in the form, with fresh data where the error says that ours is old. */
  #tell(error: IpcError) {
    this.error = error;
    const place = placeOf(error);
    if (place !== 'form') this.stage = 'form';
    if (place === 'account') void this.askAccounts();
    if (place === 'payee') void this.#askPayee();
    if (error.code === 'invoice_id_used') void this.#findTaken();
  }

  async #askPayee() {
    const id = this.payee?.id;
    if (!id) return;
    const detail = await this.#platform.payee(id).catch(() => null);
    if (detail && this.payee?.id === id) this.payee = detail.payee;
  }

  #refuse(payee: Payee) {
    this.payee = payee;
    this.error = {
      code: payee.customerNo === null ? 'payee_not_registered' : 'payee_not_active',
      message: '',
      field: 'payeeId',
      retry: false,
      detail: null,
    };
  }

  async #opening(work: () => Promise<void>) {
    this.busy = 'opening';
    try {
      await work();
    } catch (caught) {
      this.error = toIpcError(caught);
    } finally {
      this.#opened = this.#content();
      this.busy = null;
    }
  }

  async #suggestUnlessTyped() {
    if (this.invoiceId.trim() === '' || this.invoiceId === this.#suggested) {
      await this.suggestInvoiceId();
    }
  }

  #content(): string {
    const typedInvoice = this.invoiceId === this.#suggested ? '' : this.invoiceId;
    return [this.typed, typedInvoice, this.description, this.note].join('\n').trim();
  }

  #channelOf({ channels }: FundingAccount): ProcessingChannel {
    if (channels.includes(this.channel)) return this.channel;
    return channels[0] ?? 'UNSPECIFIED';
  }

  /** The draft as it stands; null while a field is missing or cannot be read. */
  #draft(): PayoutDraft | null {
    const texts = [this.description.trim(), this.note.trim()];
    if (!this.payee || this.payee.status !== 'active' || !this.account || !this.amount.ok)
      return null;
    const invoiceLength = [...this.invoiceId.trim()].length;
    if (invoiceLength === 0 || invoiceLength > INVOICE_LIMIT) return null;
    if (texts.some((text) => [...text].length > TEXT_LIMIT)) return null;
    return {
      draftId: this.#draftId,
      payeeId: this.payee.id,
      accountToken: this.account.token,
      amount: this.amount.amount,
      currency: this.currency,
      invoiceId: this.invoiceId.trim(),
      channel: this.#channelOf(this.account),
      description: this.description.trim(),
      note: this.note.trim(),
      retryOf: this.retryOf?.id ?? null,
    };
  }
}
