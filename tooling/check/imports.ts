import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { packages as table } from './packages.ts';
import { filesUnder, type Package, siblingOf, type Workspace } from './workspace.ts';

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** Every import, re-export, `import()`, `require()` and import type of one source file, and all of its string literals. */
export function readImports(path: string, text = readFileSync(path, 'utf8')): { imports: Import[]; strings: Set<string> } {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const strings = new Set<string>();
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier && ts.isStringLiteralLike(specifier)) {
      imports.push({ specifier: specifier.text, typeOnly, line: source.getLineAndCharacterOfPosition(specifier.getStart()).line + 1 });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) strings.add(node.text);
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnlyImport(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, isTypeOnlyExport(node));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isExternalModuleReference(node)) add(node.expression, false);
    else if (ts.isCallExpression(node)) {
      const callee = node.expression;
      const loads = callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
      if (loads) add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { imports, strings };
}

function isTypeOnlyImport(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return (
    !clause.name &&
    !!named &&
    ts.isNamedImports(named) &&
    named.elements.length > 0 &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

function isTypeOnlyExport(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true;
  const clause = node.exportClause;
  return !!clause && ts.isNamedExports(clause) && clause.elements.length > 0 && clause.elements.every((element) => element.isTypeOnly);
}

/** Names, other than types, that the list of exports at `path` gives out; none when there is no such file. */
export function exportedNames(path: string): string[] {
  if (!existsSync(path)) return [];
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) =>
    ts.isExportDeclaration(statement) && !statement.isTypeOnly && statement.exportClause && ts.isNamedExports(statement.exportClause)
      ? statement.exportClause.elements.filter((element) => !element.isTypeOnly).map((element) => element.name.text)
      : [],
  );
}

/** What `one` imports, or declares, against the package table. Tests may import what they like. */
export function checkImports(workspace: Workspace, one: Package): string[] {
  const row = table[one.folder];
  if (!row)
    return [`${relative(workspace.root, one.directory)}: no row in the package table (tooling/check/packages.ts, docs/architecture.md)`];
  const problems: string[] = [];
  const declared = { ...one.manifest.dependencies, ...one.manifest.peerDependencies, ...one.manifest.optionalDependencies };
  const strings = new Set<string>();

  for (const file of filesUnder(one.directory, (path) => /^(src|bin)\/.*\.(ts|tsx|js|mjs|cjs)$/.test(path))) {
    const path = join(one.directory, file);
    const read = readImports(path);
    for (const text of read.strings) strings.add(text);
    for (const { specifier, typeOnly, line } of read.imports) {
      const problem = specifier.startsWith('.')
        ? checkRelative(one, path, specifier)
        : checkBare(workspace, one, specifier, typeOnly, declared);
      if (problem) problems.push(`${relative(workspace.root, path)}:${line}: ${problem}`);
    }
  }

  const manifest = relative(workspace.root, join(one.directory, 'package.json'));
  for (const name of Object.keys(declared)) {
    const sibling = siblingOf(name);
    if (sibling && !allowed(one.folder, sibling.folder, true))
      problems.push(`${manifest}: depends on ${name}, which the package table does not give ${one.folder}`);
    const used = [...strings].some((text) => text === name || text.startsWith(`${name}/`));
    if (!used) problems.push(`${manifest}: depends on ${name}, and no source names it`);
  }
  return problems;
}

function checkRelative(one: Package, from: string, specifier: string): string | undefined {
  const target = relative(one.directory, resolve(dirname(from), specifier));
  return target.startsWith('..') ? `imports '${specifier}', outside of its package` : undefined;
}

function checkBare(
  workspace: Workspace,
  one: Package,
  specifier: string,
  typeOnly: boolean,
  declared: Record<string, string>,
): string | undefined {
  if (specifier.startsWith('node:')) return undefined;
  if (builtinModules.includes(specifier)) return `imports '${specifier}': write 'node:${specifier}'`;
  const sibling = siblingOf(specifier);
  const name = sibling?.name ?? /^(@[^/]+\/)?[^/]+/.exec(specifier)![0];
  if (sibling) {
    if (sibling.folder === one.folder) return `imports itself by name ('${specifier}')`;
    if (!allowed(one.folder, sibling.folder, typeOnly)) {
      const merelyTypes = !typeOnly && allowed(one.folder, sibling.folder, true);
      return `imports '${specifier}': the package table gives ${one.folder} ${merelyTypes ? `only the types of ${sibling.folder}` : `no ${sibling.folder}`}`;
    }
    const target = workspace.packages.find((candidate) => candidate.manifest.name === name);
    if (target?.manifest.exports && !(sibling.subpath in target.manifest.exports))
      return `imports '${specifier}', which ${name} does not export`;
  }
  return name in declared ? undefined : `imports '${specifier}', which is not among its dependencies`;
}

function allowed(from: string, to: string, typeOnly: boolean): boolean {
  const row = table[from];
  return !!row && (row.imports.includes(to) || (typeOnly && (row.types?.includes(to) ?? false)));
}

/** The testkit judges our codec, so it may not use it. */
export function checkOracle(root: string): string[] {
  const folder = join(root, 'tooling', 'testkit');
  return filesUnder(folder, (path) => path.endsWith('.ts')).flatMap((file) =>
    readImports(join(folder, file))
      .imports.filter(({ specifier }) => siblingOf(specifier) || /(^|\/)(packages|apps)\//.test(specifier))
      .map(({ specifier, line }) => `tooling/testkit/${file}:${line}: imports '${specifier}'; the testkit stays an oracle`),
  );
}
