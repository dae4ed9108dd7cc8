import type { ErrorCode, Language, Relay, Theme } from '../bindings';
import { failure } from './failure';
import { FakePlatform, type FakeOptions } from './fake-platform';
import { connectedRelay } from './fake-way-in';
import { hoursAgo, liveProfile } from './samples';

export { failure } from './failure';
export { FakePlatform, type FakeOptions } from './fake-platform';
export { SAMPLE_TEXTS } from './fake-run-drafts';
export { RECOVERY_KEY, sampleBackup } from './fake-safety';
export { connectedRelay, RELAY_LINK } from './fake-way-in';
export { NOW, demoProfile, liveProfile, samplePayee, samplePayout } from './samples';

const engines: Record<string, FakeOptions['engine']> = {
  offline: { offlineSince: hoursAgo(1), waiting: 3 },
  held: { heldUntil: hoursAgo(-0.1) },
  comparing: {
    recovery: {
      cause: 'restored',
      since: hoursAgo(0.1),
      doneAt: null,
      found: 0,
      replacedRead: false,
    },
  },
  compared: {
    recovery: {
      cause: 'restored',
      since: hoursAgo(200),
      doneAt: new Date().toISOString(),
      found: 2,
      replacedRead: true,
    },
  },
  rolledback: {
    recovery: {
      cause: 'rolled_back',
      since: hoursAgo(200),
      doneAt: new Date().toISOString(),
      found: 0,
      replacedRead: false,
    },
  },
};

const local = 'http://127.0.0.1:47113/5JcQ0n3VtX8yB2mK7rLwZa';
const interrupted: Relay = {
  ...connectedRelay,
  state: 'interrupted',
  since: hoursAgo(1),
  againAt: hoursAgo(-0.05),
  error: failure('relay_unreachable', { retry: true }),
};

const waysIn: Record<string, FakeOptions['wayIn']> = {
  address: {
    address: { localUrl: local, publicUrl: 'https://pay.example.org/remit' },
    inUse: 'address',
    forged: { came: 1204, notKept: 1184, lastAt: hoursAgo(1) },
  },
  relay: { relay: connectedRelay, inUse: 'relay' },
  interrupted: { relay: interrupted, inUse: 'relay' },
};

/**
 * The fake for a plain browser in development:
 * `?state=welcome&theme=dark&lang=zh-CN&payees=1000&keychain=missing&trouble=disk_full&profile=live&key=unsaved`,
 * `?engine=offline`, `held`, `comparing`, `compared` or `rolledback`, and `?way=address`, `relay` or `interrupted`, `?told=0`, `?rows=100000`.
 */
export function fakeFromAddress(query: URLSearchParams): FakePlatform {
  const trouble = query.get('trouble') as ErrorCode | null;
  const options: FakeOptions = {
    state: trouble ? 'trouble' : query.get('state') === 'welcome' ? 'welcome' : 'ready',
    trouble: trouble ? failure(trouble) : undefined,
    keychain: query.get('keychain') === 'missing' ? 'missing' : 'available',
    preferences: {
      theme: (query.get('theme') as Theme | null) ?? 'system',
      language: (query.get('lang') as Language | null) ?? 'system',
    },
    payees: Number(query.get('payees') ?? '12'),
    payouts: Number(query.get('payouts') ?? '24'),
    profile: query.get('profile') === 'live' ? liveProfile : undefined,
    troubled: trouble ? liveProfile : undefined,
    backups: query.get('key') === 'unsaved' ? { recoveryKeySavedAt: null } : undefined,
    tour: query.has('tour'),
    engine: engines[query.get('engine') ?? ''],
    runRows: Number(query.get('rows') ?? '12'),
    notifications: Number(query.get('told') ?? '40'),
    wayIn: waysIn[query.get('way') ?? ''],
  };
  const platform = new FakePlatform(options);
  if (query.get('contrast') === 'more') platform.memory.keep('contrast', '"more"');
  return platform;
}
