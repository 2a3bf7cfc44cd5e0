import { expect, test } from 'vitest';
import { checkLinks, checkPackageTable } from '../check/documents.ts';
import { checkNoTestLeftOut, longFiles } from '../check/files.ts';
import { checkImports, checkOracle } from '../check/imports.ts';
import { packages } from '../check/packages.ts';
import { checkErrorCodes, checkReadme, quickStart } from '../check/readme.ts';
import { readWorkspace } from '../check/workspace.ts';
import { manifest, readme, writeFixture } from './fixture.ts';

const quickStartOf = (text: string) => `import { x } from '@dnsteer/zone';\n${text}`;

/** What checkImports says about packages/`folder`, of which `source` is one file. */
function importsOf(folder: string, source: string, dependencies: Record<string, string> = {}): string[] {
  const root = writeFixture({
    [`packages/${folder}/package.json`]: manifest(`@dnsteer/${folder}`, dependencies),
    [`packages/${folder}/src/index.ts`]: source,
    'packages/wire/package.json': manifest('@dnsteer/wire', {}, { exports: { '.': {}, './records': {} } }),
    'packages/router/package.json': manifest('@dnsteer/router', { '@dnsteer/wire': 'workspace:^' }),
  });
  const workspace = readWorkspace(root);
  return checkImports(workspace, workspace.packages.find((one) => one.folder === folder)!);
}

const onWire = { '@dnsteer/wire': 'workspace:^' };

test('the package table goes downward: no import upward, sideways only where the table says so', () => {
  for (const [folder, row] of Object.entries(packages)) {
    for (const other of [...row.imports, ...(row.types ?? [])])
      expect(packages[other]!.floor, `${folder} -> ${other}`).toBeLessThan(row.floor);
    if (row.alone) expect([...row.imports], folder).toEqual(row.imports.filter((other) => other === 'wire'));
  }
});

test('imports within the table pass: siblings, their sub-paths, own files, node: and declared libraries', () => {
  const source = `
    import { a } from '@dnsteer/wire';
    import { b } from '@dnsteer/wire/records';
    import { c } from './c.ts';
    import { readFileSync } from 'node:fs';
    import yaml from 'yaml';
    export type { D } from 'yaml/types';`;
  expect(importsOf('zone', source, { ...onWire, yaml: '1' })).toEqual([]);
});

test.each([
  [
    'upward',
    `import { a } from '@dnsteer/authority';`,
    "src/index.ts:1: imports '@dnsteer/authority': the package table gives zone no authority",
  ],
  [
    'sideways',
    `\nimport { a } from '@dnsteer/router';`,
    "src/index.ts:2: imports '@dnsteer/router': the package table gives zone no router",
  ],
  ['of the front door', `export { a } from 'dnsteer';`, "imports 'dnsteer': the package table gives zone no dnsteer"],
  ['of an app', `const a = await import('@dnsteer/server');`, "imports '@dnsteer/server': the package table gives zone no server"],
  ['of tooling', `const a = require('@dnsteer/tooling');`, "imports '@dnsteer/tooling': the package table gives zone no tooling"],
  ['of a type', `export type A = import('@dnsteer/geo').Location;`, "imports '@dnsteer/geo': the package table gives zone no geo"],
  ['by path', `import { a } from '../../router/src/index.ts';`, "imports '../../router/src/index.ts', outside of its package"],
  [
    'of an entry that is not there',
    `import { a } from '@dnsteer/wire/names';`,
    "imports '@dnsteer/wire/names', which @dnsteer/wire does not export",
  ],
  ['of itself by name', `import { a } from '@dnsteer/zone';`, "imports itself by name ('@dnsteer/zone')"],
  ['of an undeclared library', `import { a } from 'left-pad/x';`, "imports 'left-pad/x', which is not among its dependencies"],
  ['of a builtin without node:', `import { a } from 'fs';`, "imports 'fs': write 'node:fs'"],
])('a forbidden import %s is caught', (_what, source, problem) => {
  const problems = importsOf('zone', `${source}\nimport '@dnsteer/wire';`, onWire);
  expect(problems).toEqual([expect.stringContaining(problem)]);
});

