import { parseName } from '@dnsteer/wire';
import { encodeMessage } from '@dnsteer/wire/records';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { ANSWERED, type Answerer, type Context, DnsApp, DROP, type Exchange, NEXT_LINK, PASS, RESPOND, type Report } from '../src/index.ts';

const A = { type: 'A', ttl: 30, data: '192.0.2.1' };

function app(options = {}) {
  const reports: Report[] = [];
  return { app: new DnsApp({ report: (r) => reports.push(r), ...options }), reports };
}

/** An answerer that answers with an A record for every name, and a CNAME for `alias.<apex>`. */
function fixedZone(apexText: string, address: number, aliasTo?: string): Answerer {
  const apex = parseName(apexText);
  return {
    apex,
    answer(exchange: Exchange) {
      exchange.response.authoritative = true;
      if (aliasTo !== undefined && exchange.sname.octets[0] === 5) {
        const target = parseName(aliasTo);
        const rdatas = Uint8Array.from([0, target.length, ...target]);
        exchange.response.rrset(1, exchange.owner, exchange.ownerAt, 5, 60, rdatas, 0, 1);
        return exchange.nextLink(target) ? NEXT_LINK : ANSWERED;
      }
      exchange.response.rrset(1, exchange.owner, exchange.ownerAt, 1, 60, Uint8Array.from([0, 4, 192, 0, 2, address]), 0, 1);
      return ANSWERED;
    },
    negative(exchange: Exchange) {
      exchange.response.rrset(2, apex, 0, 6, 60, Uint8Array.from([0, 22, 0, 0, ...new Array(20).fill(1)]), 0, 1);
    },
  };
}

