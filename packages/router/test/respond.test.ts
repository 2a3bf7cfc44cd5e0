import { parseName } from '@dnsteer/wire';
import { describe, expect, test } from 'vitest';
import { ANSWERED, type Exchange, NEXT_LINK } from '../src/index.ts';
import { ecs, extendedErrorsOf, optionsOf, query, scopeOf, subject } from './ask.ts';

const A = { type: 'A', ttl: 30, data: '192.0.2.1' };
/** 28 octets each in a response, so that any number of octets can be asked for. */
const many = (count: number) => Array.from({ length: count }, (_, i) => ({ type: 'AAAA', ttl: 1, data: `2001:db8::${i.toString(16)}` }));

function answering(options = {}) {
  const it = subject(options);
  let handled = 0;
  it.app.on('*', (c) => {
    handled++;
    c.res.ecsScope = 24;
    c.answer(A);
  });
  return { ...it, handled: () => handled };
}

describe('what is no query', () => {
  test('RFC 1035 4.1.1: a response is not answered, whatever it says', async () => {
    const { ask, handled } = answering();
    const packet = query();
    packet[2]! |= 0x80;
    expect(await ask(packet)).toBeUndefined();
    expect(await ask(packet.subarray(0, 12))).toBeUndefined();
    expect(handled()).toBe(0);
  });

  test('what has no whole header is not answered', async () => {
    const { ask } = answering();
    for (let length = 0; length < 12; length++) expect(await ask(query().subarray(0, length))).toBeUndefined();
  });

  test('RFC 9619: no question, or two of them, is FORMERR without a question', async () => {
    const { ask, handled } = answering();
    for (const count of [0, 2, 65535]) {
      const packet = query();
      packet.set([count >> 8, count & 255], 4);
      expect((await ask(packet))!.message).toMatchObject({ id: 0x1234, rcode: 'FORMERR', questions: [] });
    }
    expect(handled()).toBe(0);
  });

  test('a record that is cut short is FORMERR, the question comes back in its case', async () => {
    const packet = query({ name: 'WwW.tEsT', edns: {} });
    const { message, octets } = (await answering().ask(packet.subarray(0, packet.length - 1)))!;
    expect(message).toMatchObject({ rcode: 'FORMERR', answers: [], questions: [{ name: 'WwW.tEsT' }] });
    expect(octets.slice(12, 26)).toEqual(packet.slice(12, 26));
  });

  test('RFC 1035 4.1.1: another OPCODE is NOTIMP, and comes back', async () => {
    const { ask, handled } = answering();
    for (const [opcode, name] of [
      [1, 'IQUERY'],
      [4, 'NOTIFY'],
      [5, 'UPDATE'],
    ] as const) {
      expect((await ask(query({ flags: opcode << 11 })))!.message).toMatchObject({ rcode: 'NOTIMP', opcode: name, answers: [] });
    }
    expect(handled()).toBe(0);
  });
});

