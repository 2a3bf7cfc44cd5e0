import { expect, test } from 'vitest';
import { tally } from '../tally.mjs';

const file = (status: string, ...tests: [fullName: string, status: string][]) => ({
  name: '/a/a.test.ts',
  status,
  assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
});

test('passed and failed tests are counted over all files', () => {
  const report = { testResults: [file('passed', ['a', 'passed'], ['b', 'passed']), file('failed', ['c', 'passed'], ['d', 'failed'])] };
  expect(tally(report, 1)).toEqual({ passed: 3, failed: 1, notes: ['/a/a.test.ts: d'], missing: new Map() });
});

test('a failure is told with the first line of its message', () => {
  const failed = { fullName: 'd', status: 'failed', failureMessages: ['Error: expected 1\n    at a.test.ts:3'] };
  expect(tally({ testResults: [{ name: '/a/a.test.ts', status: 'failed', assertionResults: [failed] }] }, 1).notes).toEqual([
    '/a/a.test.ts: d: Error: expected 1',
  ]);
});

test('a test left out for want of programs is neither, and says which', () => {
  const report = {
    testResults: [file('passed', ['Knot [needs knotd, dig] a', 'skipped'], ['Knot [needs knotd, dig] b', 'skipped'], ['c', 'passed'])],
  };
  expect(tally(report, 0)).toEqual({ passed: 1, failed: 0, notes: [], missing: new Map([['knotd, dig', 2]]) });
});

test('a test that did not run for any other reason is a failure', () => {
  expect(tally({ testResults: [file('passed', ['a', 'skipped'], ['b', 'todo'])] }, 0)).toMatchObject({ passed: 0, failed: 2 });
});

test('a file that does not load, and an error outside of the tests, are failures', () => {
  expect(tally({ testResults: [file('failed')] }, 1)).toMatchObject({ passed: 0, failed: 1, notes: ['/a/a.test.ts: did not load'] });
  expect(tally({ testResults: [file('passed', ['a', 'passed'])] }, 1)).toMatchObject({ passed: 1, failed: 1 });
});
