import { describe, expect, test } from 'vitest';
import { CLIENT, chainOf } from '../fixtures.ts';

const EU = ['eu/fra1', 'eu/ams1'];
const US = ['us/iad1', 'us/dfw1'];
const AP = ['ap/nrt1', 'ap/sin1'];

describe.each(['priority', 'cost'] as const)('%s', (name) => {
  const by = (numbers: Record<string, number>) => ({ [name]: numbers }) as { priority: Record<string, number> };

  test.each([
    ['the lowest number first', { eu: 3, us: 1, ap: 2 }, [US, AP, EU], `${name} 1: us; ${name} 2: ap; ${name} 3: eu`],
    ['equal numbers share a tier', { eu: 1, us: 2, ap: 1 }, [[...EU, ...AP], US], `${name} 1: eu, ap; ${name} 2: us`],
    ['a pool without a number comes last', { us: 5, ap: -1.5 }, [AP, US, EU], `${name} -1.5: ap; ${name} 5: us; without ${name}: eu`],
  ])('%s', (_, numbers, out, reason) => {
    const { trace, ecsScope } = chainOf([by(numbers)]).decide(CLIENT);
    expect(trace[0]).toMatchObject({ filter: name, out, reason });
    expect(ecsScope).toBe(0);
  });

  test('with first it is failover from pool to pool', () => {
    const policy = chainOf(['up', by({ us: 1, eu: 2, ap: 3 }), { first: 1 }]);
    expect(policy.decide(CLIENT).endpoints).toEqual(['us/iad1']);
    expect(policy.decide(CLIENT, { health: { us: 'down' } }).endpoints).toEqual(['eu/fra1']);
    expect(policy.decide(CLIENT, { health: { us: 'down', eu: 'down' } }).endpoints).toEqual(['ap/nrt1']);
  });

  test('a pool that is not known is told by its name', () => {
    expect(() => chainOf([by({ mars: 1 })])).toThrow(
      `policy test, chain[0].${name}.mars: found "mars", expected one of the policy's pools: eu, us, ap`,
    );
  });

  test.each<[found: unknown, path: string[], code: string]>([
    [{}, [], 'ERR_STEERING_EMPTY'],
    [{ mars: 1 }, ['mars'], 'ERR_STEERING_UNKNOWN_POOL'],
    [{ eu: 'low' }, ['eu'], 'ERR_STEERING_TYPE'],
    [{ eu: 1e10 }, ['eu'], 'ERR_STEERING_RANGE'],
  ])('%j is refused with its place', (found, path, code) => {
    expect(() => chainOf([by(found as never)])).toThrow(expect.objectContaining({ code, path: ['chain', 0, name, ...path] }));
  });
});
