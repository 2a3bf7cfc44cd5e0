import { HealthTable, SlotRegistry } from '@dnsteer/health';
import { definePolicy } from '@dnsteer/steering';
import { beforeEach, expect, test } from 'vitest';
import { Overrides } from '../../src/control/overrides.ts';

const pool = (name: string, ...endpoints: string[]) => ({
  name,
  endpoints: endpoints.map((own) => ({ name: own, addresses: ['192.0.2.1'] })),
});
const POOLS = [pool('eu', 'a', 'b'), pool('us', 'c')];

let table: HealthTable;
let slots: SlotRegistry;
let overrides: Overrides;
beforeEach(() => {
  table = new HealthTable();
  slots = new SlotRegistry(table);
  overrides = new Overrides(table, slots.slotOf);
});
const isUp = (name: string, endpoint: string) => ([4, 6] as const).map((family) => table.isUp(slots.slotOf(name, endpoint), family));

test('a pool is all of its endpoints, in both families; the count says how many', () => {
  expect(overrides.set(POOLS, 'eu', 'down')).toBe(2);
  expect([isUp('eu', 'a'), isUp('eu', 'b'), isUp('us', 'c')]).toEqual([
    [false, false],
    [false, false],
    [true, true],
  ]);
  expect(overrides.set(POOLS, 'eu', 'none')).toBe(2);
  expect(isUp('eu', 'a')).toEqual([true, true]);
});

test('one endpoint by its id; what is not there counts 0', () => {
  expect(overrides.set(POOLS, 'eu/b', 'down')).toBe(1);
  expect([isUp('eu', 'a'), isUp('eu', 'b')]).toEqual([
    [true, true],
    [false, false],
  ]);
  expect(['ap', 'eu/z', '', 'eu/'].map((target) => overrides.set(POOLS, target, 'down'))).toEqual([0, 0, 0, 0]);
});

test('an endpoint that joins a pool which was taken down is down with it, and those that stay keep what was said of them', () => {
  overrides.set(POOLS, 'eu', 'down');
  overrides.set(POOLS, 'eu/a', 'none');
  const after = [pool('eu', 'a', 'b', 'new'), pool('us', 'c', 'new')];
  overrides.join(POOLS, after);
  expect([isUp('eu', 'a'), isUp('eu', 'b'), isUp('eu', 'new'), isUp('us', 'new')].map(([v4]) => v4)).toEqual([true, false, false, true]);
});

test('a pool that was given back takes nobody down any more', () => {
  overrides.set(POOLS, 'eu', 'down');
  overrides.set(POOLS, 'eu', 'none');
  overrides.join(POOLS, [pool('eu', 'a', 'b', 'new')]);
  expect(isUp('eu', 'new')).toEqual([true, true]);
});

test('what is answered when a pool without a check was taken down is kept for ttl.min only: the operator may give it back at any moment', () => {
  const policy = definePolicy(
    { name: 'web', pools: ['us'], chain: ['up'], ttl: { min: 7, max: 70 } },
    { pools: POOLS, slotOf: slots.slotOf },
  );
  const decide = () => policy.decide({ client: '192.0.2.1', type: 'A' }, { health: table });
  expect(decide()).toMatchObject({ allDown: false, ttl: 70 });
  overrides.set(POOLS, 'us', 'down');
  expect(decide()).toMatchObject({ allDown: true, ttl: 7, ttlReason: '7 s: ttl.min, as the health of pool us may change at any moment' });
  overrides.set(POOLS, 'us', 'none');
  expect(decide()).toMatchObject({ allDown: false, ttl: 70 });
});
