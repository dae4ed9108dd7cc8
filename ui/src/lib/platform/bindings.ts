import { invoke as __TAURI_INVOKE } from "@tauri-apps/api/core";
import * as __TAURI_EVENT from "@tauri-apps/api/event";

/** Commands */
export const commands = {
	startup: () => typedError<Startup, IpcError>(__TAURI_INVOKE("startup")),
	tryDemo: () => typedError<Profile, IpcError>(__TAURI_INVOKE("try_demo")),
	testConnection: (input: ConnectInput) => typedError<ConnectionReport, IpcError>(__TAURI_INVOKE("test_connection", { input })),
	connect: (input: ConnectInput) => typedError<Profile, IpcError>(__TAURI_INVOKE("connect", { input })),
	listProfiles: () => typedError<Profile[], IpcError>(__TAURI_INVOKE("list_profiles")),
	switchProfile: (id: string) => typedError<Profile, IpcError>(__TAURI_INVOKE("switch_profile", { id })),
	updateProfile: (id: string, changes: ProfileChanges) => typedError<Profile, IpcError>(__TAURI_INVOKE("update_profile", { id, changes })),
	setPreferences: (preferences: Preferences) => typedError<Preferences, IpcError>(__TAURI_INVOKE("set_preferences", { preferences })),
	openDemoPage: (page: DemoPage) => typedError<null, IpcError>(__TAURI_INVOKE("open_demo_page", { page })),
	windowReady: () => typedError<null, IpcError>(__TAURI_INVOKE("window_ready")),
	registerPayee: (input: RegisterPayee) => typedError<Payee, IpcError>(__TAURI_INVOKE("register_payee", { input })),
	linkPayee: (email: string) => typedError<Payee, IpcError>(__TAURI_INVOKE("link_payee", { email })),
	updatePayee: (id: string, changes: UpdatePayee) => typedError<Payee, IpcError>(__TAURI_INVOKE("update_payee", { id, changes })),
	refreshPayee: (id: string) => typedError<PayeeDetail, IpcError>(__TAURI_INVOKE("refresh_payee", { id })),
	refreshAllPayees: () => typedError<RefreshReport, IpcError>(__TAURI_INVOKE("refresh_all_payees")),
	listPayees: (query: PayeeQuery) => typedError<PayeePage, IpcError>(__TAURI_INVOKE("list_payees", { query })),
	payee: (id: string) => typedError<PayeeDetail, IpcError>(__TAURI_INVOKE("payee", { id })),
	listFundingAccounts: (payeeId: string) => typedError<FundingAccount[], IpcError>(__TAURI_INVOKE("list_funding_accounts", { payeeId })),
	refreshAccount: (payeeId: string, accountToken: string) => typedError<FundingAccount, IpcError>(__TAURI_INVOKE("refresh_account", { payeeId, accountToken })),
	suggestInvoiceId: (payeeId: string) => typedError<string, IpcError>(__TAURI_INVOKE("suggest_invoice_id", { payeeId })),
	previewPayout: (draft: PayoutDraft) => typedError<PayoutPreview, IpcError>(__TAURI_INVOKE("preview_payout", { draft })),
	submitPayout: (draft: PayoutDraft, review: string) => typedError<Payout, IpcError>(__TAURI_INVOKE("submit_payout", { draft, review })),
	cancelPayout: (id: string) => typedError<Payout, IpcError>(__TAURI_INVOKE("cancel_payout", { id })),
	prepareRetry: (id: string) => typedError<PayoutDraft, IpcError>(__TAURI_INVOKE("prepare_retry", { id })),
	checkPayout: (id: string) => typedError<Payout, IpcError>(__TAURI_INVOKE("check_payout", { id })),
	listPayouts: (query: PayoutQuery) => typedError<PayoutPage, IpcError>(__TAURI_INVOKE("list_payouts", { query })),
	payout: (id: string) => typedError<PayoutDetail, IpcError>(__TAURI_INVOKE("payout", { id })),
	balances: () => typedError<Balances, IpcError>(__TAURI_INVOKE("balances")),
};

/** Events */
export const events = {
	payoutChanged: makeEvent<PayoutChanged>("payout-changed"),
	payeeChanged: makeEvent<PayeeChanged>("payee-changed"),
	notificationArrived: makeEvent<NotificationArrived>("notification-arrived"),
	profileChanged: makeEvent<ProfileChanged>("profile-changed"),
	trouble: makeEvent<Trouble>("trouble"),
};

/* Types */
export type Money = { amount: string; currency: string };              // "1250.00", "USD": decimal string with the currency's own decimals
export type Timestamp = string;                                        // RFC 3339, UTC

