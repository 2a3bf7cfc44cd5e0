import dnsPacket from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { TYPE, WireError } from '../src/index.ts';
import { decodeMessage, decodeRdata, encodeMessage, encodeRdata, type MessageInput, type OptRecord } from '../src/records.ts';
import { octets, opt, option, query } from './packets.ts';
import { hex } from './vector.ts';

const soa = { mname: 'ns.example', rname: 'host\\.master.example', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 };
const full: MessageInput = {
  id: 4711,
  type: 'response',
  flags: 0x0500,
  rcode: 'NXDOMAIN',
  questions: [{ name: 'www.example', type: 'A', class: 'IN' }],
  answers: [
    { name: 'www.example', type: 'CNAME', ttl: 30, class: 'IN', data: 'web.example' },
    { name: 'web.example', type: 'A', ttl: 30, class: 'IN', data: '192.0.2.1' },
    { name: 'web.example', type: 'HTTPS', ttl: 30, class: 'IN', data: { priority: 1, target: '.', params: { alpn: ['h2'] } } },
    { name: 'web.example', type: 'TXT', ttl: 4294967295, class: 'CH', data: [Buffer.from('a'), Buffer.from('b')] },
    { name: 'web.example', type: 'TYPE65280', ttl: 0, class: 'CLASS5', data: Buffer.from('xyz') },
  ],
  authorities: [{ name: 'example', type: 'SOA', ttl: 300, class: 'IN', data: soa }],
  additionals: [
    { name: '.', type: 'OPT', udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flags: 0x8000, flag_do: true, options: [] },
  ],
};

