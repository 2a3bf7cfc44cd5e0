import { definePolicy } from '@dnsteer/steering';
import { describe, expect, test } from 'vitest';
import { steer } from '../src/steer.ts';
import { ecsScope, LOCATOR, lines, newApp, policy, ZONE } from './fixtures.ts';

const GERMAN = { client: '198.51.100.0/24' };
const OTHER = { client: '192.0.2.0/24' };

describe.each([
  ['an owner inside a zone', 'www.example.com'],
  ['a name outside of all zones', 'www.example.org'],
])('steer() at %s', (_, name) => {
  function steered(allDown: 'all' | 'none' | 'servfail' = 'all', down: readonly number[] = []) {
    const { app, reports } = newApp();
    const health = { isUp: (slot: number) => !down.includes(slot), ttlCapSeconds: () => Number.POSITIVE_INFINITY };
    return {
      app: app.zone('example.com', ZONE).on(name, ['A', 'AAAA'], steer(policy(allDown), { locator: LOCATOR, health })),
      reports,
    };
  }

  test('answers by where the client is, with the scope for which that holds', async () => {
    const { app } = steered();
    const german = await app.query(name, 'A', GERMAN);
    expect([lines(german.answers), ecsScope(german), german.flag_aa]).toEqual([[`${name} 60 A 203.0.113.20`], 24, true]);
    const other = await app.query(name, 'A', OTHER);
    expect([lines(other.answers), ecsScope(other)]).toEqual([[`${name} 60 A 203.0.113.30`], 8]);
  });

  test('AAAA goes to the pool that has one, and nobody looks at the client then', async () => {
    const { app } = steered();
    const reply = await app.query(name, 'AAAA', OTHER);
    expect([lines(reply.answers), ecsScope(reply)]).toEqual([[`${name} 60 AAAA 2001:db8:20::20`], 0]);
  });

  test('what is down is not answered', async () => {
    const { app } = steered('all', [0]);
    expect(lines((await app.query(name, 'A', GERMAN)).answers)).toEqual([`${name} 60 A 203.0.113.30`]);
  });

  test('no candidate is NODATA and not REFUSED', async () => {
    const { app, reports } = steered('none', [0, 1]);
    const reply = await app.query(name, 'A', GERMAN);
    expect([reply.rcode, reply.flag_aa, reply.answers, ecsScope(reply), reports]).toEqual(['NOERROR', true, [], 0, []]);
  });

  test('allDown: servfail is SERVFAIL with an Extended DNS Error, and a type that there never is stays NODATA', async () => {
    const { app } = steered('servfail', [0, 1]);
    const reply = await app.query(name, 'A', GERMAN);
    expect([reply.rcode, reply.answers, ecsScope(reply) ?? 0]).toEqual(['SERVFAIL', [], 0]);
    expect(JSON.stringify(reply.additionals)).toContain('every endpoint is down');
    expect((await app.query(name, 'MX', GERMAN)).rcode).toBe('NOERROR');
  });

  test('a type that no candidate has is NODATA', async () => {
    const { app } = steered();
    const reply = await app.query(name, 'MX', GERMAN);
    expect([reply.rcode, reply.flag_aa, reply.answers]).toEqual(['NOERROR', true, []]);
  });
});

test('steer() under a pattern answers for every name of it', async () => {
  const { app } = newApp();
  app.on('*.example.org', steer(policy(), { locator: LOCATOR }));
  const reply = await app.query('a.b.example.org', 'ANY', GERMAN);
  expect(lines(reply.answers)).toEqual(['a.b.example.org 60 A 203.0.113.20', 'a.b.example.org 60 AAAA 2001:db8:20::20']);
});

test('without a locator, clients are looked up in the country database that ships', async () => {
  const { app } = newApp();
  app.on('www.example.org', ['A'], steer(policy()));
  const reply = await app.query('www.example.org', 'A', { client: '53.1.1.0/24' });
  expect(lines(reply.answers)).toEqual(['www.example.org 60 A 203.0.113.20']);
  expect(ecsScope(reply)).toBeGreaterThan(0);
});

test('RFC 7871 7.2.1: a policy that prefers the source answers by it, for every client of that resolver', async () => {
  const { app } = newApp();
  const pools = [
    { name: 'de', endpoints: [{ name: 'a', addresses: ['203.0.113.20'] }] },
    { name: 'other', endpoints: [{ name: 'b', addresses: ['203.0.113.30'] }] },
  ];
  const chain = [{ geotarget: { countries: { DE: ['de'] }, default: ['other'] } }, { first: 1 }];
  for (const prefer of ['ecs', 'source'] as const) {
    const own = definePolicy({ name: prefer, pools: ['de', 'other'], chain, client: { prefer } }, { pools });
    app.on(`${prefer}.example.org`, ['A'], steer(own, { locator: LOCATOR }));
  }
  const ask = async (prefer: string, source: string) => {
    const reply = await app.query(`${prefer}.example.org`, 'A', { ...OTHER, source });
    return [lines(reply.answers)[0]?.split(' ').at(-1), ecsScope(reply)];
  };
  expect(await ask('ecs', '198.51.100.9')).toEqual(['203.0.113.30', 8]);
  expect(await ask('source', '198.51.100.9')).toEqual(['203.0.113.20', 0]);
  // The next query of the same exchange has a source of its own.
  expect(await ask('source', '192.0.2.9')).toEqual(['203.0.113.30', 0]);
});

test('sticky by the name: what is asked for decides, whatever its case and whoever asks', async () => {
  const pools = [{ name: 'p', endpoints: Array.from({ length: 8 }, (_, i) => ({ name: `e${i}`, addresses: [`203.0.113.${i}`] })) }];
  const sticky = () => definePolicy({ name: 's', pools: ['p'], chain: [{ sticky: { by: 'qname' } }, { first: 1 }] }, { pools });
  const names = ['a.example.com', 'b.example.com', 'c.example.com', 'd.example.com'];
  const { app } = newApp();
  app.zone('example.com', ZONE);
  for (const name of names) app.on(name, ['A'], steer(sticky()));
  for (const name of names) {
    const [expected] = sticky().decide({ client: '192.0.2.1', type: 'A', name }).answers;
    for (const text of [name, name.toUpperCase()])
      expect(lines((await app.query(text, 'A', OTHER)).answers).map((line) => line.split(' ').at(-1))).toEqual([expected]);
  }
});
