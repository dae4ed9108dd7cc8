import type * as Ipc from '../bindings';
import type { Platform } from '../platform';
import { failure } from './failure';
import { cents, decimal } from './fake-money';
import { overviewOf } from './fake-overview';
import { FakeBulk } from './fake-bulk';
import type { RunsOptions } from './fake-runs';
import { sampleNotification } from './fake-way-in';
import {
  demoProfile,
  hoursAgo,
  liveProfile,
  NOW,
  sampleAccounts,
  samplePayee,
  samplePayout,
} from './samples';

/** How the fake begins. */
export interface FakeOptions extends RunsOptions {
  state?: Ipc.Startup['state'];
  trouble?: Ipc.IpcError;
  /** The account that cannot be opened. */
  troubled?: Ipc.Profile;
  keychain?: Ipc.KeychainState;
  preferences?: Ipc.Preferences;
  /** The account that is open; the demo unless said. */
  profile?: Ipc.Profile;
  profiles?: Ipc.Profile[];
  payees?: number;
  payouts?: number;
  /** Begins as on the first start, with its hints. */
  tour?: boolean;
}

/** A backend in memory: for tests, and for `npm run dev` in a plain browser. */
export class FakePlatform extends FakeBulk implements Platform {
  readonly payees: Ipc.Payee[];
  readonly payouts: Ipc.Payout[];
  profiles: Ipc.Profile[];
  preferences: Ipc.Preferences;
  balance: Ipc.Money = { amount: '24380.50', currency: 'USD' };

  readonly #options: FakeOptions;
  #current: Ipc.Profile | null;

  constructor(options: FakeOptions = {}) {
    super(options);
    if (!options.tour) this.memory.keep('tourDone', 'true');
    this.#options = options;
    this.profiles = options.profiles ?? [demoProfile, liveProfile];
    this.preferences = options.preferences ?? { theme: 'system', language: 'system' };
    this.#current =
      options.state === undefined || options.state === 'ready'
        ? (options.profile ?? demoProfile)
        : null;
    this.payees = Array.from({ length: options.payees ?? 12 }, (_, index) => samplePayee(index));
    const payable = this.payees.filter((payee) => payee.status === 'active');
    this.payouts = Array.from(
      { length: payable.length ? (options.payouts ?? 24) : 0 },
      (_, index) => samplePayout(index, payable[index % payable.length] as Ipc.Payee),
    );
    this.notifications = Array.from({ length: options.notifications ?? 0 }, (_, index) =>
      sampleNotification(index, this.payouts[index % this.payouts.length]),
    );
    this.sampleRuns(options.runRows ?? 0);
  }

  /** Moves a payout on, as an answer or a notification would, and says so. */
  settle(id: string, state: Ipc.PayoutState) {
    const payout = this.#payout(id);
    Object.assign(payout, { state, since: NOW, cancellable: false, stalled: false });
    this.emit('payoutChanged', { id, state });
  }

