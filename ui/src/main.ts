import { mount } from 'svelte';
import App from './app/App.svelte';
import { spoken } from './lib/i18n';
import type { Platform } from './lib/platform';
import { tauriPlatform } from './lib/platform/tauri';

async function choosePlatform(): Promise<Platform> {
  // In development a plain browser gets the fake; a production build does not contain it.
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { fakeFromAddress } = await import('./lib/platform/fake');
    return fakeFromAddress(new URLSearchParams(location.search));
  }
  return tauriPlatform;
}

// No await at the head of the module: with one, what the other files share with it would be a file of its own.
async function begin() {
  const target = document.getElementById('app');
  // Read while the backend is asked how things stand; nothing is said before both are here.
  void spoken.prefer('system');
  const platform = await choosePlatform();
  if (target) mount(App, { target, props: { platform, asked: platform.startup() } });
}

void begin();
