import type { ErrorCode, Language, Theme } from '../bindings';
import { failure } from './failure';
import { FakePlatform, type FakeOptions } from './fake-platform';

export { failure } from './failure';
export { FakePlatform, type FakeOptions } from './fake-platform';
export { NOW, demoProfile, liveProfile, samplePayee, samplePayout } from './samples';

/**
 * The fake for a plain browser in development:
 * `?state=welcome&theme=dark&lang=zh-CN&payees=1000&keychain=missing&trouble=disk_full&profile=live`.
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
  };
  return new FakePlatform(options);
}