describe('encodeMessage and decodeMessage', () => {
  test('what is encoded is decoded as it was', () => {
    expect(decodeMessage(encodeMessage(full))).toEqual({
      ...full,
      flags: 0x0503,
      flag_qr: true,
      flag_aa: true,
      flag_tc: false,
      flag_rd: true,
      flag_ra: false,
      flag_z: false,
      flag_ad: false,
      flag_cd: false,
      opcode: 'QUERY',
    });
  });

  test('dns-packet reads what we encode, and we what dns-packet encodes', () => {
    const shared = { ...full, answers: full.answers!.slice(0, 2) };
    const byUs = dnsPacket.decode(Buffer.from(encodeMessage(shared)));
    expect(byUs).toMatchObject({ ...shared, flags: 0x0503, rcode: 'NXDOMAIN' });
    const byThem = dnsPacket.encode({ ...shared, flags: 0x0503 } as unknown as dnsPacket.Packet);
    expect(decodeMessage(byThem)).toMatchObject({ ...shared, flags: 0x0503 });
    expect(encodeMessage(shared).length).toBeLessThan(byThem.length);
  });

  test('ARCHITECTURE: names with a final dot, class and ttl left out, data as { address }', () => {
    const [record] = decodeMessage(
      encodeMessage({ answers: [{ name: 'example.com.', type: 'a', data: { address: '192.0.2.10' } }] }),
    ).answers;
    expect(record).toEqual({ name: 'example.com', type: 'A', class: 'IN', ttl: 0, data: '192.0.2.10' });
  });

  test('an empty message is a header', () => {
    expect(hex(encodeMessage({}))).toBe('000000000000000000000000');
    expect(hex(encodeMessage({ id: 1, type: 'query', opcode: 'NOTIFY', flags: 0x0110 }))).toBe('000121100000000000000000');
    expect(decodeMessage(octets('0001 a400 0000 0000 0000 0000'))).toMatchObject({ type: 'response', opcode: 'NOTIFY', rcode: 'NOERROR' });
  });

  test('names are compressed, and keep octets that dns-packet would lose', () => {
    const name = 'a\\.b.\\255\\000.example';
    const encoded = encodeMessage({ questions: [{ name, type: 'NS' }], answers: [{ name, type: 'NS', data: `ns.${name}` }] });
    expect(hex(encoded.slice(12))).toBe(`03612e6202ff00076578616d706c6500` + '00020001' + 'c00c00020001000000000005' + '026e73c00c');
    expect(decodeMessage(encoded).answers).toEqual([{ name, type: 'NS', class: 'IN', ttl: 0, data: `ns.${name}` }]);
  });

  test('compressed names in RDATA are read where RFC 3597 4 has them, and malformed elsewhere', () => {
    const response = (type: string, rdata: string) =>
      octets(
        '0001 8000 0001 0001 0000 0000',
        '076578616d706c6500 0001 0001',
        'c00c',
        type,
        '0001 00000000',
        [rdata.length / 2].map((n) => octets(0, n))[0],
        rdata,
      );
    expect(decodeMessage(response('000f', '000a026d78c00c')).answers).toMatchObject([{ data: { preference: 10, exchange: 'mx.example' } }]);
    expect(decodeMessage(response('0021', '000100020003c00c')).answers).toMatchObject([{ data: { target: 'example' } }]);
    for (const [type, rdata] of [
      ['002f', 'c00c0001 40'.replace(' ', '')],
      ['0041', '0001c00c'],
      ['002e', `${'00'.repeat(18)}c00c00`],
    ]) {
      expect(() => decodeMessage(response(type, rdata))).toThrow(expect.objectContaining({ code: 'ERR_WIRE_RDATA_MALFORMED' }));
    }
  });

  test('RFC 2136 2.5: deletions of an UPDATE have no RDATA', () => {
    const update: MessageInput = {
      opcode: 'UPDATE',
      questions: [{ name: 'example', type: 'SOA' }],
      authorities: [
        { name: 'a.example', type: 'A', class: 'ANY', ttl: 0, data: Buffer.alloc(0) },
        { name: 'b.example', type: 'A', class: 'NONE', ttl: 0, data: '192.0.2.1' },
        { name: 'c.example', type: 'ANY', class: 'NONE', data: undefined },
      ],
    };
    const { authorities } = decodeMessage(encodeMessage(update));
    expect(authorities.map(({ data }) => data)).toEqual([Buffer.alloc(0), '192.0.2.1', Buffer.alloc(0)]);
  });

  test('RCODEs above 15 take their upper bits from OPT', () => {
    const encoded = encodeMessage({ type: 'response', rcode: 'BADCOOKIE', additionals: [{ name: '.', type: 'OPT' }] });
    expect(decodeMessage(encoded)).toMatchObject({ rcode: 'BADCOOKIE', flags: 7, additionals: [{ extendedRcode: 1 }] });
    expect(decodeMessage(encodeMessage({ rcode: 4000, additionals: [{ name: '.', type: 'OPT' }] })).rcode).toBe('RCODE4000');
  });

  test('it leaves what it is given, and frozen objects too', () => {
    const frozen = <T>(value: T): T => {
      if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
      for (const inner of Object.values(value)) frozen(inner);
      return Object.freeze(value);
    };
    const caa = { flags: 0, issuerCritical: true, tag: 'issue', value: 'ca.example' };
    expect(() => encodeMessage(frozen({ ...full, answers: [...full.answers!, { name: 'a', type: 'CAA', data: caa }] }))).not.toThrow();
    expect(caa.flags).toBe(0);
  });

  const record = (type: string, data: unknown) => ({ answers: [{ name: 'a', type, data }] });
  test.each([
    ['a type that is none', { questions: [{ name: 'a', type: 'NOSUCH' }] }],
    ['a class that is none', { questions: [{ name: 'a', type: 'A', class: 'NOSUCH' }] }],
    ['an RCODE that is none', { rcode: 'NOSUCH' }],
    ['an RCODE above 15 without OPT', { rcode: 'BADVERS' }],
    ['an OPCODE that is none', { opcode: 16 }],
    ['an ID of 17 bits', { id: 65536 }],
    ['a negative TTL', { answers: [{ name: 'a', type: 'A', ttl: -1, data: '192.0.2.1' }] }],
    ['an address that is none', record('A', '999.1.1.1')],
    ['an address in a wrong field', record('A', { adress: '192.0.2.1' })],
    ['no data', record('A', undefined)],
    ['a name that is none', record('NS', 5)],
    ['an MX that is none', record('MX', 5)],
    ['a preference of 17 bits', record('MX', { preference: 65536, exchange: 'a' })],
    ['no exchange', record('MX', { preference: 1 })],
    ['a text of 256 octets', record('TXT', ['x'.repeat(256)])],
    ['no text', record('TXT', [])],
    ['a CAA tag of 256 octets', record('CAA', { flags: 0, tag: 'x'.repeat(256), value: '' })],
    ['a DS key tag of 17 bits', record('DS', { keyTag: 65536, algorithm: 1, digestType: 1, digest: new Uint8Array(1) })],
    ['an NSEC without types (RFC 4034 4.1.2)', record('NSEC', { nextDomain: 'a', rrtypes: [] })],
    ['an NSEC3 without a hash', record('NSEC3', { salt: new Uint8Array(0), nextDomain: new Uint8Array(0), rrtypes: [] })],
    [
      'a DS whose digest has not the length of its type',
      record('DS', { keyTag: 1, algorithm: 13, digestType: 2, digest: Buffer.alloc(20) }),
    ],
    ['an object for a type without a shape', record('TYPE65280', {})],
    ['a SvcParam that is none', record('HTTPS', { priority: 1, target: '.', params: { nosuch: 1 } })],
    ['a port of 17 bits', record('HTTPS', { priority: 1, target: '.', params: { port: 65536 } })],
    ['OPT at another owner', { additionals: [{ name: 'a', type: 'OPT' as const }] }],
    ['an option that is none', { additionals: [{ name: '.', type: 'OPT' as const, options: [{ code: 'NOSUCH' }] }] }],
  ] as [string, MessageInput][])('%s is refused', (_, message) => {
    expect(() => encodeMessage(message)).toThrow(expect.objectContaining({ code: 'ERR_WIRE_RECORD_INVALID' }));
  });

  test('more than 65535 octets are refused', () => {
    const answers = Array.from({ length: 300 }, () => ({ name: 'a', type: 'TYPE65280', data: new Uint8Array(250) }));
    expect(() => encodeMessage({ answers })).toThrow(expect.objectContaining({ code: 'ERR_WIRE_MESSAGE_LENGTH' }));
  });

  test.each([
    ['no whole header', octets('0001 0000 0001')],
    ['a question that is not there', octets('0001 0000 0001 0000 0000 0000')],
    ['a question cut short', query().slice(0, -1)],
    ['octets behind it', octets(query(), 0)],
    ['a pointer to itself', octets('0001 0000 0001 0000 0000 0000 c00c 0001 0001')],
    ['a pointer into the header', octets('0001 0000 0001 0000 0000 0000 c000 0001 0001')],
    ['a record cut short', query({ counts: [1, 1, 0, 0], answers: [octets('00 0001 0001 00000000 0004 c00002')] })],
    ['OPT at another owner', query({ additionals: [octets('0161', opt())] })],
  ])('%s is malformed', (_, packet) => {
    expect(() => decodeMessage(packet)).toThrow(expect.objectContaining({ code: 'ERR_WIRE_MESSAGE_MALFORMED' }));
  });
});