test('the authority has the types of the router, and nothing of it at run time', () => {
  const dependencies = { '@dnsteer/router': 'workspace:^' };
  expect(
    importsOf('authority', `import type { A } from '@dnsteer/router';\nimport { type B } from '@dnsteer/router';`, dependencies),
  ).toEqual([]);
  expect(importsOf('authority', `import { type A, b } from '@dnsteer/router';`, dependencies)).toEqual([
    expect.stringContaining("imports '@dnsteer/router': the package table gives authority only the types of router"),
  ]);
});

test('a dependency that the table does not give, or that nothing uses, is caught in package.json', () => {
  expect(importsOf('zone', '', { '@dnsteer/geo': 'workspace:^' })).toEqual([
    'packages/zone/package.json: depends on @dnsteer/geo, which the package table does not give zone',
    'packages/zone/package.json: depends on @dnsteer/geo, and no source names it',
  ]);
});

test('a package without a row in the table is caught', () => {
  expect(importsOf('utils', '')).toEqual([expect.stringContaining('packages/utils: no row in the package table')]);
});

test('a testkit that uses our codec is caught', () => {
  const root = writeFixture({
    'tooling/testkit/dig.ts': `import { a } from './net.ts';\nimport { parseName } from '@dnsteer/wire';`,
    'tooling/testkit/net.ts': `import { b } from '../../packages/wire/src/index.ts';`,
  });
  expect(checkOracle(root)).toEqual([expect.stringContaining("dig.ts:2: imports '@dnsteer/wire'"), expect.stringContaining('net.ts:1')]);
});

function readmeOf(text: string | undefined, errors?: string) {
  const root = writeFixture({
    'packages/zone/package.json': manifest('@dnsteer/zone'),
    ...(text === undefined ? {} : { 'packages/zone/README.md': text }),
    ...(errors === undefined ? {} : { 'packages/zone/src/errors.ts': errors }),
  });
  const workspace = readWorkspace(root);
  return { workspace, one: workspace.packages[0]! };
}

test('a missing README, a missing section and a missing quick start are caught', () => {
  const missing = readmeOf(undefined);
  expect(checkReadme(missing.workspace, missing.one)).toEqual(['packages/zone/README.md: missing']);
  const bare = readmeOf('# Zone\n\n## Quick start\n\n```sh\nnpm start\n```\n\n## API\n\n```ts\nlate();\n```\n\n## RFCs\n');
  expect(checkReadme(bare.workspace, bare.one)).toEqual([
    "packages/zone/README.md: no section '## Limits'",
    "packages/zone/README.md: does not say 'npm i @dnsteer/zone'",
    "packages/zone/README.md: no ```ts block under '## Quick start'",
  ]);
});

test('an exported name that the README leaves out is caught; types are not asked for', () => {
  const root = writeFixture({
    'packages/zone/package.json': manifest('@dnsteer/zone'),
    'packages/zone/README.md': readme('readZone();'),
    'packages/zone/src/index.ts': `export { readZone, type Zone, ZoneImage } from './zone.ts';\nexport type { A } from './a.ts';`,
  });
  const workspace = readWorkspace(root);
  expect(checkReadme(workspace, workspace.packages[0]!)).toEqual([
    'packages/zone/README.md: says nothing about ZoneImage, which src/index.ts exports',
  ]);
});

test('the quick start is the first ts block of its section, and names no sibling but wire', () => {
  const fine = readmeOf(readme(quickStartOf(`import { y } from '@dnsteer/wire';`)));
  expect(quickStart(fine.one)).toBe(`import { x } from '@dnsteer/zone';\nimport { y } from '@dnsteer/wire';\n`);
  expect(checkReadme(fine.workspace, fine.one)).toEqual([]);
  const other = readmeOf(readme(quickStartOf(`import { y } from '@dnsteer/geo';`)));
  expect(checkReadme(other.workspace, other.one)).toEqual([expect.stringContaining("the quick start imports '@dnsteer/geo'")]);
});

