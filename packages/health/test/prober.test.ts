import { describe, expect, test } from 'vitest';
import type { ProbeOutcome } from '../src/index.ts';
import { type Behaviour, ScriptedEndpoints, sequence, target } from './scripted-endpoints.ts';

const UP: Behaviour = { answer: 'success', afterMs: 5 };
const DEAD: Behaviour = { answer: 'failure', afterMs: 1 };
const neverAsked = () => Promise.reject(new Error('not this check'));

describe('verdicts in virtual time', () => {
  test('unknown counts as up until the first probe, which comes within one interval and decides', async () => {
    const net = new ScriptedEndpoints();
    net.behave = (address) => (address === '10.0.0.1' ? DEAD : UP);
    net.prober.apply([target(0), target(1)]);
    net.prober.start();
    expect([net.table.state(1, 4), net.table.isUp(1, 4), net.table.ttlCapSeconds(1, 4)]).toEqual(['unknown', true, 1]);
    await net.clock.advance(1010);
    expect([net.table.isUp(0, 4), net.table.isUp(1, 4)]).toEqual([true, false]);
    expect(
      net.changes.map(({ id, slot, family, from, to, reason }) => ({ id, slot, family, from, to, reason })).sort((a, b) => a.slot - b.slot),
    ).toEqual([
      { id: 'eu/e0', slot: 0, family: 4, from: 'unknown', to: 'up', reason: 'scripted success' },
      { id: 'eu/e1', slot: 1, family: 4, from: 'unknown', to: 'down', reason: 'scripted failure' },
    ]);
  });

  test('a verdict is of one family: the other of the same slot is not touched', async () => {
    const net = new ScriptedEndpoints();
    net.behave = (address) => (address === '2001:db8::1' ? DEAD : UP);
    net.prober.apply([target(0), { ...target(0), family: 6, address: '2001:db8::1' }]);
    net.prober.start();
    await net.clock.advance(1100);
    expect([net.table.isUp(0, 4), net.table.isUp(0, 6)]).toEqual([true, false]);
  });

  test.each(['refused', 'hang'])(
    'an endpoint that dies (%s) is down within fall x interval + timeout, however it falls between probes',
    async (how) => {
      for (let phase = 0; phase < 20; phase++) {
        const net = new ScriptedEndpoints();
        net.prober.apply([target(0, { jitter: 0.3 })]);
        net.prober.start();
        await net.clock.advance(5000 + phase * 50);
        net.behave = () => (how === 'hang' ? 'hang' : DEAD);
        const diedMs = net.clock.nowMs;
        while (net.table.isUp(0, 4)) await net.clock.advance(1);
        expect(net.clock.nowMs - diedMs).toBeLessThanOrEqual(3 * 1000 + 200 + 1);
        expect(net.started.filter(({ atMs }) => atMs > diedMs).length).toBe(3);

        net.behave = () => UP;
        const backMs = net.clock.nowMs;
        while (!net.table.isUp(0, 4)) await net.clock.advance(1);
        expect(net.clock.nowMs - backMs).toBeLessThanOrEqual(2 * 1000 + 10);
      }
    },
  );

  test('the TTL cap follows each probe: checks still needed x interval', async () => {
    const net = new ScriptedEndpoints();
    net.prober.apply([target(0, { intervalMs: 10_000, timeoutMs: 1000, initial: 'up' })]);
    net.prober.start();
    const caps: number[] = [net.table.ttlCapSeconds(0, 4)];
    net.prober.on('probe', () => caps.push(net.table.ttlCapSeconds(0, 4)));
    const script: Behaviour[] = [UP, DEAD, DEAD, UP, DEAD, DEAD, DEAD, UP, UP];
    net.behave = () => script.shift() ?? UP;
    await net.clock.advance(90_000);
    expect(caps).toEqual([30, 30, 20, 10, 30, 20, 10, 20, 10, 30]);
  });

  test('cooldown: one that flaps at every probe changes once in that time, and the TTL cap says so', async () => {
    const net = new ScriptedEndpoints();
    net.prober.apply([target(0, { intervalMs: 10_000, timeoutMs: 1000, rise: 1, fall: 1, cooldownMs: 45_000, jitter: 0, initial: 'up' })]);
    const changes: number[] = [];
    net.prober.on('change', () => changes.push(net.clock.nowMs));
    const caps: number[] = [];
    net.prober.on('probe', () => caps.push(net.table.ttlCapSeconds(0, 4)));
    net.prober.start();
    let probes = 0;
    net.behave = () => (probes++ % 2 === 0 ? DEAD : UP);
    await net.clock.advance(200_000);
    expect(probes).toBe(20);
    const gaps = changes.slice(1).map((at, i) => Math.round((at - changes[i]!) / 1000));
    expect(gaps).toEqual([50, 50, 50]);
    // Down at the first probe: nothing can change for 45 s, less the milliseconds that probes take.
    expect(caps.slice(0, 6)).toEqual([45, 34, 25, 14, 10, 45]);
  });

  test('cooldown: the first probe decides at once, and the first change is not held', async () => {
    const net = new ScriptedEndpoints();
    net.behave = () => DEAD;
    net.prober.apply([target(0, { intervalMs: 1000, cooldownMs: 60_000, rise: 1, jitter: 0 })]);
    net.prober.start();
    await net.clock.advance(1000);
    expect(net.table.state(0, 4)).toBe('down');
    net.behave = () => UP;
    await net.clock.advance(1000);
    expect(net.table.state(0, 4)).toBe('up');
  });

  test('since when an endpoint is down', async () => {
    const net = new ScriptedEndpoints();
    net.prober.apply([target(0, { intervalMs: 1000, fall: 1, jitter: 0, initial: 'up' })]);
    net.prober.start();
    await net.clock.advance(5000);
    expect(net.table.downSinceMs(0, 4)).toBe(0);
    net.behave = () => DEAD;
    await net.clock.advance(1000);
    const since = net.table.downSinceMs(0, 4);
    expect(since).toBeGreaterThan(5000);
    await net.clock.advance(9000);
    expect(net.table.downSinceMs(0, 4)).toBe(since);
    net.table.override(0, 4, 'down');
    expect(net.table.downSinceMs(0, 4)).toBe(0);
    net.table.override(0, 4, 'none');
    net.behave = () => UP;
    await net.clock.advance(5000);
    expect(net.table.downSinceMs(0, 4)).toBe(0);
  });

  test('a probe that asks for longer than its time-out is given up; the reason says what it waited for', async () => {
    const net = new ScriptedEndpoints();
    net.behave = () => ({ answer: 'success', afterMs: 201 });
    net.prober.apply([target(0)]);
    net.prober.start();
    await net.clock.advance(1300);
    expect(net.probes).toMatchObject([{ result: 'failure', reason: 'no answer in 200 ms', durationMs: 200, state: 'down' }]);
    expect(net.openNow).toBe(0);
    net.behave = () => ({ answer: 'success', afterMs: 199 });
    await net.clock.advance(2000);
    expect(net.table.isUp(0, 4)).toBe(true);
  });

  test('the wall clock may jump: no verdict and no schedule depends on it', async () => {
    const net = new ScriptedEndpoints();
    net.prober.apply([target(0)]);
    net.prober.start();
    await net.clock.advance(3000);
    net.clock.wallOffsetMs -= 300_000;
    await net.clock.advance(3000);
    net.clock.wallOffsetMs += 86_400_000;
    await net.clock.advance(3000);
    const starts = net.startsOf('10.0.0.0');
    expect(starts.slice(1).map((at, index) => Math.round(at - starts[index]!))).toEqual(
      Array.from({ length: starts.length - 1 }, () => 1000),
    );
    expect(starts.length).toBe(9);
    expect(net.probes.at(-1)!.at).toBeGreaterThan(net.clock.nowMs + 1_700_000_000_000);
  });
});

