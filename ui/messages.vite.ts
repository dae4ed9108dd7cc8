import { parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { runnerImport, type Plugin } from 'vite';

type Areas = Record<string, Record<string, string>>;

/**
 * Parses the messages while the bundle is made: the parser is a tenth of the code that the window
 * would otherwise load.
 */
export function parsedMessages(): Plugin {
  return {
    name: 'remit-parsed-messages',
    apply: 'build',
    enforce: 'pre',
    config: () => ({
      resolve: {
        alias: [
          {
            find: /^@formatjs\/icu-messageformat-parser$/,
            replacement: '@formatjs/icu-messageformat-parser/no-parser.js',
          },
        ],
      },
    }),
    async load(id) {
      if (!/\/i18n\/[\w-]+\/index\.ts$/.test(id)) return null;
      const { module: areas, dependencies } = await runnerImport<Areas>(id);
      for (const file of dependencies) this.addWatchFile(file);
      const exported = Object.entries(areas).map(([area, messages]) => {
        const parsed = Object.entries(messages).map(([key, text]) => {
          const parts = parse(text, { ignoreTag: true });
          const [only] = parts.length === 1 ? parts : [];
          const said =
            only?.type === TYPE.literal
              ? `plain(${JSON.stringify(only.value)})`
              : JSON.stringify(parts);
          return `${JSON.stringify(key)}: ${said}`;
        });
        return `export const ${area} = {${parsed.join(',')}};`;
      });
      // Most messages are only words: half of the file would be the braces around them.
      return `const plain = (value) => [{ type: ${TYPE.literal}, value }];\n${exported.join('\n')}`;
    },
  };
}
