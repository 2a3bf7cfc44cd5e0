import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { checkLinks, checkPackageTable } from './documents.ts';
import { checkNoTestLeftOut, longFiles } from './files.ts';
import { checkImports, checkOracle } from './imports.ts';
import { none } from './none.ts';
import { checkErrorCodes, checkReadme } from './readme.ts';
import { readWorkspace } from './workspace.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const workspace = readWorkspace(root);

describe.each(workspace.packages.map((one) => [one.manifest.name, one] as const))('%s', (_name, one) => {
  test('imports what the package table gives it, and declares it', () => {
    none(checkImports(workspace, one));
  });
  test('has a README with what a user looks for', () => {
    none(checkReadme(workspace, one));
  });
  test('lists its error codes', () => {
    none(checkErrorCodes(workspace, one));
  });
});

describe('workspace', () => {
  test('docs/architecture.md shows the package table that is checked', () => {
    const document = join(root, 'docs', 'architecture.md');
    none(existsSync(document) ? checkPackageTable(readFileSync(document, 'utf8')) : ['docs/architecture.md: missing']);
  });
  test('links between documents lead somewhere', () => {
    none(checkLinks(root));
  });
  test('the testkit imports nothing of ours', () => {
    none(checkOracle(root));
  });
  test('no test is skipped, singled out or still to be written', () => {
    none(checkNoTestLeftOut(root));
  });
  test('no source file has more than 450 lines', () => {
    const long = longFiles(root, 400);
    if (long.length > 0) console.warn(`more than 400 lines:\n${long.join('\n')}`);
    none(longFiles(root, 450));
  });
});
