// `pnpm bench --against REF`: every benchmark of this version and of another one, alternately on one machine, so that what else it does meets both.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatRatios, ratiosOf } from './ratios.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: { against: { type: 'string' }, rounds: { type: 'string', default: '3' } },
  allowPositionals: true,
});

/** Runs vitest here, in the terminal; its exit code. */
const vitest = (...args) =>
  spawnSync(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;

if (values.against === undefined) {
  const code = vitest('bench', '--run', '--project', 'unit', ...positionals);
  process.exit(code || vitest('run', '--project', 'compare', '--passWithNoTests', ...positionals));
}

const git = (...args) => {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
};

const folder = mkdtempSync(join(tmpdir(), 'dnsteer-against-'));
const other = join(folder, 'tree');
process.on('exit', () => {
  if (existsSync(other)) spawnSync('git', ['worktree', 'remove', '--force', other], { cwd: root });
  rmSync(folder, { recursive: true, force: true });
});
// Ctrl-C has ended the program that is waited for as well.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

/** Mean nanoseconds of every benchmark of one file in one tree, by its name; none where the file does not run there. */
function measure(tree, file) {
  const json = join(folder, 'out.json');
  rmSync(json, { force: true });
  const args = [join('node_modules', 'vitest', 'vitest.mjs'), 'bench', '--run', '--project', 'unit', `--outputJson=${json}`, file];
  const { signal } = spawnSync(process.execPath, args, { cwd: tree, stdio: 'ignore' });
  if (signal === 'SIGINT') process.exit(130);
  const figures = new Map();
  if (!existsSync(json)) return figures;
  for (const { groups } of JSON.parse(readFileSync(json, 'utf8')).files) {
    for (const { fullName, benchmarks } of groups) {
      for (const { name, mean } of benchmarks) if (mean > 0) figures.set(`${fullName} > ${name}`, mean * 1e6);
    }
  }
  return figures;
}

try {
  git('worktree', 'add', '--detach', other, values.against);
  // Some benchmarks read what is built.
  const built = spawnSync(process.execPath, [join('tooling', 'bootstrap.mjs'), 'build'], { cwd: other, stdio: 'inherit' });
  if (built.status !== 0) throw new Error(`${values.against} could not be built`);
  const files = git('ls-files', '--cached', '--others', '--exclude-standard', 'packages/*/bench/*.bench.ts', 'apps/*/bench/*.bench.ts')
    .split('\n')
    .filter((file) => file !== '' && positionals.every((part) => file.includes(relative(root, join(root, part)))));
  if (files.length === 0) throw new Error(`no benchmark is called ${positionals.join(' ')}`);
  for (const file of files) {
    const rounds = Array.from({ length: Number(values.rounds) }, (_, round) => {
      // Whoever is first in one round is second in the next.
      const trees = round % 2 === 0 ? [root, other] : [other, root];
      const found = new Map(trees.map((tree) => [tree, measure(tree, file)]));
      return { ours: found.get(root), theirs: found.get(other) };
    });
    console.log(`\n${file}, against ${values.against}, ${values.rounds} rounds\n${formatRatios(ratiosOf(rounds))}`);
  }
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
