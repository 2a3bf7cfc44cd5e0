import { EventEmitter } from 'node:events';
import { bench, describe } from 'vitest';
import { HealthTable, type ProbeOutcome, Prober, type ProbeType, type Target } from '../src/index.ts';
import { VirtualClock } from '../test/virtual-clock.ts';

const TARGETS = 1000;
const INTERVAL_MS = 10_000;
const HOUR_MS = 3_600_000;

const UP: ProbeOutcome = { result: 'success', reason: 'HTTP 200' };
const DOWN: ProbeOutcome = { result: 'failure', reason: 'HTTP 503, expected 200' };

/** Probes that cost nothing, so that what is measured is scheduling, counting, publishing and telling. */
function prober(clock: VirtualClock): Prober {
  let count = 0;
  const tcp: ProbeType = (fields) => {
    fields.integer('port', 1, 65_535);
    return () => Promise.resolve(count++ % 50 === 0 ? DOWN : UP);
  };
  const check: Target['check'] = { type: 'tcp', port: 80, intervalMs: INTERVAL_MS };
  const one = new Prober({
    table: new HealthTable(undefined, TARGETS),
    clock,
    probeTypes: { tcp },
  });
  one.apply(Array.from({ length: TARGETS }, (_, slot) => ({ id: `eu/e${slot}`, slot, family: 4, address: '192.0.2.1', check })));
  one.start();
  return one;
}

describe('CPU of 1,000 checks every 10 s', () => {
  // 360,000 probes, and the virtual clock's own timers: milliseconds of an iteration / 3,600 = milliseconds of CPU per second.
  bench(
    'one hour of virtual time',
    async () => {
      const clock = new VirtualClock();
      const one = prober(clock);
      await clock.advance(HOUR_MS);
      await one.stop();
    },
    { iterations: 3, warmupIterations: 1, time: 0 },
  );

  // To be taken off: what the virtual clock and the events themselves cost.
  bench(
    'of that: 3 timers per probe, and nothing else',
    async () => {
      const clock = new VirtualClock();
      const events = new EventEmitter();
      const again = () => {
        clock.clearTimer(clock.setTimer(() => {}, INTERVAL_MS / 2));
        clock.setTimer(again, INTERVAL_MS * 0.95);
        events.emit('probe', UP);
      };
      for (let index = 0; index < TARGETS; index++) clock.setTimer(again, index * (INTERVAL_MS / TARGETS));
      await clock.advance(HOUR_MS);
    },
    { iterations: 3, warmupIterations: 1, time: 0 },
  );
});
