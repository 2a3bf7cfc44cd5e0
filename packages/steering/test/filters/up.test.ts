import { describe, expect, test } from 'vitest';
import { Choice, type HealthView, type Pool, parseClientSubnet } from '../../src/index.ts';
import { CLIENT, chainOf } from '../fixtures.ts';

const pool = (name: string, size: number, minHealthy?: Pool['minHealthy']): Pool => ({
  name,
  endpoints: Array.from({ length: size }, (_, i) => ({ name: `${i}`, addresses: [`192.0.2.${name.charCodeAt(0) + i}`] })),
  ...(minHealthy === undefined ? {} : { minHealthy }),
});

type Row = [rule: string, minHealthy: Pool['minHealthy'], health: Record<string, 'up' | 'down'>, out: string[][], reason: string];

const rows: Row[] = [
  ['nothing is down: all pass', undefined, {}, [['a/0', 'a/1', 'a/2', 'b/0']], 'all 4 candidates are up'],
  ['an endpoint that is down is dropped, its pool stays', undefined, { 'a/1': 'down' }, [['a/0', 'a/2', 'b/0']], 'a/1 is down'],
  ['a pool that is down is dropped', undefined, { a: 'down' }, [['b/0']], 'pool a is down (0 of 3 up)'],
  ['as many up as minHealthy: the pool stays', 2, { 'a/0': 'down' }, [['a/1', 'a/2', 'b/0']], 'a/0 is down'],
  [
    'fewer up than minHealthy: the whole pool is dropped',
    3,
    { 'a/0': 'down' },
    [['b/0']],
    'pool a counts as down: 2 of 3 up, minHealthy is 3',
  ],
  ["a share, as gdnsd's up_thresh: half of three is two", '50%', { 'a/0': 'down' }, [['a/1', 'a/2', 'b/0']], 'a/0 is down'],
  ['fewer up than the share', '50%', { 'a/0': 'down', 'a/1': 'down' }, [['b/0']], 'pool a counts as down: 1 of 3 up, minHealthy is 2'],
  ['a share of nearly nothing is one endpoint', '0.1%', { 'a/0': 'down', 'a/1': 'down' }, [['a/2', 'b/0']], 'a/0 is down; a/1 is down'],
  ['a share of all', '100%', { 'a/0': 'down' }, [['b/0']], 'pool a counts as down: 2 of 3 up, minHealthy is 3'],
  ['an endpoint that is named wins over its pool', undefined, { a: 'down', 'a/2': 'up' }, [['a/2', 'b/0']], 'a/0 is down; a/1 is down'],
];

describe('up', () => {
  test.each(rows)('%s', (_, minHealthy, health, out, reason) => {
    const policy = chainOf(['up'], { pools: ['a', 'b'] }, [pool('a', 3, minHealthy), pool('b', 1)]);
    expect(policy.decide(CLIENT, { health }).trace).toEqual([{ filter: 'up', in: [['a/0', 'a/1', 'a/2', 'b/0']], out, reason }]);
  });

  test('each family has its own verdict', () => {
    const both: Pool = { name: 'a', endpoints: [{ name: '0', addresses: ['192.0.2.1', '2001:db8::1'] }] };
    const policy = chainOf(['up'], { pools: ['a'], allDown: 'none' }, [both]);
    const health: HealthView = { isUp: (_, family) => family === 6, ttlCapSeconds: () => Number.POSITIVE_INFINITY };
    expect(policy.decide({ client: '192.0.2.9', type: 'A' }, { health }).answers).toEqual([]);
    expect(policy.decide({ client: '192.0.2.9', type: 'AAAA' }, { health }).answers).toEqual(['2001:db8::1']);
  });

  test('minHealthy asks a family for no more endpoints than it has', () => {
    const lopsided: Pool = {
      name: 'a',
      minHealthy: 2,
      endpoints: [
        { name: '0', addresses: ['192.0.2.1', '2001:db8::1'] },
        { name: '1', addresses: ['192.0.2.2'] },
      ],
    };
    const policy = chainOf(['up'], { pools: ['a'], allDown: 'none' }, [lopsided]);
    expect(policy.decide({ client: '192.0.2.9', type: 'AAAA' }).endpoints).toEqual(['a/0']);
    expect(policy.decide({ client: '192.0.2.9', type: 'A' }, { health: { 'a/1': 'down' } }).endpoints).toEqual([]);
  });

  test('a pool is judged by all its endpoints, whatever earlier filters left of it', () => {
    const policy = chainOf([{ first: 1 }, 'up'], { pools: ['a'], allDown: 'none' }, [pool('a', 3, 2)]);
    expect(policy.decide(CLIENT, { health: { 'a/1': 'down', 'a/2': 'down' } }).endpoints).toEqual([]);
  });

  test('verdicts are asked for again when the generation moves, and only then', () => {
    const states = [true, true, true, true];
    let generation = 1;
    let asked = 0;
    const health: HealthView = {
      generation: () => generation,
      isUp: (slot) => {
        asked++;
        return states[slot]!;
      },
      ttlCapSeconds: () => Number.POSITIVE_INFINITY,
    };
    const policy = chainOf(['up'], { pools: ['a', 'b'] }, [pool('a', 3), pool('b', 1)]);
    const environment = { health, locator: { locate: () => ({ prefixLength: 0 }) }, nowMs: 0, random: () => 0 };
    const choice = new Choice();
    const count = () => {
      policy.choose(parseClientSubnet('192.0.2.1'), 4, environment, choice);
      return choice.endpointCount;
    };
    expect([count(), count(), asked]).toEqual([4, 4, 4]);
    states[0] = false;
    generation++;
    expect([count(), count(), asked]).toEqual([3, 3, 8]);
    environment.health = { ...health, isUp: () => true };
    expect(count()).toBe(4);
  });

  test('without a generation every decision asks', () => {
    let isUp = true;
    const health: HealthView = { isUp: () => isUp, ttlCapSeconds: () => Number.POSITIVE_INFINITY };
    const policy = chainOf(['up'], { pools: ['b'], allDown: 'none' }, [pool('b', 1)]);
    expect(policy.decide(CLIENT, { health }).status).toBe('chosen');
    isUp = false;
    expect(policy.decide(CLIENT, { health }).status).toBe('none');
  });
});
