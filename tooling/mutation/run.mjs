// Mutation testing: node tooling/mutation/run.mjs <package folder> [file.ts ...] [--sample N] [--seed N] [--root folder] [--patience seconds]
//
// For each mutant of src/**, the package's own unit tests that come past it (without test/fuzz) are run on the sources, all modules anew. It survives when
// all of them pass.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadConfigFromFile } from 'vite';
import { createVitest } from 'vitest/node';
import { EQUIVALENT } from './equivalent.mjs';
import { instrument } from './mutants.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const TESTS = join(HERE, 'tests.mjs');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    root: { type: 'string', default: '.' },
    patience: { type: 'string', default: '60' },
  },
});
const root = resolve(values.root);
const [folder, ...only] = positionals;
if (folder === undefined) throw new Error('which package folder? For example packages/authority');

/** Instrumented texts by absolute path. */
const texts = new Map();
const mutants = [];
for (const name of readdirSync(join(root, folder, 'src'), { recursive: true }).sort()) {
  if (!name.endsWith('.ts') || (only.length > 0 && !only.includes(name))) continue;
  const path = join(root, folder, 'src', name);
  const made = instrument(relative(root, path), readFileSync(path, 'utf8'), mutants.length + 1);
  texts.set(path, made.text);
  mutants.push(...made.mutants);
}

const scratch = mkdtempSync(join(tmpdir(), 'mutation-'));

async function main() {
  const chosen = values.sample === undefined ? mutants : sample(mutants, Number(values.sample), Number(values.seed));
  console.log(`${chosen.length} of ${mutants.length} mutants`);
  const survivors = [];
  let left = chosen;
  while (left.length > 0) {
    const done = await run(left, ({ number, killer, isMet }) => {
      const mutant = mutants[number - 1];
      if (killer !== undefined) return;
      survivors.push(mutant);
      if (!rowOf(mutant)) console.log(describe(mutant) + (isMet ? '' : '  (no test comes here)'));
    });
    if (done === undefined) return 2;
    // One that hangs is as good as killed.
    left = left.slice(done + 1);
  }
  report(chosen.length, survivors);
  return 0;
}

function rowOf({ file, code, from, to }) {
  return EQUIVALENT.find((row) => row.file === file && code.includes(row.code) && row.from === from && row.to.includes(to));
}

function describe({ file, line, from, to }) {
  return `${file}:${line}: ${from}  ->  ${to}`;
}

function report(count, survivors) {
  const used = new Set(survivors.map(rowOf));
  if (count === mutants.length) {
    for (const row of EQUIVALENT.filter((one) => texts.has(join(root, one.file)) && !used.has(one)))
      console.log(`equivalent.mjs: not needed: ${row.file}: ${row.from}  ->  ${row.to.join(', ')}`);
  }
  const killed = count - survivors.length;
  const equivalent = survivors.filter(rowOf).length;
  const score = (100 * killed) / Math.max(1, count - equivalent);
  console.log(`${killed} killed, ${survivors.length - equivalent} survived, ${equivalent} equivalent: ${score.toFixed(1)} %`);
}

/**
 * Runs the tests on mutants, in one process, one after the other.
 *
 * @returns how many were done; the next one hangs. undefined when the tests fail without a mutant.
 */
async function run(chosen, onResult) {
  const vitest = await start();
  const paths = readdirSync(join(root, folder, 'test'), { recursive: true })
    .filter((name) => name.endsWith('.test.ts') && !/^(fuzz|interop|built)\b/.test(name))
    .map((name) => join(root, folder, 'test', name));
  const results = join(scratch, 'results');
  writeFileSync(results, '');
  vitest.getRootProject().provide('mutation', { numbers: chosen.map(({ number }) => number), paths, results });
  let read = 0;
  let done = 0;
  let pid = 0;
  let failure = 'they did not come to an end';
  let movedAt = Date.now();
  const look = () => {
    const lines = readFileSync(results, 'utf8').split('\n').slice(read, -1);
    for (const line of lines.map((one) => JSON.parse(one))) {
      if (line.pid) pid = line.pid;
      else if (line.number === 0) failure = line.error;
      else {
        onResult(line);
        done++;
      }
    }
    read += lines.length;
    if (lines.length > 0) movedAt = Date.now();
  };
  const watch = setInterval(() => {
    look();
    if (pid > 0 && Date.now() - movedAt > 1000 * Number(values.patience)) process.kill(pid, 'SIGKILL');
  }, 500);
  await vitest.runTestSpecifications(await vitest.globTestSpecifications());
  clearInterval(watch);
  look();
  await vitest.close();
  if (failure) console.error('The tests fail without a mutant:', failure);
  return failure ? undefined : done;
}

/** As the project `unit` of vitest.config.ts resolves what is imported: all packages from their sources. */
async function start() {
  const file = join(root, 'vitest.config.ts');
  const loaded = existsSync(file) ? await loadConfigFromFile({ command: 'serve', mode: 'test' }, file) : null;
  const unit = loaded?.config.test?.projects?.find(({ test }) => test?.name === 'unit');
  const plugin = {
    name: 'mutants',
    enforce: 'pre',
    transform: (code, id) =>
      texts.get(id) ?? (id.startsWith(join(root, folder, 'test')) ? code.replace(/from 'vitest'/, `from '${TESTS}'`) : undefined),
  };
  const options = {
    config: false,
    root: HERE,
    watch: false,
    include: ['worker.mjs'],
    reporters: [{}],
    silent: true,
    pool: 'forks',
    maxWorkers: 1,
  };
  return createVitest('test', options, {
    cacheDir: scratch,
    plugins: [plugin],
    resolve: unit?.resolve ?? {},
    server: { fs: { strict: false } },
  });
}

/** `count` of them, the same ones for the same seed, in their order. */
function sample(all, count, seed) {
  let state = seed >>> 0;
  const keyed = all.map((one) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return { one, key: (mixed ^ (mixed >>> 14)) >>> 0 };
  });
  const kept = new Set(
    keyed
      .sort((a, b) => a.key - b.key)
      .slice(0, count)
      .map(({ one }) => one),
  );
  return all.filter((one) => kept.has(one));
}

process.exit(await main().finally(() => rmSync(scratch, { recursive: true })));
