import { parseName } from '@dnsteer/wire';
import { describe, expect, test } from 'vitest';
import { ANSWERED, type Answerer, type AnswerRecord, type AnswerStatus, DnsApp, type Exchange, NEXT_LINK } from '../src/index.ts';

const A: AnswerRecord = { type: 'A', ttl: 30, data: '192.0.2.1' };
const NOERROR = 0;
const NXDOMAIN = 3;
const SERVFAIL = 2;
const TXT = Uint8Array.from([0, 2, 1, 0x7a]);

interface FakeZone {
  /** Answers later. */
  late?: boolean;
  /** What it says of names that it has not. */
  rcode?: number;
  /** 'x TXT' is at `x`; what `alias` leads to. */
  aliasTo?: string;
}

/** A zone with a TXT record at `has` and a CNAME at `alias`, and its SOA with all else. Counts how often it was asked. */
function fakeZone(apexText: string, { late = false, rcode = NXDOMAIN, aliasTo }: FakeZone = {}) {
  const apex = parseName(apexText);
  const soa = (exchange: Exchange) =>
    void exchange.response.rrset(2, apex, 0, 6, 60, Uint8Array.from([0, 22, 0, 0, ...new Array<number>(20).fill(1)]), 0, 1);
  const firstLabel = ({ octets }: Exchange['sname']) => String.fromCharCode(...octets.subarray(1, octets[0]! + 1));
  let asked = 0;
  const answerNow = (exchange: Exchange): AnswerStatus => {
    const { response, sname, owner, ownerAt, qtype } = exchange;
    if (exchange.links === 0) response.authoritative = true;
    response.rcode = NOERROR;
    const label = firstLabel(sname);
    if (label === 'alias' && aliasTo !== undefined) {
      const target = parseName(aliasTo);
      response.rrset(1, owner, ownerAt, 5, 60, Uint8Array.from([0, target.length, ...target]), 0, 1);
      return exchange.nextLink(target) ? NEXT_LINK : ANSWERED;
    }
    if (label === 'has') {
      if (qtype === 16) response.rrset(1, owner, ownerAt, 16, 60, TXT, 0, 1);
      else soa(exchange);
      return ANSWERED;
    }
    response.rcode = rcode;
    soa(exchange);
    return ANSWERED;
  };
  const answerer: Answerer = {
    apex,
    answer(exchange) {
      asked++;
      return late ? Promise.resolve().then(() => answerNow(exchange)) : answerNow(exchange);
    },
    negative: soa,
  };
  return { answerer, asked: () => asked };
}

async function ask(app: DnsApp, name: string, type = 'A') {
  const { rcode, flag_aa, answers, authorities } = await app.query(name, type);
  return `${rcode}${flag_aa ? ' aa' : ''} ${[...answers.map((record) => `${record.name} ${record.type}`), '|', ...authorities.map((record) => record.type)].join(' ')}`;
}

const NODATA = 'NOERROR aa | SOA';
const NO_NAME = 'NXDOMAIN aa | SOA';

describe.each([false, true])('a name above a handler’s, in a zone that answers late: %s', (late) => {
  const app = (...patterns: string[]) => {
    const dns = new DnsApp().mount(fakeZone('example.com', { late }).answerer);
    for (const pattern of patterns) dns.on(pattern, 'A', (c) => c.answer(A));
    return dns;
  };

  test.each(['cdn.example.com', 'b.a.cdn.example.com', 'a.cdn.example.com', 'CDN.example.com'])(
    'RFC 8020 2, RFC 4592 2.2.2: %s exists, NXDOMAIN becomes NODATA with the SOA',
    async (name) => {
      const dns = app(':shard.b.a.cdn.example.com');
      expect(await ask(dns, name)).toBe(NODATA);
      expect(await ask(dns, name, 'TXT')).toBe(NODATA);
    },
  );

  test.each(['www.example.com', 'b.cdn.example.com', 'acdn.example.com', 'x.7.b.a.cdn.example.com'])(
    'RFC 2308 2.1: %s is above no handler, and stays NXDOMAIN',
    async (name) => expect(await ask(app(':shard.b.a.cdn.example.com'), name)).toBe(NO_NAME),
  );

  test('RFC 4592 2.2.2: a name that lacks a parameter of the pattern exists; one with a label too many does not', async () => {
    const dns = app(':host.:shard.cdn.example.com');
    expect(await ask(dns, '7.cdn.example.com')).toBe(NODATA);
    expect(await ask(dns, 'a.7.cdn.example.com')).toBe('NOERROR aa a.7.cdn.example.com A |');
    expect(await ask(dns, 'x.a.7.cdn.example.com')).toBe(NO_NAME);
    expect(await ask(app('*.:shard.cdn.example.com'), '7.cdn.example.com')).toBe(NODATA);
  });

  test('RFC 4592 2.2.2: the name above a handler’s literal name exists', async () => {
    expect(await ask(app('a.b.example.com'), 'b.example.com')).toBe(NODATA);
  });

  test('RFC 6604 3: what counts is the last link: an alias into it, and an alias out of it', async () => {
    const { answerer } = fakeZone('example.com', { late, aliasTo: 'cdn.example.com' });
    const into = new DnsApp().mount(answerer).on(':shard.cdn.example.com', 'A', (c) => c.answer(A));
    expect(await ask(into, 'alias.example.com')).toBe('NOERROR aa alias.example.com CNAME | SOA');
    const outOf = new DnsApp()
      .mount(fakeZone('example.com', { late, aliasTo: 'none.example.net' }).answerer)
      .mount(fakeZone('example.net', { late }).answerer)
      .on('x.alias.example.com', 'A', (c) => c.answer(A));
    expect(await ask(outOf, 'alias.example.com')).toBe('NXDOMAIN aa alias.example.com CNAME | SOA');
  });

  test('only NXDOMAIN changes', async () => {
    const dns = new DnsApp().mount(fakeZone('example.com', { late, rcode: SERVFAIL }).answerer);
    dns.on(':shard.cdn.example.com', 'A', (c) => c.answer(A));
    expect(await ask(dns, 'cdn.example.com')).toBe('SERVFAIL aa | SOA');
  });
});

