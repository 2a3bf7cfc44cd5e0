import { describe, expect, test } from 'vitest';
import { steer } from '../src/steer.ts';
import { ecsScope, LOCATOR, lines, newApp, policy, SIGNED, verified, ZONE } from './fixtures.ts';

const DO = { dnssecOk: true };

function signedApp() {
  const { app, reports } = newApp();
  return { app: app.zone('example.com', ZONE, SIGNED), reports };
}

/** Types in the bitmap of each NSEC of AUTHORITY, by its owner. */
function bitmaps(reply: { authorities: readonly { name: string; type: string; data: unknown }[] }): Record<string, string[]> {
  const nsecs = reply.authorities.filter(({ type }) => type === 'NSEC');
  return Object.fromEntries(nsecs.map(({ name, data }) => [name, (data as { rrtypes: string[] }).rrtypes]));
}

describe('RFC 4035: a signed zone with dynamic owners', () => {
  test('what a handler answers is signed by the zone’s key', async () => {
    const { app } = signedApp();
    app.on('www.example.com', 'A', (c) => c.answer({ type: 'A', ttl: 30, data: '192.0.2.1' }, { type: 'A', ttl: 30, data: '192.0.2.2' }));
    const reply = await app.query('www.example.com', 'A', DO);
    expect(await verified(app, reply)).toEqual(['www.example.com A']);
    expect(reply.answers.map(({ type, ttl }) => `${type} ${ttl}`)).toEqual(['A 30', 'A 30', 'RRSIG 30']);
  });

  test('RFC 4035 5.3.3: a steered answer is signed with the highest TTL, and sent with that of the moment', async () => {
    const { app } = signedApp();
    const health = { isUp: () => true, ttlCapSeconds: () => 20 };
    app.on('www.example.com', ['A', 'AAAA'], steer(policy(), { locator: LOCATOR, health }));
    const reply = await app.query('www.example.com', 'A', { ...DO, client: '198.51.100.0/24' });
    expect(lines(reply.answers)).toEqual(['www.example.com 20 A 203.0.113.20']);
    expect(reply.answers[1]).toMatchObject({ type: 'RRSIG', ttl: 20, data: { originalTTL: 60, typeCovered: 'A' } });
    expect(await verified(app, reply)).toEqual(['www.example.com A']);
  });

  test('static data and denials are signed, with the types that handlers and policies answer in their bitmaps', async () => {
    const { app } = signedApp();
    app
      .on('www.example.com', ['A', 'AAAA', 'HTTPS'], steer(policy(), { locator: LOCATOR }))
      .on('new.example.com', 'TXT', (c) => c.answer({ type: 'TXT', data: ['made'] }));
    expect(await verified(app, await app.query('static.example.com', 'A', DO))).toEqual(['static.example.com A']);
    const mx = await app.query('www.example.com', 'MX', DO);
    expect(await verified(app, mx)).toEqual(['example.com SOA', 'www.example.com NSEC']);
    // No candidate has HTTPS records, so the policy does not answer them.
    expect(bitmaps(mx)).toEqual({ 'www.example.com': ['A', 'TXT', 'AAAA', 'RRSIG', 'NSEC'] });
    const made = await app.query('new.example.com', 'A', DO);
    expect(bitmaps(made)).toEqual({ 'new.example.com': ['TXT', 'RRSIG', 'NSEC'] });
    const absent = await app.query('nix.example.com', 'A', DO);
    expect([absent.rcode, await verified(app, absent)]).toEqual([
      'NXDOMAIN',
      ['example.com SOA', 'new.example.com NSEC', 'example.com NSEC'],
    ]);
  });

  test('NODATA of a handler: a minted NSEC without that type, which nobody keeps', async () => {
    const { app } = signedApp();
    app.on('www.example.com', ['A', 'AAAA'], (c) => {
      if (c.type === 'A') c.answer({ type: 'A', data: '192.0.2.1' });
    });
    const reply = await app.query('www.example.com', 'AAAA', DO);
    expect([reply.rcode, await verified(app, reply)]).toEqual(['NOERROR', ['example.com SOA', 'www.example.com NSEC']]);
    expect(bitmaps(reply)).toEqual({ 'www.example.com': ['A', 'TXT', 'RRSIG', 'NSEC'] });
    expect(reply.authorities.every(({ ttl }) => ttl === 0)).toBe(true);
  });

  test('NODATA of a policy (allDown: none): TTL at most ttl.min, ECS scope 0 (RFC 7871 7.4)', async () => {
    const { app } = signedApp();
    const health = { isUp: () => false, ttlCapSeconds: () => 20 };
    app.on('www.example.com', ['A', 'AAAA'], steer(policy('none'), { locator: LOCATOR, health }));
    const reply = await app.query('www.example.com', 'A', { ...DO, client: '198.51.100.0/24' });
    expect([reply.rcode, reply.answers, ecsScope(reply)]).toEqual(['NOERROR', [], 0]);
    expect(await verified(app, reply)).toEqual(['example.com SOA', 'www.example.com NSEC']);
    expect(bitmaps(reply)).toEqual({ 'www.example.com': ['TXT', 'AAAA', 'RRSIG', 'NSEC'] });
    expect(Math.max(...reply.authorities.map(({ ttl }) => ttl!))).toBe(5);
  });

  test('a CNAME to a steered name: the scope is that of the link that looked', async () => {
    const { app } = signedApp();
    app.on('www.example.com', ['A', 'AAAA'], steer(policy(), { locator: LOCATOR }));
    const reply = await app.query('alias.example.com', 'A', { ...DO, client: '198.51.100.0/24' });
    expect(lines(reply.answers)).toEqual(['alias.example.com 300 CNAME www.example.com', 'www.example.com 60 A 203.0.113.20']);
    expect(await verified(app, reply)).toEqual(['alias.example.com CNAME', 'www.example.com A']);
    expect(ecsScope(reply)).toBe(24);
    expect(ecsScope(await app.query('static.example.com', 'A', { client: '198.51.100.0/24' }))).toBe(0);
  });

  test.each<[string, (app: ReturnType<typeof signedApp>['app']) => unknown]>([
    ['a pattern', (app) => app.on(':shard.cdn.example.com', 'A', () => {})],
    ['a leftmost *', (app) => app.on('*.cdn.example.com', 'A', () => {})],
    ['a handler without types', (app) => app.on('www.example.com', () => {})],
  ])('%s in it can’t be denied by an NSEC chain: an error before the first packet', async (_, add) => {
    const { app } = signedApp();
    add(app);
    await expect(app.prepare()).rejects.toMatchObject({ code: 'ERR_DNSTEER_DENIAL', message: expect.stringContaining('example.com.') });
    await expect(app.query('static.example.com', 'A')).rejects.toMatchObject({ code: 'ERR_DNSTEER_DENIAL' });
  });

  test('the same patterns outside of it are fine', async () => {
    const { app } = signedApp();
    app.on(':shard.example.net', (c) => c.answer({ type: 'A', data: '192.0.2.1' }));
    expect((await app.query('1.example.net', 'A')).answers).toHaveLength(1);
  });

  test('keys are kept: the same folder gives the same DNSKEY', async () => {
    const [first, second] = [signedApp().app, signedApp().app];
    expect((await first.query('example.com', 'DNSKEY')).answers).toEqual((await second.query('example.com', 'DNSKEY')).answers);
  });
});
