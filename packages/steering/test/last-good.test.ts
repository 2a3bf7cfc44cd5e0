import { expect, test } from 'vitest';
import { definePolicy, type HealthView } from '../src/index.ts';
import { POOLS } from './fixtures.ts';

const policy = definePolicy({ name: 'web', pools: ['eu', 'us', 'ap'], chain: ['up'], allDown: 'last' }, { pools: POOLS });
const slotOf = (id: string) => policy.endpoints.find((own) => own.id === id)!.slot;

/** By endpoint: when it went down; who is not named went down long ago. */
function downSince(times: Record<string, number>): HealthView {
  const bySlot = new Map(Object.entries(times).map(([id, ms]) => [slotOf(id), ms]));
  return { isUp: () => false, ttlCapSeconds: () => 10, downSinceMs: (slot) => bySlot.get(slot) ?? 0 };
}

test.each<[rule: string, times: Record<string, number>, out: string[]]>([
  ['one was left', { 'eu/fra1': 1000, 'us/iad1': 900_000 }, ['us/iad1']],
  ['all at once', { 'eu/fra1': 900_000, 'eu/ams1': 870_000, 'us/iad1': 930_000, 'us/dfw1': 869_999 }, ['eu/fra1', 'eu/ams1', 'us/iad1']],
])('allDown: last, %s', (_, times, out) => {
  const { endpoints, allDown, trace } = policy.decide({ client: '192.0.2.1', type: 'A' }, { health: downSince(times) });
  expect([endpoints, allDown]).toEqual([out, true]);
  expect(trace[1]).toMatchObject({
    filter: 'allDown',
    reason: 'no candidate is left: those that went down last, within a minute, count as up',
  });
});

test.each<[rule: string, health: HealthView]>([
  ['nobody knows since when', { isUp: () => false, ttlCapSeconds: () => 10 }],
  ['operators took them down', downSince({})],
])('allDown: last, %s: all count as up', (_, health) => {
  const { endpoints, trace } = policy.decide({ client: '192.0.2.1', type: 'A' }, { health });
  expect([endpoints.length, trace[1]?.reason]).toEqual([6, 'no candidate is left: all count as up']);
});
