import type { FundingAccount, Payee, PayeeStatus, Payout, PayoutState, Profile } from '../bindings';

/** The fake's "now": samples and their ages never change between runs. */
export const NOW = '2026-11-20T15:30:00Z';

/** A moment so many hours before the fake's now. */
export function hoursAgo(hours: number): string {
  return new Date(Date.parse(NOW) - hours * 3_600_000).toISOString().replace('.000Z', 'Z');
}

export const demoProfile: Profile = {
  id: 'demo',
  name: 'Harbor Studio',
  environment: 'demo',
  baseUrl: 'http://127.0.0.1:8040',
  merchantNo: '202333',
  storeNo: '301854',
  pockytUser: true,
  keeps: true,
  tokenStored: true,
};

export const liveProfile: Profile = {
  id: 'live',
  name: 'Northwind Design LLC',
  environment: 'production',
  baseUrl: 'https://mapi.pockyt.io',
  merchantNo: '204410',
  storeNo: '302207',
  pockytUser: true,
  keeps: true,
  tokenStored: true,
};

const people: [string, string, PayeeStatus][] = [
  ['Ana', 'Ruiz', 'active'],
  ['Marcus', 'Chen', 'active'],
  ['Priya', 'Natarajan', 'pending'],
  ['伟', '李', 'active'],
  ['Tomás', 'Herrera', 'in_review'],
  ['Grace', 'Okafor', 'declined'],
  ['Jonas', 'Lindqvist', 'registering'],
  ['Mei', 'Tanaka', 'deactivated'],
  ['Samuel', 'Abara', 'unknown'],
  ['Elena', 'Petrova', 'refused'],
  ['Noah', 'Bauer', 'active'],
  ['Isabel', 'Costa', 'pending'],
];

const mustActs: Record<PayeeStatus, Payee['mustAct']> = {
  registering: 'remit',
  refused: 'owner',
  pending: 'payee',
  in_review: 'pockyt',
  active: 'nobody',
  declined: 'owner',
  deactivated: 'nobody',
  unknown: 'pockyt',
};

const rawWords: Partial<Record<PayeeStatus, string>> = {
  pending: 'Pending',
  in_review: 'IN_REVIEW',
  active: 'Activated',
  declined: 'Declined',
  deactivated: 'Deactivated',
  unknown: 'ON_HOLD',
};

export function samplePayee(index: number): Payee {
  const [firstName, lastName, status] = people[index % people.length] ?? ['Ana', 'Ruiz', 'active'];
  const round = Math.floor(index / people.length);
  const numbered = round === 0 ? lastName : `${lastName} ${round + 1}`;
  const active = status === 'active';
  return {
    id: `payee-${index + 1}`,
    customerNo: ['registering', 'refused'].includes(status)
      ? null
      : `200030522830318261${String(7000 + index).padStart(4, '0')}`,
    customerCode: `C-${1000 + index}`,
    profileType: 'INDIVIDUAL',
    firstName,
    lastName: numbered,
    company: null,
    displayName:
      lastName === '李' ? `李伟${round ? ` ${round + 1}` : ''}` : `${firstName} ${numbered}`,
    email: `payee${index + 1}@example.com`,
    phone: null,
    countryCode: 'US',
    state: 'NY',
    city: 'New York',
    street: `${100 + index} Main St`,
    street2: null,
    zip: '10005',
    status,
    statusRaw: rawWords[status] ?? null,
    statusSince: hoursAgo(26 + index * 7),
    reason: status === 'declined' ? 'The identity document could not be read.' : null,
    mustAct: mustActs[status],
    checkedAt: hoursAgo(1),
    accountPending: false,
    usableAccount: active ? `Bank account ••••${5655 + index}` : null,
    lastPaidAt: active ? hoursAgo(72 + index) : null,
    paidThisYear: active ? [{ amount: `${18250 + index * 375}.00`, currency: 'USD' }] : [],
    note: '',
    createdAt: hoursAgo(2400 - index),
  };
}

export function sampleAccounts(payee: Payee): FundingAccount[] {
  if (payee.status !== 'active') return [];
  const ending = payee.usableAccount?.slice(-4) ?? '0000';
  const account: FundingAccount = {
    token: `2010305228294111${ending}80`,
    kind: 'BANK_ACCOUNT',
    label: `Bank account ••••${ending}`,
    country: 'US',
    currency: 'USD',
    status: 'activated',
    statusRaw: 'ACTIVATED',
    tag: null,
    channels: ['STANDARD_ACH', 'SAME_DAY_ACH', 'REAL_TIME_PAY'],
    usable: true,
    firstSeenAt: hoursAgo(2000),
    checkedAt: hoursAgo(1),
    lastPaidAt: payee.lastPaidAt,
  };
  const paypal: FundingAccount = {
    ...account,
    token: `2010305228294222${ending}81`,
    kind: 'PAYPAL',
    label: 'PayPal',
    status: 'pending',
    statusRaw: 'PENDING',
    channels: [],
    usable: false,
    firstSeenAt: hoursAgo(4),
    lastPaidAt: null,
  };
  return [account, paypal];
}

const outcomes: [PayoutState, Payout['reason']][] = [
  ['processing', null],
  ['paid', null],
  ['unknown', 'no_answer'],
  ['paid', null],
  ['failed', 'refused'],
  ['returned', 'reported_returned'],
  ['ready', 'not_sent'],
  ['sending', null],
  ['cancelled', 'withdrawn'],
  ['paid', null],
];

const nextActors: Partial<Record<PayoutState, Payout['mustAct']>> = {
  ready: 'remit',
  sending: 'remit',
  unknown: 'remit',
  processing: 'pockyt',
  failed: 'owner',
  returned: 'owner',
};

export function samplePayout(index: number, payee: Payee): Payout {
  const [state, reason] = outcomes[index % outcomes.length] ?? ['paid', null];
  const account = sampleAccounts(payee)[0];
  const sent = !['ready', 'cancelled'].includes(state);
  const settled = ['paid', 'failed', 'returned'].includes(state);
  return {
    id: `payout-${index + 1}`,
    payeeId: payee.id,
    payeeName: payee.displayName,
    accountToken: account?.token ?? '',
    accountLabel: account?.label ?? '',
    amount: {
      amount: `${((index * 437) % 4200) + 180}.${String((index * 25) % 100).padStart(2, '0')}`,
      currency: 'USD',
    },
    fee: sent ? { amount: '1.00', currency: 'USD' } : null,
    invoiceId: `INV-${1042 + index}`,
    channel: 'STANDARD_ACH',
    description: 'Design work',
    note: '',
    state,
    stalled: index % 20 === 10,
    reason,
    detail: state === 'failed' ? '000041 insufficient balance' : null,
    mustAct: nextActors[state] ?? 'nobody',
    since: hoursAgo(2 + index * 5),
    createdAt: hoursAgo(3 + index * 5),
    sentAt: sent ? hoursAgo(3 + index * 5) : null,
    settledAt: settled ? hoursAgo(2 + index * 5) : null,
    transactionNo: ['processing', 'paid', 'returned'].includes(state)
      ? `3184530162143172${String(10 + (index % 90))}`
      : null,
    retryOf: null,
    retriedBy: null,
    cancellable: state === 'ready',
    retryable: state === 'failed' || state === 'returned',
    nextCheckAt: ['processing', 'unknown'].includes(state) ? hoursAgo(-1) : null,
    lastCheckedAt: sent ? hoursAgo(1) : null,
  };
}