describe('EDNS options as objects', () => {
  const optionsOf = (options: OptRecord['options']) => {
    const [record] = decodeMessage(encodeMessage({ additionals: [{ name: '.', type: 'OPT', options }] })).additionals;
    return (record as OptRecord).options;
  };

  test.each([
    [{ code: 8, ip: '192.0.2.77', sourcePrefixLength: 28 }, '0001 1c 00 c0000240', { family: 1, ip: '192.0.2.64', sourcePrefixLength: 28 }],
    [
      { code: 'CLIENT_SUBNET', ip: '2001:db8::', sourcePrefixLength: 32, scopePrefixLength: 48 },
      '0002 20 30 20010db8',
      { family: 2, ip: '2001:db8::' },
    ],
    [{ code: 8, ip: '192.0.2.77' }, '0001 00 00', { family: 1, ip: '0.0.0.0', sourcePrefixLength: 0 }],
    [{ code: 15, infoCode: 3 }, '0003', { infoCode: 3, extraText: '' }],
    [{ code: 'EXTENDED_ERROR', infoCode: 0, extraText: 'é' }, '0000c3a9', { infoCode: 0, extraText: 'é' }],
    [{ code: 11, timeout: 100 }, '0064', { timeout: 100 }],
    [{ code: 12, length: 3 }, '000000', {}],
    [{ code: 14, tags: [1, 65535] }, '0001ffff', { tags: [1, 65535] }],
    [{ code: 10, data: Uint8Array.of(1, 2) }, '0102', {}],
    [{ code: 65001, data: new Uint8Array(0) }, '', {}],
  ])('%j', (given, octetsOfIt, expected) => {
    expect(optionsOf([given])).toMatchObject([{ data: Buffer.from(octetsOfIt.replaceAll(' ', ''), 'hex'), ...expected }]);
  });

  test.each([
    { code: 8, ip: 'x' },
    { code: 8 },
    { code: 8, ip: '192.0.2.1', sourcePrefixLength: 33 },
    { code: 8, ip: '192.0.2.1', scopePrefixLength: -1 },
    { code: 8, ip: '192.0.2.1', family: 2 },
    { code: 15 },
    { code: 15, infoCode: 65536 },
  ])('%j is refused', (given) => {
    expect(() => optionsOf([given])).toThrow(expect.objectContaining({ code: 'ERR_WIRE_RECORD_INVALID' }));
  });

  test('options of a broken form stay octets; one past the end of OPT is malformed', () => {
    const read = (...options: Uint8Array[]) =>
      (decodeMessage(query({ additionals: [opt({ options })] })).additionals[0] as OptRecord).options;
    expect(read(option(8, octets('0001')), option(8, octets('0001 18 00 0102030405')), option(11, octets('01')))).toMatchObject([
      { code: 8, data: Buffer.from([0, 1]) },
      { code: 8, family: 1, sourcePrefixLength: 24 },
      { code: 11, data: Buffer.from([1]) },
    ]);
    for (const broken of ['00', '000a0001'])
      expect(() => read(octets(broken))).toThrow(expect.objectContaining({ code: 'ERR_WIRE_RDATA_MALFORMED' }));
  });
});

