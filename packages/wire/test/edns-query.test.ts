import { describe, expect, test } from 'vitest';
import { PARSE, parseQuery, QueryView } from '../src/index.ts';
import { type OptParts, octets, opt, option, query } from './packets.ts';
import { hex } from './vector.ts';

const view = new QueryView();
const parse = (packet: Uint8Array) => parseQuery(packet, packet.length, view);
const statusOf = (parts: OptParts) => parse(query({ additionals: [opt(parts)] }));
const ecs = (text: string) => statusOf({ options: [option(8, octets(text))] });

describe('RFC 6891: OPT', () => {
  test('payload size, version and DO', () => {
    expect(statusOf({ payload: 4096, flags: 0x8000 })).toBe(PARSE.PARSED);
    expect(view).toMatchObject({ hasEdns: true, ednsVersion: 0, udpPayloadOctets: 4096, dnssecOk: true, ednsFlags: 0x8000 });
    statusOf({ flags: 0x7fff });
    expect(view).toMatchObject({ dnssecOk: false, ednsFlags: 0x7fff });
  });

  test('6.2.3: a payload size below 512 counts as 512', () => {
    statusOf({ payload: 0 });
    expect(view.udpPayloadOctets).toBe(512);
    statusOf({ payload: 513 });
    expect(view.udpPayloadOctets).toBe(513);
  });

  test('6.1.1: more than one OPT is FORMERR', () => {
    expect(parse(query({ additionals: [opt(), opt()] }))).toBe(PARSE.FORMERR);
  });

  test('6.1.2: OPT at another owner than the root is FORMERR', () => {
    expect(parse(query({ additionals: [octets('0161', opt())] }))).toBe(PARSE.FORMERR);
    expect(parse(query({ additionals: [octets('c00c', opt().slice(1))] }))).toBe(PARSE.FORMERR);
  });

  test('6.1.1: OPT belongs to the additional section', () => {
    expect(parse(query({ answers: [opt()] }))).toBe(PARSE.FORMERR);
    expect(parse(query({ authorities: [opt()] }))).toBe(PARSE.FORMERR);
  });

  test('6.1.3: a version other than 0 is BADVERS, whatever its RDATA is', () => {
    expect(statusOf({ version: 1, payload: 1400, options: [octets('ff')] })).toBe(PARSE.BADVERS);
    expect(view).toMatchObject({ hasQuestion: true, hasEdns: true, ednsVersion: 1, udpPayloadOctets: 1400 });
    expect(parse(query({ flags: 0x2000, additionals: [opt({ version: 1 })] }))).toBe(PARSE.BADVERS);
  });

  test('unknown options are ignored', () => {
    expect(statusOf({ options: [option(65001, octets('0102')), option(3, octets())] })).toBe(PARSE.PARSED);
    expect(view.nsidRequested).toBe(true);
  });

  test.each(['00', '000300', '00030001', '0003000200'])('an option cut short is FORMERR: %s', (text) => {
    expect(statusOf({ options: [octets(text)] })).toBe(PARSE.FORMERR);
  });
});

describe('RFC 7871: client subnet', () => {
  test.each([
    ['IPv4 /24', '0001 18 00 510245', 1, 24, '51024500'],
    ['IPv4 /0', '0001 00 00', 1, 0, '00000000'],
    ['IPv4 /32', '0001 20 00 c0000201', 1, 32, 'c0000201'],
    ['IPv4 /17', '0001 11 00 c00080', 1, 17, 'c0008000'],
    ['IPv6 /56', '0002 38 00 20010db8000001', 2, 56, '20010db8000001'],
    ['IPv6 /128', '0002 80 00 20010db8000000000000000000000001', 2, 128, '20010db8000000000000000000000001'],
    ['no family, no prefix', '0000 00 00', 0, 0, ''],
  ])('6: %s', (_, text, family, prefix, address) => {
    expect(ecs(text)).toBe(PARSE.PARSED);
    expect(view).toMatchObject({ hasClientSubnet: true, ecsFamily: family, ecsSourcePrefix: prefix });
    expect(hex(view.ecsAddress)).toBe(address.padEnd(32, '0'));
  });

  test.each([
    ['no prefix lengths', '0001 18'],
    ['an unknown family', '0003 08 00 01'],
    ['no family, but a prefix', '0000 08 00 01'],
    ['a prefix beyond IPv4', '0001 21 00 c000020100'],
    ['a prefix beyond IPv6', `0002 81 00 ${'00'.repeat(17)}`],
    ['a scope in a query', '0001 18 18 510245'],
    ['too few octets', '0001 18 00 5102'],
    ['too many octets', '0001 18 00 51024500'],
    ['an octet for /0', '0001 00 00 00'],
    ['bits behind the source prefix', '0001 17 00 510245'],
    ['one bit behind /31', '0001 1f 00 c0000201'],
  ])('6, 7.1.1: %s is FORMERR', (_, text) => {
    expect(ecs(text)).toBe(PARSE.FORMERR);
    expect(view.hasClientSubnet).toBe(false);
  });

  test('of several the first counts', () => {
    const options = [option(8, octets('0001 08 00 01')), option(8, octets('0001 08 00 02'))];
    expect(statusOf({ options })).toBe(PARSE.PARSED);
    expect(view.ecsAddress[0]).toBe(1);
  });
});

describe('RFC 7873: COOKIE', () => {
  test.each([8, 16, 40])('4: %s octets', (length) => {
    expect(statusOf({ options: [option(3, octets()), option(10, new Uint8Array(length).fill(7))] })).toBe(PARSE.PARSED);
    expect(view.cookieLength).toBe(length);
    expect(hex(view.packet.slice(view.cookieAt, view.cookieAt + length))).toBe('07'.repeat(length));
  });

  test.each([0, 7, 9, 15, 41])('5.2.2: %s octets are FORMERR', (length) => {
    expect(statusOf({ options: [option(10, new Uint8Array(length))] })).toBe(PARSE.FORMERR);
  });

  test('5.2: all but the first are ignored', () => {
    expect(statusOf({ options: [option(10, octets('0101010101010101')), option(10, octets('02'))] })).toBe(PARSE.PARSED);
    expect(view.packet[view.cookieAt]).toBe(1);
  });
});
