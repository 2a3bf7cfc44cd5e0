import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DnsApp, type Report, stderrReporter } from '../src/index.ts';

const report = (n: number): Report => ({ code: 'ERR_X', message: `report ${n}` });

describe('stderrReporter', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0, toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  test('ten lines a second; the next second says how many were left out', () => {
    const lines: string[] = [];
    const tell = stderrReporter((line) => lines.push(line));
    for (let i = 1; i <= 25; i++) tell(report(i));
    expect(lines).toEqual(Array.from({ length: 10 }, (_, i) => `dnsteer: ERR_X: report ${i + 1}\n`));
    vi.advanceTimersByTime(1000);
    tell(report(26));
    expect(lines.slice(10)).toEqual(['dnsteer: 15 more reports in that second\n', 'dnsteer: ERR_X: report 26\n']);
    for (let i = 27; i <= 35; i++) tell(report(i));
    vi.advanceTimersByTime(1000);
    tell(report(36));
    // Ten were told, so nothing was left out.
    expect(lines.slice(12)).toEqual(Array.from({ length: 10 }, (_, i) => `dnsteer: ERR_X: report ${i + 27}\n`));
  });

  test('the stack of an error comes with it', () => {
    const lines: string[] = [];
    stderrReporter((line) => lines.push(line))({ ...report(1), error: new Error('boom') });
    expect(lines.join('')).toMatch(/^dnsteer: ERR_X: report 1\nError: boom\n {4}at /);
  });
});

describe('a reporter that throws', () => {
  test('costs its report, which goes to stderr; never the answer', async () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const app = new DnsApp({
        report: () => {
          throw new Error('no disk');
        },
      });
      app.on('sync.test', () => {
        throw new Error('boom');
      });
      app.on('async.test', async () => {
        throw new Error('later boom');
      });
      expect((await app.query('sync.test', 'A')).rcode).toBe('SERVFAIL');
      expect((await app.query('async.test', 'A')).rcode).toBe('SERVFAIL');
      const text = written.mock.calls.map(([line]) => line).join('');
      for (const part of ['ERR_HANDLER: sync.test. A: the handler threw: boom', 'later boom', 'the reporter threw: no disk'])
        expect(text).toContain(part);
    } finally {
      written.mockRestore();
    }
  });
});
