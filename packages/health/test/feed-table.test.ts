import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FeedTable, type HealthError, HealthTable, SlotRegistry } from '../src/index.ts';
import { inAnotherThread } from './thread.ts';

const octets = (...own: number[]) => Uint8Array.from({ length: 16 }, (_, i) => own[i] ?? 0);
const V6 = octets(0x20, 0x01, 0x0d, 0xb8, 1, 2, 3, 4);

/** The figure that `find` leads to. */
function figureOf(table: FeedTable, slot: number, address: Uint8Array, family: 4 | 6 = 4): number | undefined {
  const place = table.find(slot, address, family);
  return place < 0 ? undefined : table.figures[place];
}

describe('figures of slots', () => {
  test('fresh memory has none; the last one counts', () => {
    const table = new FeedTable(undefined, 4, 16);
    expect([...table.times]).toEqual([0, 0, 0, 0]);
    table.set(2, 5.25, 1000);
    table.set(2, -7.5, 2000);
    expect([table.values[2], table.times[2], table.times[1]]).toEqual([-7.5, 2000, 0]);
    table.reset(2);
    expect(table.times[2]).toBe(0);
    expect(() => table.set(4, 1, 1)).toThrow(RangeError);
    expect(() => table.setNetwork(-1, V6, 4, 8, 1, 1)).toThrow(RangeError);
  });

  test('another thread sees them', async () => {
    const table = new FeedTable(undefined, 4, 16);
    table.set(1, 62.5, 1000);
    table.setNetwork(1, octets(192, 0, 2), 4, 24, 12, 5000);
    const seen = await inAnotherThread(
      table.shared,
      `const place = table.find(1, Uint8Array.of(192, 0, 2, 7), 4);
       report([table.values[1], table.figures[place], table.seconds[place], table.prefixLength]);`,
      ['FeedTable', 'feed-table'],
    );
    expect(seen).toEqual([62.5, 12, 5, 24]);
  });

  test.each([8, 64, 4096])('shared memory of %i octets is no table', (length) => {
    const error = expect.objectContaining({ code: 'ERR_HEALTH_TABLE_FORMAT' }) as HealthError;
    expect(() => new FeedTable(new SharedArrayBuffer(length))).toThrow(error);
    expect(() => new FeedTable(new HealthTable(undefined, 4).shared)).toThrow(error);
  });

  test('a slot that another gets has nothing of the one before', () => {
    const table = new FeedTable(undefined, 4, 16);
    const slots = new SlotRegistry(table);
    const before = slots.slotOf('load', 'eu');
    table.set(before, 5, 1000);
    table.setNetwork(before, octets(192, 0, 2), 4, 24, 12, 1000);
    slots.keep([], 1);
    slots.reclaim(1);
    const after = slots.slotOf('rtt', 'us');
    expect([after, table.times[after]]).toEqual([before, 0]);
    table.setNetwork(after, octets(198, 51, 100), 4, 24, 30, 1000);
    expect(figureOf(table, after, octets(192, 0, 2, 1))).toBeUndefined();
  });
});

describe('figures of networks', () => {
  test('the longest prefix counts, and what it says holds for as many bits as any has', () => {
    const table = new FeedTable(undefined, 4, 64);
    table.setNetwork(0, octets(10), 4, 8, 80, 0);
    table.setNetwork(0, octets(10, 1, 2), 4, 24, 20, 0);
    expect([figureOf(table, 0, octets(10, 1, 2, 3)), table.prefixLength]).toEqual([20, 24]);
    expect([figureOf(table, 0, octets(10, 1, 3, 3)), table.prefixLength]).toEqual([80, 24]);
    expect([figureOf(table, 0, octets(11)), table.prefixLength]).toEqual([undefined, 24]);
    expect([figureOf(table, 1, octets(10)), table.prefixLength]).toEqual([undefined, 0]);
    expect([figureOf(table, 0, octets(10), 6), table.prefixLength]).toEqual([undefined, 0]);
  });

  test('IPv6: both halves of the first 64 bits, and a length in each', () => {
    const table = new FeedTable(undefined, 4, 64);
    table.setNetwork(3, V6, 6, 32, 50, 0);
    expect([figureOf(table, 3, V6, 6), table.prefixLength]).toEqual([50, 32]);
    table.setNetwork(3, V6, 6, 64, 9, 0);
    expect([figureOf(table, 3, V6, 6), table.prefixLength]).toEqual([9, 64]);
    expect([figureOf(table, 3, octets(0x20, 1, 0xd, 0xb8, 1, 2, 3, 5), 6), table.prefixLength]).toEqual([50, 64]);
    expect(() => table.setNetwork(3, V6, 6, 65, 1, 0)).toThrow(RangeError);
    expect(() => table.setNetwork(3, V6, 4, 0, 1, 0)).toThrow(RangeError);
  });

  test('where there is no room left the figure that came first goes', () => {
    const table = new FeedTable(undefined, 4, 8);
    for (let i = 0; i < 8; i++) table.setNetwork(0, octets(10, i), 4, 16, i, (100 - i) * 1000);
    table.setNetwork(0, octets(10, 99), 4, 16, 99, 200_000);
    const left = Array.from({ length: 100 }, (_, i) => figureOf(table, 0, octets(10, i))).filter((own) => own !== undefined);
    expect(left).toEqual([0, 1, 2, 3, 4, 5, 6, 99]);
  });

  test('as a plain list would say, whatever is set', () => {
    const entries = fc.record({
      slot: fc.nat(2),
      family: fc.constantFrom(4 as const, 6 as const),
      bits: fc.integer({ min: 1, max: 64 }),
      net: fc.nat(60),
      figure: fc.nat(500),
    });
    const addressOf = (net: number, family: 4 | 6) =>
      Uint8Array.from({ length: family === 4 ? 4 : 16 }, (_, i) => (net * (i * 37 + 11)) ^ (i > 1 ? 0 : net));
    const isIn = (a: Uint8Array, b: Uint8Array, bits: number) => {
      for (let bit = 0; bit < bits; bit++) if ((((a[bit >> 3]! ^ b[bit >> 3]!) >> (7 - (bit & 7))) & 1) === 1) return false;
      return true;
    };
    fc.assert(
      fc.property(fc.array(entries, { maxLength: 60 }), fc.array(entries, { minLength: 10, maxLength: 40 }), (set, asked) => {
        const table = new FeedTable(undefined, 3, 1024);
        const list = set.map((own) => ({
          ...own,
          bits: own.family === 4 ? 1 + (own.bits % 32) : own.bits,
          address: addressOf(own.net, own.family),
        }));
        for (const { slot, family, bits, address, figure } of list) table.setNetwork(slot, address, family, bits, figure, 1000);
        for (const { slot, family, net } of asked) {
          const address = addressOf(net, family);
          const own = list.filter((entry) => entry.slot === slot && entry.family === family);
          const holding = own.filter((entry) => isIn(entry.address, address, entry.bits));
          const longest = Math.max(...holding.map(({ bits }) => bits));
          const expected = holding.findLast(({ bits }) => bits === longest)?.figure;
          expect(figureOf(table, slot, address, family)).toBe(expected);
          expect(table.prefixLength).toBe(Math.max(0, ...own.map(({ bits }) => bits)));
        }
      }),
      { numRuns: 200 },
    );
  });
});
