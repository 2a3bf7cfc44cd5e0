import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  canonicalRdata,
  checkRdata,
  decodeTypeBitmap,
  formatRdata,
  nameLength,
  PARSE,
  parseName,
  parseQuery,
  parseRdata,
  QNAME,
  QueryView,
  ResponseWriter,
  SECTION,
  TYPE,
  WireError,
} from '../../src/index.ts';
import { DESCRIPTORS } from '../../src/rdata/descriptors.ts';
import { splitTokens } from '../../src/rdata/tokens.ts';
import { decodeMessage, decodeRdata, encodeMessage, encodeRdata } from '../../src/records.ts';
import { octets, opt, option, query } from '../packets.ts';

// A long run: DNSTEER_FUZZ_TIMES=1000 makes every number of runs that many times as large.
const TIMES = Number(process.env['DNSTEER_FUZZ_TIMES'] ?? 1);
vi.setConfig({ testTimeout: 5000 * TIMES });

const view = new QueryView();
const writer = new ResponseWriter();
const out = new Uint8Array(512);

/** Every outcome is one of these; and every status but DROP can be answered. */
function parseAndReply(packet: Uint8Array, length = packet.length): void {
  const status = parseQuery(packet, length, view);
  const isQuery = length >= 12 && (packet[2] & 0x80) === 0;
  expect(status === PARSE.DROP).toBe(!isQuery);
  if (status === PARSE.DROP) return;
  writer.begin(view, out, 512);
  writer.rcode = 5;
  writer.extendedError(0, 'x'.repeat(100));
  writer.rrset(SECTION.ANSWER, packet, QNAME, TYPE.A, 0, octets('0004 c0000201'), 0, 1);
  const reply = out.slice(0, writer.finish());
  const { id, type, questions } = decodeMessage(reply);
  expect([id, type]).toEqual([(packet[0] << 8) | packet[1], 'response']);
  expect(questions).toHaveLength(view.hasQuestion ? 1 : 0);
  // Our own reply is not answered.
  expect(parseQuery(reply, reply.length, new QueryView())).toBe(PARSE.DROP);
  if (status !== PARSE.PARSED) return;
  // Whatever is taken as a query is one.
  expect(packet.slice(12, view.questionEnd)).toEqual(reply.slice(12, view.questionEnd));
}

function onlyWireErrors(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}

const options = [
  option(8, octets('0002 38 00 20010db8000001')),
  option(10, new Uint8Array(16).fill(1)),
  option(3, octets()),
  option(15, octets('0000')),
];
const richQuery = query({
  name: 'www.sub.example.com.',
  authorities: [octets('c010 0006 0001 00000000 0016 00 00', '00'.repeat(20))],
  additionals: [opt({ flags: 0x8000, options })],
});
const richResponse = encodeMessage({
  type: 'response',
  questions: [{ name: 'www.example.com', type: 'A' }],
  answers: [
    { name: 'www.example.com', type: 'CNAME', data: 'web.example.com' },
    { name: 'web.example.com', type: 'A', data: '192.0.2.1' },
    { name: 'web.example.com', type: 'AAAA', data: '2001:db8::1' },
    { name: 'example.com', type: 'MX', data: '10 mail.example.com.' },
    { name: 'example.com', type: 'TXT', data: ['text', 'more'] },
    { name: 'example.com', type: 'SRV', data: '1 2 3 srv.example.com.' },
    { name: 'example.com', type: 'CAA', data: '0 issue "ca"' },
    { name: 'example.com', type: 'DS', data: '1 13 9 abcd' },
    { name: 'example.com', type: 'DNSKEY', data: '257 3 13 AAAA' },
    { name: 'example.com', type: 'RRSIG', data: 'A 13 2 0 0 0 0 example.com. AAAA' },
    { name: 'example.com', type: 'NSEC', data: 'a.example.com. A NS TYPE1234' },
    { name: 'example.com', type: 'HTTPS', data: '1 . mandatory=alpn alpn=h2,h3 port=443 ipv4hint=192.0.2.1 ech=AAAA key99=x' },
    { name: 'example.com', type: 'TYPE65280', data: '\\# 2 abcd' },
    {
      name: 'example.com',
      type: 'NSEC3',
      data: Buffer.from('0100000000140102030405060708090a0b0c0d0e0f10111213140001 40'.replace(' ', ''), 'hex'),
    },
  ],
  authorities: [{ name: 'example.com', type: 'SOA', data: 'ns.example.com. host.example.com. 1 2 3 4 5' }],
  additionals: [
    {
      name: '.',
      type: 'OPT',
      options: [
        { code: 8, ip: '192.0.2.0', sourcePrefixLength: 24 },
        { code: 15, infoCode: 1, extraText: 'x' },
      ],
    },
  ],
});

