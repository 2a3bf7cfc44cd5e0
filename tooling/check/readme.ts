import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { exportedNames, readImports } from './imports.ts';
import { packages as table } from './packages.ts';
import { type Package, siblingOf, type Workspace } from './workspace.ts';

const sections = ['Quick start', 'Limits', 'RFCs'];

function readReadme(one: Package): string | undefined {
  const path = join(one.directory, 'README.md');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** The program under `## Quick start`: the first ```ts block of that section. */
export function quickStart(one: Package): string | undefined {
  const section = /^## Quick start\b[^\n]*\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(readReadme(one) ?? '')?.[1];
  return section && /^```ts\n([\s\S]*?)^```/m.exec(section)?.[1];
}

/** A README with what a user looks for: installing, a quick start, every exported name, limits, RFCs; for a package marked `*`, a quick start that names no sibling but wire. */
export function checkReadme(workspace: Workspace, one: Package): string[] {
  const at = relative(workspace.root, join(one.directory, 'README.md'));
  const readme = readReadme(one);
  if (readme === undefined) return [`${at}: missing`];
  const problems: string[] = [];
  if (!readme.startsWith('# ')) problems.push(`${at}: does not begin with a title`);
  if (one.isApp) return problems;
  for (const section of sections) {
    if (!new RegExp(`^## ${section}\\b`, 'm').test(readme)) problems.push(`${at}: no section '## ${section}'`);
  }
  if (!new RegExp(`npm (i|install) ${one.manifest.name}\\b`).test(readme))
    problems.push(`${at}: does not say 'npm i ${one.manifest.name}'`);
  for (const name of exportedNames(join(one.directory, 'src', 'index.ts'))) {
    // The table of error codes shows what such a list holds.
    if (!name.endsWith('_ERROR_CODES') && !new RegExp(`\\b${name}\\b`).test(readme))
      problems.push(`${at}: says nothing about ${name}, which src/index.ts exports`);
  }
  const program = quickStart(one);
  if (program === undefined) {
    problems.push(`${at}: no \`\`\`ts block under '## Quick start'`);
  } else if (table[one.folder]?.alone) {
    for (const { specifier } of readImports(at, program).imports) {
      const sibling = siblingOf(specifier);
      const fine = sibling ? sibling.folder === one.folder || sibling.folder === 'wire' : specifier.startsWith('node:');
      if (!fine) problems.push(`${at}: the quick start imports '${specifier}'; this package is installed alone`);
    }
  }
  return problems;
}

/** The codes in src/errors.ts against the table in the README. */
export function checkErrorCodes(workspace: Workspace, one: Package): string[] {
  const path = join(one.directory, 'src', 'errors.ts');
  if (!existsSync(path)) return [];
  const at = relative(workspace.root, join(one.directory, 'README.md'));
  const readme = readReadme(one);
  if (readme === undefined) return [`${at}: missing`];
  const inSource = new Set([...readFileSync(path, 'utf8').matchAll(/'(ERR_[A-Z0-9_]+)'/g)].map((match) => match[1]!));
  const inTable = new Set([...readme.matchAll(/^\|\s*`(ERR_[A-Z0-9_]+)`\s*\|/gm)].map((match) => match[1]!));
  return [
    ...[...inSource].filter((code) => !inTable.has(code)).map((code) => `${at}: the table of error codes lacks ${code}`),
    ...[...inTable]
      .filter((code) => !inSource.has(code))
      .map((code) => `${at}: the table of error codes has ${code}, which src/errors.ts has not`),
  ];
}
