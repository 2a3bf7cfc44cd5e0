// Everything that `npm test` (or `pnpm check`) runs, and its closing line.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tally } from './tally.mjs';

const vitest = join('node_modules', 'vitest', 'vitest.mjs');
// A run that hangs is a failure, not a wait.
const timeout = 20 * 60_000;

function runVitest(project, node, folder) {
  const report = join(folder, `${project}.json`);
  rmSync(report, { force: true });
  const args = [vitest, 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = node
    ? spawnSync('npx', ['-y', '-p', node, '--', 'node', ...args], { stdio: 'inherit', timeout })
    : spawnSync(process.execPath, args, { stdio: 'inherit', timeout });
  try {
    return tally(JSON.parse(readFileSync(report, 'utf8')), status);
  } catch {
    return { passed: 0, failed: 1, notes: [`${project}: vitest ended without a report (exit code ${status})`], missing: new Map() };
  }
}

function runTool(name, tool, args) {
  const { status } = spawnSync(process.execPath, [join('node_modules', tool), ...args], { stdio: 'inherit', timeout });
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, notes: status === 0 ? [] : [`${name} failed`], missing: new Map() };
}

/**
 * @param options.task 'test', or 'check' without unit and interop tests.
 * @param options.build builds every package; returns whether that worked.
 * @param options.options `--unit-on node@24.21.0` runs the unit tests once more on that Node.
 * @returns the exit code.
 */
export async function runAll({ task, build, options }) {
  const folder = mkdtempSync(join(tmpdir(), 'dnsteer-run-'));
  const sum = { passed: 0, failed: 0, notes: [], missing: new Map() };
  const step = (name, run) => {
    console.log(`\n== ${name}`);
    const result = run();
    sum.passed += result.passed;
    sum.failed += result.failed;
    sum.notes.push(...result.notes);
    for (const [programs, tests] of result.missing) sum.missing.set(programs, (sum.missing.get(programs) ?? 0) + tests);
  };
  const also = options[0] === '--unit-on' ? options[1] : undefined;

  step('build', () => {
    const built = build();
    return { passed: built ? 1 : 0, failed: built ? 0 : 1, notes: built ? [] : ['the build failed'], missing: new Map() };
  });
  step('lint', () => runTool('lint', '@biomejs/biome/bin/biome', ['check', '.']));
  step('types', () => runTool('types', 'typescript/bin/tsc', ['-p', 'tsconfig.tests.json']));
  step('check', () => runVitest('check', undefined, folder));
  if (task === 'test') {
    step('unit tests', () => runVitest('unit', undefined, folder));
    step('interop tests', () => runVitest('interop', undefined, folder));
    if (also) step(`unit tests on ${also}`, () => runVitest('unit', also, folder));
  }
  rmSync(folder, { recursive: true });

  console.log('');
  for (const note of sum.notes) console.log(`failed: ${note.replace(`${process.cwd()}/`, '')}`);
  if (sum.missing.size > 0) {
    const left = [...sum.missing.values()].reduce((a, b) => a + b, 0);
    const programs = new Set([...sum.missing.keys()].flatMap((key) => key.split(', ')));
    console.log(`Left out: ${left} tests, because this machine lacks ${[...programs].join(', ')} (.ci/run installs what they need).`);
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  return sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}
