import { describe, expect, test } from 'vitest';
import type { Target } from '../src/index.ts';
import { type Behaviour, ScriptedEndpoints, target } from './scripted-endpoints.ts';

const DEAD: Behaviour = { answer: 'failure' };

/** Endpoint 0 up, endpoint 1 down, both probed for a while. */
async function running(targets: Target[] = [target(0), target(1)]): Promise<ScriptedEndpoints> {
  const net = new ScriptedEndpoints();
  net.behave = (address) => (address === '10.0.0.1' ? DEAD : { answer: 'success' });
  net.prober.apply(targets);
  net.prober.start();
  await net.clock.advance(3000);
  net.changes.length = 0;
  return net;
}

describe('reload', () => {
  test('a target that stays notices nothing: state, counts and moment of the next probe', async () => {
    const still = await running();
    const reloaded = await running();
    reloaded.behave = still.behave = () => DEAD;
    for (let step = 0; step < 40; step++) {
      // Other order, other objects, defaults written out: the same check.
      reloaded.prober.apply([target(1), target(0, { ok: 1, initial: 'unknown' })]);
      await reloaded.clock.advance(100);
      await still.clock.advance(100);
    }
    expect(reloaded.started).toEqual(still.started);
    expect(reloaded.changes).toEqual(still.changes);
    expect(reloaded.changes.length).toBe(1);
  });

  test('a changed check keeps the verdict and counts anew', async () => {
    const net = await running();
    net.behave = () => DEAD;
    await net.clock.advance(2000);
    expect(net.prober.status()[0]).toMatchObject({ id: 'eu/e0', state: 'up', failures: 2 });
    net.prober.apply([target(0, { port: 81 }), target(1)]);
    expect(net.prober.status()[0]).toMatchObject({ id: 'eu/e0', state: 'up', failures: 0 });
    expect(net.table.isUp(0, 4)).toBe(true);
    const startedBefore = net.startsOf('10.0.0.0').length;
    while (net.table.isUp(0, 4)) await net.clock.advance(10);
    expect(net.startsOf('10.0.0.0').length - startedBefore).toBe(3);
    // Had the change of the check forgotten that 1 was down, it would have had a change to report.
    expect(net.changes.map(({ id }) => id)).toEqual(['eu/e0']);
  });

  test('another address of the same endpoint keeps the verdict too, and is what is probed from then on', async () => {
    const net = await running();
    net.prober.apply([target(0), { ...target(1), address: '10.9.9.9' }]);
    expect(net.table.isUp(1, 4)).toBe(false);
    await net.clock.advance(2500);
    expect(net.table.isUp(1, 4)).toBe(true);
    expect(net.startsOf('10.9.9.9').length).toBeGreaterThan(1);
  });

  test('an answer to the old check, under way while the check changes, is not counted', async () => {
    const net = await running([target(0)]);
    net.behave = () => ({ answer: 'failure', afterMs: 150 });
    while (net.openNow === 0) await net.clock.advance(1);
    const probesBefore = net.probes.length;
    net.prober.apply([target(0, { fall: 1 })]);
    expect(net.openNow).toBe(0);
    net.behave = () => ({ answer: 'success' });
    await net.clock.advance(3000);
    expect(net.probes.slice(probesBefore).every(({ result }) => result === 'success')).toBe(true);
    expect(net.changes).toEqual([]);
  });

  test('a target that is gone is probed no more, and unknown', async () => {
    const net = await running();
    net.prober.apply([target(0)]);
    expect([net.table.state(1, 4), net.table.isUp(1, 4), net.table.ttlCapSeconds(1, 4)]).toEqual(['unknown', true, Infinity]);
    const before = net.startsOf('10.0.0.1').length;
    await net.clock.advance(5000);
    expect(net.startsOf('10.0.0.1').length).toBe(before);
    net.prober.apply([]);
    expect([net.clock.pending, net.prober.status()]).toEqual([0, []]);
  });

  test('a new target begins with what the table knows of it, else with its initial state', async () => {
    const net = await running();
    net.table.publish(2, 4, 'down', 10);
    net.prober.apply([target(0), target(1), target(2), target(3, { initial: 'down' }), target(4)]);
    expect([2, 3, 4].map((slot) => net.table.state(slot, 4))).toEqual(['down', 'down', 'unknown']);
    await net.clock.advance(1000);
    expect([2, 3, 4].map((slot) => net.table.state(slot, 4))).toEqual(['down', 'down', 'up']);
    await net.clock.advance(1010);
    expect([2, 3, 4].map((slot) => net.table.state(slot, 4))).toEqual(['up', 'up', 'up']);
  });

  test('endpoints that change places in the table take their states along', async () => {
    const net = await running();
    net.prober.apply([
      { ...target(0), slot: 1 },
      { ...target(1), slot: 0 },
    ]);
    expect([net.table.isUp(0, 4), net.table.isUp(1, 4)]).toEqual([false, true]);
  });

  test.each<[string, Target[], object]>([
    ['a wrong check', [target(5), target(6, { port: 0 })], { code: 'ERR_HEALTH_CHECK_VALUE', path: [1, 'check', 'port'] }],
    ['a wrong address', [{ ...target(5), address: 'fra1.example.com' }], { code: 'ERR_HEALTH_TARGET', path: [0, 'address'] }],
    ['a slot beyond the table', [{ ...target(5), slot: 4096 }], { code: 'ERR_HEALTH_TARGET', path: [0, 'slot'] }],
    ['a family of its own', [{ ...target(5), family: 5 as 4 }], { code: 'ERR_HEALTH_TARGET', path: [0, 'family'] }],
    ['no id', [{ ...target(5), id: '' }], { code: 'ERR_HEALTH_TARGET', path: [0, 'id'] }],
    ['one target twice', [target(5), { ...target(5), slot: 6 }], { code: 'ERR_HEALTH_TARGET_TWICE', path: [1, 'id'] }],
    ['two endpoints in one slot', [target(5), { ...target(6), slot: 5 }], { code: 'ERR_HEALTH_TARGET_TWICE', path: [1, 'slot'] }],
  ])('a reload that fails (%s) changes nothing', async (_what, targets, error) => {
    const net = await running();
    const before = net.prober.status();
    expect(() => net.prober.apply(targets)).toThrow(expect.objectContaining(error));
    expect(net.prober.status()).toEqual(before);
    expect(net.table.isUp(1, 4)).toBe(false);
    await net.clock.advance(2000);
    expect(net.startsOf('10.0.0.1').length).toBe(5);
  });

  test('500 reloads of 50 targets, half of them exchanged each time, leave no timer behind', async () => {
    const net = new ScriptedEndpoints();
    net.behave = (address) => (address.endsWith('7') ? 'hang' : { answer: 'success', afterMs: 3 });
    net.prober.start();
    for (let reload = 0; reload < 500; reload++) {
      net.prober.apply(Array.from({ length: 50 }, (_, index) => target(index % 2 === 0 ? index : (index + reload * 2) % 1000)));
      await net.clock.advance(37);
    }
    await net.prober.stop();
    expect([net.clock.pending, net.openNow]).toEqual([0, 0]);
  });
});

