import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HealthTable, SlotRegistry } from '@dnsteer/health';
import { definePolicy } from '@dnsteer/steering';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OverrideFile, parseOverrides } from '../../src/control/override-file.ts';
import { type OverrideAction, type OverrideEntry, Overrides } from '../../src/control/overrides.ts';

const pool = (name: string, ...endpoints: string[]) => ({
  name,
  endpoints: endpoints.map((own) => ({ name: own, addresses: ['192.0.2.1'] })),
});
const POOLS = [pool('eu', 'fra1', 'fra2', 'ams1'), pool('us', 'iad1')];

let table: HealthTable;
let slots: SlotRegistry;
let overrides: Overrides;
let ended: OverrideEntry[];
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  table = new HealthTable();
  slots = new SlotRegistry(table);
  ended = [];
  overrides = new Overrides(table, slots.slotOf, (entries) => ended.push(...entries));
  overrides.pools = POOLS;
});
afterEach(() => {
  overrides.stop();
  vi.useRealTimers();
});

const say = (match: string, action: OverrideAction, more: Partial<OverrideEntry> = {}) => overrides.say({ match, action, ...more });
const isUp = (id: string) => {
  const [name, endpoint] = id.split('/') as [string, string];
  const [v4, v6] = ([4, 6] as const).map((family) => table.isUp(slots.slotOf(name, endpoint), family));
  expect(v6).toBe(v4);
  return v4;
};
const down = () => ['eu/fra1', 'eu/fra2', 'eu/ams1', 'us/iad1'].filter((id) => !isUp(id));

describe('what an operator says', () => {
  test.each([
    ['eu', 3, ['eu/fra1', 'eu/fra2', 'eu/ams1']],
    ['eu/fra1', 1, ['eu/fra1']],
    ['eu/*', 3, ['eu/fra1', 'eu/fra2', 'eu/ams1']],
    ['*/fra?', 2, ['eu/fra1', 'eu/fra2']],
    ['?u/*1', 2, ['eu/fra1', 'eu/ams1']],
    ['*', 4, ['eu/fra1', 'eu/fra2', 'eu/ams1', 'us/iad1']],
    ['e.', 0, []],
    ['eu/', 0, []],
    ['', 0, []],
    ['eu/z', 0, []],
    ['ap', 0, []],
  ])('%j is %i endpoints', (match, count, expected) => {
    expect(say(match, 'down')).toBe(count);
    expect(down()).toEqual(expected);
    expect(overrides.list()).toHaveLength(count === 0 ? 0 : 1);
  });

  test('drained is not answered; forced up is answered whatever probes say', () => {
    say('eu', 'drain');
    expect(down()).toHaveLength(3);
    const slot = slots.slotOf('us', 'iad1');
    table.publish(slot, 4, 'down', 1);
    table.publish(slot, 6, 'down', 1);
    expect(isUp('us/iad1')).toBe(false);
    say('us', 'force-up');
    expect(isUp('us/iad1')).toBe(true);
    say('us', 'probes');
    expect(isUp('us/iad1')).toBe(false);
  });

  test('later ones hold, as exceptions of earlier ones (gdnsd(8), ADMIN STATE FILE)', () => {
    say('eu', 'down');
    say('eu/fra1', 'probes');
    expect(down()).toEqual(['eu/fra2', 'eu/ams1']);
    say('eu/fra1', 'drain');
    expect(overrides.list().map(({ match, action }) => `${match} ${action}`)).toEqual(['eu down', 'eu/fra1 drain']);
    say('eu', 'probes');
    expect([down(), overrides.list()]).toEqual([[], []]);
  });

  test('it ends by itself, and what it stood before holds again', () => {
    say('eu', 'down');
    say('eu/fra1', 'probes', { untilMs: 1_060_000, note: 'a test' });
    expect(down()).toEqual(['eu/fra2', 'eu/ams1']);
    vi.advanceTimersByTime(59_999);
    expect([down().length, ended]).toEqual([2, []]);
    vi.advanceTimersByTime(1);
    expect(down()).toHaveLength(3);
    expect(ended).toEqual([{ match: 'eu/fra1', action: 'probes', untilMs: 1_060_000, note: 'a test' }]);
  });

  test('an end that is further away than a timer reaches', () => {
    const days = 40 * 86_400_000;
    say('us', 'down', { untilMs: 1_000_000 + days });
    vi.advanceTimersByTime(days - 1);
    expect(isUp('us/iad1')).toBe(false);
    vi.advanceTimersByTime(1);
    expect(isUp('us/iad1')).toBe(true);
  });

  test('an endpoint that joins is what was said of its pool; those that stay keep what was said of them', () => {
    say('eu', 'down');
    say('eu/fra1', 'probes');
    overrides.pools = [pool('eu', 'fra1', 'new'), pool('us', 'iad1', 'new')];
    expect(['eu/fra1', 'eu/new', 'us/new'].map(isUp)).toEqual([true, false, true]);
    expect(overrides.of('eu', 'new')).toEqual({ match: 'eu', action: 'down' });
    expect(overrides.of('eu', 'fra1')).toBeUndefined();
  });

  test('lists what holds, in order, with its endpoints', () => {
    overrides.file = [{ match: '*/fra?', action: 'drain', note: 'kernel' }];
    say('eu/fra2', 'probes');
    expect(overrides.list()).toEqual([
      { match: '*/fra?', action: 'drain', note: 'kernel', by: 'file', endpoints: ['eu/fra1', 'eu/fra2'] },
      { match: 'eu/fra2', action: 'probes', by: 'operator', endpoints: ['eu/fra2'] },
    ]);
    expect(down()).toEqual(['eu/fra1']);
  });
});

