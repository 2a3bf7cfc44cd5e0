import { describe, expect, test } from 'vitest';
import { formatName, PARSE, parseQuery, QueryView } from '../src/index.ts';
import { octets, opt, type QueryParts, query } from './packets.ts';

const view = new QueryView();
const parse = (packet: Uint8Array) => parseQuery(packet, packet.length, view);
const statusOf = (parts: QueryParts) => parse(query(parts));
const a = octets('00 0001 0001 00000000 0004 c0000201');

describe('parseQuery', () => {
  test('RFC 1035 4.1: header and question', () => {
    expect(parse(query({ id: 0xabcd, flags: 0x0110, name: 'WwW.Example.', type: 28 }))).toBe(PARSE.PARSED);
    expect(view).toMatchObject({ id: 0xabcd, flags: 0x0110, opcode: 0, hasQuestion: true, questionEnd: 29, qtype: 28, qclass: 1 });
    expect(formatName(view.qname.octets)).toBe('www.example.');
    expect(view).toMatchObject({ hasEdns: false, udpPayloadOctets: 512, dnssecOk: false, hasClientSubnet: false, cookieAt: 0, tsigAt: 0 });
  });

  test('octets behind the length are not looked at', () => {
    const packet = octets(query(), 'ff'.repeat(20));
    expect(parseQuery(packet, packet.length - 20, view)).toBe(PARSE.PARSED);
    expect(parse(packet)).toBe(PARSE.FORMERR);
  });

  test('a query leaves nothing of the one before', () => {
    statusOf({
      additionals: [
        opt({
          payload: 4096,
          version: 0,
          flags: 0x8001,
          options: [octets('0008 0007 0001 18 00 c00002'), octets('000a 0008 0102030405060708'), octets('0003 0000')],
        }),
      ],
    });
    expect(view).toMatchObject({ hasEdns: true, hasClientSubnet: true, cookieLength: 8, nsidRequested: true, dnssecOk: true });
    expect(parse(octets('ffff'))).toBe(PARSE.DROP);
    const fresh = new QueryView();
    for (const key of ['id', 'flags', 'hasQuestion', 'qtype', 'qclass', 'hasEdns', 'ednsFlags', 'udpPayloadOctets', 'dnssecOk'] as const) {
      expect(view[key]).toBe(fresh[key]);
    }
    for (const key of ['hasClientSubnet', 'ecsFamily', 'ecsSourcePrefix', 'cookieAt', 'cookieLength', 'nsidRequested', 'tsigAt'] as const) {
      expect(view[key]).toBe(fresh[key]);
    }
  });

  test('a response is never answered, however malformed', () => {
    expect(statusOf({ flags: 0x8180 })).toBe(PARSE.DROP);
    expect(statusOf({ flags: 0xa800 })).toBe(PARSE.DROP);
    expect(parse(octets(query({ flags: 0x8000 }), 'ff'))).toBe(PARSE.DROP);
  });

  test('what has no whole header is dropped', () => {
    for (let length = 0; length < 12; length++) expect(parseQuery(query(), length, view)).toBe(PARSE.DROP);
  });

  test('an OPCODE other than QUERY: NOTIMP, with the question where there is one', () => {
    expect(statusOf({ flags: 0x2000 })).toBe(PARSE.NOTIMP);
    expect(view).toMatchObject({ opcode: 4, hasQuestion: true });
    expect(parse(octets('0001 2800 0000 0000 0000 0000'))).toBe(PARSE.NOTIMP);
    expect(view).toMatchObject({ opcode: 5, hasQuestion: false, questionEnd: 12 });
  });

  test('RFC 9619: a QUERY has one question', () => {
    expect(parse(octets('0001 0000 0000 0000 0000 0000'))).toBe(PARSE.FORMERR);
    expect(view.hasQuestion).toBe(false);
    expect(parse(octets(query({ counts: [2, 0, 0, 0] }), '00 0001 0001'))).toBe(PARSE.FORMERR);
    expect(view.hasQuestion).toBe(false);
    expect(view.qname.labelCount).toBe(0);
  });

  test('RFC 7873 5.4: no question, but a COOKIE; without one, or with more than is well-formed, FORMERR', () => {
    const opt = (options: string, version = '00') =>
      octets(
        '0001 0000 0000 0000 0000 0001',
        `00 0029 04d0 00${version}0000`,
        (options.replaceAll(' ', '').length / 2).toString(16).padStart(4, '0'),
        options,
      );
    expect(parse(opt('000a 0008 0102030405060708'))).toBe(PARSE.NO_QUESTION);
    expect(view).toMatchObject({ hasQuestion: false, questionEnd: 12, hasEdns: true, cookieLength: 8 });
    expect(view.qname.labelCount).toBe(0);
    expect(parse(opt('0003 0000'))).toBe(PARSE.FORMERR);
    expect(view).toMatchObject({ hasQuestion: false, hasEdns: true });
    expect(parse(opt('000a 0007 01020304050607'))).toBe(PARSE.FORMERR);
    expect(parse(opt('000a 0008 0102030405060708', '01'))).toBe(PARSE.BADVERS);
    expect(parse(octets('0001 2800 0000 0000 0000 0000'))).toBe(PARSE.NOTIMP);
  });

  test.each([
    ['a compression pointer', 'c00c 0001 0001'],
    ['a pointer inside the name', '0161 c00c 0001 0001'],
    ['a label type 01', '4161 00 0001 0001'],
    ['no end', '0161'],
    ['no QCLASS', '00 0001'],
    ['256 octets', `${'0161'.repeat(127)}0100 00 0001 0001`],
  ])('a question with %s is malformed', (_, question) => {
    expect(parse(octets('0001 0000 0001 0000 0000 0000', question))).toBe(PARSE.FORMERR);
    expect(view).toMatchObject({ hasQuestion: false, questionEnd: 12 });
  });

  test('records in other sections are stepped over (IXFR has an SOA there, RFC 1995 3)', () => {
    expect(statusOf({ type: 251, authorities: [octets('c00c 0006 0001 00000000 0016 0000', '00'.repeat(20))] })).toBe(PARSE.PARSED);
  });

  test.each([
    ['counted, but not there', octets()],
    ['cut in its owner', octets('0361')],
    ['cut in its fixed fields', octets('00 0001 0001 0000')],
    ['cut in its RDATA', a.slice(0, -1)],
    ['with an owner that points to itself', octets('c01d 0001 0001 00000000 0000')],
    ['with an owner that points forward', octets('c020 0001 0001 00000000 0000')],
    ['with an owner of a reserved label type', octets('80 0001 0001 00000000 0000')],
    ['with half a pointer', octets('c0')],
    ['with an owner of 256 octets', octets('0161'.repeat(127), '0161 00 0001 0001 00000000 0000')],
  ])('a record %s is malformed', (_, record) => {
    expect(parse(query({ counts: [1, 0, 0, 1], additionals: [record] }))).toBe(PARSE.FORMERR);
    expect(view.hasQuestion).toBe(true);
  });

  test('octets after the last record are malformed', () => {
    expect(parse(octets(query({ additionals: [a] }), '00'))).toBe(PARSE.FORMERR);
  });

  test('RFC 8945 5.1: TSIG is found as the last additional record, and malformed elsewhere', () => {
    const tsig = octets('036b657900 00fa 00ff 00000000 0000');
    expect(statusOf({ additionals: [opt(), tsig] })).toBe(PARSE.PARSED);
    expect(view.tsigAt).toBe(29 + 11);
    expect(statusOf({ additionals: [tsig, opt()] })).toBe(PARSE.FORMERR);
    expect(statusOf({ additionals: [tsig, tsig] })).toBe(PARSE.FORMERR);
    expect(statusOf({ answers: [tsig] })).toBe(PARSE.FORMERR);
  });
});
