/**
 * Counts one report of vitest's JSON reporter.
 *
 * A test that was skipped counts as failed unless its title says which programs it needs ('[needs knotd]', written by testkit's `needing`).
 * A file that could not be loaded, or a run that ended badly although every test passed (an unhandled error), counts as one failed.
 *
 * @param report the parsed report.
 * @param status exit code of vitest.
 * @returns {{ passed: number, failed: number, notes: string[], missing: Map<string, number> }} `missing`: tests left out, by the programs they need.
 */
export function tally(report, status) {
  const result = { passed: 0, failed: 0, notes: [], missing: new Map() };
  for (const file of report.testResults) {
    let failedHere = 0;
    for (const test of file.assertionResults) {
      const needs = /\[needs ([^\]]+)\]/.exec(test.fullName)?.[1];
      if (test.status === 'passed') {
        result.passed++;
      } else if (test.status !== 'failed' && needs !== undefined) {
        result.missing.set(needs, (result.missing.get(needs) ?? 0) + 1);
      } else {
        failedHere++;
        const [why] = (test.failureMessages?.[0] ?? '').split('\n', 1);
        result.notes.push(`${file.name}: ${test.fullName}${test.status === 'failed' ? '' : ' (did not run)'}${why ? `: ${why}` : ''}`);
      }
    }
    if (file.status === 'failed' && failedHere === 0) {
      failedHere++;
      result.notes.push(`${file.name}: did not load`);
    }
    result.failed += failedHere;
  }
  if (status !== 0 && result.failed === 0) {
    result.failed++;
    result.notes.push(`vitest ended with exit code ${status} although no test failed`);
  }
  return result;
}
