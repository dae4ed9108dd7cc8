import type { ErrorCode, Language, Theme } from '../bindings';
import { failure } from './failure';
import { FakePlatform, type FakeOptions } from './fake-platform';
import { hoursAgo, liveProfile } from './samples';

export { failure } from './failure';
export { FakePlatform, type FakeOptions } from './fake-platform';
export { RECOVERY_KEY, sampleBackup } from './fake-safety';
export { NOW, demoProfile, liveProfile, samplePayee, samplePayout } from './samples';

const engines: Record<string, FakeOptions['engine']> = {
  offline: { offlineSince: hoursAgo(1), waiting: 3 },
  held: { heldUntil: hoursAgo(-0.1) },
  comparing: { recovery: { cause: 'restored', since: hoursAgo(0.1), doneAt: null, found: 0 } },
  compared: {
    recovery: {
      cause: 'restored',
      since: hoursAgo(200),
      doneAt: new Date().toISOString(),
      found: 2,
    },
  },
};

/**
 * The fake for a plain browser in development:
 * `?state=welcome&theme=dark&lang=zh-CN&payees=1000&keychain=missing&trouble=disk_full&profile=live&key=unsaved`,
 * and `?engine=offline`, `held`, `comparing` or `compared`.
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
  };
  const platform = new FakePlatform(options);
  if (query.get('contrast') === 'more') platform.memory.keep('contrast', '"more"');
  return platform;
}
