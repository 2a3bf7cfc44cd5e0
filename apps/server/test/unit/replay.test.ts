import { readFileSync } from 'node:fs';
import { definePolicy, type PolicyDefinition, type Pool } from '@dnsteer/steering';
import { formatName, parseName, typeText } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { isDnstap, readDnstap } from '../../src/replay/dnstap.ts';
import { type LoggedQuery, readJsonLog } from '../../src/replay/query-log.ts';
import { type Candidate, replay } from '../../src/replay/replay.ts';

// Written by named 9.18 ("dnstap { auth; client; }") for dig: www A with ECS 88.198.0.0/24, WWW AAAA with 2001:200::/48, www A, nope TXT.
const BY_BIND = readFileSync(new URL('../fixtures/bind-9.18.dnstap', import.meta.url));

const pools: Pool[] = ['eu', 'us', 'ap'].map((name, i) => ({ name, endpoints: [{ name: 'a', addresses: [`192.0.2.${i + 1}`] }] }));

function candidate(chain: PolicyDefinition['chain'], more: Partial<Candidate> = {}): Candidate {
  const policy = definePolicy({ name: 'web', pools: ['eu', 'us', 'ap'], chain }, { pools });
  const place = (address: Uint8Array) => (address[0] === 88 ? { country: 'DE', continent: 'EU', prefixLength: 8 } : { prefixLength: 8 });
  return { names: [{ name: parseName('www.example.com'), policy }], locator: { locate: place }, health: {}, trusts: () => true, ...more };
}
const text = (query: LoggedQuery) =>
  [
    formatName(query.qname),
    typeText(query.qtype),
    query.source.address.slice(0, 4).join('.'),
    query.ecs && `${query.ecs.family}/${query.ecs.prefixLength}`,
  ].join(' ');

test('a dnstap file of BIND: each query once, with source, time and ECS, in lower case', () => {
  expect(isDnstap(BY_BIND)).toBe(true);
  const queries = readDnstap(BY_BIND);
  expect(queries.map(text)).toEqual([
    'www.example.com. A 127.0.0.1 4/24',
    'www.example.com. AAAA 127.0.0.1 6/48',
    'www.example.com. A 127.0.0.1 ',
    'nope.example.com. TXT 127.0.0.1 ',
  ]);
  expect([...queries[0]!.ecs!.address.slice(0, 4)]).toEqual([88, 198, 0, 0]);
  expect(new Date(queries[0]!.timeMs).toISOString()).toMatch(/^2026-11-23T06:15:10/);
});

test('a dnstap file that is cut short is an error wherever a frame is not whole, and never more than that', () => {
  for (let length = 12; length < BY_BIND.length; length++) {
    let told = '';
    try {
      expect(readDnstap(BY_BIND.subarray(0, length)).length).toBeLessThanOrEqual(4);
    } catch (error) {
      told = (error as Error).message;
      expect(told).toMatch(/^a dnstap file that is cut short: no whole frame at octet \d+$/);
    }
  }
  for (let i = 0; i < BY_BIND.length; i++) {
    const damaged = Uint8Array.from(BY_BIND);
    damaged[i] = damaged[i]! ^ 0xff;
    try {
      readDnstap(damaged);
    } catch (error) {
      expect((error as Error).message).toMatch(/cut short/);
    }
  }
  expect(isDnstap(Buffer.from('{"client":"192.0.2.1"}'))).toBe(false);
});

test('JSON lines: what is left out, and what is wrong by line', () => {
  const [one, other] = readJsonLog(
    '{"client":"192.0.2.53","qname":"WWW.example.com"}\n\n{"time":1767614400,"client":"192.0.2.53","ecs":"8.8.8.0/24","qname":"a.","qtype":"aaaa","more":1}\n',
    'log',
  );
  expect([text(one!), one!.timeMs]).toEqual(['www.example.com. A 192.0.2.53 ', 0]);
  expect([text(other!), other!.timeMs]).toEqual(['a. AAAA 192.0.2.53 4/24', 1_767_614_400_000]);
  for (const [line, told] of [
    ['nonsense', /^log:1: /],
    ['[]', /^log:1: client: found nothing, expected an address/],
    ['{"client":"x","qname":"a"}', /^log:1: client: found "x", expected an address/],
    ['{"client":"192.0.2.1"}', /^log:1: qname: found nothing, expected a name/],
    ['{"client":"192.0.2.1","qname":"a","qtype":"WHAT"}', /^log:1: qtype: found "WHAT"/],
    ['{"client":"192.0.2.1","qname":"a","ecs":1}', /^log:1: ecs: found 1/],
    ['{"client":"192.0.2.1","qname":"a","time":"soon"}', /^log:1: time: found "soon"/],
  ] as const)
    expect(() => readJsonLog(line, 'log')).toThrow(told);
});

const log = (...clients: string[]) =>
  readJsonLog(clients.map((client) => JSON.stringify({ client, qname: 'www.example.com' })).join('\n'), 'log');

test('changes are grouped by the filter that made them; one that changes nothing is no reason', () => {
  const before = candidate([{ priority: { us: 1 } }, { first: 1 }]);
  const after = candidate(['up', { geotarget: { continents: { EU: ['eu'] } } }, { priority: { us: 1 } }, { first: 1 }]);
  const report = replay(log('88.198.0.1', '8.8.8.8', '88.198.9.9'), before, after);
  expect(report).toMatchObject({ queries: 3, steered: 3, changed: 2 });
  expect(report.groups).toMatchObject([{ name: 'www.example.com.', type: 'A', filter: 'geotarget', from: ['us'], to: ['eu'], queries: 2 }]);
  expect(report.groups[0]!.example).toMatchObject({ client: '88.198.0.1/32', answers: [['192.0.2.2'], ['192.0.2.1']] });
  expect(report.groups[0]!.example.after).toMatch(/DE -> continent EU/);
  // The same the other way round: what is taken away made the difference.
  expect(replay(log('88.198.0.1'), after, before).groups[0]!.filter).toBe('geotarget');
});

test('health, names that are not steered any more, other types, and whose ECS counts', () => {
  const chain: PolicyDefinition['chain'] = ['up', { geotarget: { continents: { EU: ['eu'] }, default: ['us'] } }, { first: 1 }];
  expect(replay(log('88.198.0.1'), candidate(chain), candidate(chain, { health: { eu: 'down' } })).groups).toMatchObject([
    { filter: 'up', to: ['us'] },
  ]);
  expect(replay(log('88.198.0.1'), candidate(chain), candidate(chain, { names: [] })).groups).toMatchObject([
    { filter: 'policy', from: ['eu'], to: [] },
  ]);
  expect(replay(readDnstap(BY_BIND), candidate(chain), candidate(chain))).toMatchObject({ queries: 4, steered: 3, changed: 0 });
  const report = replay(readDnstap(BY_BIND), candidate(chain), candidate(chain, { trusts: () => false }));
  expect(report.groups).toMatchObject([{ from: ['eu'], to: ['us'], queries: 1 }]);
  const drawn = candidate(['shuffle', { first: 1 }]);
  const other = candidate(['shuffle', { first: 1 }]);
  expect(replay(log(...Array.from({ length: 50 }, (_, i) => `8.8.8.${i}`)), drawn, other).changed).toBe(0);
});
