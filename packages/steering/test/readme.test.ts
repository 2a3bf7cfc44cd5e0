import { readFileSync } from 'node:fs';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { describe, expect, test } from 'vitest';
import * as steering from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

function blocks(kind: string): string[] {
  return Array.from(readme.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, 'gms')), (match) => match[1]!);
}

/** Runs a program with what it imports handed in, and returns what it prints. */
function run(program: string): string[] {
  const { outputText } = transpileModule(program.replace(/^import .*$/gm, ''), {
    compilerOptions: { module: ModuleKind.None, target: ScriptTarget.ES2023 },
  });
  const lines: string[] = [];
  const print = (...values: unknown[]) =>
    lines.push(values.map((value) => (Array.isArray(value) ? `[ ${value.map((v) => `'${v}'`).join(', ')} ]` : String(value))).join(' '));
  new Function('console', ...Object.keys(steering), outputText)({ log: print }, ...Object.values(steering));
  return lines;
}

describe('README', () => {
  const [quickStart] = blocks('ts');

  test('the quick start prints what it says', () => {
    const said = readme.slice(readme.indexOf('It prints')).match(/(?<=^ {4}).*$/gm)!;
    const printed = run(quickStart!);
    expect(printed.length).toBeGreaterThan(0);
    expect(said.slice(0, printed.length)).toEqual(printed);
  });

  // The quick start without its decision, then the prelude of the examples.
  const setup = quickStart!.slice(0, quickStart!.indexOf('const www')) + blocks('ts prelude').join('');
  const sections = readme
    .split(/^#### `/m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('`')), section] as const);

  test('every filter has its section', () => {
    expect(sections.map(([name]) => name)).toEqual(steering.FILTER_NAMES);
  });

  test.each(sections)('the example of `%s` prints what its comments say', (_, section) => {
    const examples = Array.from(section.matchAll(/^```ts example\n(.*?)^```/gms), (match) => match[1]!);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const said = Array.from(example.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm), (match) => match[1]);
      expect(said.length).toBeGreaterThan(0);
      expect(run(setup + example)).toEqual(said);
    }
  });
});