describe('handlers', () => {
  test('a pattern answers, with the labels that it caught', async () => {
    const { app: dns } = app();
    dns.on(':shard.cdn.example.com', 'A', (c) => c.answer({ ...A, data: c.params['shard'] === 's7' ? '192.0.2.7' : '192.0.2.1' }));
    const reply = await dns.query('S7.cdn.example.com', 'A');
    expect(reply.rcode).toBe('NOERROR');
    expect(reply.answers).toMatchObject([{ name: 'S7.cdn.example.com', type: 'A', ttl: 30, data: '192.0.2.7' }]);
  });

  test('a handler that awaits answers later, while other queries go on', async () => {
    const { app: dns } = app();
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    dns.on('slow.test', async (c) => {
      await gate;
      c.answer({ ...A, data: '192.0.2.99' });
    });
    dns.on('fast.test', (c) => c.answer(A));
    const slow = dns.query('slow.test', 'A');
    for (let i = 0; i < 5; i++) expect((await dns.query('fast.test', 'A')).answers).toMatchObject([{ data: '192.0.2.1' }]);
    release();
    expect((await slow).answers).toMatchObject([{ name: 'slow.test', data: '192.0.2.99' }]);
  });

  test('RFC 1034 4.3.2: a name of nobody is REFUSED, with EDE 20', async () => {
    const { app: dns } = app();
    dns.on('www.example.com', (c) => c.answer(A));
    const reply = await dns.query('example.org', 'A');
    expect(reply.rcode).toBe('REFUSED');
    expect(reply.answers).toEqual([]);
  });

  test('a handler that says nothing: REFUSED outside a zone, NODATA with the SOA inside', async () => {
    const { app: dns } = app();
    dns.on('quiet.test', () => {}).on('quiet.example.com', () => {});
    dns.mount(fixedZone('example.com', 1));
    expect((await dns.query('quiet.test', 'A')).rcode).toBe('REFUSED');
    const inside = await dns.query('quiet.example.com', 'A');
    expect(inside.rcode).toBe('NOERROR');
    expect(inside.answers).toEqual([]);
    expect(inside.authorities).toMatchObject([{ type: 'SOA' }]);
  });

  test('a handler with types: other types of the name are NODATA, ANY comes to it', async () => {
    const { app: dns } = app();
    dns.on('www.test', ['A'], (c) => c.answer({ ...A, ttl: c.type === 'ANY' ? 7 : 30 }));
    const mx = await dns.query('www.test', 'MX');
    expect(mx.rcode).toBe('NOERROR');
    expect(mx.answers).toEqual([]);
    expect((await dns.query('www.test', 'ANY')).answers).toMatchObject([{ ttl: 7 }]);
  });

  test('a throw is SERVFAIL and one report; the next query is answered', async () => {
    const { app: dns, reports } = app();
    let calls = 0;
    dns.on('www.test', (c) => {
      c.answer(A);
      if (++calls === 1) throw new Error('boom');
    });
    const first = await dns.query('www.test', 'A');
    expect(first.rcode).toBe('SERVFAIL');
    expect(first.answers).toEqual([]);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ code: 'ERR_HANDLER', message: expect.stringContaining('boom') });
    expect((await dns.query('www.test', 'A')).answers).toHaveLength(1);
  });

  test('a rejection is SERVFAIL and one report', async () => {
    const { app: dns, reports } = app();
    dns.on('www.test', async () => Promise.reject(new Error('later boom')));
    expect((await dns.query('www.test', 'A')).rcode).toBe('SERVFAIL');
    expect(reports).toMatchObject([{ code: 'ERR_HANDLER', message: expect.stringContaining('later boom') }]);
  });

  test('a handler that never settles is SERVFAIL after the time limit', async () => {
    const { app: dns, reports } = app({ pendingTimeoutMs: 20 });
    dns.on('www.test', () => new Promise(() => {}));
    expect((await dns.query('www.test', 'A')).rcode).toBe('SERVFAIL');
    expect(reports).toMatchObject([{ code: 'ERR_ROUTER_TIMEOUT' }]);
  });

  test('no more than maxPending answers are waited for', async () => {
    const { app: dns, reports } = app({ maxPending: 1, pendingTimeoutMs: 1000 });
    let release = () => {};
    dns.on('www.test', (c) =>
      new Promise<void>((resolve) => {
        release = resolve;
      }).then(() => c.answer(A)),
    );
    const first = dns.query('www.test', 'A');
    const releaseFirst = release;
    expect((await dns.query('www.test', 'A')).rcode).toBe('SERVFAIL');
    expect(reports).toMatchObject([{ code: 'ERR_ROUTER_TOO_MANY_PENDING' }]);
    releaseFirst();
    expect((await first).answers).toHaveLength(1);
  });

  test.each([
    [{ type: 'A', data: 'not an address' }, /data of a A record/],
    [{ type: 'NOSUCH', data: '' }, /record type/],
    [{ type: 'A', ttl: -1, data: '192.0.2.1' }, /record ttl/],
    [{ type: 'A', ttl: 1.5, data: '192.0.2.1' }, /record ttl/],
    [{ name: 'a..b', type: 'A', data: '192.0.2.1' }, /record name/],
  ])('a record that cannot be written is SERVFAIL and says what was expected: %j', async (record, message) => {
    const { app: dns, reports } = app();
    dns.on('www.test', (c) => c.answer(record));
    expect((await dns.query('www.test', 'A')).rcode).toBe('SERVFAIL');
    expect(reports).toMatchObject([{ code: 'ERR_ROUTER_RECORD', message: expect.stringMatching(message) }]);
  });

  test.each([99_999, -1, 1.5, 'NXDOMAIN', Number.NaN])(
    'an RCODE that is none (%s) is SERVFAIL and says what was expected',
    async (rcode) => {
      const { app: dns, reports } = app();
      dns.on('www.test', (c) => {
        c.res.rcode = rcode as number;
      });
      expect((await dns.query('www.test', 'A')).rcode).toBe('SERVFAIL');
      expect(reports).toMatchObject([
        { code: 'ERR_ROUTER_RECORD', message: expect.stringMatching(/rcode: found .*expected a number from 0 to 4095/) },
      ]);
    },
  );

  test('whatever is thrown is told, and answered', async () => {
    const { app: dns, reports } = app();
    dns.on('www.test', () => {
      throw {
        toString() {
          throw new Error('no text');
        },
      };
    });
    expect((await dns.query('www.test', 'A')).rcode).toBe('SERVFAIL');
    expect(reports).toMatchObject([{ code: 'ERR_HANDLER', message: expect.stringContaining('something that has no text') }]);
  });

  test('req.answers is no property for TypeScript, and names the mistake at run time', async () => {
    const { app: dns, reports } = app();
    dns.on('www.test', (c) => {
      expectTypeOf(c.req).not.toHaveProperty('answers');
      (c.req as unknown as { answers: unknown[] }).answers.push(A);
    });
    expect((await dns.query('www.test', 'A')).rcode).toBe('SERVFAIL');
    expect(reports).toMatchObject([{ code: 'ERR_ROUTER_ANSWERS_ON_REQUEST', message: expect.stringContaining('res.answers') }]);
  });

  test('res.refuse() and c.nxdomain() drop what was added', async () => {
    const { app: dns } = app();
    dns.on('no.test', (c) => {
      c.answer(A);
      c.refuse();
    });
    dns.on('gone.test', (c) => c.nxdomain());
    expect(await dns.query('no.test', 'A')).toMatchObject({ rcode: 'REFUSED', answers: [] });
    expect(await dns.query('gone.test', 'A')).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
  });
});

