import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../testkit/index.ts';
import { writeFixture } from './fixture.ts';

const tool = fileURLToPath(new URL('../mutation/run.mjs', import.meta.url));

const age = `
export function mayEnter(age: number): boolean {
  return age >= 18;
}

export function countdown(from: number): number {
  let steps = 0;
  for (let left = from; left > 0; left--) steps++;
  return steps;
}

export function never(): string {
  return 'nobody asks';
}
`;
const tests = `
import { beforeAll, describe, expect, test } from 'vitest';
import { countdown, mayEnter } from '../src/age.ts';

let child = 0;
beforeAll(() => {
  child = 3;
});
describe.each([[20, true], [30, true]])('%s', (years, result) => {
  test('grown-ups may', async () => {
    // A mutant that says no is not noticed by a failure: it hangs.
    if (!mayEnter(years)) await new Promise(() => {});
    expect(mayEnter(years)).toBe(result);
  });
});
test.each([[0], [1]])('children may not', (more) => expect(mayEnter(child + more)).toBe(false));
test('countdown', () => expect(countdown(3)).toBe(3));
`;

async function mutate(files: Readonly<Record<string, string>>, ...options: string[]) {
  const root = writeFixture(files);
  return run(process.execPath, [tool, 'thing', '--root', root, '--patience', '3', ...options], { timeoutMs: 50_000 });
}

test('what survives is what no test tells from the original; endless loops and mutants that hang are killed', async () => {
  const { stdout, stderr, code } = await mutate({ 'thing/src/age.ts': age, 'thing/test/age.test.ts': tests });
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n').slice(1)).toEqual([
    'thing/src/age.ts:3: age >= 18  ->  (age) > (18)',
    "thing/src/age.ts:13: 'nobody asks'  ->  ''  (no test comes here)",
    expect.stringMatching(/^\d+ killed, 2 survived, 0 equivalent: \d+\.\d %$/),
  ]);
  expect(code).toBe(0);
});

test('a sample is the same for the same seed', async () => {
  const files = {
    'thing/src/age.ts': age.repeat(1),
    'thing/test/age.test.ts': tests.replace('await new Promise(() => {})', 'throw new Error()'),
  };
  const first = await mutate(files, 'age.ts', '--sample', '5', '--seed', '7');
  const second = await mutate(files, 'age.ts', '--sample', '5', '--seed', '7');
  expect(first.stdout).toMatch(/^5 of \d+ mutants\n/);
  expect(second.stdout).toBe(first.stdout);
});

test('tests that fail without a mutant prove nothing', async () => {
  const { stderr, code } = await mutate({ 'thing/src/age.ts': age, 'thing/test/age.test.ts': tests.replace('toBe(3)', 'toBe(4)') });
  expect(stderr).toContain('The tests fail without a mutant');
  expect(code).toBe(2);
});
