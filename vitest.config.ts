import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Unit tests read the sources, so that they need no build.
const alias = [
  { find: /^@dnsteer\/([a-z]+)$/, replacement: at('packages/$1/src/index.ts') },
  { find: /^@dnsteer\/([a-z]+)\/([a-z]+)$/, replacement: at('packages/$1/src/$2.ts') },
  { find: /^dnsteer$/, replacement: at('packages/dnsteer/src/index.ts') },
];

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/test/interop/**', '**/test/built/**'],
        },
      },
      {
        // Against what is built: worker threads, the CLI, other people's servers.
        test: {
          name: 'interop',
          include: ['packages/*/test/{interop,built}/**/*.test.ts', 'apps/*/test/{interop,built}/**/*.test.ts', 'tooling/test/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