describe('links', () => {
  test('the longest enclosing zone answers; a CNAME into another of ours is the next link', async () => {
    const { app: dns } = app();
    dns
      .mount(fixedZone('example.com', 1, 'www.sub.example.com'))
      .mount(fixedZone('sub.example.com', 2))
      .mount(fixedZone('com', 3));
    expect((await dns.query('a.example.com', 'A')).answers).toMatchObject([{ data: '192.0.2.1' }]);
    expect((await dns.query('a.sub.example.com', 'A')).answers).toMatchObject([{ data: '192.0.2.2' }]);
    expect((await dns.query('a.org.com', 'A')).answers).toMatchObject([{ data: '192.0.2.3' }]);
    expect((await dns.query('alias.example.com', 'A')).answers).toMatchObject([
      { name: 'alias.example.com', type: 'CNAME' },
      { name: 'www.sub.example.com', type: 'A', data: '192.0.2.2' },
    ]);
  });

  test("a handler's CNAME to a name of ours is followed, one that leaves ends the chain", async () => {
    const { app: dns } = app();
    dns.mount(fixedZone('example.com', 1));
    dns.on('in.test', (c) => c.answer({ type: 'CNAME', ttl: 5, data: 'x.example.com' }));
    dns.on('out.test', (c) => c.answer({ type: 'CNAME', ttl: 5, data: 'x.example.org' }));
    expect((await dns.query('in.test', 'A')).answers).toMatchObject([{ type: 'CNAME' }, { name: 'x.example.com', type: 'A' }]);
    const out = await dns.query('out.test', 'A');
    expect(out.rcode).toBe('NOERROR');
    expect(out.answers).toMatchObject([{ type: 'CNAME' }]);
  });

  test('RFC 1034 4.3.2 step 3a: a chain whose next name is refused ends with what it has', async () => {
    const { app: dns } = app();
    dns.on('*', (c) => (c.name === 'a.test.' ? c.answer({ type: 'CNAME', ttl: 5, data: 'b.test' }) : c.refuse()));
    expect(await dns.query('a.test', 'A')).toMatchObject({ rcode: 'NOERROR', answers: [{ type: 'CNAME' }] });
    expect(await dns.query('b.test', 'A')).toMatchObject({ rcode: 'REFUSED', answers: [] });
  });

  test('a CNAME of another owner than the name asked for is not followed', async () => {
    const { app: dns } = app();
    dns.on('*', (c) => c.answer(c.name === 'a.test.' ? { name: 'z.test', type: 'CNAME', data: 'b.test' } : A));
    expect((await dns.query('a.test', 'A')).answers.map(({ name, type }) => `${name} ${type}`)).toEqual(['z.test CNAME']);
  });

  test('a loop ends with what it has', async () => {
    const { app: dns } = app();
    dns.on('a.test', (c) => c.answer({ type: 'CNAME', ttl: 5, data: 'b.test' }));
    dns.on('b.test', (c) => c.answer({ type: 'CNAME', ttl: 5, data: 'a.test' }));
    const reply = await dns.query('a.test', 'A');
    expect(reply.answers.map((r) => r.name)).toEqual(['a.test', 'b.test']);
  });

  test('RFC 4035 3.1.4.1: DS of a zone goes to its parent, where that is served too', async () => {
    const { app: dns } = app();
    const asked: string[] = [];
    const spy = (apex: string): Answerer => ({
      apex: parseName(apex),
      answer: () => {
        asked.push(apex);
        return ANSWERED;
      },
    });
    dns.mount(spy('example.com')).mount(spy('sub.example.com'));
    await dns.query('sub.example.com', 'DS');
    await dns.query('sub.example.com', 'A');
    await dns.query('example.com', 'DS');
    expect(asked).toEqual(['example.com', 'sub.example.com', 'example.com']);
  });
});

