import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

type Shape = [element: string, attributes: Record<string, string>];

/** A shape as the line of a path that may follow another. */
function lineOf([element, attributes]: Shape): string {
  const of = (name: string) => Number(attributes[name] ?? 0);
  const arc = (x: number, y: number, to: string) => `a${x} ${y} 0 0 1 ${to}`;
  switch (element) {
    case 'path': {
      // A move at the head of a path is one from the corner, also where it is written as relative.
      const [head = '', x = '', y = ''] =
        /^[Mm]\s*(-?(?:\d*\.)?\d+)[\s,]*(-?(?:\d*\.)?\d+)[\s,]*/.exec(attributes.d ?? '') ?? [];
      const rest = attributes.d?.slice(head.length) ?? '';
      const goesOn = /^[-.\d]/.test(rest) ? (head.startsWith('m') ? 'l' : 'L') : '';
      return `M${x} ${y}${goesOn}${rest}`;
    }
    case 'circle':
    case 'ellipse': {
      const [x, y] = element === 'circle' ? [of('r'), of('r')] : [of('rx'), of('ry')];
      const half = arc(x, y, `${2 * x} 0`);
      const filled = attributes.fill ? `M${of('cx')} ${of('cy')}h.01` : '';
      return `M${of('cx') - x} ${of('cy')}${half}${arc(x, y, `${-2 * x} 0`)}z${filled}`;
    }
    case 'rect': {
      const [width, height, r] = [of('width'), of('height'), of('rx')];
      const corner = (x: number, y: number) => (r ? arc(r, r, `${x} ${y}`) : '');
      const [across, down] = [width - 2 * r, height - 2 * r];
      const turns = [corner(r, r), corner(-r, r), corner(-r, -r), corner(r, -r)];
      return (
        `M${of('x') + r} ${of('y')}h${across}${turns[0]}v${down}${turns[1]}` +
        `h${-across}${turns[2]}v${-down}${turns[3]}z`
      );
    }
    case 'line':
      return `M${of('x1')} ${of('y1')}L${of('x2')} ${of('y2')}`;
    case 'polyline':
      return `M${attributes.points}`;
    case 'polygon':
      return `M${attributes.points}z`;
    default:
      throw new Error(`Lucide draws with something new: ${element}`);
  }
}

/** What a line knows of its shape. A dot that is filled as well is no more than its line is wide. */
const KNOWN = /^(d|cx|cy|r|rx|ry|x|y|width|height|x1|x2|y1|y2|points)$/;
const isDot = ({ r, fill }: Shape[1]) => fill === 'currentColor' && Number(r) <= 1;

/**
 * Lets one component of ours draw all the icons, each as one path: Lucide brings a component for each, and puts its
 * shapes together again wherever it is shown.
 */
export function drawnIcons(): Plugin {
  return {
    name: 'remit-drawn-icons',
    enforce: 'pre',
    async load(id) {
      if (!/\/@lucide\/svelte\/dist\/icons\/[\w-]+\.js$/.test(id)) return null;
      const [, name = ''] = /from "(\.\/[\w-]+\.svelte)"/.exec(await readFile(id, 'utf8')) ?? [];
      const component = await readFile(join(dirname(id), name), 'utf8');
      const [, data = '{}'] = /const iconData = (\{.*\});$/m.exec(component) ?? [];
      const { node = [] } = JSON.parse(data) as { node?: Shape[] };
      const isKnown = ([, described]: Shape) =>
        Object.keys(described).every((one) => KNOWN.test(one) || isDot(described));
      if (node.length === 0 || !node.every(isKnown))
        throw new Error(`Lucide draws ${id} in another way now`);
      const line = JSON.stringify(node.map(lineOf).join(''));
      return `import { drawn } from '$lib/components/drawn';\nexport default drawn(${line});`;
    },
  };
}
