import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limitReports } from '../src/report-limit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Says so many reports, `a 1`, `a 2`, ...; returns what was passed on. */
function limited() {
  const passed: string[] = [];
  const report = limitReports(({ code, message }) => passed.push(`${code} ${message}`));
  const say = (count: number) => {
    for (let i = 1; i <= count; i++) report({ code: 'ERR_A', message: `a ${i}` });
  };
  return { passed, say };
}

test('ten reports a second pass at once; the others are counted when it is over', () => {
  const { passed, say } = limited();
  say(5000);
  expect(passed).toHaveLength(10);
  expect(passed[9]).toBe('ERR_A a 10');
  vi.advanceTimersByTime(1000);
  expect(passed.slice(10)).toEqual(['ERR_A 4990 more reports in that second, the last: a 5000']);
});

test('the next second has ten of its own', () => {
  const { passed, say } = limited();
  say(11);
  vi.advanceTimersByTime(1000);
  say(2);
  expect(passed.slice(10)).toEqual(['ERR_A 1 more report in that second, the last: a 11', 'ERR_A a 1', 'ERR_A a 2']);
});

test('ten reports have no line that counts', () => {
  const { passed, say } = limited();
  say(10);
  vi.advanceTimersByTime(5000);
  expect(passed).toHaveLength(10);
  expect(vi.getTimerCount()).toBe(0);
});
