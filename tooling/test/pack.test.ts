import { expect, test } from 'vitest';
import { checkEntries, checkTarball, installAlone, packAll, runQuickStart } from '../check/pack.ts';
import { quickStart } from '../check/readme.ts';
import { readWorkspace } from '../check/workspace.ts';
import { manifest, readme, writeFixture } from './fixture.ts';

const types = 'export declare const zone: string;\n';

/** A workspace of one package `@dnsteer/zone` on `@dnsteer/wire`, packed; `files` replace or add to it. */
async function packed(
  files: Readonly<Record<string, string>>,
  quickStartText = `import { zone } from '@dnsteer/zone';\nconsole.log(zone.length);`,
) {
  const root = writeFixture({
    'package.json': '{"private": true}',
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
    'packages/wire/package.json': manifest('@dnsteer/wire'),
    'packages/wire/dist/index.js': `export const wire = 'wire';\n`,
    'packages/wire/dist/index.d.ts': 'export declare const wire: string;\n',
    'packages/zone/package.json': manifest('@dnsteer/zone', { '@dnsteer/wire': 'workspace:^' }),
    'packages/zone/dist/index.js': `import { wire } from '@dnsteer/wire';\nexport const zone = wire + 'd';\n`,
    'packages/zone/dist/index.d.ts': types,
    'packages/zone/README.md': readme(quickStartText),
    'packages/zone/LICENSE': 'MIT',
    // pnpm packs `workspace:^` from what is installed.
    'packages/zone/node_modules/@dnsteer/wire/package.json': manifest('@dnsteer/wire'),
    ...files,
  });
  const tarballs = writeFixture({});
  const workspace = readWorkspace(root);
  await packAll(workspace, tarballs);
  const one = workspace.packages.find(({ folder }) => folder === 'zone')!;
  return { workspace, one, tarballs, folder: writeFixture({}) };
}

test('a package that is in order installs alone with its sibling, loads both ways, and its quick start runs', async () => {
  const { workspace, one, tarballs, folder } = await packed({});
  expect(await checkTarball(one, tarballs)).toEqual([]);
  expect(await installAlone(workspace, one, tarballs, folder)).toEqual([]);
  expect(await checkEntries(one, folder)).toEqual([]);
  expect(await runQuickStart(quickStart(one)!, folder)).toEqual([]);
});

test('a quick start that throws, prints nothing, does not compile, or imports what is not installed is caught', async () => {
  const { workspace, one, tarballs, folder } = await packed({});
  expect(await installAlone(workspace, one, tarballs, folder)).toEqual([]);
  const start = `import { zone } from '@dnsteer/zone';\n`;
  expect(await runQuickStart(`${start}console.log(zone);\nthrow new Error('not today');`, folder)).toEqual([
    expect.stringContaining('not today'),
  ]);
  expect(await runQuickStart(`${start}zone.trim();`, folder)).toEqual(['the quick start prints nothing']);
  expect(await runQuickStart(`${start}console.log(zone.size);`, folder)).toEqual([
    expect.stringContaining("quickstart.ts:2: Property 'size' does not exist"),
  ]);
  const missing = await runQuickStart(`import { x } from '@dnsteer/geo';\nconsole.log(x);`, folder);
  expect(missing).toEqual([expect.stringContaining("Cannot find module '@dnsteer/geo'"), expect.stringContaining('ERR_MODULE_NOT_FOUND')]);
});

test('a tarball with wrong exports, build state, or without a README is caught', async () => {
  const { one, tarballs } = await packed({
    'packages/zone/package.json': manifest(
      '@dnsteer/zone',
      {},
      { files: ['dist'], exports: { '.': { types: './dist/index.d.ts', default: './dist/main.js' } } },
    ),
    'packages/zone/README.md': '',
    'packages/zone/dist/.tsbuildinfo': '{}',
  });
  const problems = await checkTarball({ ...one }, tarballs);
  expect(problems.join('\n')).toMatch(/publint: .*main\.js.*does not exist/);
  expect(problems).toContain('the tarball contains dist/.tsbuildinfo');
});

test('an import that is not a declared dependency fails once it is installed alone', async () => {
  const { workspace, one, tarballs, folder } = await packed({ 'packages/zone/package.json': manifest('@dnsteer/zone') });
  expect(await installAlone(workspace, one, tarballs, folder)).toEqual([]);
  expect((await checkEntries(one, folder)).join('\n')).toMatch(/import fails:[\s\S]*@dnsteer\/wire[\s\S]*require fails:/);
});

test('top-level await loads by import and not by require', async () => {
  const { workspace, one, tarballs, folder } = await packed({ 'packages/zone/dist/index.js': `export const zone = await 'a';\n` });
  expect(await installAlone(workspace, one, tarballs, folder)).toEqual([]);
  expect(await checkEntries(one, folder)).toEqual([expect.stringMatching(/^require fails:[\s\S]*ERR_REQUIRE_ASYNC_MODULE/)]);
});

test('declarations of ours that need types nobody gets are caught', async () => {
  const { workspace, one, tarballs, folder } = await packed({
    'packages/zone/dist/index.d.ts': `import type { P } from 'dns-packet-types';\nexport declare const zone: P & string;\n`,
  });
  expect(await installAlone(workspace, one, tarballs, folder)).toEqual([]);
  const problems = await runQuickStart(quickStart(one)!, folder);
  expect(problems).toEqual([expect.stringContaining('node_modules/@dnsteer/zone/dist/index.d.ts:1: Cannot find module')]);
});
