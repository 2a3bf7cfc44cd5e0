// The one test that vitest runs: every mutant against the tests that come past it.
import { appendFileSync } from 'node:fs';
import { inject, test, vi } from 'vitest';

const { numbers, paths, results } = inject('mutation');
const write = (line) => appendFileSync(results, `${JSON.stringify(line)}\n`);
// What mutants make the code complain of.
process.stderr.write = () => true;
const kills = new Map(paths.map((path) => [path, 0]));

/** Runs one test file. @returns the error of the first test that fails, how often a mutant was asked for, and for no mutant (0) which. */
async function runFile(path, alive, limit) {
  const met = new Set();
  let asked = 0;
  globalThis.__mutation = {
    is(number) {
      // A loop that the mutant made endless.
      if (++asked > limit) throw new Error('the mutant runs for too long');
      if (alive === 0) met.add(number);
      return number === alive;
    },
  };
  vi.resetModules();
  globalThis.__suite = undefined;
  try {
    await import(path);
    await (await import('./tests.mjs')).runSuite();
    return { met, asked };
  } catch (error) {
    return { met, asked, error: String(error?.stack ?? error) };
  }
}

test('mutants', { timeout: 0 }, async () => {
  write({ pid: process.pid });
  const files = [];
  for (const path of paths) {
    const { met, asked, error } = await runFile(path, 0, Number.POSITIVE_INFINITY);
    if (error) return write({ number: 0, error: `${path}: ${error}` });
    files.push({ path, met, limit: 10_000 + 20 * asked });
  }
  write({ number: 0 });
  for (const number of numbers) {
    // The first failure is enough, so those that kill most come first.
    const covering = files.filter(({ met }) => met.has(number)).sort((a, b) => kills.get(b.path) - kills.get(a.path));
    let killer;
    for (const { path, limit } of covering) {
      if ((await runFile(path, number, limit)).error === undefined) continue;
      killer = path;
      kills.set(path, kills.get(path) + 1);
      break;
    }
    write({ number, killer, isMet: covering.length > 0 });
  }
});
