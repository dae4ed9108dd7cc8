import axe from 'axe-core';
import { screen } from '@testing-library/svelte';
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { spoken } from '$lib/i18n';
import { layOutLists } from './list-layout';
import { renderApp } from './render-app';

layOutLists();

const gallery = Object.values(
  import.meta.glob('../src/gallery/*.svelte', { query: '?raw', import: 'default', eager: true }),
).join('\n');

// The tooltip's layer is hidden while it is empty, by a style that this document does not apply.
const shown = { include: ['body'], exclude: ['#tooltip-layer'] };

/** What is the window's own, or a part of another that is shown. */
const partsOfOthers = [
  'Drawing',
  'Field',
  'MenuFrame',
  'MessageLayer',
  'Modal',
  'Page',
  'PageHeader',
  'TableHead',
  'Timeline',
  'Tooltip',
  'TooltipLayer',
  'BackupList',
];

it.each(
  ['components', 'domain']
    .flatMap((tier) => readdirSync(`src/lib/${tier}`))
    .filter((file) => file.endsWith('.svelte'))
    .map((file) => file.replace('.svelte', ''))
    .filter((name) => !partsOfOthers.includes(name)),
)('shows %s', (name) => {
  expect(gallery).toMatch(new RegExp(`<${name}\\b`));
});

// The colours of each look are computed in contrast.test.ts: this document has no layout to measure them in.
const options = { rules: { 'color-contrast': { enabled: false } } };

it.each([
  ['light', 'system', 'en'],
  ['dark', 'system', 'zh-CN'],
  ['light', 'more', 'es'],
  ['dark', 'more', 'en'],
] as const)(
  'has nothing that axe objects to, %s, contrast %s, %s',
  async (theme, contrast, language) => {
    const { platform } = await renderApp({ preferences: { theme, language } }, '#/gallery');
    if (contrast === 'more') document.documentElement.dataset.contrast = 'more';
    await screen.findByRole('heading', { level: 1, name: 'Gallery' });
    expect(document.documentElement.dataset.theme).toBe(theme);
    expect(spoken.language).toBe(language);
    const { violations } = await axe.run(shown, options);
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(platform.calls.length).toBeGreaterThan(0);
    delete document.documentElement.dataset.contrast;
  },
  60_000,
);
