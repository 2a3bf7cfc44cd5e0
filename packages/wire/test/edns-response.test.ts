import { describe, expect, test } from 'vitest';
import { PARSE, parseQuery, QNAME, QueryView, ResponseWriter, SECTION, TYPE } from '../src/index.ts';
import { decodeMessage, type OptRecord } from '../src/records.ts';
import { type OptParts, octets, opt, option, query } from './packets.ts';
import { hex } from './vector.ts';

const out = new Uint8Array(4096);
const view = new QueryView();
const writer = new ResponseWriter();
const address = octets('0004 c0000201');

function begin(edns: OptParts | undefined, limit = 4096): number {
  const packet = query({ additionals: edns === undefined ? [] : [opt(edns)] });
  const status = parseQuery(packet, packet.length, view);
  writer.begin(view, out, limit);
  return status;
}
const message = () => decodeMessage(out.slice(0, writer.finish()));
const optOf = () => message().additionals.find(({ type }) => type === 'OPT') as OptRecord | undefined;
const add = () => writer.rrset(SECTION.ANSWER, out, QNAME, TYPE.A, 0, address, 0, 1);

describe('RFC 6891: OPT of a response', () => {
  test('6.1.1: only where the query had one', () => {
    begin(undefined);
    expect(writer.addOption(65001, octets('01'))).toBe(false);
    expect(writer.extendedError(0)).toBe(false);
    expect(message().additionals).toEqual([]);
    begin({});
    expect(optOf()).toMatchObject({ name: '.', udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flags: 0, options: [] });
  });

  test('RFC 3225 3: DO comes back, other flags do not', () => {
    begin({ flags: 0xffff });
    expect(optOf()?.flags).toBe(0x8000);
    begin({ flags: 0x7fff });
    expect(optOf()?.flags).toBe(0);
  });

  test('6.2.3: our payload size', () => {
    const own = new ResponseWriter();
    own.udpPayloadOctets = 1400;
    begin({});
    own.begin(view, out, 4096);
    expect(decodeMessage(out.slice(0, own.finish())).additionals).toMatchObject([{ udpPayloadSize: 1400 }]);
  });

  test('6.1.3: BADVERS, with version 0', () => {
    expect(begin({ version: 3 })).toBe(PARSE.BADVERS);
    writer.rcode = 16;
    expect(message()).toMatchObject({ rcode: 'BADVERS', additionals: [{ extendedRcode: 1, ednsVersion: 0 }] });
    expect(out[3] & 15).toBe(0);
  });

  test('6.1.3: an RCODE above 15 needs OPT; without it SERVFAIL goes out', () => {
    begin(undefined);
    writer.rcode = 23;
    expect(message().rcode).toBe('SERVFAIL');
    begin({});
    writer.rcode = 23;
    expect(message().rcode).toBe('BADCOOKIE');
  });

  test('OPT comes after additional records, and is counted', () => {
    begin({});
    writer.rrset(SECTION.ADDITIONAL, out, QNAME, TYPE.A, 0, address, 0, 1);
    expect(message().additionals.map(({ type }) => type)).toEqual(['A', 'OPT']);
  });

  test('options go out in the order in which they were added', () => {
    begin({});
    const value = octets('0102030405060708');
    expect(writer.addOption(10, value)).toBe(true);
    value.fill(0xff);
    writer.addOption(3, octets(Buffer.from('ns1')));
    expect(optOf()?.options).toMatchObject([
      { code: 10, data: Buffer.from('0102030405060708', 'hex') },
      { code: 3, data: Buffer.from('ns1') },
    ]);
    begin({});
    expect(optOf()?.options).toEqual([]);
  });
});

describe('room for OPT', () => {
  test('is kept from the start, with the client subnet', () => {
    const edns = { options: [option(8, octets('0001 18 00 510245'))] };
    // Question, one address, OPT, subnet: none is squeezed out.
    begin(edns, 29 + 16 + 11 + 11);
    expect([add(), add()]).toEqual([true, false]);
    expect(writer.finish()).toBe(29 + 16 + 11 + 11);
    begin(edns, 29 + 15 + 11 + 11);
    expect(add()).toBe(false);
  });

  test('an option takes room from records, but not from what is written', () => {
    begin({}, 29 + 16 + 11 + 6);
    expect(writer.addOption(65001, octets('0102'))).toBe(true);
    expect([add(), add()]).toEqual([true, false]);
    expect(writer.addOption(65002, octets())).toBe(false);
    expect(writer.finish()).toBe(29 + 16 + 11 + 6);
    expect(decodeMessage(out.slice(0, writer.length)).answers).toHaveLength(1);
  });

  test('an option larger than the list is left out', () => {
    begin({});
    expect(writer.addOption(65001, new Uint8Array(4096))).toBe(false);
    expect(optOf()?.options).toEqual([]);
  });
});

describe('RFC 7871 7.2.1: the client subnet comes back with the scope', () => {
  test.each([
    ['IPv4', '0001 18 00 510245', 20, '000800070001181451 0245'],
    ['IPv6', '0002 38 00 20010db8000001', 48, '0008000b0002383020010db8000001'],
    ['no address wanted', '0001 00 00', 0, '0008000400010000'],
    ['no family', '0000 00 00', 0, '0008000400000000'],
  ])('%s', (_, text, scope, expected) => {
    expect(begin({ options: [option(8, octets(text))] })).toBe(PARSE.PARSED);
    writer.scopePrefix = scope;
    const length = writer.finish();
    expect(hex(out.slice(29 + 11, length))).toBe(expected.replace(' ', ''));
  });

  test('no subnet in the query, none in the response', () => {
    begin({});
    writer.scopePrefix = 24;
    expect(optOf()?.options).toEqual([]);
  });

  test('the scope is 0 in the next response', () => {
    const edns = { options: [option(8, octets('0001 18 00 510245'))] };
    begin(edns);
    writer.scopePrefix = 24;
    writer.finish();
    begin(edns);
    expect(optOf()?.options).toMatchObject([{ scopePrefixLength: 0, sourcePrefixLength: 24, ip: '81.2.69.0' }]);
  });
});

describe('RFC 8914: Extended DNS Errors', () => {
  test('2: INFO-CODE and EXTRA-TEXT in UTF-8, and several of them', () => {
    begin({});
    expect(writer.extendedError(22)).toBe(true);
    expect(writer.extendedError(0, 'zu spät')).toBe(true);
    expect(optOf()?.options).toMatchObject([
      { code: 15, infoCode: 22, extraText: '' },
      { code: 15, infoCode: 0, extraText: 'zu spät' },
    ]);
  });

  test('the text gives way where only the code has room, and then the code', () => {
    begin({}, 29 + 11 + 6);
    expect(writer.extendedError(14, 'starting')).toBe(true);
    expect(writer.extendedError(14)).toBe(false);
    expect(optOf()?.options).toMatchObject([{ infoCode: 14, extraText: '' }]);
    expect(writer.length).toBe(29 + 11 + 6);
  });
});