describe.each([
  ['query', richQuery],
  ['response', richResponse],
])('every damage to one %s', (_, packet) => {
  test('the packet itself is fine', () => {
    expect(() => decodeMessage(packet)).not.toThrow();
    parseAndReply(packet);
  });

  test('every truncation', () => {
    for (let length = 0; length < packet.length; length++) {
      // The octets behind the length are there, as in a buffer that is used again; and then they are not.
      parseAndReply(packet, length);
      parseAndReply(packet.slice(0, length));
      expect(() => decodeMessage(packet.slice(0, length))).toThrow(WireError);
      if (length >= 12) expect(parseQuery(octets(packet.slice(0, 2), 1, packet.slice(3)), length, view)).toBe(PARSE.FORMERR);
    }
  });

  test('every bit flipped', () => {
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const flipped = packet.slice();
      flipped[bit >> 3] ^= 0x80 >> (bit & 7);
      parseAndReply(flipped);
      onlyWireErrors(() => decodeMessage(flipped));
    }
  });

  test('octets replaced, put in and taken out', () => {
    const place = fc.nat(packet.length - 1);
    fc.assert(
      fc.property(place, fc.nat(4), fc.uint8Array({ maxLength: 6 }), (at, removed, added) => {
        const damaged = octets(packet.slice(0, at), added, packet.slice(at + removed));
        parseAndReply(damaged);
        onlyWireErrors(() => decodeMessage(damaged));
      }),
      { numRuns: 1500 * TIMES },
    );
  });
});

