import { render } from '@testing-library/svelte';
import userEvent, { PointerEventsCheckLevel } from '@testing-library/user-event';
import { tick } from 'svelte';
import App from '../src/app/App.svelte';
import { router } from '../src/app/router.svelte';
import { parseRoute } from '../src/app/route';
import { FakePlatform, type FakeOptions } from '$lib/platform/fake';

/** The whole window on a fake backend, at an address such as `#/settings`. */
export async function renderApp(options: FakeOptions = {}, address = '#/payees') {
  return renderAppOn(new FakePlatform(options), address);
}

/** The same on a backend the test has prepared. */
export async function renderAppOn(platform: FakePlatform, address = '#/payees') {
  history.replaceState(null, '', address);
  router.route = parseRoute(address);
  // The real window shows what lies over what.
  const user = userEvent.setup({ pointerEventsCheck: PointerEventsCheckLevel.Never });
  const view = render(App, { props: { platform } });
  await tick();
  return { platform, user, ...view };
}
