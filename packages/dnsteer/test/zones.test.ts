import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnswerRecord, Handler } from '@dnsteer/router';
import { describe, expect, test } from 'vitest';
import { loadZone, zoneText } from '../src/zone-source.ts';
import { ecsScope, extendedErrors, lines, newApp, temporaryFolder, ZONE } from './fixtures.ts';

const A: AnswerRecord = { type: 'A', ttl: 30, data: '192.0.2.1' };

function withHandler(types: string | string[], handler: Handler, name = 'www.example.com') {
  const { app, reports } = newApp();
  return { app: app.zone('example.com', ZONE).on(name, types, handler), reports };
}

describe('a zone', () => {
  test('from text and from a file answer alike', async () => {
    const file = join(temporaryFolder(), 'example.org.zone');
    const text = '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\n';
    writeFileSync(file, text);
    const { app } = newApp();
    app.zone('example.com', zoneText(text)).zone('example.org', await loadZone(file));
    for (const apex of ['example.com', 'example.org']) {
      const reply = await app.query(`ns1.${apex}`, 'A');
      expect([reply.flag_aa, ...lines(reply.answers)]).toEqual([true, `ns1.${apex} 60 A 192.0.2.53`]);
    }
  });

  test('its errors come with the line, when it is added; a file that is not there, when it is loaded', async () => {
    const { app } = newApp();
    expect(() => app.zone('example.com', zoneText('@ SOA ns1\n'))).toThrow(/^line 1:/);
    await expect(loadZone(join(temporaryFolder(), 'none.zone'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is served once: the same apex again is an error, in whatever case', () => {
    const { app } = newApp();
    app.zone('example.com', ZONE);
    expect(() => app.zone('EXAMPLE.com.', ZONE)).toThrow(expect.objectContaining({ code: 'ERR_ROUTER_DUPLICATE_ZONE' }));
  });

  test('RFC 1034 4.3.2 step 3a: a CNAME into another zone of ours goes on there', async () => {
    const { app } = newApp();
    app
      .zone('example.com', ZONE)
      .zone('example.net', zoneText('$TTL 60\n@ SOA ns1 hostmaster 1 3600 600 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\nwww A 192.0.2.81\n'));
    const reply = await app.query('out.example.com', 'A');
    expect(lines(reply.answers)).toEqual(['out.example.com 300 CNAME www.example.net', 'www.example.net 60 A 192.0.2.81']);
  });

  test('a CNAME leads to a handler outside of all zones, and a handler with a CNAME into a zone', async () => {
    const { app } = newApp();
    app
      .zone('example.com', ZONE)
      .on('www.example.net', 'A', (c) => c.answer(A))
      .on('back.example.net', (c) => c.answer({ type: 'CNAME', ttl: 5, data: 'static.example.com' }));
    expect(lines((await app.query('out.example.com', 'A')).answers)).toEqual([
      'out.example.com 300 CNAME www.example.net',
      'www.example.net 30 A 192.0.2.1',
    ]);
    expect(lines((await app.query('back.example.net', 'A')).answers)).toEqual([
      'back.example.net 5 CNAME static.example.com',
      'static.example.com 300 A 192.0.2.80',
    ]);
  });

  test('the longest enclosing zone has the handler', async () => {
    const child = zoneText('$TTL 60\n@ SOA ns1 hostmaster 1 3600 600 1209600 60\n@ NS ns1\nns1 A 192.0.2.54\n');
    const { app } = newApp();
    app
      .zone('example.com', ZONE)
      .zone('child.example.com', child)
      .on('www.child.example.com', 'A', (c) => c.answer(A));
    expect(lines((await app.query('www.child.example.com', 'A')).answers)).toEqual(['www.child.example.com 30 A 192.0.2.1']);
  });
});

describe('a handler at an owner name of a zone', () => {
  test('answers its types; the others are the zone’s, and a chain of CNAMEs leads to it', async () => {
    const { app } = withHandler(['A', 'AAAA'], (c) => c.answer(c.type === 'A' ? A : { type: 'AAAA', ttl: 9, data: '2001:db8::1' }));
    expect(lines((await app.query('www.example.com', 'A')).answers)).toEqual(['www.example.com 30 A 192.0.2.1']);
    expect(lines((await app.query('alias.example.com', 'AAAA')).answers)).toEqual([
      'alias.example.com 300 CNAME www.example.com',
      'www.example.com 9 AAAA 2001:db8::1',
    ]);
    expect((await app.query('www.example.com', 'TXT')).answers).toMatchObject([{ type: 'TXT', ttl: 300 }]);
  });

  test('RFC 2308 2.2: says nothing, NODATA with the SOA, that nobody keeps', async () => {
    const { app } = withHandler('A', () => {});
    const reply = await app.query('www.example.com', 'A');
    expect([reply.rcode, reply.flag_aa, reply.answers, lines(reply.authorities)]).toEqual(['NOERROR', true, [], ['example.com 0 SOA']]);
  });

  test('a promise is waited for, and the answer may say for which clients it holds', async () => {
    const { app } = withHandler('A', async (c) => {
      await Promise.resolve();
      c.answer(A);
      c.res.ecsScope = 20;
    });
    const reply = await app.query('www.example.com', 'A', { client: '198.51.100.0/24' });
    expect([lines(reply.answers), ecsScope(reply)]).toEqual([['www.example.com 30 A 192.0.2.1'], 20]);
  });

  test('records may name their owner, in any case; the least of differing TTLs holds (RFC 2181 5.2)', async () => {
    const { app } = withHandler('A', (c) =>
      c.answer({ ...A, name: 'WWW.example.com.' }, { ...A, name: 'www.example.com', ttl: 10, data: { address: '192.0.2.2' } }),
    );
    expect(lines((await app.query('www.example.com', 'A')).answers)).toEqual([
      'www.example.com 10 A 192.0.2.1',
      'www.example.com 10 A 192.0.2.2',
    ]);
  });

  test('RFC 8482 4.1: it sees ANY as it came, and one of its RRsets answers', async () => {
    const types: string[] = [];
    const { app, reports } = withHandler(['A', 'AAAA'], (c) => {
      types.push(c.type);
      c.answer({ type: 'AAAA', ttl: 30, data: '2001:db8::1' }, A);
    });
    expect(lines((await app.query('www.example.com', 'ANY')).answers)).toEqual(['www.example.com 30 A 192.0.2.1']);
    expect([types, reports]).toEqual([['ANY'], []]);
  });

  test('res.refuse() refuses, with the Extended DNS Error that it gives', async () => {
    const { app, reports } = withHandler('A', (c) => {
      c.res.extendedError = { code: 18, text: 'not for you' };
      c.refuse();
    });
    const reply = await app.query('www.example.com', 'A');
    expect([reply.rcode, reply.flag_aa, reply.answers, reply.authorities]).toEqual(['REFUSED', false, [], []]);
    expect(extendedErrors(reply)).toEqual([{ infoCode: 18, extraText: 'not for you' }]);
    expect(reports).toEqual([]);
  });

  test.each<[string, string, Handler]>([
    ['another type', 'ERR_DNSTEER_HANDLER_RECORD', (c) => c.answer({ type: 'AAAA', data: '2001:db8::1' })],
    ['another name', 'ERR_DNSTEER_HANDLER_RECORD', (c) => c.answer({ ...A, name: 'mail.example.com' })],
    ['RDATA that is none', 'ERR_ROUTER_RECORD', (c) => c.answer({ ...A, data: 'nowhere' })],
    ['a TTL that is none', 'ERR_ROUTER_RECORD', (c) => c.answer({ ...A, ttl: -1 })],
    ['a type that nobody knows', 'ERR_ROUTER_RECORD', (c) => c.answer({ ...A, type: 'AA' })],
    ['NXDOMAIN, though the name is there', 'ERR_DNSTEER_HANDLER_RCODE', (c) => c.nxdomain()],
    ['req.answers', 'ERR_ROUTER_ANSWERS_ON_REQUEST', (c) => void (c.req as unknown as { answers: unknown[] }).answers.push(A)],
    [
      'an exception',
      'ERR_HANDLER',
      () => {
        throw new Error('boom');
      },
    ],
    ['a rejection', 'ERR_HANDLER', () => Promise.reject(new Error('boom'))],
  ])('%s: SERVFAIL with an Extended DNS Error, and one report that names the question', async (_, code, handler) => {
    const { app, reports } = withHandler('A', handler);
    const reply = await app.query('www.example.com', 'A');
    expect([reply.rcode, reply.answers]).toEqual(['SERVFAIL', []]);
    expect(extendedErrors(reply)).toEqual([{ infoCode: 0, extraText: code }]);
    expect(reports).toMatchObject([{ code, message: expect.stringMatching(/^www\.example\.com\. A: /) }]);
    expect((await app.query('static.example.com', 'A')).rcode).toBe('NOERROR');
  });

  test('a second send() from a timer is told by the name it was about, whatever is asked by then', async () => {
    const { app, reports } = withHandler('A', (c) => {
      c.answer(A);
      c.res.send();
      setTimeout(() => c.res.send(), 1);
    });
    await app.query('www.example.com', 'A');
    await app.query('static.example.com', 'AAAA');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reports).toMatchObject([{ code: 'ERR_ROUTER_SENT_TWICE', message: expect.stringMatching(/^www\.example\.com\. A: /) }]);
  });

  test.each([
    ['beside a CNAME', 'alias.example.com', 'ERR_ZONE_DYNAMIC_PLACE'],
    ['below a cut', 'a.child.example.com', 'ERR_ZONE_DYNAMIC_PLACE'],
  ])('%s is an error before the first packet', async (_, name, code) => {
    const { app } = withHandler('A', () => {}, name);
    await expect(app.prepare()).rejects.toMatchObject({ code, message: expect.stringContaining(name) });
  });
});

describe('a pattern inside an unsigned zone', () => {
  test('goes before the zone, and says NXDOMAIN or nothing with the zone’s SOA', async () => {
    const { app } = newApp();
    app.zone('example.com', ZONE).on(':shard.cdn.example.com', 'A', (c) => {
      if (c.params['shard'] === '7') c.answer(A);
      else if (c.params['shard'] === '8') c.nxdomain();
    });
    expect(lines((await app.query('7.cdn.example.com', 'A')).answers)).toEqual(['7.cdn.example.com 30 A 192.0.2.1']);
    const absent = await app.query('8.cdn.example.com', 'A');
    expect([absent.rcode, lines(absent.authorities)]).toEqual(['NXDOMAIN', ['example.com 120 SOA']]);
    const empty = await app.query('9.cdn.example.com', 'A');
    expect([empty.rcode, empty.flag_aa, lines(empty.authorities)]).toEqual(['NOERROR', true, ['example.com 120 SOA']]);
  });

  const seen = (reply: Awaited<ReturnType<ReturnType<typeof newApp>['app']['query']>>) => [
    reply.rcode,
    reply.flag_aa,
    lines(reply.answers),
    lines(reply.authorities),
  ];
  const SOA = ['example.com 120 SOA'];

  test('RFC 8020 2: a name above the pattern is there; one beside or below it is not', async () => {
    const { app } = newApp();
    app.zone('example.com', ZONE).on(':shard.a.cdn.example.com', 'A', (c) => c.answer(A));
    for (const name of ['cdn.example.com', 'a.cdn.example.com', 'A.CDN.example.com'])
      expect(seen(await app.query(name, 'A'))).toEqual(['NOERROR', true, [], SOA]);
    for (const name of ['b.cdn.example.com', 'acdn.example.com', 'x.7.a.cdn.example.com'])
      expect(seen(await app.query(name, 'A'))).toEqual(['NXDOMAIN', true, [], SOA]);
  });

  test('types that it has not are the zone’s: data, referrals, CNAMEs, wildcards; else NODATA', async () => {
    const { app } = newApp();
    app.zone('example.com', ZONE).on('*.example.com', 'AAAA', (c) => c.answer({ type: 'AAAA', ttl: 9, data: '2001:db8::1' }));
    expect(seen(await app.query('ns1.example.com', 'A'))).toEqual(['NOERROR', true, ['ns1.example.com 300 A 192.0.2.53'], []]);
    expect(lines((await app.query('x.wild.example.com', 'A')).answers)).toEqual(['x.wild.example.com 300 A 192.0.2.99']);
    const alias = await app.query('alias.example.com', 'TXT');
    expect(alias.answers.map(({ name, type }) => `${name} ${type}`)).toEqual(['alias.example.com CNAME', 'www.example.com TXT']);
    for (const name of ['child.example.com', 'host.child.example.com'])
      expect(seen(await app.query(name, 'A'))).toEqual(['NOERROR', false, [], ['child.example.com 300 NS ns.child.example.com']]);
    expect(seen(await app.query('new.example.com', 'A'))).toEqual(['NOERROR', true, [], SOA]);
    expect(lines((await app.query('new.example.com', 'AAAA')).answers)).toEqual(['new.example.com 9 AAAA 2001:db8::1']);
  });

  test.each(['child.example.com', 'q.child.example.com', 'q.dname.example.com'])(
    'RFC 1034 4.2.1, RFC 6672 2.4: a handler without types at %s is an error before the first packet',
    async (name) => {
      const { app } = newApp();
      const text =
        '$TTL 60\n@ SOA ns1 hostmaster 1 3600 600 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\nchild NS ns1\ndname DNAME example.net.\n';
      app.zone('example.com', zoneText(text)).on(name, (c) => c.answer(A));
      await expect(app.prepare()).rejects.toMatchObject({ code: 'ERR_ZONE_DYNAMIC_PLACE', message: expect.stringContaining(name) });
    },
  );

  test('a handler without types beside delegations, or in a zone of ours below one, is none', async () => {
    const child = zoneText('$TTL 60\n@ SOA ns1 hostmaster 1 3600 600 1209600 60\n@ NS ns1\nns1 A 192.0.2.54\n');
    const { app } = newApp();
    app.zone('example.com', ZONE).zone('child.example.com', child);
    for (const name of ['q.example.com', 'static.example.com', 'q.child.example.com']) {
      app.on(name, (c) => c.answer(A));
      expect(lines((await app.query(name, 'A')).answers)).toEqual([`${name} 30 A 192.0.2.1`]);
    }
  });
});