describe('phases', () => {
  test('admit may pass, respond or drop; fit comes last', async () => {
    const { app: dns } = app();
    const seen: string[] = [];
    dns.use(
      {
        name: 'gate',
        admit: (x) => {
          if (x.peer.address === '203.0.113.9') return DROP;
          if (x.peer.address === '203.0.113.8') {
            x.response.rcode = 5;
            return RESPOND;
          }
          return PASS;
        },
      },
      { name: 'last', fit: (x) => void seen.push(`fit ${x.response.rcode}`) },
    );
    dns.on('*', (c) => {
      seen.push('handler');
      c.answer(A);
    });
    await dns.query('x.test', 'A', { client: '198.51.100.1' });
    expect((await dns.query('x.test', 'A', { client: '203.0.113.8' })).rcode).toBe('REFUSED');
    await expect(dns.query('x.test', 'A', { client: '203.0.113.9' })).rejects.toMatchObject({ code: 'ERR_ROUTER_DROPPED' });
    expect(seen).toEqual(['handler', 'fit 0', 'fit 5']);
  });

  test('a second zone of one apex is an error', () => {
    const { app: dns } = app();
    dns.mount(fixedZone('example.com', 1));
    expect(() => dns.mount(fixedZone('example.com', 2))).toThrow(expect.objectContaining({ code: 'ERR_ROUTER_DUPLICATE_ZONE' }));
  });
});

describe('options and what is added late', () => {
  test.each([
    { maxUdpPayload: 0 },
    { maxUdpPayload: 9000 },
    { maxUdpPayload: Number.NaN },
    { maxPending: -1 },
    { pendingTimeoutMs: 0 },
    { clientSubnet: 'yes' },
  ])('%j is an error with a code, before anything listens', (options) => {
    expect(() => app(options)).toThrow(expect.objectContaining({ code: 'ERR_ROUTER_OPTION' }));
  });

  test('a prefix that is none is one too', () => {
    expect(() => app({ clientSubnet: ['1.2.3.4/33'] })).toThrow(expect.objectContaining({ code: 'ERR_ROUTER_CLIENT' }));
  });

  test('what can not be composed is told once, and what stood before goes on answering', async () => {
    const reports: Report[] = [];
    let isBroken = false;
    class Fragile extends DnsApp {
      protected override compose(...parts: Parameters<DnsApp['compose']>) {
        if (isBroken) throw new Error('can not be built');
        return super.compose(...parts);
      }
    }
    const dns = new Fragile({ report: (r) => reports.push(r) }).on('www.test', (c) => c.answer(A));
    expect((await dns.query('www.test', 'A')).answers).toHaveLength(1);
    isBroken = true;
    dns.on('new.test', (c) => c.answer(A));
    for (let i = 0; i < 3; i++) expect((await dns.query('www.test', 'A')).answers).toHaveLength(1);
    expect(reports).toMatchObject([{ code: 'ERR_ROUTER_COMPOSE', message: expect.stringContaining('can not be built') }]);
  });
});

