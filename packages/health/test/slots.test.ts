import { describe, expect, test } from 'vitest';
import { HealthTable, SlotRegistry } from '../src/index.ts';

describe('slot registry', () => {
  test('one slot per endpoint, the same at every asking, whatever the names hold', () => {
    const { slotOf } = new SlotRegistry();
    const slots = [
      slotOf('eu', 'fra1'),
      slotOf('eu', 'ams1'),
      slotOf('us', 'fra1'),
      slotOf('eu/fra1', ''),
      slotOf('eu', '/fra1'),
      slotOf('__proto__', 'x'),
    ];
    expect(new Set(slots).size).toBe(slots.length);
    expect(slotOf('eu', 'fra1')).toBe(slots[0]);
    expect(slotOf('__proto__', 'x')).toBe(slots[5]);
  });

  test('a reload: those that stay keep their slots in whatever order they come', () => {
    const registry = new SlotRegistry();
    const [fra, ams, sin] = ['fra1', 'ams1', 'sin1'].map((name) => registry.slotOf('eu', name));
    registry.keep(
      [
        ['eu', 'sin1'],
        ['eu', 'new1'],
        ['eu', 'fra1'],
      ],
      2,
    );
    registry.reclaim(2);
    expect([registry.slotOf('eu', 'fra1'), registry.slotOf('eu', 'sin1')]).toEqual([fra, sin]);
    expect(registry.find('eu', 'ams1')).toBeUndefined();
    expect(registry.find('eu', 'new1')).not.toBe(ams); // ams1 had not been reclaimed when new1 came
  });

  test('a released slot goes to nobody until every reader has reached the epoch', () => {
    const registry = new SlotRegistry(new HealthTable(undefined, 8));
    const old = registry.slotOf('eu', 'fra1');
    registry.release('eu', 'fra1', 7);
    expect(registry.reclaim(6)).toBe(0);
    expect(registry.slotOf('eu', 'a')).not.toBe(old);
    expect(registry.reclaim(7)).toBe(1);
    expect(registry.reclaim(7)).toBe(0);
    expect(registry.slotOf('eu', 'b')).toBe(old);
  });

  test('an endpoint that returns before that has its old slot, and is safe from reclaim', () => {
    const registry = new SlotRegistry();
    const old = registry.slotOf('eu', 'fra1');
    registry.release('eu', 'fra1', 7);
    expect(registry.slotOf('eu', 'fra1')).toBe(old);
    expect(registry.reclaim(100)).toBe(0);
    expect(registry.find('eu', 'fra1')).toBe(old);
  });

  test('the next owner of a slot inherits nothing from the last', () => {
    const table = new HealthTable(undefined, 1);
    const registry = new SlotRegistry(table);
    const slot = registry.slotOf('eu', 'fra1');
    table.publish(slot, 4, 'down', 5);
    table.override(slot, 6, 'down');
    registry.keep([], 1);
    registry.reclaim(1);
    const next = registry.slotOf('us', 'nyc1');
    expect(next).toBe(slot);
    expect([table.state(next, 4), table.isUp(next, 6)]).toEqual(['unknown', true]);
  });

  test('ERR_HEALTH_TABLE_FULL names the endpoint that found no room', () => {
    const registry = new SlotRegistry(new HealthTable(undefined, 2));
    registry.slotOf('eu', 'a');
    registry.slotOf('eu', 'b');
    expect(() => registry.slotOf('eu', 'c')).toThrow(
      expect.objectContaining({ code: 'ERR_HEALTH_TABLE_FULL', message: expect.stringContaining('eu/c') }),
    );
    registry.release('eu', 'a', 1);
    registry.reclaim(1);
    expect(registry.slotOf('eu', 'c')).toBeTypeOf('number');
  });

  test('1,000 reloads that replace everybody need no more slots than two generations', () => {
    const registry = new SlotRegistry(new HealthTable(undefined, 20));
    for (let epoch = 1; epoch <= 1000; epoch++) {
      const endpoints = Array.from({ length: 10 }, (_, index) => ['eu', `e${epoch}-${index}`] as const);
      registry.keep(endpoints, epoch);
      registry.reclaim(epoch);
    }
    expect(registry.find('eu', 'e1000-0')).toBeTypeOf('number');
    expect(registry.find('eu', 'e999-0')).toBeUndefined();
  });
});
