// Which packets cost most where nothing is signed: the ten dearest of the fuzzing corpus and its damages, in CPU time. Ends with 1 when one takes more
// than 50 us.
//
//   node packages/dnsteer/bench/dearest.mjs
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

// One plain module of the sources: what a test runner makes of imports takes longer than they do.
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dnsteer-dearest-'));
try {
  await build({
    configFile: false,
    root: at('../../..'),
    logLevel: 'error',
    resolve: {
      alias: [
        { find: /^@dnsteer\/([a-z]+)$/, replacement: at('../../$1/src/index.ts') },
        { find: /^@dnsteer\/([a-z]+)\/([a-z]+)$/, replacement: at('../../$1/src/$2.ts') },
      ],
    },
    ssr: { noExternal: true },
    build: {
      ssr: at('../test/fuzz/dearest.ts'),
      outDir: folder,
      minify: false,
      rollupOptions: { output: { entryFileNames: 'dearest.mjs' } },
    },
  });
  const { printDearest } = await import(pathToFileURL(join(folder, 'dearest.mjs')).href);
  if (!(await printDearest())) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
