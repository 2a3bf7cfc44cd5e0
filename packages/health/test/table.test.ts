import { describe, expect, test } from 'vitest';
import { HealthError, HealthTable } from '../src/index.ts';
import { inAnotherThread } from './thread.ts';

const table = () => new HealthTable(undefined, 4);

describe('health table', () => {
  test('fresh memory: unknown, and up for answers; no TTL cap, full weight', () => {
    const fresh = table();
    expect(fresh.state(3, 6)).toBe('unknown');
    expect(fresh.isUp(3, 6)).toBe(true);
    expect(fresh.ttlCapSeconds(3, 6)).toBe(Infinity);
    expect(fresh.weightPercent(3, 6)).toBe(100);
    expect(fresh.overrideOf(3, 6)).toBe('none');
    expect(fresh.generation()).toBe(0);
  });

  test('room for 65,536 endpoints by default', () => {
    const large = new HealthTable();
    large.publish(65_535, 6, 'down', 7);
    expect(large.isUp(65_535, 6)).toBe(false);
    expect(() => large.isUp(65_536, 4)).toThrow(RangeError);
  });

  test('slots and families are apart', () => {
    const one = table();
    one.publish(1, 4, 'down', 15);
    const downs = [0, 1, 2, 3].flatMap((slot) => ([4, 6] as const).map((family) => (one.isUp(slot, family) ? '' : `${slot}/${family}`)));
    expect(downs.filter(Boolean)).toEqual(['1/4']);
    expect(one.ttlCapSeconds(1, 4)).toBe(15);
    expect(one.ttlCapSeconds(1, 6)).toBe(Infinity);
    expect(one.ttlCapSeconds(0, 6)).toBe(Infinity);
  });

  test('an override stands above the state, and may be taken back at any moment', () => {
    const one = table();
    one.publish(0, 4, 'up', 15);
    one.override(0, 4, 'down');
    expect([one.isUp(0, 4), one.state(0, 4), one.overrideOf(0, 4), one.ttlCapSeconds(0, 4)]).toEqual([false, 'up', 'down', 0]);
    one.publish(0, 4, 'down', 10);
    one.override(0, 4, 'up');
    expect([one.isUp(0, 4), one.state(0, 4), one.ttlCapSeconds(0, 4)]).toEqual([true, 'down', 0]);
    one.override(0, 4, 'none');
    expect([one.isUp(0, 4), one.ttlCapSeconds(0, 4)]).toEqual([false, 10]);
  });

  test('clearing a forced down: a probed endpoint stays down and must be restarted before it is published', () => {
    const one = table();
    one.publish(0, 4, 'up', 15);
    one.override(0, 4, 'down');
    one.override(0, 4, 'none');
    expect([one.isUp(0, 4), one.state(0, 4)]).toEqual([false, 'down']);
    expect(one.publish(0, 4, 'up', 15)).toBe(false);
    expect(one.state(0, 4)).toBe('down');
    expect(one.takeRestart(0, 4)).toBe(true);
    expect(one.takeRestart(0, 4)).toBe(false);
    expect(one.publish(0, 4, 'up', 15)).toBe(true);
    expect(one.isUp(0, 4)).toBe(true);
  });

  test('clearing a forced down: an endpoint without a check is up again at once', () => {
    const one = table();
    one.override(0, 4, 'down');
    expect([one.isUp(0, 4), one.ttlCapSeconds(0, 4)]).toEqual([false, 0]);
    one.override(0, 4, 'none');
    expect([one.isUp(0, 4), one.takeRestart(0, 4), one.ttlCapSeconds(0, 4)]).toEqual([true, false, Infinity]);
  });

  test('clearing a forced up: the state counts again, nothing to prove', () => {
    const one = table();
    one.publish(0, 4, 'up', 15);
    one.override(0, 4, 'up');
    one.override(0, 4, 'none');
    expect([one.isUp(0, 4), one.takeRestart(0, 4)]).toEqual([true, false]);
  });

  test('only verdicts and weights raise the generation', () => {
    const one = table();
    const raisedBy = (change: () => void) => {
      const before = one.generation();
      change();
      return one.generation() - before;
    };
    expect(raisedBy(() => one.publish(0, 4, 'up', 15))).toBe(0); // unknown counted as up already
    expect(raisedBy(() => one.publish(0, 4, 'up', 10))).toBe(0);
    expect(raisedBy(() => one.publish(0, 4, 'down', 10))).toBe(1);
    expect(raisedBy(() => one.override(0, 4, 'down'))).toBe(0); // was down
    expect(raisedBy(() => one.override(0, 4, 'up'))).toBe(1);
    expect(raisedBy(() => one.publish(0, 4, 'up', 15))).toBe(0); // hidden by the override
    expect(raisedBy(() => one.setWeightPercent(0, 4, 50))).toBe(1);
    expect(raisedBy(() => one.setWeightPercent(0, 4, 50))).toBe(0);
    expect(raisedBy(() => one.reset(0))).toBe(1); // the weight
  });

  test('the revision tells of everything that isUp and ttlCapSeconds say, and a probe that only confirms leaves it', () => {
    const one = table();
    const raisedBy = (change: () => void) => {
      const before = one.revision();
      change();
      return one.revision() - before;
    };
    expect(raisedBy(() => one.publish(0, 4, 'up', 15))).toBeGreaterThan(0); // a cap where none was
    expect(raisedBy(() => one.publish(0, 4, 'up', 15))).toBe(0);
    expect(raisedBy(() => one.publish(0, 4, 'up', 10))).toBe(1);
    expect(raisedBy(() => one.override(0, 4, 'up'))).toBe(1); // the cap is 0 now
    expect(raisedBy(() => one.override(0, 4, 'up'))).toBe(0);
    expect(raisedBy(() => one.publish(0, 4, 'down', 10))).toBe(1);
    expect(raisedBy(() => one.forget(0, 4))).toBeGreaterThan(0);
    expect(raisedBy(() => one.reset(0))).toBeGreaterThan(0);
    expect(raisedBy(() => one.reset(0))).toBe(0);
  });

  test('weight in steps of one percent, beside state and override', () => {
    const one = table();
    one.publish(2, 6, 'down', 10);
    one.override(2, 6, 'up');
    for (const percent of [0, 1, 25, 99, 100]) {
      one.setWeightPercent(2, 6, percent);
      expect([one.weightPercent(2, 6), one.state(2, 6), one.overrideOf(2, 6)]).toEqual([percent, 'down', 'up']);
    }
    one.setWeightPercent(2, 6, 250);
    expect(one.weightPercent(2, 6)).toBe(100);
  });

  test('forget takes the state and the cap, and leaves the word of the operator; reset takes all', () => {
    const one = table();
    one.publish(0, 4, 'down', 10);
    one.override(0, 4, 'up');
    one.setWeightPercent(0, 4, 30);
    one.forget(0, 4);
    expect([one.state(0, 4), one.overrideOf(0, 4), one.weightPercent(0, 4)]).toEqual(['unknown', 'up', 30]);
    one.override(0, 4, 'none');
    expect(one.ttlCapSeconds(0, 4)).toBe(Infinity);
    // Nothing is left to prove for an endpoint that nobody probes.
    one.override(0, 4, 'down');
    one.override(0, 4, 'none');
    expect([one.isUp(0, 4), one.takeRestart(0, 4)]).toEqual([true, false]);
    one.publish(1, 4, 'up', 10);
    one.override(1, 4, 'down');
    one.override(1, 4, 'none');
    one.forget(1, 4);
    expect([one.isUp(1, 4), one.takeRestart(1, 4)]).toEqual([true, false]);
    one.override(0, 6, 'down');
    one.reset(0);
    expect([one.isUp(0, 6), one.weightPercent(0, 4)]).toEqual([true, 100]);
  });

  test('another thread sees what is published, and is seen', async () => {
    const one = table();
    one.publish(0, 4, 'down', 12);
    const seen = await inAnotherThread(
      one.shared,
      `table.override(1, 6, 'down'); report([table.isUp(0, 4), table.ttlCapSeconds(0, 4), table.capacity]);`,
    );
    expect(seen).toEqual([false, 12, 4]);
    expect(one.isUp(1, 6)).toBe(false);
  });

  test('two threads that change one word at once lose no change', async () => {
    const one = table();
    const rounds = 200_000;
    const other = inAnotherThread(
      one.shared,
      `table.publish(2, 4, 'up', 1);
       while (table.state(3, 4) !== 'up');
       for (let round = 1; round <= ${rounds}; round++) table.setWeightPercent(0, 4, round % 2 ? 40 : 60);
       report(true);`,
    );
    while (one.state(2, 4) !== 'up') await new Promise((resolve) => setTimeout(resolve, 1));
    const before = one.generation();
    one.publish(3, 4, 'up', 1);
    for (let round = 1; round <= rounds; round++) one.publish(0, 4, round % 2 ? 'down' : 'up', 5);
    await other;
    // Had one thread overwritten what the other had just written, there would be fewer changes than were made.
    expect(one.generation() - before).toBe(2 * rounds);
    expect([one.state(0, 4), one.weightPercent(0, 4)]).toEqual(['up', 60]);
  });

  test.each([
    ['other memory', new SharedArrayBuffer(4096)],
    ['too little of it', new SharedArrayBuffer(4)],
  ])('ERR_HEALTH_TABLE_FORMAT: %s is refused', (_what, shared) => {
    expect(() => new HealthTable(shared)).toThrow(
      expect.objectContaining({ name: 'HealthError', code: 'ERR_HEALTH_TABLE_FORMAT' } satisfies Partial<HealthError>),
    );
  });

  test('ERR_HEALTH_TABLE_FORMAT: a table that was cut off is refused', () => {
    const whole = new Uint8Array(table().shared);
    const cut = new SharedArrayBuffer(whole.length - 4);
    new Uint8Array(cut).set(whole.subarray(0, cut.byteLength));
    expect(() => new HealthTable(cut)).toThrow(HealthError);
  });
});
