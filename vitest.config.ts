import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Unit tests read the sources, so that they need no build; interop tests read what is built.
const alias = (folder: string, extension: string) => [
  { find: /^@dnsteer\/([a-z]+)$/, replacement: at(`packages/$1/${folder}/index.${extension}`) },
  { find: /^@dnsteer\/([a-z]+)\/([a-z]+)$/, replacement: at(`packages/$1/${folder}/$2.${extension}`) },
  { find: /^dnsteer$/, replacement: at(`packages/dnsteer/${folder}/index.${extension}`) },
];

export default defineConfig({
  test: {
    coverage: {
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: Object.fromEntries(['wire', 'zone', 'authority'].map((name) => [`packages/${name}/src/**`, { lines: 95 }])),
    },
    projects: [
      {
        resolve: { alias: alias('src', 'ts') },
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/test/interop/**', '**/test/built/**'],
          // Statistics over many clients take seconds, more so where others use the machine.
          testTimeout: 60_000,
          benchmark: { include: ['packages/*/bench/**/*.bench.ts', 'apps/*/bench/**/*.bench.ts'] },
        },
      },
      {
        // Worker threads, the CLI, other people's servers.
        resolve: { alias: alias('dist', 'js') },
        test: {
          name: 'interop',
          include: [
            'packages/*/test/{interop,built}/**/*.test.ts',
            'apps/*/test/{interop,built}/**/*.test.ts',
            'tooling/test/**/*.test.ts',
            'examples/test/**/*.test.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        // Measurements by benchkit: run by `pnpm bench`, after the benchmarks of the project `unit`.
        resolve: { alias: alias('src', 'ts') },
        test: { name: 'compare', include: ['packages/*/bench/**/*.compare.ts'], fileParallelism: false },
      },
      {
        test: {
          name: 'check',
          include: ['tooling/check/*.check.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          maxConcurrency: 2,
        },
      },
    ],
  },
});