describe('what is refused before anything is looked up', () => {
  test.each([
    ['RFC 8945 5.2.1: TSIG, whose key nobody knows', 'NOTAUTH', { type: 'A', tsig: true }],
    ['RFC 5936 4.2: AXFR over UDP', 'NOTIMP', { type: 'AXFR' }],
    ['RFC 5936 2.2.1: AXFR', 'REFUSED', { type: 'AXFR', transport: 'tcp' as const }],
    ['RFC 1995: IXFR', 'REFUSED', { type: 'IXFR' }],
    ['RFC 6895 3.1: QTYPE OPT', 'FORMERR', { type: 'OPT' }],
    ['RFC 6895 3.1: QTYPE TSIG', 'FORMERR', { type: 'TSIG' }],
    ['RFC 9824 3.5: QTYPE NXNAME', 'FORMERR', { type: 'NXNAME' }],
    ['RFC 6895 3.2: class CH', 'REFUSED', { type: 'TXT', class: 'CH' }],
    ['RFC 6895 3.2: class NONE', 'REFUSED', { type: 'A', class: 'NONE' }],
    ['class ANY', 'REFUSED', { type: 'A', class: 'ANY' }],
  ])(
    '%s: %s',
    async (_, rcode, {
      tsig,
      transport = 'udp',
      ...parts
    }: { tsig?: boolean; type: string; class?: string; transport?: 'udp' | 'tcp' }) => {
      const { ask, handled, reports } = answering();
      let packet = query({ ...parts, edns: { flags: 0x8000 } });
      if (tsig) {
        const record = [...parseName('key.'), 0, 250, 0, 255, 0, 0, 0, 0, 0, 29, ...parseName('hmac-sha256.'), ...new Array(16).fill(0)];
        packet = Uint8Array.from([...packet, ...record]);
        packet[11]! += 1;
      }
      const { message } = (await ask(packet, { transport }))!;
      expect(message).toMatchObject({ rcode, answers: [], authorities: [], flag_aa: false });
      expect(optionsOf(message)).toBeDefined();
      expect(handled()).toBe(0);
      expect(reports).toEqual([]);
    },
  );

  test('RFC 8914 4.22: what is supported for nobody says so', async () => {
    const { ask } = answering();
    for (const parts of [{ type: 'AXFR' }, { type: 'IXFR' }, { class: 'CH' }, { flags: 2 << 11 }]) {
      expect(extendedErrorsOf((await ask(query({ ...parts, edns: {} })))!.octets)).toEqual([21]);
    }
    expect(extendedErrorsOf((await ask(query({ edns: {} })))!.octets)).toEqual([]);
  });

  test('RFC 9619, RFC 7873 5.4: QDCOUNT 0 with a cookie is FORMERR where nobody makes cookies', async () => {
    const { ask, handled } = answering();
    const packet = Uint8Array.from([
      0x12, 0x34, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 12, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    const { message } = (await ask(packet))!;
    expect(message).toMatchObject({ id: 0x1234, rcode: 'FORMERR', questions: [], answers: [] });
    expect(optionsOf(message)).toEqual([]);
    expect(handled()).toBe(0);
  });

  test('RFC 6891 6.1.3: EDNS version 1 is BADVERS, and the response says version 0', async () => {
    const { ask, handled } = answering();
    for (const version of [1, 255]) {
      const { message } = (await ask(query({ edns: { version, options: [ecs('192.0.2.0', 24)] } })))!;
      expect(message).toMatchObject({ rcode: 'BADVERS', answers: [] });
      expect(message.additionals).toMatchObject([{ type: 'OPT', ednsVersion: 0 }]);
    }
    expect(handled()).toBe(0);
  });
});

describe('how much may be sent', () => {
  const lengthOf = async (records: number, edns: number | undefined, peer = {}, options = {}) => {
    const { app, ask } = subject(options);
    app.on('*', (c) => c.answer(...many(records)));
    const reply = (await ask(query({ type: 'AAAA', ...(edns !== undefined && { edns: { payload: edns } }) }), peer))!;
    return { octets: reply.octets.length, truncated: reply.message.flag_tc, answers: reply.message.answers?.length };
  };

  test('RFC 1035 4.2.1: 512 octets over UDP without EDNS; TC says that there is more', async () => {
    expect(await lengthOf(17, undefined)).toEqual({ octets: 502, truncated: false, answers: 17 });
    expect(await lengthOf(18, undefined)).toEqual({ octets: 502, truncated: true, answers: 17 });
  });

  test('RFC 6891 6.2.5: what the client offers, 512 at least', async () => {
    expect(await lengthOf(40, 700)).toEqual({ octets: 26 + 23 * 28 + 11, truncated: true, answers: 23 });
    for (const payload of [0, 100, 512]) expect(await lengthOf(40, payload)).toMatchObject({ octets: 26 + 16 * 28 + 11, truncated: true });
  });

  test('RFC 9715 3.1: no more than maxUdpPayload, whatever the client offers', async () => {
    expect(await lengthOf(60, 65535)).toEqual({ octets: 26 + 42 * 28 + 11, truncated: true, answers: 42 });
    expect(await lengthOf(60, 4096, {}, { maxUdpPayload: 4096 })).toMatchObject({ truncated: false, answers: 60 });
    expect(await lengthOf(60, 4096, {}, { maxUdpPayload: 512 })).toMatchObject({ octets: 26 + 16 * 28 + 11, truncated: true });
  });

  test('RFC 7766 8: 65,535 octets over a stream, whatever EDNS says', async () => {
    for (const transport of ['tcp', 'tls', 'https']) {
      expect(await lengthOf(2338, 512, { transport })).toEqual({ octets: 26 + 2338 * 28 + 11, truncated: false, answers: 2338 });
      expect(await lengthOf(2341, undefined, { transport })).toMatchObject({ truncated: true, answers: 2339 });
    }
  });

  test('an answer that comes later keeps to the same limits', async () => {
    const { app, ask } = subject();
    app.on('*', async (c) => {
      await undefined;
      c.answer(...many(60));
    });
    expect((await ask(query({ type: 'AAAA' })))!.octets).toHaveLength(26 + 17 * 28);
    expect((await ask(query({ type: 'AAAA' }), { transport: 'tcp' }))!.octets).toHaveLength(26 + 60 * 28);
  });

  test('RFC 2181 9: what does not fit into the additional section is left out without TC', async () => {
    const { app, ask } = subject();
    app.on('*', (c) => {
      c.answer(A);
      c.res.additionals.push(...many(60));
    });
    expect((await ask(query()))!.message).toMatchObject({ flag_tc: false, answers: [{ type: 'A' }] });
  });
});

describe('RFC 7871 7.2.1: ECS in the response', () => {
  test('an error is for everyone: scope 0', async () => {
    const { app, ask } = subject();
    app
      .on('boom.test', (c) => {
        c.res.ecsScope = 24;
        throw new Error('boom');
      })
      .on('refused.test', (c) => {
        c.refuse();
      });
    const edns = { options: [ecs('192.0.2.0', 24)] };
    for (const [name, rcode] of [
      ['boom.test', 'SERVFAIL'],
      ['refused.test', 'REFUSED'],
      ['nobody.test', 'REFUSED'],
    ] as const) {
      const { message } = (await ask(query({ name, edns })))!;
      expect([message.rcode, scopeOf(message)]).toEqual([rcode, 0]);
    }
    const notImplemented = (await ask(query({ flags: 4 << 11, edns })))!.message;
    expect([notImplemented.rcode, scopeOf(notImplemented)]).toEqual(['NOTIMP', 0]);
    const badVersion = (await ask(query({ class: 'CH', edns })))!.message;
    expect([badVersion.rcode, scopeOf(badVersion)]).toEqual(['REFUSED', 0]);
  });

  test('RFC 7871 7.1.2: bits behind SOURCE are FORMERR, and no subnet comes back', async () => {
    const { ask, handled } = answering();
    const packet = query({ edns: { options: [ecs('192.0.2.0', 23)] } });
    packet[packet.length - 1]! |= 1;
    const { message } = (await ask(packet))!;
    expect(message.rcode).toBe('FORMERR');
    expect(scopeOf(message)).toBeUndefined();
    expect(handled()).toBe(0);
  });

  test('no option where none came, and none without EDNS', async () => {
    const { ask } = answering();
    expect(optionsOf((await ask(query({ edns: {} })))!.message)).toEqual([]);
    expect((await ask(query()))!.message.additionals).toEqual([]);
  });

  test("a scope of a handler's that no address of the family has becomes the longest", async () => {
    const { app, ask } = subject();
    let scope = 0;
    app.on('*', (c) => {
      c.res.ecsScope = scope;
      c.answer(A);
    });
    const scopeFor = async (given: number, ip: string, source: number) => {
      scope = given;
      return scopeOf((await ask(query({ edns: { options: [ecs(ip, source)] } })))!.message);
    };
    expect(await scopeFor(128, '192.0.2.0', 24)).toBe(32);
    expect(await scopeFor(300, '2001:db8::', 56)).toBe(128);
    expect(await scopeFor(-1, '192.0.2.0', 24)).toBe(0);
    expect(await scopeFor(Number.NaN, '192.0.2.0', 24)).toBe(0);
  });

  test('of a chain, the longest scope', async () => {
    const { app, ask } = subject();
    const scoped = (name: string, scope: number, record: object) =>
      app.on(name, (c) => {
        c.res.ecsScope = scope;
        c.answer({ type: 'A', ttl: 1, data: '192.0.2.1', ...record });
      });
    scoped('www.test', 20, { type: 'CNAME', data: 'b.test' });
    scoped('b.test', 16, {});
    expect(scopeOf((await ask(query({ edns: { options: [ecs('192.0.2.0', 24)] } })))!.message)).toBe(20);
  });
});

describe('chains', () => {
  test('RFC 1034 3.6.2: a chain ends after 16 links, NOERROR, with what it has', async () => {
    const { app, ask } = subject();
    let calls = 0;
    app.on(':n.test', (c) => {
      calls++;
      c.answer({ type: 'CNAME', ttl: 5, data: `${Number(c.params['n']) + 1}.test` });
    });
    const { message } = (await ask(query({ name: '0.test' }), { transport: 'tcp' }))!;
    expect(message).toMatchObject({ rcode: 'NOERROR', flag_aa: true, flag_tc: false });
    expect(message.answers).toHaveLength(16);
    expect(message.answers?.at(-1)).toMatchObject({ name: '15.test', type: 'CNAME', data: '16.test' });
    expect(calls).toBe(17);
  });

  test('RFC 1034 3.6.2: the 16th link may lead to the answer', async () => {
    const { app, ask } = subject();
    app.on(':n.test', (c) => {
      const n = Number(c.params['n']);
      if (n === 16) c.answer(A);
      else c.answer({ type: 'CNAME', ttl: 5, data: `${n + 1}.test` });
    });
    const { message } = (await ask(query({ name: '0.test' }), { transport: 'tcp' }))!;
    expect(message.answers).toHaveLength(17);
    expect(message.answers?.at(-1)).toMatchObject({ name: '16.test', type: 'A' });
  });

  test('links that are waited for count like the others', async () => {
    const { app, ask } = subject();
    app.on(':n.test', async (c) => {
      await undefined;
      c.answer({ type: 'CNAME', ttl: 5, data: `${Number(c.params['n']) + 1}.test` });
    });
    expect((await ask(query({ name: '0.test' }), { transport: 'tcp' }))!.message.answers).toHaveLength(16);
  });

  test('RFC 1034 3.6.2: who asks for the CNAME, or for ANY, gets it and no more; with the sections of its handler', async () => {
    const { app, ask } = subject();
    app.on('www.test', (c) => {
      c.answer({ type: 'CNAME', ttl: 5, data: 'b.test' });
      c.res.authorities.push({ name: 'test', type: 'NS', data: 'ns.test' });
      c.res.additionals.push({ name: 'ns.test', ...A });
    });
    app.on('b.test', (c) => c.answer(A));
    for (const type of ['CNAME', 'ANY']) {
      const { message } = (await ask(query({ type })))!;
      expect(message.answers).toMatchObject([{ type: 'CNAME' }]);
      expect(message.authorities).toMatchObject([{ type: 'NS' }]);
      expect(message.additionals).toMatchObject([{ name: 'ns.test' }]);
    }
  });

  test("RFC 1035 4.1: a proof that an earlier link left stands before a handler's additional records", async () => {
    const { app, ask, reports } = subject();
    const apex = parseName('zone.test');
    app.mount({
      apex,
      answer(exchange: Exchange) {
        const target = parseName('www.test');
        exchange.response.rrset(1, exchange.owner, exchange.ownerAt, 5, 60, Uint8Array.from([0, target.length, ...target]), 0, 1);
        exchange.deferAuthority(apex, 0, 16, 60, Uint8Array.from([0, 2, 1, 0x70]), 0, 1);
        return exchange.nextLink(target) ? NEXT_LINK : ANSWERED;
      },
    });
    app.on('www.test', (c) => {
      c.answer(A);
      c.res.additionals.push({ name: 'ns.test', ...A });
    });
    const { message } = (await ask(query({ name: 'alias.zone.test' })))!;
    expect(reports).toEqual([]);
    expect(message).toMatchObject({
      rcode: 'NOERROR',
      answers: [{ type: 'CNAME' }, { type: 'A' }],
      authorities: [{ name: 'zone.test', type: 'TXT' }],
      additionals: [{ name: 'ns.test' }],
    });
  });

  test('RFC 2308 2.2: the SOA of the zone stands before the additional records of a handler without an answer', async () => {
    const { app, ask, reports } = subject();
    const apex = parseName('test');
    const soa = Uint8Array.from([0, 22, 0, 0, ...new Array(20).fill(1)]);
    app.mount({
      apex,
      answer: () => ANSWERED,
      negative: (exchange) => void exchange.response.rrset(2, apex, 0, 6, 60, soa, 0, 1),
    });
    app.on('www.test', (c) => void c.res.additionals.push({ name: 'ns.test', ...A }));
    const { message } = (await ask(query()))!;
    expect(reports).toEqual([]);
    expect(message).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [{ type: 'SOA' }], additionals: [{ name: 'ns.test' }] });
  });
});