describe('override', () => {
  test('a forced-down endpoint is probed on, and after the clearing stays down until `rise` new successes in a row', async () => {
    const net = await running();
    net.table.override(0, 4, 'down');
    await net.clock.advance(5000);
    expect([net.table.isUp(0, 4), net.table.state(0, 4)]).toEqual([false, 'up']);
    expect(net.changes).toEqual([]);

    net.table.override(0, 4, 'none');
    expect(net.table.isUp(0, 4)).toBe(false);
    const clearedMs = net.clock.nowMs;
    const script: Behaviour[] = [{ answer: 'success' }, DEAD, { answer: 'success' }, { answer: 'success' }];
    net.behave = (address) => (address === '10.0.0.0' ? (script.shift() ?? DEAD) : DEAD);
    while (!net.table.isUp(0, 4) && script.length > 0) await net.clock.advance(10);
    expect(script.length).toBe(0);
    expect(net.startsOf('10.0.0.0').filter((at) => at > clearedMs).length).toBe(4);
    expect(net.changes.map(({ from, to, reason }) => [from, to, reason])).toEqual([
      ['up', 'down', 'override cleared: has to prove itself again'],
      ['down', 'up', 'scripted success'],
    ]);
  });

  test('it is back within rise x interval of the clearing', async () => {
    const net = await running();
    net.table.override(0, 4, 'down');
    await net.clock.advance(1234);
    net.table.override(0, 4, 'none');
    await net.clock.advance(2 * 1000 + 1);
    expect(net.table.isUp(0, 4)).toBe(true);
  });

  test('successes counted before the clearing prove nothing, nor does a probe that was under way', async () => {
    const net = await running([target(0, { rise: 3 })]);
    net.behave = () => DEAD;
    await net.clock.advance(3000);
    net.table.override(0, 4, 'down');
    net.behave = () => ({ answer: 'success', afterMs: 100 });
    await net.clock.advance(2000);
    expect(net.prober.status()[0]).toMatchObject({ state: 'down', successes: 2, override: 'down' });
    while (net.openNow === 0) await net.clock.advance(1);
    net.table.override(0, 4, 'none');
    const clearedMs = net.clock.nowMs;
    while (!net.table.isUp(0, 4)) await net.clock.advance(10);
    expect(net.startsOf('10.0.0.0').filter((at) => at > clearedMs).length).toBe(3);
  });

  test('nor is its end told as a change that the table has not seen', async () => {
    const net = await running([target(0, { rise: 1, fall: 1 })]);
    net.table.override(0, 4, 'down');
    net.behave = () => DEAD;
    await net.clock.advance(1001);
    net.behave = () => ({ answer: 'success', afterMs: 100 });
    while (net.openNow === 0) await net.clock.advance(1);
    net.table.override(0, 4, 'none');
    net.changes.length = 0;
    await net.clock.advance(500);
    expect(net.changes).toEqual([]);
    await net.clock.advance(1000);
    expect(net.changes.map(({ to }) => to)).toEqual(['up']);
    expect(net.table.isUp(0, 4)).toBe(true);
  });
});
