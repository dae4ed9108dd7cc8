import { expect, it } from 'vitest';
import { readFileSync } from 'node:fs';

const components = import.meta.glob('../src/**/*.svelte', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>;

const known = new Set(
  ['tokens', 'tones']
    .flatMap((file) => [...readFileSync(`src/styles/${file}.css`, 'utf8').matchAll(/(--[\w-]+):/g)])
    .map(([, name]) => name),
);

/** What `beside` tells of the place it found. */
const measured = ['--room', '--opener-width'];

it.each(Object.entries(components))('%s takes its looks from the tokens', (_, source) => {
  const style = /<style>([\s\S]*)<\/style>/.exec(source)?.[1] ?? '';
  expect(style.match(/#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|oklch|light-dark)\(/gi)).toBeNull();
  // A hairline is a pixel or two on every screen; whatever else is measured follows the text.
  expect(style.match(/\b([3-9]|\d{2,})(\.\d+)?px/g)).toBeNull();
  const used = [...style.matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name);
  const own = [...source.matchAll(/(?:style:)?(--[\w-]+)[:=]/g)].map(([, name]) => name);
  expect(
    used.filter(
      (name) => !known.has(name) && !own.includes(name) && !measured.includes(name ?? ''),
    ),
  ).toEqual([]);
});