describe('what is no fact about the endpoint', () => {
  test('an inconclusive probe counts neither for nor against', async () => {
    const net = new ScriptedEndpoints();
    const script: Behaviour[] = [UP, DEAD, DEAD, { answer: 'inconclusive' }, DEAD];
    net.behave = () => script.shift() ?? UP;
    net.prober.apply([target(0)]);
    net.prober.start();
    await net.clock.advance(5000);
    expect(net.changes.map(({ to }) => to)).toEqual(['up', 'down']);
    expect(net.probes.map(({ state }) => state)).toEqual(['up', 'up', 'up', 'up', 'down']);
  });

  test('a probe that throws is a defect of ours: told, not counted, and the schedule goes on', async () => {
    const net = new ScriptedEndpoints();
    net.prober.apply([target(0)]);
    net.prober.start();
    await net.clock.advance(1500);
    net.behave = () => 'throw';
    await net.clock.advance(5000);
    expect(net.table.isUp(0, 4)).toBe(true);
    expect(net.probes.at(-1)).toMatchObject({ result: 'inconclusive', reason: 'the tcp probe failed: a defect' });
    expect(net.probes.length).toBeGreaterThanOrEqual(6);
  });

  test('when the thread stood still over a time-out, the endpoint gets its time after all', async () => {
    const net = new ScriptedEndpoints();
    // In the middle of the last quarter of the time-out; the answer comes meanwhile, but is read behind the timers that are due.
    net.behave = () => ({ answer: 'success', afterMs: 5340 });
    net.prober.apply([target(0, { timeoutMs: 400, fall: 1 })]);
    net.prober.start();
    while (net.openNow === 0) await net.clock.advance(1);
    net.behave = () => 'hang';
    await net.clock.advance(350);
    net.clock.stall(5000);
    await net.clock.advance(0);
    expect(net.probes.map(({ result }) => result)).toEqual(['success']);
    // And a hang is still a hang afterwards.
    await net.clock.advance(1500);
    expect(net.probes.at(-1)).toMatchObject({ result: 'failure', reason: 'no answer in 400 ms' });
  });
});