export type ErrorCode =
  // input (field says which)
  | "field_missing" | "field_invalid" | "text_too_long" | "email_invalid"
  | "amount_unreadable" | "amount_not_positive" | "amount_too_precise" | "amount_too_large" | "currency_unknown"
  | "invoice_id_used" | "address_not_https"
  // rules
  | "payee_not_found" | "payout_not_found" | "profile_not_found" | "payee_not_registered" | "payee_not_active"
  | "account_not_usable" | "account_gone" | "balance_too_low" | "review_changed" | "not_cancellable" | "not_retryable"
  | "email_registered"            // payee e-mail already known at Pockyt or in Remit
  | "registration_unknown"        // no reliable answer to a registration; Remit keeps checking
  // Pockyt
  | "token_rejected" | "merchant_rejected" | "unreachable" | "timeout" | "garbled" | "gateway_busy" | "gateway_refused" | "parameter_missing" | "rate_limited"
  // this computer
  | "no_profile" | "keychain_missing" | "keychain_locked" | "keychain_failed" | "token_missing"
  | "data_folder_read_only" | "disk_full" | "ledger_key_missing" | "ledger_corrupt" | "ledger_newer" | "ledger_failed"
  | "demo_only" | "internal";

export type IpcError = { code: ErrorCode; message: string /* English, says what to do */; field: string | null; retry: boolean; detail: string | null /* Pockyt's own words: "000021 no such record", or null */ };

export type Environment = "demo" | "sandbox" | "production" | "custom";
export type Profile = { id: string; name: string; environment: Environment; baseUrl: string; merchantNo: string; storeNo: string;
  pockytUser: boolean; /* the account's "Pockyt User" feature */
  keeps: boolean;      /* false: demo without a keychain, nothing outlives the window, say so */
  tokenStored: boolean };
export type KeychainState = "available" | "missing" | "locked";
export type Theme = "system" | "light" | "dark";
export type Language = "system" | "en" | "zh-CN";
export type Preferences = { theme: Theme; language: Language };
export type Startup = { state: "welcome" | "ready" | "trouble"; trouble: IpcError | null; profile: Profile | null; keychain: KeychainState; preferences: Preferences; dataFolder: string; version: string };
export type ConnectInput = { name: string; environment: Environment; baseUrl: string | null /* custom only */; merchantNo: string; storeNo: string; token: string; pockytUser: boolean };
export type ConnectionReport = { balances: Money[]; baseUrl: string };
export type ProfileChanges = { name: string; pockytUser: boolean; token: string | null /* null: keep the stored one */ };

export type PayeeStatus = "registering" /* sent or being sent, no customerNo yet */ | "refused" | "pending" | "in_review" | "active" | "declined" | "deactivated" | "unknown";
export type Actor = "owner" | "payee" | "pockyt" | "remit" | "nobody";
export type Payee = { id: string; customerNo: string | null; customerCode: string; profileType: "INDIVIDUAL" | "BUSINESS"; firstName: string; lastName: string; company: string | null;
  displayName: string; email: string; phone: string | null; countryCode: string; state: string; city: string; street: string; street2: string | null; zip: string;
  status: PayeeStatus; statusRaw: string | null /* Pockyt's own word */; statusSince: Timestamp; reason: string | null; mustAct: Actor; checkedAt: Timestamp | null;
  usableAccount: string | null /* "Bank account ••••5655" */; lastPaidAt: Timestamp | null; paidThisYear: Money[]; note: string; createdAt: Timestamp };
export type AccountStatus = "pending" | "activated" | "invalid" | "gone" | "unknown";
export type FundingAccount = { token: string; kind: string /* BANK_ACCOUNT, PAYPAL, VENMO ... raw */; label: string; country: string; currency: string; status: AccountStatus; statusRaw: string; tag: string | null; usable: boolean; firstSeenAt: Timestamp; checkedAt: Timestamp; lastPaidAt: Timestamp | null };
export type RegisterPayee = { profileType: "INDIVIDUAL" | "BUSINESS"; firstName: string; lastName: string; company: string | null; email: string; phone: string | null; dateOfBirth: string /* yyyy-mm-dd */; countryCode: string; state: string; city: string; street: string; street2: string | null; zip: string; lang: "en" | "zh";
  governmentIdType: "SSN" | "ID_CARD" | "PASSPORT" | "DRIVER_LICENSE" | "BUSINESS_REGISTRATION_CERT" | null /* only when pockytUser is off or Pockyt asked */; governmentId: string | null;
  extra: { name: string; value: string }[] /* parameters Pockyt said are missing */; requestId: string /* UUID made once per opened form: a double click registers once */ };
