import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const [usual = '', more = ''] = readFileSync('src/styles/tokens.css', 'utf8').split(
  ":root[data-contrast='more'] {",
);

function colours(css: string) {
  const found = css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g);
  return new Map([...found].map(([, name = '', light = '', dark = '']) => [name, { light, dark }]));
}

const usualColours = colours(usual);
/** What high contrast needs, and what it leaves as it is. */
const moreColours = new Map([...usualColours, ...colours(more)]);

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ['bg', 'surface', 'surface-sunken', 'surface-hover', 'surface-selected'];
const tones = ['grey', 'blue', 'green', 'amber', 'violet', 'red'];

const pairs: [string, string, number][] = [
  ...['text', 'text-muted', 'text-faint', 'accent-text', 'red-text', 'green-text'].flatMap((text) =>
    surfaces.map((surface): [string, string, number] => [text, surface, 4.5]),
  ),
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-hover', 4.5],
  ['on-accent', 'danger', 4.5],
  ['on-accent', 'danger-hover', 4.5],
  ['on-inverse', 'inverse', 4.5],
  ['border-control', 'surface', 3],
  ['border-control', 'bg', 3],
  ...surfaces.map((surface): [string, string, number] => ['focus', surface, 3]),
  ...tones.flatMap((tone): [string, string, number][] => [
    [`${tone}-text`, `${tone}-bg`, 4.5],
    [`${tone}-shape`, `${tone}-bg`, 3],
    [`${tone}-shape`, 'surface', 3],
  ]),
];

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  it.each(pairs)('%s on %s reaches %d:1', (front, back, least) => {
    const [a, b] = [usualColours.get(front), usualColours.get(back)];
    if (!a || !b) throw new Error(`no such token: ${a ? back : front}`);
    expect(contrast(a[theme], b[theme])).toBeGreaterThanOrEqual(least);
  });

  it.each(pairs)('%s on %s reaches more than %d:1 in high contrast', (front, back, least) => {
    const [a, b] = [moreColours.get(front), moreColours.get(back)];
    if (!a || !b) throw new Error(`no such token: ${a ? back : front}`);
    expect(contrast(a[theme], b[theme])).toBeGreaterThanOrEqual(least === 3 ? 4.5 : 7);
  });
});
