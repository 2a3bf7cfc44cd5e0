import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterProbe, freshHealth, type Health, type HealthState, type Thresholds, ttlCapSeconds } from '../src/index.ts';
import { probesUntilChange } from '../src/state.ts';

/** '+' success, '-' failure; the state after each: U up, D down. */
function walk(initial: HealthState, probes: string, thresholds: Thresholds): string {
  let health = freshHealth(initial);
  return Array.from(probes, (probe) => {
    health = afterProbe(health, probe === '+', thresholds);
    return { up: 'U', down: 'D', unknown: '?' }[health.state];
  }).join('');
}

const ROWS: [rule: string, thresholds: Thresholds, initial: HealthState, probes: string, states: string][] = [
  ['the first probe decides alone: up', { rise: 2, fall: 3, ok: 1 }, 'unknown', '+', 'U'],
  ['the first probe decides alone: down', { rise: 2, fall: 3, ok: 1 }, 'unknown', '-', 'D'],
  ['initial up needs `fall` failures', { rise: 2, fall: 3, ok: 1 }, 'up', '---', 'UUD'],
  ['initial down needs `rise` successes', { rise: 2, fall: 3, ok: 1 }, 'down', '++', 'DU'],
  ['rise: successes in a row; a failure starts again', { rise: 3, fall: 1, ok: 1 }, 'down', '++-++-+++', 'DDDDDDDDU'],
  ['ok 1: failures count in a row', { rise: 2, fall: 3, ok: 1 }, 'up', '--+--+--+---', 'UUUUUUUUUUUD'],
  ['gdnsd ok_thresh 2: one success between forgives nothing', { rise: 2, fall: 3, ok: 2 }, 'up', '-+-+-', 'UUUUD'],
  ['gdnsd ok_thresh 2: two successes in a row forgive all', { rise: 2, fall: 3, ok: 2 }, 'up', '--++--++--', 'UUUUUUUUUU'],
  ['gdnsd ok_thresh: a failure starts the successes again', { rise: 2, fall: 4, ok: 2 }, 'up', '-+-+-+-', 'UUUUUUD'],
  ['successes before the first failure forgive nothing later', { rise: 2, fall: 2, ok: 2 }, 'up', '++++-+-', 'UUUUUUD'],
  ['fall 1, rise 1: every probe decides', { rise: 1, fall: 1, ok: 1 }, 'up', '-+-+', 'DUDU'],
  ['failures while down count for nothing', { rise: 1, fall: 3, ok: 1 }, 'down', '-----+--', 'DDDDDUUU'],
  ['after coming up, `fall` counts from nothing', { rise: 1, fall: 2, ok: 9 }, 'up', '--+-+-', 'UDUUUD'],
];

describe('state machine', () => {
  test.each(ROWS)('%s', (_rule, thresholds, initial, probes, states) => {
    expect(walk(initial, probes, thresholds)).toBe(states);
  });

  test('does not change what it is given', () => {
    const health = Object.freeze({ state: 'up', successes: 0, failures: 1 } as const);
    expect(afterProbe(health, false, { rise: 1, fall: 3, ok: 1 })).toEqual({ state: 'up', successes: 0, failures: 2 });
    expect(health.failures).toBe(1);
  });

  test('fewer probes than probesUntilChange never change the state, and so many of the right kind do', () => {
    const threshold = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(
        threshold,
        threshold,
        threshold,
        fc.array(fc.boolean(), { maxLength: 40 }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        (rise, fall, ok, past, future) => {
          const thresholds = { rise, fall, ok };
          const after = (health: Health, results: boolean[]) => results.reduce((h, result) => afterProbe(h, result, thresholds), health);
          const now = after(freshHealth('unknown'), [true, ...past]);
          const needed = probesUntilChange(now, thresholds);
          expect(needed).toBeGreaterThanOrEqual(1);
          for (let count = 0; count < Math.min(needed, future.length + 1); count++) {
            expect(after(now, future.slice(0, count)).state).toBe(now.state);
          }
          const against = Array.from({ length: needed }, () => now.state === 'down');
          expect(after(now, against).state).not.toBe(now.state);
        },
      ),
    );
  });
});

describe('monitored TTL: checks still needed x interval', () => {
  const thresholds = { rise: 2, fall: 3, ok: 1 };
  test.each<[Health, number, number]>([
    [{ state: 'up', successes: 0, failures: 0 }, 5000, 15],
    [{ state: 'up', successes: 0, failures: 1 }, 5000, 10],
    [{ state: 'up', successes: 0, failures: 2 }, 5000, 5],
    [{ state: 'down', successes: 0, failures: 0 }, 5000, 10],
    [{ state: 'down', successes: 1, failures: 0 }, 5000, 5],
    [{ state: 'unknown', successes: 0, failures: 0 }, 5000, 5],
    [{ state: 'up', successes: 0, failures: 0 }, 2500, 7],
    [{ state: 'up', successes: 0, failures: 0 }, 100, 1],
  ])('%o every %d ms: %d s', (health, intervalMs, seconds) => {
    expect(ttlCapSeconds(health, thresholds, intervalMs)).toBe(seconds);
  });

  test('a state that is held longer than that', () => {
    expect(ttlCapSeconds({ state: 'down', successes: 1, failures: 0 }, thresholds, 5000, 42_500)).toBe(42);
    expect(ttlCapSeconds({ state: 'down', successes: 1, failures: 0 }, thresholds, 5000, -7)).toBe(5);
  });
});
