import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

const components = readdirSync(join(import.meta.dirname, 'src'), {
  recursive: true,
  encoding: 'utf8',
})
  .filter((file) => file.endsWith('.svelte'))
  .map((file) => `src/${file.replaceAll('\\', '/')}`)
  .toSorted();

export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: true,
    // Written at hundreds of places, so the place among all components rather than a long hash.
    cssHash({ hash, filename }) {
      const place = components.indexOf(filename);
      return place < 0 ? `svelte-${hash(filename)}` : `_${place.toString(36)}`;
    },
  },
  vitePlugin: {
    // Libraries may ship components written before runes.
    dynamicCompileOptions({ filename }) {
      if (filename.includes('node_modules')) return { runes: undefined };
    },
  },
};
