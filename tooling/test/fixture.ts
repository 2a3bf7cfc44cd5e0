import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Writes `files` (by relative path) into a temporary folder that goes away with the test. */
export function writeFixture(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'dnsteer-fixture-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** The package.json of a package that has everything a published one needs. */
export function manifest(name: string, dependencies: Readonly<Record<string, string>> = {}, more: object = {}): string {
  return JSON.stringify({
    name,
    version: '1.2.3',
    license: 'MIT',
    type: 'module',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['dist', 'README.md', 'LICENSE'],
    dependencies,
    ...more,
  });
}

export function readme(quickStart: string, more = ''): string {
  return `# A package\n\n    npm i @dnsteer/zone\n\n## Quick start\n\n\`\`\`ts\n${quickStart}\n\`\`\`\n\n## Limits\n\n## RFCs\n${more}`;
}