describe('whose names are above a handler’s', () => {
  test('outside of zones: REFUSED stays, above the pattern and above the zone', async () => {
    const dns = new DnsApp().on(':shard.cdn.example.com', 'A', (c) => c.answer(A));
    expect(await ask(dns, 'cdn.example.com')).toBe('REFUSED |');
    dns.mount(fakeZone('cdn.example.com').answerer);
    expect(await ask(dns, 'example.com')).toBe('REFUSED |');
  });

  test('RFC 1034 4.3.2: the handler is of its longest enclosing zone; a parent that denies the names above keeps to it', async () => {
    const dns = new DnsApp()
      .mount(fakeZone('example.com').answerer)
      .mount(fakeZone('child.b.example.com').answerer)
      .on(':shard.cdn.child.b.example.com', 'A', (c) => c.answer(A))
      .on(':shard.child.b.example.com', 'A', (c) => c.answer(A));
    expect(await ask(dns, 'b.example.com')).toBe(NO_NAME);
    expect(await ask(dns, 'cdn.child.b.example.com', 'TXT')).toBe(NODATA);
    // RFC 4035 3.1.4.1: this DS is the parent's.
    expect(await ask(dns, 'child.b.example.com', 'DS')).toBe(NO_NAME);
  });

  test('a pattern with fewer literal labels than the apex is not looked at inside the zone', async () => {
    const dns = new DnsApp().mount(fakeZone('example.com').answerer).on('*.com', 'A', (c) => c.answer(A));
    expect(await ask(dns, 'www.example.com')).toBe(NO_NAME);
  });

  test('what a handler says of a name stays: NXDOMAIN above another handler', async () => {
    const dns = new DnsApp()
      .mount(fakeZone('example.com').answerer)
      .on(':name.example.com', 'A', (c) => c.nxdomain())
      .on('x.cdn.example.com', 'A', (c) => c.answer(A));
    expect(await ask(dns, 'cdn.example.com')).toBe(NO_NAME);
  });
});

describe.each([false, true])('types that a pattern has not, in a zone that answers late: %s', (late) => {
  const dns = (zone: FakeZone = {}) => {
    const { answerer, asked } = fakeZone('example.com', { late, ...zone });
    return { app: new DnsApp().mount(answerer).on('*.example.com', 'A', (c) => c.answer(A)), asked };
  };

  test('are the zone’s; its own type is the handler’s', async () => {
    const { app, asked } = dns();
    expect(await ask(app, 'has.example.com', 'TXT')).toBe('NOERROR aa has.example.com TXT |');
    expect(await ask(app, 'has.example.com', 'MX')).toBe(NODATA);
    expect(asked()).toBe(2);
    expect(await ask(app, 'has.example.com')).toBe('NOERROR aa has.example.com A |');
    expect(asked()).toBe(2);
  });

  test('RFC 1034 4.3.2 step 3a: a CNAME of the zone is followed', async () => {
    const { app } = dns({ aliasTo: 'has.example.com' });
    expect(await ask(app, 'alias.example.com', 'TXT')).toBe('NOERROR aa alias.example.com CNAME has.example.com TXT |');
  });

  test('RFC 2308 2.2: are NODATA with one SOA where the zone has no such name', async () => {
    expect(await ask(dns().app, 'new.example.com', 'TXT')).toBe(NODATA);
  });
});

test('a zone that answers at once is not waited for', () => {
  const app = new DnsApp().mount(fakeZone('example.com').answerer).on(':shard.cdn.example.com', 'A', (c) => c.answer(A));
  // cdn.example.com A IN, without EDNS.
  const packet = Uint8Array.from([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...parseName('cdn.example.com'), 0, 1, 0, 1]);
  const reply = app.respond(packet, packet.length, { address: '127.0.0.1', port: 5353, family: 4, transport: 'udp' }, new Uint8Array(1232));
  expect(reply).toBeTypeOf('number');
});