describe('schedule', () => {
  test('1,000 first probes are spread evenly over the interval', async () => {
    const net = new ScriptedEndpoints();
    net.prober.apply(Array.from({ length: 1000 }, (_, index) => target(index, { intervalMs: 10_000, timeoutMs: 1000 })));
    net.prober.start();
    await net.clock.advance(10_000);
    const buckets = new Array<number>(100).fill(0);
    for (const { atMs } of net.started) buckets[Math.min(99, Math.floor(atMs / 100))]!++;
    expect(net.started.length).toBe(1000);
    expect(Math.min(...buckets)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...buckets)).toBeLessThanOrEqual(12);
  });

  test('jitter brings a probe forward by up to its share of the interval, never back', async () => {
    const net = new ScriptedEndpoints();
    net.prober.apply([target(0, { jitter: 0.2 })]);
    net.prober.start();
    await net.clock.advance(500_000);
    const starts = net.startsOf('10.0.0.0');
    const gaps = starts.slice(1).map((at, index) => at - starts[index]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(800 - 0.001);
    expect(Math.min(...gaps)).toBeLessThan(820);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1000 + 0.001);
    expect(Math.max(...gaps)).toBeGreaterThan(980);
  });

  test('two probers that start together drift apart', async () => {
    const random = sequence();
    const nets = [new ScriptedEndpoints({ random }), new ScriptedEndpoints({ random })];
    for (const net of nets) {
      net.prober.apply([target(0, { jitter: 0.1 })]);
      net.prober.start();
      await net.clock.advance(60_000);
    }
    const [first, second] = nets.map((net) => new Set(net.startsOf('10.0.0.0').map(Math.round)));
    expect([...first!].filter((at) => second!.has(at)).length).toBeLessThan(first!.size / 10);
  });

  test('a probe that lasts until its time-out does not stretch the interval, nor overlap the next', async () => {
    const net = new ScriptedEndpoints();
    net.behave = () => 'hang';
    net.prober.apply([target(0, { timeoutMs: 1000 })]);
    net.prober.start();
    await net.clock.advance(20_000);
    const starts = net.startsOf('10.0.0.0');
    expect(starts.at(-1)! - starts[0]!).toBeCloseTo((starts.length - 1) * 1000, 3);
    expect(net.mostOpen).toBe(1);
  });

  test('never more probes at once than maxConcurrent; those that wait are not forgotten', async () => {
    const net = new ScriptedEndpoints({ maxConcurrent: 7 });
    net.behave = () => 'hang';
    net.prober.apply(Array.from({ length: 100 }, (_, index) => target(index, { intervalMs: 1000, timeoutMs: 100 })));
    net.prober.start();
    await net.clock.advance(1000);
    expect(net.mostOpen).toBe(7);
    expect(net.prober.load()).toMatchObject({ targets: 100, running: 7 });
    expect(net.prober.load().waiting).toBeGreaterThan(10);
    await net.clock.advance(1000);
    expect(new Set(net.started.map(({ address }) => address)).size).toBe(100);
    expect(net.mostOpen).toBe(7);
    await net.prober.stop();
    expect(net.prober.load()).toEqual({ targets: 100, running: 0, waiting: 0 });
  });

  test('ERR_HEALTH_OPTION: maxConcurrent below 1 is refused', () => {
    expect(() => new ScriptedEndpoints({ maxConcurrent: 0 })).toThrow(
      expect.objectContaining({ code: 'ERR_HEALTH_OPTION', path: ['maxConcurrent'] }),
    );
  });

  test('20,000 probes leave no timer behind but one for each target', async () => {
    const net = new ScriptedEndpoints();
    const behaviours: Behaviour[] = [UP, DEAD, 'hang', 'throw', { answer: 'inconclusive' }];
    let count = 0;
    net.behave = () => behaviours[count++ % behaviours.length]!;
    net.prober.apply(Array.from({ length: 200 }, (_, index) => target(index)));
    net.prober.start();
    await net.clock.advance(100_000);
    expect(net.probes.length).toBeGreaterThan(19_000);
    // Beside the next probe of each target: of each that is under way its time-out, and the answer on its way.
    expect(net.clock.pending).toBeLessThanOrEqual(200 + net.openNow);
    await net.prober.stop();
    expect([net.clock.pending, net.openNow]).toEqual([0, 0]);
  });

  test('stop ends probes under way, and start goes on from the states that were reached', async () => {
    const net = new ScriptedEndpoints();
    net.behave = () => 'hang';
    net.prober.apply([target(0)]);
    net.prober.start();
    net.prober.start();
    while (net.openNow === 0) await net.clock.advance(1);
    await net.prober.stop();
    expect([net.openNow, net.clock.pending, net.probes.length]).toEqual([0, 0, 0]);
    await net.clock.advance(10_000);
    expect(net.started.length).toBe(1);
    net.prober.start();
    await net.clock.advance(1500);
    expect(net.table.state(0, 4)).toBe('down');
  });

  test('stop waits for probes that need a while to let go', async () => {
    let letGo: (() => void) | undefined;
    const probe = () => new Promise<ProbeOutcome>((resolve) => (letGo = () => resolve({ result: 'failure', reason: 'aborted' })));
    const net = new ScriptedEndpoints({ probeTypes: { tcp: (fields) => (fields.raw('port') === 80 ? probe : neverAsked) } });
    net.prober.apply([target(0)]);
    net.prober.start();
    while (letGo === undefined) await net.clock.advance(1);
    let stopped = false;
    const stopping = net.prober.stop().then(() => (stopped = true));
    await net.clock.advance(1000);
    expect(stopped).toBe(false);
    letGo();
    await stopping;
    expect(net.probes).toEqual([]);
  });

  test('nothing is probed before start', async () => {
    const net = new ScriptedEndpoints();
    net.prober.apply([target(0)]);
    await net.clock.advance(10_000);
    expect(net.started.length).toBe(0);
  });
});
