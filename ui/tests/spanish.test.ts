import { expect, it } from 'vitest';
import { loadCatalogue } from '../src/lib/i18n/catalogue';

it('ends no sentence with a time, which has a full stop of its own in Spanish', async () => {
  for (const [key, text] of await loadCatalogue('es')) {
    expect(String(text), key).not.toMatch(/\{time\}\./);
  }
});
