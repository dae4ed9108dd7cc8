import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { drawnIcons } from './icons.vite';
import { parsedMessages } from './messages.vite';

// The policy of the real window, so that a preview in a browser breaks where the window would.
const contentSecurityPolicy =
  "default-src 'self'; connect-src 'self' ipc: http://ipc.localhost; object-src 'none'";

export default defineConfig({
  plugins: [parsedMessages(), drawnIcons(), svelte(), svelteTesting()],
  resolve: { alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) } },
  build: {
    // The oldest webviews Tauri meets: WebKitGTK of Debian 12, macOS 12's WebKit, WebView2.
    target: ['safari15.4', 'chrome110'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Svelte does not say so of the classes there, of which two are used.
    rolldownOptions: {
      treeshake: { moduleSideEffects: [{ test: /svelte\/src\/reactivity/, sideEffects: false }] },
    },
  },
  clearScreen: false,
  // The icon is drawn once, beside the program's others.
  server: { port: 5173, strictPort: true, fs: { allow: ['.', '../src-tauri/icons'] } },
  preview: { headers: { 'Content-Security-Policy': contentSecurityPolicy } },
  test: {
    environment: 'happy-dom',
    // Whole windows are tested, also on a machine that is busy with something else.
    testTimeout: 20_000,
    setupFiles: ['./tests/setup.ts'],
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
  },
});
