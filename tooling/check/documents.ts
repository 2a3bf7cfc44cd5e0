import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packages as table } from './packages.ts';
import { filesUnder } from './workspace.ts';

/** The rows of the package table in `markdown` that name their imports one by one, against packages.ts. */
export function checkPackageTable(markdown: string): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const [, scoped, plain, app, alone, imports] of markdown.matchAll(
    /^\| (?:`@dnsteer\/(\w+)`|`(dnsteer)`|apps\/(\w+))(?: \([^)|]*\))?( \*)? \|[^|]*\| ([^|]*) \|/gm,
  )) {
    const folder = scoped ?? plain ?? app!;
    const row = table[folder];
    seen.add(folder);
    if (!row) {
      problems.push(`${folder}: has no row in tooling/check/packages.ts`);
      continue;
    }
    if ((alone !== undefined) !== (row.alone ?? false)) problems.push(`${folder}: ${alone ? 'is' : 'is not'} marked * in the document`);
    const words = imports === '-' || imports === 'none' ? [] : imports!.split(', ');
    // 'all above', 'everything', 'interfaces only' say the same in other words.
    if (words.some((word) => !/^\w+( \(.*\))?$/.test(word) || !(word.split(' ')[0]! in table))) continue;
    const written = {
      imports: words.filter((word) => !word.endsWith(' (types)')),
      types: words.filter((word) => word.endsWith(' (types)')),
    };
    const same = (a: readonly string[], b: readonly string[]) =>
      a
        .map((word) => word.split(' ')[0])
        .sort()
        .join() === [...b].sort().join();
    if (!same(written.imports, row.imports) || !same(written.types, row.types ?? [])) {
      problems.push(
        `${folder}: the document gives it '${imports}', packages.ts ${JSON.stringify({ imports: row.imports, types: row.types })}`,
      );
    }
  }
  for (const folder of Object.keys(table)) if (!seen.has(folder)) problems.push(`${folder}: has no row in the document`);
  return problems;
}

/** Relative links in Markdown files that lead nowhere. */
export function checkLinks(root: string): string[] {
  return filesUnder(root, (path) => path.endsWith('.md')).flatMap((file) => {
    const prose = readFileSync(join(root, file), 'utf8')
      .replaceAll(/^```[\s\S]*?^```$/gm, '')
      .replaceAll(/^ {4}.*$/gm, '');
    return [...prose.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1]!)
      .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(file), link)))
      .map((link) => `${file}: links to ${link}, which is not there`);
  });
}