describe('the client', () => {
  async function clientOf(options: { client?: string; source?: string }, appOptions = {}) {
    const { app: dns } = app(appOptions);
    let client: unknown;
    dns.on('*', (c) => {
      client = { ...c.req.client };
      c.res.ecsScope = 24;
      c.answer(A);
    });
    const reply = await dns.query('x.test', 'A', options);
    return { client, reply };
  }
  const scopeOf = (reply: unknown) => /"scopePrefixLength":(\d+)/.exec(JSON.stringify(reply))?.[1];

  test('the ECS prefix when one came, and the scope is echoed (RFC 7871 7.2.1)', async () => {
    const { client, reply } = await clientOf({ client: '81.2.69.0/24' });
    expect(client).toEqual({ address: '81.2.69.0', prefixLength: 24, source: 'ecs' });
    expect(scopeOf(reply)).toBe('24');
  });

  test('the source address when none came', async () => {
    const { client, reply } = await clientOf({ client: '2001:db8::1:0:0:7' });
    expect(client).toEqual({ address: '2001:db8::1:0:0:7', prefixLength: 128, source: 'address' });
    expect(scopeOf(reply)).toBeUndefined();
  });

  test.each([
    ['read req.client and said nothing', (c: Context) => void c.req.client, '24'],
    ['did not look', () => undefined, '0'],
    [
      'read req.client, and knows that the answer is for everyone',
      (c: Context) => {
        c.res.ecsScope = c.req.client.prefixLength - 24;
      },
      '0',
    ],
  ])('the scope of a handler that %s', async (_, look, scope) => {
    const { app: dns } = app();
    dns.on('*', (c) => {
      look(c);
      c.answer(A);
    });
    expect(scopeOf(await dns.query('x.test', 'A', { client: '81.2.69.0/24' }))).toBe(scope);
  });

  test('RFC 7871 7.4: an answer without a record is for everyone', async () => {
    const { app: dns } = app();
    dns.on('*', (c) => {
      c.res.ecsScope = 24;
      c.nxdomain();
    });
    expect(scopeOf(await dns.query('x.test', 'A', { client: '81.2.69.0/24' }))).toBe('0');
  });

  test('RFC 7871 7.2.1: source 0 gives scope 0', async () => {
    const { client, reply } = await clientOf({ client: '0.0.0.0/0' });
    expect(client).toMatchObject({ source: 'address' });
    expect(scopeOf(reply)).toBe('0');
  });

  test('RFC 7871 11.1: a resolver that is not trusted with ECS gets none back', async () => {
    const { client, reply } = await clientOf({ client: '81.2.69.0/24' }, { clientSubnet: ['203.0.113.0/24'] });
    expect(client).toMatchObject({ source: 'address' });
    expect(scopeOf(reply)).toBeUndefined();
    expect((await clientOf({ client: '81.2.69.0/24' }, { clientSubnet: ['127.0.0.0/8'] })).client).toMatchObject({ source: 'ecs' });
  });

  test.each([
    ['192.0.2.53', 'ecs'],
    ['192.0.3.53', 'address'],
    ['::ffff:192.0.2.53', 'ecs'],
    ['2001:db8::53', 'ecs'],
    ['2001:db8:1::53', 'address'],
  ])('RFC 7871 11.1: the list of resolvers that are trusted with ECS, asked from %s', async (source, expected) => {
    const clientSubnet = ['198.51.100.0/24', '192.0.2.0/24', '2001:db8::/48'];
    const { client, reply } = await clientOf({ client: '81.2.69.0/24', source }, { clientSubnet });
    expect(client).toMatchObject({ source: expected });
    expect(scopeOf(reply)).toBe(expected === 'ecs' ? '24' : undefined);
  });

  test('RFC 7871 11.1: trusted by the octets of the source, where the transport has them', async () => {
    const { app: dns } = app({ clientSubnet: ['192.0.2.0/24'] });
    const froms: string[] = [];
    dns.on('*', (c) => {
      froms.push(c.req.client.source);
      c.answer(A);
    });
    const packet = encodeMessage({
      id: 1,
      type: 'query',
      questions: [{ name: 'x.test', type: 'A', class: 'IN' }],
      additionals: [
        {
          name: '.',
          type: 'OPT',
          udpPayloadSize: 1232,
          flags: 0,
          options: [{ code: 'CLIENT_SUBNET', family: 1, ip: '81.2.69.0', sourcePrefixLength: 24 }],
        },
      ],
    });
    for (const last of [0, 1]) {
      const octets = new Uint8Array(16);
      octets.set([192, 0, 2 + last, 53]);
      const peer = { octets, port: 1, family: 4, transport: 'udp', address: '' } as const;
      await dns.respond(packet, packet.length, peer, Buffer.alloc(1232));
    }
    expect(froms).toEqual(['ecs', 'address']);
  });
});