describe('encodeRdata and decodeRdata', () => {
  test.each([
    ['A', '192.0.2.1', 'c0000201'],
    ['A', { address: '192.0.2.1' }, 'c0000201'],
    ['AAAA', { address: '2001:db8::1' }, '20010db8000000000000000000000001'],
    [1, Uint8Array.of(192, 0, 2, 1), 'c0000201'],
    ['UNKNOWN_1', '192.0.2.1', 'c0000201'],
    ['NS', 'ns.example', '026e73076578616d706c6500'],
    ['NS', 'ns.example.', '026e73076578616d706c6500'],
    ['NS', '.', '00'],
    ['TXT', 'one text', '086f6e652074657874'],
    ['TXT', ['a', Buffer.from('b')], '01610162'],
    ['TXT', Uint8Array.of(97), '0161'],
    ['TXT', 'é', '02c3a9'],
    ['MX', '10 mail.example.', '000a046d61696c076578616d706c6500'],
    ['MX', { exchange: 'mail' }, '0000046d61696c00'],
    ['CAA', '0 issue "ca.example; a=b"', '0005697373756563612e6578616d706c653b20613d62'],
    ['HTTPS', '1 . alpn="h2,h3" port=443', '00010000010006026832026833000300 0201bb'.replace(' ', '')],
    ['HTTPS', { priority: 1, target: '.', params: { port: 443, alpn: 'h2,h3' } }, '000100000100060268320268330003000201bb'],
    ['HTTPS', { priority: 0, target: 'a' }, '0000016100'],
    ['TYPE65280', '\\# 2 abcd', 'abcd'],
    ['TYPE65280', Uint8Array.of(1), '01'],
    ['HINFO', { cpu: 'RFC8482', os: '' }, '075246433834383200'],
    ['TLSA', { usage: 3, selector: 1, matchingType: 1, certificate: Uint8Array.of(1, 2) }, '0301010102'],
    ['NSEC', { nextDomain: 'b', rrtypes: ['A', 'UNKNOWN_1234'] }, '01620000014004 1b'.replace(' ', '') + '00'.repeat(26) + '20'],
  ])('%s %j', (type, data, expected) => {
    expect(hex(encodeRdata(type, data))).toBe(expected);
  });

  test('octets handed in are checked and copied', () => {
    const address = Uint8Array.of(192, 0, 2, 1);
    const rdata = encodeRdata('A', address);
    address.fill(0);
    expect(hex(rdata)).toBe('c0000201');
    expect(() => encodeRdata('A', Uint8Array.of(1))).toThrow(expect.objectContaining({ code: 'ERR_WIRE_RDATA_MALFORMED' }));
  });

  test('presentation text with a quote that is never closed', () => {
    expect(() => encodeRdata('CAA', '0 issue "ca')).toThrow(expect.objectContaining({ code: 'ERR_WIRE_RDATA_SYNTAX', tokenIndex: 2 }));
  });

  test('a type without a shape is octets, and RDATA that dns-packet would change too', () => {
    expect(decodeRdata(65280, Uint8Array.of(1, 2))).toEqual(Buffer.from([1, 2]));
    expect(() => decodeRdata(TYPE.HINFO, octets('0161ff'))).toThrow(WireError);
    expect(decodeRdata(TYPE.HINFO, octets('016101ff'))).toEqual(Buffer.from('016101ff', 'hex'));
  });

  test('errors are WireErrors', () => {
    expect(() => encodeRdata('A', 5)).toThrow(WireError);
  });
});