export type UpdatePayee = { email: string; phone: string | null; countryCode: string; state: string; city: string; street: string; street2: string | null; zip: string; note: string };
export type PayeeQuery = { search: string; statuses: PayeeStatus[] /* empty: all */; sort: "name" | "status" | "last_paid" | "newest"; cursor: string | null; limit: number };
export type PayeePage = { payees: Payee[]; next: string | null; total: number };
export type PayeeDetail = { payee: Payee; accounts: FundingAccount[]; events: TimelineEvent[] };
export type RefreshReport = { asked: number; changed: number; failed: number; firstError: IpcError | null };

export type PayoutState = "draft" | "scheduled" | "awaiting_approval" | "ready" | "sending" | "unknown" | "processing" | "paid" | "failed" | "returned" | "cancelled";
export type Channel = "STANDARD_ACH" | "SAME_DAY_ACH" | "REAL_TIME_PAY";
export type Payout = { id: string; payeeId: string; payeeName: string; accountToken: string; accountLabel: string; amount: Money; fee: Money | null; invoiceId: string; channel: Channel; description: string; note: string;
  state: PayoutState; stalled: boolean; reason: PayoutReason | null; detail: string | null /* Pockyt's own words, if any */; mustAct: Actor; since: Timestamp; createdAt: Timestamp; sentAt: Timestamp | null; settledAt: Timestamp | null;
  transactionNo: string | null; retryOf: string | null; retriedBy: string | null; cancellable: boolean; retryable: boolean; nextCheckAt: Timestamp | null; lastCheckedAt: Timestamp | null };
export type PayoutReason = "refused" | "no_answer" | "connection_lost" | "garbled" | "system_error" | "duplicate" | "unrecognised_answer" | "interrupted" /* the app closed while sending */ | "not_sent" /* waiting for the network; will be sent */ | "not_found_yet" | "reported_failed" | "reported_returned" | "withdrawn" | "unrecognised_status" | "token_unavailable" | "invoice_taken";
export type PayoutDraft = { draftId: string /* UUID made once per opened form: the same one can never make two payouts */; payeeId: string; accountToken: string; amount: string /* "1250.00" */; currency: string; invoiceId: string; channel: Channel; description: string; note: string; retryOf: string | null };
export type Unusual = { kind: "new_account" | "account_changed" | "first_payout" | "amount_far_from_usual" | "same_amount_recently" | "balance_unknown" | "fee_unknown" | "decimals_unconfirmed"; params: Record<string, string> };
export type PayoutPreview = { payee: Payee; account: FundingAccount; amount: Money; fee: Money | null; balance: Money | null; balanceAfter: Money | null; invoiceId: string; unusual: Unusual[]; review: string /* pass it to submitPayout: fingerprint of what was reviewed */; previousPayouts: number };
export type PayoutQuery = { search: string; states: PayoutState[]; payeeId: string | null; from: Timestamp | null; to: Timestamp | null; sort: "newest" | "amount"; cursor: string | null; limit: number };
export type PayoutPage = { payouts: Payout[]; next: string | null; total: number; sums: Money[] /* one a currency, over the whole filter */ };
export type TimelineEvent = { id: string; at: Timestamp; kind: EventKind; source: "owner" | "remit" | "answer" | "inquiry" | "notification"; from: string | null; to: string | null; reason: string | null; verdict: NotificationVerdict | null; evidence: string | null /* the raw request or answer, already redacted, pretty JSON or text */ };
export type EventKind = "created" | "released" | "sending" | "answered" | "inquired" | "notified" | "recovered" | "cancelled" | "status_changed" | "registered" | "updated" | "account_seen" | "account_changed" | "account_gone" | "registration_refused" | "registration_unknown";
export type NotificationVerdict = "applied" | "already_known" | "forged" | "mismatched" | "unmatched" | "out_of_order" | "unrecognised";
export type PayoutDetail = { payout: Payout; payee: Payee; events: TimelineEvent[] };

export type PayoutChanged = { id: string; state: PayoutState };
export type PayeeChanged = { id: string };
export type NotificationArrived = { payoutId: string | null; verdict: NotificationVerdict };
export type ProfileChanged = { profile: Profile | null };
export type Trouble = { error: IpcError };          // something failed in the background and the owner must know (I12)
export type DemoPage = "mailbox" | "portal" | "guide";
export type Balances = { balances: Money[]; checkedAt: Timestamp };

async function typedError<T, E>(result: Promise<T>): Promise<{ status: "ok"; data: T } | { status: "error"; error: E }> {
    try {
        return { status: "ok", data: await result };
    } catch (e) {
        if (e instanceof Error) throw e;
        return { status: "error", error: e as any };
    }
}

function makeEvent<T>(name: string) {
    return {
        listen: (cb: __TAURI_EVENT.EventCallback<T>) => __TAURI_EVENT.listen<T>(name, cb),
    };
}