test('codes of src/errors.ts and of the table in the README are compared both ways', () => {
  const table = '\n## Error codes\n\n| code | when |\n|---|---|\n| `ERR_ZONE_OLD` | never |\n| `ERR_ZONE_BOTH` | always |\n';
  const { workspace, one } = readmeOf(readme('', table), `export type Code = 'ERR_ZONE_BOTH' | 'ERR_ZONE_NEW';`);
  expect(checkErrorCodes(workspace, one)).toEqual([
    expect.stringContaining('lacks ERR_ZONE_NEW'),
    expect.stringContaining('has ERR_ZONE_OLD, which src/errors.ts has not'),
  ]);
});

test('skipped, singled out and unwritten tests are caught; the words in a string are not', () => {
  const left = [
    'test.skip("a", f);',
    'describe.only("b", f);',
    'it.todo("c");',
    'test.concurrent.only("d", f);',
    'describe.skipIf(x)("e", f);',
    'test("f", { skip: true }, f);',
  ];
  const root = writeFixture({
    'packages/zone/test/a.test.ts': left.join('\n'),
    'apps/server/test/interop/b.test.ts': 'const text = "test.only(x)"; // it.skip\ntest("fine", () => list.only.skip());\n',
  });
  expect(checkNoTestLeftOut(root)).toEqual([
    'packages/zone/test/a.test.ts:1: test.skip',
    'packages/zone/test/a.test.ts:2: describe.only',
    'packages/zone/test/a.test.ts:3: it.todo',
    'packages/zone/test/a.test.ts:4: test.only',
    'packages/zone/test/a.test.ts:5: describe.skipIf',
    'packages/zone/test/a.test.ts:6: test(..., { skip: true })',
  ]);
});

test('long source files are caught; tests, data and generated files are not', () => {
  const long = 'x\n'.repeat(451);
  const root = writeFixture({
    'packages/zone/src/long.ts': long,
    'packages/zone/src/fine.ts': 'x\n'.repeat(450),
    'packages/zone/src/data/table.ts': long,
    'packages/zone/src/a.generated.ts': long,
    'packages/zone/test/a.test.ts': long,
    'packages/zone/dist/index.js': long,
  });
  expect(longFiles(root, 450)).toEqual(['packages/zone/src/long.ts: 451 lines']);
});

test('the package table of the document and that of the check are compared', () => {
  const rows = Object.entries(packages).map(([folder, row]) => {
    const name = ['server', 'dashboard'].includes(folder)
      ? `apps/${folder}`
      : folder === 'dnsteer'
        ? '`dnsteer` (packages/dnsteer)'
        : `\`@dnsteer/${folder}\``;
    const words = [...row.imports, ...(row.types ?? []).map((other) => `${other} (types)`)];
    return `| ${name}${row.alone ? ' *' : ''} | a job | ${words.join(', ') || '-'} | - |`;
  });
  const document = ['| package | one job | imports of ours | its library |', '|---|---|---|---|', ...rows].join('\n');
  expect(checkPackageTable(document)).toEqual([]);
  expect(checkPackageTable(document.replace('| wire, zone, dnssec |', '| wire, zone |'))).toEqual([
    expect.stringMatching(/^signer: the document gives it 'wire, zone'/),
  ]);
  expect(checkPackageTable(document.replace('router (types)', 'router'))).toEqual([expect.stringMatching(/^authority: /)]);
  expect(checkPackageTable(document.replace('`@dnsteer/geo` *', '`@dnsteer/geo`'))).toEqual(['geo: is not marked * in the document']);
  expect(checkPackageTable(document.replace('`@dnsteer/geo`', '`@dnsteer/place`'))).toEqual([
    'place: has no row in tooling/check/packages.ts',
    'geo: has no row in the document',
  ]);
});

test('a link that leads nowhere is caught; links to the web, to anchors and in code are not', () => {
  const root = writeFixture({
    'README.md': '[a](docs/a.md) [b](docs/b.md#part) [c](https://example.com) [d](#here)\n\n    [e](e.md)\n\n```ts\nx[f](g);\n```\n',
    'docs/a.md': '[up](../README.md)',
  });
  expect(checkLinks(root)).toEqual(['README.md: links to docs/b.md, which is not there']);
});