  #payee(id: string): Ipc.Payee {
    const found = this.payees.find((payee) => payee.id === id);
    if (!found) throw failure('payee_not_found');
    return found;
  }

  #payout(id: string): Ipc.Payout {
    const found = this.payouts.find((payout) => payout.id === id);
    if (!found) throw failure('payout_not_found');
    return found;
  }

  startup() {
    return this.answer('startup', [], (): Ipc.Startup => ({
      state: this.#options.state ?? 'ready',
      trouble: this.#options.trouble ?? null,
      profile: this.#current,
      troubled: this.#options.troubled ?? null,
      keychain: this.#options.keychain ?? 'available',
      preferences: this.preferences,
      dataFolder: '/home/owner/.local/share/remit',
      version: '0.1.0',
    }));
  }

  tryDemo() {
    return this.answer('tryDemo', [], () => (this.#current = demoProfile));
  }

  testConnection(input: Ipc.ConnectInput) {
    return this.answer('testConnection', [input], (): Ipc.ConnectionReport => ({
      balances: [this.balance],
      baseUrl: input.baseUrl ?? liveProfile.baseUrl,
    }));
  }

  connect(input: Ipc.ConnectInput) {
    return this.answer('connect', [input], () => {
      const profile: Ipc.Profile = {
        id: `profile-${this.profiles.length + 1}`,
        name: input.name,
        environment: input.environment,
        baseUrl: input.baseUrl ?? liveProfile.baseUrl,
        merchantNo: input.merchantNo,
        storeNo: input.storeNo,
        pockytUser: input.pockytUser,
        keeps: true,
        tokenStored: true,
      };
      this.profiles = [...this.profiles, profile];
      return (this.#current = profile);
    });
  }

  protected opened(id: string | null): Ipc.Profile {
    const profile = this.profiles.find((known) => known.id === id) ?? liveProfile;
    this.#current = profile;
    this.emit('profileChanged', { profile });
    return profile;
  }

  listProfiles() {
    return this.answer('listProfiles', [], () => this.profiles);
  }

  switchProfile(id: string) {
    return this.answer('switchProfile', [id], () => {
      const profile = this.profiles.find((known) => known.id === id);
      if (!profile) throw failure('profile_not_found');
      return (this.#current = profile);
    });
  }

  updateProfile(id: string, changes: Ipc.ProfileChanges) {
    return this.answer('updateProfile', [id, changes], () => {
      const profile = this.profiles.find((known) => known.id === id);
      if (!profile) throw failure('profile_not_found');
      const { token, ...rest } = changes;
      const changed = { ...profile, ...rest, tokenStored: profile.tokenStored || token !== null };
      this.profiles = this.profiles.map((known) => (known.id === id ? changed : known));
      return changed;
    });
  }

  setPreferences(preferences: Ipc.Preferences) {
    return this.answer('setPreferences', [preferences], () => (this.preferences = preferences));
  }

  openDemoPage(page: Ipc.DemoPage) {
    return this.answer('openDemoPage', [page], () => null);
  }

  playPayee(id: string) {
    return this.answer('playPayee', [id], () => {
      Object.assign(this.#payee(id), { status: 'active', mustAct: 'nobody', statusSince: NOW });
      this.emit('payeeChanged', { id });
      return this.#payeeDetail(id);
    });
  }

  windowReady() {
    return this.answer('windowReady', [], () => null);
  }

  registerPayee(input: Ipc.RegisterPayee) {
    return this.answer('registerPayee', [input], () => {
      const known = this.payees.find((payee) => payee.email === input.email);
      if (known) throw failure('email_registered', { field: 'email' });
      const sample = samplePayee(2);
      const payee: Ipc.Payee = {
        ...sample,
        profileType: input.profileType,
        firstName: input.firstName,
        lastName: input.lastName,
        company: input.company,
        email: input.email,
        phone: input.phone,
        countryCode: input.countryCode,
        state: input.state,
        city: input.city,
        street: input.street,
        street2: input.street2,
        zip: input.zip,
        id: `payee-${this.payees.length + 1}`,
        displayName: input.company ?? `${input.firstName} ${input.lastName}`,
        status: 'pending',
        statusSince: NOW,
        createdAt: NOW,
      };
      this.payees.unshift(payee);
      this.emit('payeeChanged', { id: payee.id });
      return payee;
    });
  }

  linkPayee(email: string) {
    return this.answer('linkPayee', [email], () => {
      const known = this.payees.find((payee) => payee.email === email);
      if (!known) throw failure('payee_not_found');
      return known;
    });
  }

  updatePayee(id: string, changes: Ipc.UpdatePayee) {
    return this.answer('updatePayee', [id, changes], () => {
      const payee = Object.assign(this.#payee(id), changes);
      this.emit('payeeChanged', { id });
      return payee;
    });
  }

  refreshPayee(id: string) {
    return this.answer('refreshPayee', [id], () => {
      this.#payee(id).checkedAt = NOW;
      return this.#payeeDetail(id);
    });
  }

  refreshAllPayees() {
    return this.answer('refreshAllPayees', [], (): Ipc.RefreshReport => ({
      asked: this.payees.length,
      changed: 0,
      failed: 0,
      firstError: null,
    }));
  }

  protected foundPayees(query: Ipc.PayeeQuery): Ipc.Payee[] {
    const wanted = query.search.toLowerCase();
    const found = this.payees.filter(
      (payee) =>
        (query.statuses.length === 0 || query.statuses.includes(payee.status)) &&
        `${payee.displayName} ${payee.email}`.toLowerCase().includes(wanted),
    );
    return found.toSorted((a, b) => {
      switch (query.sort) {
        case 'name':
          return a.displayName.localeCompare(b.displayName);
        case 'status':
          return a.status.localeCompare(b.status);
        case 'last_paid':
          return (b.lastPaidAt ?? '').localeCompare(a.lastPaidAt ?? '');
        case 'newest':
          return b.createdAt.localeCompare(a.createdAt);
      }
    });
  }

  listPayees(query: Ipc.PayeeQuery) {
    return this.answer('listPayees', [query], (): Ipc.PayeePage => {
      const found = this.foundPayees(query);
      const { page, next } = cut(found, query);
      return { payees: page, next, total: found.length };
    });
  }

  payee(id: string) {
    return this.answer('payee', [id], () => this.#payeeDetail(id));
  }

  #payeeDetail(id: string): Ipc.PayeeDetail {
    const payee = this.#payee(id);
    const registered: Ipc.TimelineEvent = {
      id: `${id}-registered`,
      at: payee.createdAt,
      kind: 'registered',
      source: 'owner',
      from: null,
      to: 'pending',
      reason: null,
      verdict: null,
      evidence: '{\n  "ret_code": "000100",\n  "ret_msg": "success"\n}',
    };
    const changed: Ipc.TimelineEvent = {
      ...registered,
      id: `${id}-changed`,
      at: payee.statusSince,
      kind: 'status_changed',
      source: 'inquiry',
      from: 'pending',
      to: payee.status,
    };
    const events = payee.status === 'pending' ? [registered] : [changed, registered];
    return { payee, accounts: sampleAccounts(payee), events };
  }

  listFundingAccounts(payeeId: string) {
    return this.answer('listFundingAccounts', [payeeId], () =>
      sampleAccounts(this.#payee(payeeId)),
    );
  }

  refreshAccount(payeeId: string, accountToken: string) {
    return this.answer('refreshAccount', [payeeId, accountToken], () =>
      this.#account(payeeId, accountToken),
    );
  }

  #account(payeeId: string, token: string): Ipc.FundingAccount {
    const account = sampleAccounts(this.#payee(payeeId)).find((known) => known.token === token);
    if (!account) throw failure('account_gone');
    return account;
  }

  suggestInvoiceId() {
    return this.answer('suggestInvoiceId', [], () => `INV-${1042 + this.payouts.length}`);
  }

  previewPayout(draft: Ipc.PayoutDraft) {
    return this.answer('previewPayout', [draft], (): Ipc.PayoutPreview => {
      const payee = this.#payee(draft.payeeId);
      if (payee.status !== 'active') throw failure('payee_not_active');
      const account = this.#account(draft.payeeId, draft.accountToken);
      if (!account.usable) throw failure('account_not_usable', { field: 'accountToken' });
      if (this.payouts.some((payout) => payout.invoiceId === draft.invoiceId)) {
        throw failure('invoice_id_used', { field: 'invoiceId' });
      }
      const fee = { amount: '1.00', currency: draft.currency };
      const after = cents(this.balance.amount) - cents(draft.amount) - cents(fee.amount);
      if (after < 0n) throw failure('balance_too_low', { field: 'amount' });
      const previous = this.payouts.filter((payout) => payout.payeeId === payee.id);
      const mayPay = previous.filter(
        ({ state }) => !['failed', 'returned', 'cancelled'].includes(state),
      );
      const similar = mayPay.find(
        ({ invoiceId }) => normalised(invoiceId) === normalised(draft.invoiceId),
      );
      const same = mayPay.find(
        ({ amount, createdAt }) => amount.amount === draft.amount && createdAt >= hoursAgo(24 * 7),
      );
      const unusual: Ipc.Unusual[] = previous.length ? [] : [{ kind: 'first_payout', params: {} }];
      if (similar) unusual.push({ kind: 'similar_invoice', params: { payout: similar.id } });
      if (same && same !== similar) {
        unusual.push({ kind: 'same_amount_recently', params: { payout: same.id } });
      }
      return {
        payee,
        account,
        amount: { amount: draft.amount, currency: draft.currency },
        channel: draft.channel,
        fee,
        balance: this.balance,
        others: null,
        balanceAfter: { amount: decimal(after), currency: draft.currency },
        invoiceId: draft.invoiceId,
        unusual,
        review: fingerprint(draft),
        previousPayouts: previous.length,
      };
    });
  }

  submitPayout(draft: Ipc.PayoutDraft, review: string) {
    return this.answer('submitPayout', [draft, review], () => {
      const again = this.payouts.find((payout) => payout.id === draft.draftId);
      if (again) return again;
      if (review !== fingerprint(draft)) throw failure('review_changed');
      const payee = this.#payee(draft.payeeId);
      const payout: Ipc.Payout = {
        ...samplePayout(6, payee),
        id: draft.draftId,
        accountToken: draft.accountToken,
        accountLabel: this.#account(draft.payeeId, draft.accountToken).label,
        amount: { amount: draft.amount, currency: draft.currency },
        invoiceId: draft.invoiceId,
        channel: draft.channel,
        description: draft.description,
        note: draft.note,
        retryOf: draft.retryOf,
        state: 'ready',
        reason: null,
        since: NOW,
        createdAt: NOW,
      };
      this.payouts.unshift(payout);
      this.emit('payoutChanged', { id: payout.id, state: 'ready' });
      return payout;
    });
  }

  cancelPayout(id: string) {
    return this.answer('cancelPayout', [id], () => {
      const payout = this.#payout(id);
      if (!payout.cancellable) throw failure('not_cancellable');
      payout.reason = 'withdrawn';
      this.settle(id, 'cancelled');
      return payout;
    });
  }

  prepareRetry(id: string) {
    return this.answer('prepareRetry', [id], (): Ipc.PayoutDraft => {
      const payout = this.#payout(id);
      if (!payout.retryable) throw failure('not_retryable');
      return {
        draftId: `retry-of-${id}`,
        payeeId: payout.payeeId,
        accountToken: payout.accountToken,
        amount: payout.amount.amount,
        currency: payout.amount.currency,
        invoiceId: `${payout.invoiceId}-R1`,
        channel: payout.channel,
        description: payout.description,
        note: payout.note,
        retryOf: id,
      };
    });
  }

  checkPayout(id: string) {
    return this.answer('checkPayout', [id], () => {
      const payout = this.#payout(id);
      payout.lastCheckedAt = NOW;
      if (payout.state === 'unknown') this.settle(id, 'processing');
      else if (payout.state === 'processing') this.settle(id, 'paid');
      return payout;
    });
  }

  protected foundPayouts(query: Ipc.PayoutQuery): Ipc.Payout[] {
    const words = query.search.toLowerCase().split(' ');
    const found = this.payouts.filter(
      (payout) =>
        (query.states.length === 0 || query.states.includes(payout.state)) &&
        (query.payeeId === null || payout.payeeId === query.payeeId) &&
        (query.run === null || payout.id.startsWith(`${query.run}-row-`)) &&
        (query.from === null || payout.createdAt >= query.from) &&
        (query.to === null || payout.createdAt <= query.to) &&
        words.every((word) =>
          `${payout.payeeName} ${payout.invoiceId} ${payout.transactionNo ?? ''}`
            .toLowerCase()
            .includes(word),
        ),
    );
    return found.toSorted((a, b) =>
      query.sort === 'newest'
        ? b.createdAt.localeCompare(a.createdAt)
        : Number(cents(b.amount.amount) - cents(a.amount.amount)),
    );
  }

  listPayouts(query: Ipc.PayoutQuery) {
    return this.answer('listPayouts', [query], (): Ipc.PayoutPage => {
      const found = this.foundPayouts(query);
      const { page, next } = cut(found, query);
      // As the backend does: without a state filter, only what was paid or is on its way.
      const counted = found.filter(
        ({ state }) =>
          query.states.length > 0 || !['failed', 'returned', 'cancelled'].includes(state),
      );
      const sum = counted.reduce((total, payout) => total + cents(payout.amount.amount), 0n);
      const sums = counted.length ? [{ amount: decimal(sum), currency: 'USD' }] : [];
      return { payouts: page, next, total: found.length, sums };
    });
  }

  payout(id: string) {
    return this.answer('payout', [id], (): Ipc.PayoutDetail => {
      const payout = this.#payout(id);
      const payee = this.#payee(payout.payeeId);
      const created: Ipc.TimelineEvent = {
        id: `${id}-created`,
        at: payout.createdAt,
        kind: 'created',
        source: 'owner',
        from: null,
        to: 'ready',
        reason: null,
        verdict: null,
        evidence: null,
      };
      const answered: Ipc.TimelineEvent = {
        ...created,
        id: `${id}-answered`,
        at: payout.sentAt ?? payout.createdAt,
        kind: 'answered',
        source: 'answer',
        from: 'sending',
        to: 'processing',
        evidence: '{\n  "result": { "status": "PROCESSING" },\n  "ret_code": "000100"\n}',
      };
      const last: Ipc.TimelineEvent = {
        ...created,
        id: `${id}-last`,
        at: payout.since,
        kind: 'notified',
        source: 'notification',
        from: 'processing',
        to: payout.state,
        reason: payout.reason,
        verdict: 'applied',
        evidence: `status=${payout.state}&invoiceId=${payout.invoiceId}`,
      };
      const waits = ['ready', 'sending'].includes(payout.state);
      const kept = this.runs.find(({ run }) => id.startsWith(`${run.id}-row-`))?.run;
      const run = kept
        ? {
            id: kept.id,
            name: kept.name,
            line: Number(id.split('-').at(-1)) + 2,
            paused: kept.status === 'paused' || kept.status === 'missed',
            stopped: kept.status === 'stopped',
          }
        : null;
      return { payout, payee, events: waits ? [created] : [last, answered, created], run };
    });
  }

  balances() {
    return this.answer('balances', [], (): Ipc.Balances => ({
      balances: [this.balance],
      checkedAt: hoursAgo(0),
    }));
  }

  overview() {
    return this.answer('overview', [], () => overviewOf(this.payees, this.payouts));
  }
}

function cut<T>(ordered: T[], { cursor, limit }: { cursor: string | null; limit: number }) {
  const start = Number(cursor ?? '0');
  const end = start + limit;
  return { page: ordered.slice(start, end), next: end < ordered.length ? String(end) : null };
}

function fingerprint(draft: Ipc.PayoutDraft): string {
  return [draft.payeeId, draft.accountToken, draft.amount, draft.currency, draft.invoiceId].join(
    '|',
  );
}

/** What invoice IDs that differ only in how they are written have in common, nearly as the ledger sees it. */
function normalised(invoiceId: string): string {
  const letters = invoiceId.normalize('NFKC').toLowerCase();
  return letters.replace(/[^\p{L}\p{N}]+/gu, '').replace(/(?<!\p{N})0+(?=\p{N})/gu, '');
}
