import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesUnder } from './workspace.ts';

const runners = new Set(['test', 'it', 'describe', 'suite', 'bench']);
const leavesOut = new Set(['skip', 'only', 'todo', 'fails', 'skipIf', 'runIf']);

/** Tests that are skipped, singled out or still to be written, under packages/, apps/, examples/ and tooling/test. */
export function checkNoTestLeftOut(root: string): string[] {
  const problems: string[] = [];
  const wanted = (path: string) => /^(packages|apps|examples|tooling)\/.*\.(test|bench|check)\.ts$/.test(path);
  for (const file of filesUnder(root, wanted)) {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      const word = leftOutBy(node);
      if (word) problems.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${word}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return problems;
}

function leftOutBy(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && leavesOut.has(node.name.text)) {
    let base: ts.Expression = node.expression;
    while (ts.isPropertyAccessExpression(base) || ts.isCallExpression(base)) base = base.expression;
    if (ts.isIdentifier(base) && runners.has(base.text)) return `${base.text}.${node.name.text}`;
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && runners.has(node.expression.text)) {
    for (const argument of node.arguments) {
      if (!ts.isObjectLiteralExpression(argument)) continue;
      const word = argument.properties.find(
        (property) => property.name && ts.isIdentifier(property.name) && leavesOut.has(property.name.text),
      );
      if (word) return `${node.expression.text}(..., { ${word.getText()} })`;
    }
  }
  return undefined;
}

/** Source files (tests, benchmarks, fixtures, generated files and tables of data apart) with more than `limit` lines: 'path: lines'. */
export function longFiles(root: string, limit: number): string[] {
  const wanted = (path: string) =>
    /^(packages|apps|examples|tooling)\/.*\.(ts|tsx|mjs|js|c|h)$/.test(path) &&
    !/(^|\/)(test|bench|fixtures|data|prebuilds)\//.test(path) &&
    !path.includes('.generated.');
  return filesUnder(root, wanted)
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > limit)
    .map(({ path, lines }) => `${path}: ${lines} lines`);
}