test('what is answered when a pool without a check was taken down is kept for ttl.min only: the operator may give it back at any moment', () => {
  const policy = definePolicy(
    { name: 'web', pools: ['us'], chain: ['up'], ttl: { min: 7, max: 70 } },
    { pools: POOLS, slotOf: slots.slotOf },
  );
  const decide = () => policy.decide({ client: '192.0.2.1', type: 'A' }, { health: table });
  expect(decide()).toMatchObject({ allDown: false, ttl: 70 });
  say('us', 'down');
  expect(decide()).toMatchObject({ allDown: true, ttl: 7, ttlReason: '7 s: ttl.min, as the health of pool us may change at any moment' });
  say('us', 'probes');
  expect(decide()).toMatchObject({ allDown: false, ttl: 70 });
});

describe('the file', () => {
  test('lines in their order; a time ends, a note says why; comments alone say nothing', () => {
    expect(
      parseOverrides(
        'o.yaml',
        '- { match: eu, state: down, until: 2026-11-23T08:00:00+01:00, note: kernel }\n- { match: eu/fra1, state: probes }\n',
      ),
    ).toEqual([
      { match: 'eu', action: 'down', untilMs: Date.parse('2026-11-23T07:00:00Z'), note: 'kernel' },
      { match: 'eu/fra1', action: 'probes' },
    ]);
    expect(parseOverrides('o.yaml', '# nothing\n\n')).toEqual([]);
  });

  test.each([
    ['- { match: eu, state: off }', 'o.yaml:1:23: [0].state: found "off"'],
    [
      '- { match: eu, state: down }\n- { match: us, state: down, until: tomorrow }',
      'o.yaml:2:36: [1].until: found "tomorrow", expected a time such as',
    ],
    ['- { state: down }', 'o.yaml:1:3: [0].match'],
    ['- { match: eu, state: down, why: x }', 'o.yaml:1:29: [0].why'],
    ['eu: down', 'o.yaml:1:1'],
  ])('%j is refused with its place', (text, message) => {
    expect(() => parseOverrides('o.yaml', text)).toThrow(message);
  });

  test('is read when it changes; what is wrong is told, and what was read before goes on; without it nobody says anything', {
    timeout: 40_000,
  }, async () => {
    vi.useRealTimers();
    const directory = mkdtempSync(join(tmpdir(), 'dnsteer-test-'));
    const path = join(directory, 'overrides.yaml');
    const errors: string[] = [];
    const file = new OverrideFile(
      (entries) => {
        overrides.file = entries;
      },
      ({ message }) => errors.push(message),
    );
    try {
      file.watch(path);
      expect([down(), errors]).toEqual([[], []]);
      writeFileSync(path, '- { match: us, state: down }\n');
      await vi.waitFor(() => expect(down()).toEqual(['us/iad1']), { timeout: 10_000 });
      writeFileSync(path, '- { match: us, state: sideways }\n');
      await vi.waitFor(() => expect(errors[0]).toContain('overrides.yaml:1:23: [0].state: found "sideways"'), { timeout: 10_000 });
      expect(down()).toEqual(['us/iad1']);
      rmSync(path);
      await vi.waitFor(() => expect(down()).toEqual([]), { timeout: 10_000 });
    } finally {
      file.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