describe('octets that mean nothing', () => {
  test('any octets with any counts', () => {
    const header = fc.tuple(fc.constantFrom(0, 1, 0x28, 0x80), ...Array.from({ length: 4 }, () => fc.constantFrom(0, 1, 2, 65535)));
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 200 }), ([flags, ...counts], rest) => {
        const packet = octets('abcd', flags, 0, ...counts.flatMap((count) => [count >> 8, count & 0xff]), rest);
        parseAndReply(packet);
        onlyWireErrors(() => decodeMessage(packet));
      }),
      { numRuns: 1500 * TIMES },
    );
  });

  test('what decodes is encoded again, and then decodes to the same', () => {
    const part = fc.constantFrom(
      '076578616d706c6500',
      'c00c',
      '00',
      '0001',
      '000f',
      '0010',
      '0029',
      '0002',
      '00000000',
      '0004',
      'c0000201',
      '0161',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 24 }), (parts) => {
        const packet = octets('0001 0000 0001 0001 0000 0000', '076578616d706c6500 0001 0001', ...parts);
        onlyWireErrors(() => {
          const decoded = decodeMessage(packet);
          expect(decodeMessage(encodeMessage(decoded))).toEqual(decoded);
        });
      }),
      { numRuns: 3000 * TIMES },
    );
  });

  test('RDATA of every type: what checkRdata takes can be written and read, what it does not take throws a WireError', () => {
    const type = fc.constantFrom(...DESCRIPTORS.keys(), TYPE.HINFO, TYPE.SSHFP, TYPE.NSEC3, TYPE.TLSA, 65280);
    // Names, lengths and keys are likelier than chance would have them.
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom(octets('0161'), octets(0), octets('0001'), octets('00010003'), octets('026832')),
    );
    fc.assert(
      fc.property(type, fc.array(piece, { maxLength: 8 }), (code, pieces) => {
        const rdata = octets(...pieces);
        onlyWireErrors(() => decodeRdata(code, rdata));
        onlyWireErrors(() => formatRdata(code, rdata));
        if (!checkRdata(code, rdata, 0, rdata.length)) {
          expect(() => decodeRdata(code, rdata)).toThrow(WireError);
          expect(() => formatRdata(code, rdata)).toThrow(WireError);
          return;
        }
        expect(canonicalRdata(code, rdata)).toHaveLength(rdata.length);
        expect(encodeRdata(code, decodeRdata(code, rdata))).toEqual(rdata);
        const text = formatRdata(code, rdata);
        expect(parseRdata(code, splitTokens(text))).toEqual(rdata);
      }),
      { numRuns: 4000 * TIMES },
    );
  });

  test('texts of every type and names', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('\\# 1 ff', '1', 'a.', '"', '\\', '.', 'alpn="', 'key1=\\', '20260101000000', '1h', 'A', '\\25'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...DESCRIPTORS.keys()), fc.array(word, { maxLength: 9 }), (code, words) => {
        const text = words.join(' ');
        onlyWireErrors(() => parseRdata(code, splitTokens(text)));
        onlyWireErrors(() => {
          const error = parseRdata(
            code,
            words.map((one) => ({ text: one, quoted: false })),
          );
          expect(checkRdata(code, error, 0, error.length)).toBe(true);
        });
        onlyWireErrors(() => nameLength(parseName(text)));
      }),
      { numRuns: 3000 * TIMES },
    );
  });

  test('objects of every type', () => {
    const value = fc.oneof(
      fc.anything({ maxDepth: 1 }),
      fc.constantFrom('a.example', 1, 65536, Buffer.from('ab'), ['A'], { alpn: ['h2'] }),
    );
    const keys = [
      'preference',
      'exchange',
      'priority',
      'target',
      'params',
      'flags',
      'tag',
      'value',
      'nextDomain',
      'rrtypes',
      'mname',
      'rname',
      'key',
      'digest',
    ];
    const data = fc.oneof(value, fc.dictionary(fc.constantFrom(...keys), value));
    fc.assert(
      fc.property(fc.constantFrom(...DESCRIPTORS.keys(), 65280), data, (code, given) => {
        onlyWireErrors(() => {
          const rdata = encodeRdata(code, given);
          expect(checkRdata(code, rdata, 0, rdata.length)).toBe(true);
        });
      }),
      { numRuns: 2000 * TIMES },
    );
  });

  test('bitmaps', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bitmap) => onlyWireErrors(() => decodeTypeBitmap(bitmap))),
      { numRuns: 100 * TIMES },
    );
  });
});

describe('work is bounded', () => {
  test('a chain of pointers: no more than 127 are followed', () => {
    // A record whose RDATA is pointer after pointer, each to the one before; then a name that begins at the last.
    const chain = (count: number) => {
      const pointers = Array.from({ length: count }, (_, i) => (i === 0 ? 'c00c' : (0xc000 + 12 + 13 + 11 + 2 * (i - 1)).toString(16)));
      const rdata = pointers.join('');
      const last = (0xc000 + 12 + 13 + 11 + 2 * (count - 1)).toString(16);
      return octets(
        '0001 8000 0001 0002 0000 0000',
        '076578616d706c6500 0001 0001',
        '00 ff00 0001 00000000',
        [count * 2]
          .flatMap((n) => [n >> 8, n & 0xff])
          .map((n) => n.toString(16).padStart(2, '0'))
          .join(''),
        rdata,
        last,
        '0001 0001 00000000 0004 c0000201',
      );
    };
    expect(decodeMessage(chain(126)).answers[1].name).toBe('example');
    expect(() => decodeMessage(chain(127))).toThrow(WireError);
    expect(() => decodeMessage(chain(5000))).toThrow(WireError);
  });

  test('65,535 octets of the least records, and counts that promise more', () => {
    const header = octets('0001 0000 0001 0000 0000 ffff');
    const packet = octets(header, '00 0001 0001', '00 0001 0001 00000000 0000'.repeat(5956));
    expect(parseQuery(packet, packet.length, view)).toBe(PARSE.FORMERR);
    expect(() => decodeMessage(packet)).toThrow(WireError);
  });
});
