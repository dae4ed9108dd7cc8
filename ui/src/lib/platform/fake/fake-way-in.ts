import type * as Ipc from '../bindings';
import { failure } from './failure';
import { FakeBackend } from './fake-backend';
import { hoursAgo, NOW } from './samples';

/** How the ways in and the notifications begin. */
export interface WayInOptions {
  wayIn?: Partial<Ipc.WayIn>;
  notifications?: number;
}

/** The one relay link that the fake takes. */
export const RELAY_LINK = 'remit-relay:https://relay.example.org/#AbCdEf0123456789';

const noRelay: Ipc.Relay = {
  state: 'none',
  host: null,
  since: null,
  againAt: null,
  lastArrivedAt: null,
  error: null,
  publicKey: 'remit-relay-key:q83vEjRWeJASNFZ4kBI0VniQEjRWeJASNFZ4kBI0Vng',
};

/** A relay that answers. */
export const connectedRelay: Ipc.Relay = {
  ...noRelay,
  state: 'connected',
  host: 'relay.example.org',
  since: hoursAgo(5),
  lastArrivedAt: hoursAgo(2),
};

const told: Pick<Ipc.Notification, 'source' | 'verdict' | 'again'>[] = [
  { source: 'listener', verdict: 'applied', again: 0 },
  { source: 'relay', verdict: 'already_known', again: 7 },
  { source: 'polling', verdict: null, again: 0 },
  { source: 'relay', verdict: 'applied', again: 0 },
  { source: 'listener', verdict: 'forged', again: 1 },
  { source: 'listener', verdict: 'mismatched', again: 0 },
  { source: 'relay', verdict: 'unmatched', again: 0 },
  { source: 'listener', verdict: 'out_of_order', again: 0 },
  { source: 'relay', verdict: 'unrecognised', again: 0 },
  { source: 'relay', verdict: 'unopened', again: 0 },
];

/** What was told of a payout, or of none like it. */
export function sampleNotification(index: number, payout: Ipc.Payout | undefined) {
  const sample = told[index % told.length] ?? { source: 'listener', verdict: 'applied', again: 0 };
  const known = sample.verdict !== 'unmatched' && sample.verdict !== 'unopened';
  const moves = sample.verdict === null || sample.verdict === 'applied';
  const about = known ? payout : undefined;
  const notification: Ipc.Notification = {
    ...sample,
    id: `told-${index + 1}`,
    at: hoursAgo(2 + index * 3),
    payoutId: about?.id ?? null,
    invoiceId: about?.invoiceId ?? null,
    payeeName: about?.payeeName ?? null,
    amount: about?.amount ?? null,
    from: moves ? 'processing' : null,
    to: moves ? 'paid' : null,
    againAt: sample.again ? hoursAgo(1 + index * 3) : null,
  };
  return notification;
}

/** The part of the fake through which Pockyt tells: the ways in, and what came. */
export abstract class FakeWayIn extends FakeBackend {
  ways: Ipc.WayIn;
  notifications: Ipc.Notification[] = [];
  /** What the next test of the way in shows. */
  test: Omit<Ipc.TestOutcome, 'at' | 'sentTo'> = { result: 'arrived', tookMs: 340, error: null };

  constructor({ wayIn }: WayInOptions) {
    super();
    this.ways = {
      asking: { answeredAt: hoursAgo(0.01), nextAskAt: hoursAgo(-0.5), offlineSince: null },
      address: {
        localUrl: 'http://127.0.0.1:47113/5JcQ0n3VtX8yB2mK7rLwZa',
        publicUrl: null,
      },
      relay: noRelay,
      inUse: 'none',
      lastTest: null,
      learnt: { notified: 182, askedFirst: 7, repaired: 0, since: hoursAgo(720) },
      forged: { came: 0, notKept: 0, lastAt: null },
      ...wayIn,
    };
  }

  /** Something came, as it does by itself. */
  arrive(notification: Ipc.Notification) {
    this.notifications.unshift(notification);
    const { payoutId, verdict } = notification;
    if (verdict) this.emit('notificationArrived', { payoutId, verdict });
  }

  /** The ways in change, as they do by themselves, and say so. */
  turnWayIn(changes: Partial<Ipc.WayIn>): Ipc.WayIn {
    const ways = { ...this.ways, ...changes };
    const inUse =
      ways.relay.state !== 'none' ? 'relay' : ways.address.publicUrl ? 'address' : 'none';
    this.ways = { ...ways, inUse: changes.inUse ?? inUse };
    this.emit('wayInChanged', null);
    return this.ways;
  }

  wayIn() {
    return this.answer('wayIn', [], () => this.ways);
  }

  setPublicUrl(url: string | null) {
    return this.answer('setPublicUrl', [url], () => {
      if (url !== null && !url.startsWith('https://')) {
        throw failure('address_not_https', { field: 'url' });
      }
      return this.turnWayIn({ address: { ...this.ways.address, publicUrl: url } });
    });
  }

  connectRelay(link: string) {
    return this.answer('connectRelay', [link], () => {
      if (link !== RELAY_LINK) throw failure('relay_link_invalid', { field: 'link' });
      return this.turnWayIn({ relay: { ...connectedRelay, since: NOW, lastArrivedAt: null } });
    });
  }

  disconnectRelay() {
    return this.answer('disconnectRelay', [], () => this.turnWayIn({ relay: noRelay }));
  }

  sendTestNotification() {
    return this.answer('sendTestNotification', [], () => {
      if (this.ways.inUse === 'none') throw failure('no_way_in');
      const lastTest: Ipc.TestOutcome = { ...this.test, at: NOW, sentTo: this.ways.inUse };
      this.turnWayIn({ lastTest });
      return lastTest;
    });
  }

  listNotifications(query: Ipc.NotificationQuery) {
    return this.answer('listNotifications', [query], (): Ipc.NotificationPage => {
      const wanted = query.search.toLowerCase();
      const found = this.notifications.filter(
        ({ verdict, source, invoiceId, payeeName }) =>
          (query.verdicts.length === 0 || (verdict && query.verdicts.includes(verdict))) &&
          (query.sources.length === 0 || query.sources.includes(source)) &&
          `${invoiceId ?? ''} ${payeeName ?? ''}`.toLowerCase().includes(wanted),
      );
      const start = Number(query.cursor ?? '0');
      const end = start + query.limit;
      return {
        notifications: found.slice(start, end),
        next: end < found.length ? String(end) : null,
        total: found.length,
      };
    });
  }

  showNotification(notice: Ipc.Notice) {
    return this.answer('showNotification', [notice], () => null);
  }

  showTray(words: Ipc.TrayWords) {
    return this.answer('showTray', [words], () => null);
  }

  quit() {
    return this.answer('quit', [], () => null);
  }

  notificationText(id: string) {
    return this.answer('notificationText', [id], () => {
      const found = this.notifications.find((known) => known.id === id);
      if (!found) throw failure('notification_not_found');
      const fields = {
        accountToken: '2010305228294111565580',
        amount: found.amount?.amount ?? '90.00',
        currency: 'USD',
        invoiceId: found.invoiceId ?? 'INV-0007',
        paymentTime: found.at,
        status: found.to === 'paid' ? 'success' : 'pending',
        transactionNo: '318453016214317210',
        vendor: 'BANK_ACCOUNT',
        verifySign: '0cc4979f8e1b4a5c9d2e3f4a5b6c7d8e',
      };
      return found.source === 'polling'
        ? JSON.stringify({ result: fields, ret_code: '000100', ret_msg: 'query success' }, null, 2)
        : new URLSearchParams(fields).toString();
    });
  }
}
