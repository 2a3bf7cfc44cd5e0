// Stands in for 'vitest' in the tests that are run on mutants: notes the tests, so that `runSuite` may run them again and again within one worker.
export { expect, expectTypeOf, vi } from 'vitest';

const newSuite = () => ({ beforeAll: [], beforeEach: [], afterEach: [], afterAll: [], children: [] });

/** Runs what was noted since the last call, until the first failure, and forgets it. */
export async function runSuite() {
  const suite = globalThis.__suite;
  globalThis.__suite = undefined;
  await run(suite, [], []);
}

async function run(suite, before, after) {
  const beforeEach = [...before, ...suite.beforeEach];
  const afterEach = [...suite.afterEach, ...after];
  try {
    for (const hook of suite.beforeAll) await hook();
    for (const child of suite.children) {
      if (typeof child !== 'function') await run(child, beforeEach, afterEach);
      else for (const step of [...beforeEach, child, ...afterEach]) await step();
    }
  } finally {
    for (const hook of suite.afterAll) await hook();
  }
}

const current = () => (globalThis.__suite ??= newSuite());
const hook = (kind) => (body) => void current()[kind].push(body);
export const beforeAll = hook('beforeAll');
export const beforeEach = hook('beforeEach');
export const afterEach = hook('afterEach');
export const afterAll = hook('afterAll');

export function describe(_name, body) {
  const outer = current();
  const suite = newSuite();
  outer.children.push(suite);
  globalThis.__suite = suite;
  body();
  globalThis.__suite = outer;
}

export function test(_name, ...rest) {
  current().children.push(rest.find((one) => typeof one === 'function'));
}

const each = (one) => (cases) => (name, body) => {
  for (const row of cases) one(name, () => (Array.isArray(row) ? body(...row) : body(row)));
};
describe.each = each(describe);
test.each = each(test);