test('RFC 4343 4.1: the owner name comes back in the case of the question, however the handler wrote it', async () => {
  const { app, ask } = subject();
  const spellings: Record<string, (name: string) => string | undefined> = {
    same: (name) => name,
    relative: (name) => name.slice(0, -1),
    upper: (name) => name.toUpperCase(),
    none: () => undefined,
  };
  app.on(':spelling.test', (c) => {
    const name = spellings[c.params['spelling']!]!(c.name);
    c.answer({ ...A, ...(name !== undefined && { name }) });
  });
  for (const name of ['sAmE.tEsT', 'rElAtIvE.tEsT', 'uPpEr.tEsT', 'nOnE.tEsT']) {
    expect((await ask(query({ name })))!.message.answers).toMatchObject([{ name, data: '192.0.2.1' }]);
  }
});

describe('nothing takes the answer of another', () => {
  test('a handler may ask its own server, before it answers itself', async () => {
    const { app, ask } = subject();
    app.on('inner.test', (c) => c.answer({ ...A, data: '192.0.2.2' }));
    app.on('outer.test', async (c) => {
      const inner = await app.query('inner.test', 'A');
      c.answer({ ...A, ttl: inner.answers?.length ?? 0 });
    });
    const reply = (await ask(query({ name: 'OUTER.test', edns: { options: [ecs('192.0.2.0', 24)] } })))!.message;
    expect(reply).toMatchObject({ id: 0x1234, rcode: 'NOERROR', questions: [{ name: 'OUTER.test', type: 'A' }] });
    expect(reply.answers).toMatchObject([{ name: 'OUTER.test', data: '192.0.2.1', ttl: 1 }]);
    expect(scopeOf(reply)).toBe(0);
  });

  test.each(['admit', 'limit', 'fit'] as const)(
    'middleware that throws in %s: SERVFAIL, one report, and the next query is answered',
    async (phase) => {
      const { app, ask, reports } = answering();
      let calls = 0;
      app.use({
        name: 'broken',
        [phase]: () => {
          if (++calls === 1) throw new Error('boom');
          return 0;
        },
      });
      const failed = (await ask(query({ edns: { options: [ecs('192.0.2.0', 24)] } })))!.message;
      expect(failed).toMatchObject({ rcode: 'SERVFAIL', answers: [], flag_aa: false });
      expect(scopeOf(failed)).toBe(0);
      expect(reports).toMatchObject([{ code: 'ERR_HANDLER', message: 'www.test. A: middleware threw: boom' }]);
      expect((await ask(query()))!.message.answers).toHaveLength(1);
    },
  );

  test('the same where the answer was waited for', async () => {
    const { app, ask, reports } = subject();
    app.use({
      name: 'broken',
      fit: () => {
        throw new Error('boom');
      },
    });
    app.on('*', async (c) => c.answer(A));
    expect((await ask(query()))!.message).toMatchObject({ rcode: 'SERVFAIL', answers: [] });
    expect(reports).toHaveLength(1);
  });

  test('RFC 7873 5.3: limit and fit see the error for a malformed query as well, or for one that is not implemented', async () => {
    const { app, ask } = subject();
    const seen: string[] = [];
    let verdict: 0 | 2 = 0;
    app.use({
      name: 'every',
      admit: () => {
        seen.push('admit');
        return 0;
      },
      limit: ({ response }) => {
        seen.push(`limit ${response.rcode}`);
        return verdict;
      },
      fit: ({ response }) => void response.addOption(65001, Uint8Array.of(1)),
    });
    const malformed = query({ edns: { options: [] } });
    malformed[7] = 1;
    for (const [packet, rcode] of [
      [malformed, 'FORMERR'],
      [query({ edns: {}, flags: 4 << 11 }), 'NOTIMP'],
      [query({ edns: { version: 1 } }), 'BADVERS'],
    ] as const) {
      const { message } = (await ask(packet))!;
      expect(message.rcode).toBe(rcode);
      const options = optionsOf(message)?.map(({ code }) => code);
      expect(rcode === 'FORMERR' ? options : options?.includes(65001)).toBe(rcode === 'FORMERR' ? undefined : true);
    }
    verdict = 2;
    expect(await ask(malformed)).toBeUndefined();
    expect(seen).toEqual(['limit 1', 'limit 4', 'limit 16', 'limit 1']);
  });

  test('limit may drop an answer, now or later', async () => {
    const { app, ask } = subject();
    app.use({ name: 'limit', limit: () => 2 });
    app.on('now.test', (c) => c.answer(A)).on('later.test', async (c) => c.answer(A));
    expect(await ask(query({ name: 'now.test' }))).toBeUndefined();
    expect(await ask(query({ name: 'later.test' }))).toBeUndefined();
  });

  test('an answer that is waited for does not look at the buffers of the packet any more', async () => {
    const { app } = subject();
    app.on('*', async (c) => {
      await undefined;
      c.answer({ ...A, name: c.req.name });
    });
    const packet = new Uint8Array(512);
    const out = new Uint8Array(512);
    const peer = { address: '192.0.2.9', port: 9, family: 4 as const, transport: 'udp' as const };
    const replies = ['a.test', 'bb.test', 'ccc.test'].map((name) => {
      const octets = query({ name });
      packet.set(octets);
      return app.respond(packet, octets.length, peer, out);
    });
    packet.fill(0xee);
    out.fill(0xee);
    const texts = (await Promise.all(replies)).map((octets) => Buffer.from(octets as Uint8Array).toString('latin1'));
    for (const [i, label] of ['\x01a', '\x02bb', '\x03ccc'].entries()) {
      expect(texts[i]).toContain(`${label}\x04test\0`);
      expect(texts[i]).not.toContain('\xee');
    }
  });
});
