import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { none } from './none.ts';
import { checkEntries, checkTarball, installAlone, packAll, runQuickStart, temporaryFolder } from './pack.ts';
import { quickStart } from './readme.ts';
import { readWorkspace } from './workspace.ts';

const workspace = readWorkspace(fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, ''));
const tarballs = temporaryFolder();

// Needs a build; `pnpm check` makes one.
beforeAll(() => packAll(workspace, tarballs.path));
afterAll(() => tarballs.remove());

describe.each(workspace.packages.map((one) => [one.manifest.name, one] as const))('%s, packed', (_name, one) => {
  test.concurrent('passes publint and attw, and contains what it should', async () => {
    none(await checkTarball(one, tarballs.path));
  });

  test.concurrent('installs into an empty folder, loads by import and require, and its quick start runs', async () => {
    const folder = temporaryFolder();
    try {
      none(await installAlone(workspace, one, tarballs.path, folder.path));
      none(await checkEntries(one, folder.path));
      const program = quickStart(one);
      if (!one.isApp) expect(program, 'a ```ts block under ## Quick start').toBeDefined();
      if (program) none(await runQuickStart(program, folder.path));
    } finally {
      folder.remove();
    }
  });
});
