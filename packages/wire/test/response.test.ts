import dnsPacket from 'dns-packet';
import { beforeEach, describe, expect, test } from 'vitest';
import { PARSE, parseName, parseQuery, parseRdata, QNAME, QueryView, ResponseWriter, SECTION, TYPE, typeCode } from '../src/index.ts';
import { decodeMessage } from '../src/records.ts';
import { octets, opt, type QueryParts, query, u16 } from './packets.ts';
import { hex, tokens } from './vector.ts';

const { ANSWER, AUTHORITY, ADDITIONAL } = SECTION;
const out = new Uint8Array(65535);
const view = new QueryView();
const writer = new ResponseWriter();
const nothing = new Uint8Array(0);

function begin(parts: QueryParts = {}, limit = 65535): void {
  const packet = query(parts);
  if (parseQuery(packet, packet.length, view) === PARSE.DROP) throw new Error('dropped');
  out.fill(0xee);
  writer.begin(view, out, limit);
}

/** RDATAs as the writer takes them. */
const rdatas = (type: string, ...texts: string[]) =>
  octets(...texts.map((text) => parseRdata(typeCode(type)!, tokens(text))).flatMap((rdata) => [u16(rdata.length), rdata]));

function add(section: 1 | 2 | 3, owner: string | typeof QNAME, type: string, ...texts: string[]): boolean {
  const at = owner === QNAME ? QNAME : 0;
  return writer.rrset(
    section,
    owner === QNAME ? nothing : parseName(owner),
    at,
    typeCode(type)!,
    300,
    rdatas(type, ...texts),
    0,
    texts.length,
  );
}

/** The message as dns-packet, which is not ours, reads it. */
function finish() {
  return dnsPacket.decode(Buffer.from(out.slice(0, writer.finish())));
}
const message = () => hex(out.slice(0, writer.length));
const questionHex = (text: string, type = 1) => hex(octets(parseName(text), u16(type), u16(1)));

beforeEach(() => begin());

describe('header and question', () => {
  test('RFC 1035 4.1.1: QR is set, ID, OPCODE and RD come back, and the question with its case', () => {
    begin({ id: 0xabcd, flags: 0x0100, name: 'wWw.ExAmPle.' });
    expect(writer.finish()).toBe(12 + 13 + 4);
    expect(message()).toBe(`abcd 8100 0001 0000 0000 0000`.replaceAll(' ', '') + questionHex('wWw.ExAmPle.'));
  });

  test('RFC 4035 3.1.6, RFC 1035 4.1.1: CD, AD, RA and Z do not come back', () => {
    begin({ flags: 0x01f0 });
    expect(finish().flags).toBe(0x0100);
  });

  test('AA, TC and RCODE are as set, and new for each response', () => {
    Object.assign(writer, { authoritative: true, truncated: true, rcode: 3 });
    expect(finish()).toMatchObject({ flag_aa: true, flag_tc: true, rcode: 'NXDOMAIN' });
    begin();
    expect(finish()).toMatchObject({ flag_aa: false, flag_tc: false, rcode: 'NOERROR' });
  });

  test('an error reply to a query without a question has none either', () => {
    const packet = octets('0001 0000 0000 0000 0000 0000');
    expect(parseQuery(packet, packet.length, view)).toBe(PARSE.FORMERR);
    writer.begin(view, out, 512);
    writer.rcode = 1;
    expect(writer.finish()).toBe(12);
    expect(message()).toBe('000180010000000000000000');
  });

  test('an error reply to another OPCODE has that OPCODE', () => {
    begin({ flags: 0x2000 });
    writer.rcode = 4;
    writer.finish();
    expect(message().slice(4, 8)).toBe('a004');
  });

  test('a buffer without room for the question is refused', () => {
    expect(() => begin({}, 28)).toThrow(expect.objectContaining({ code: 'ERR_WIRE_MESSAGE_LENGTH' }));
    expect(() => begin({ additionals: [opt()] }, 39)).toThrow(expect.objectContaining({ code: 'ERR_WIRE_MESSAGE_LENGTH' }));
    begin({ additionals: [opt()] }, 40);
    expect(writer.finish()).toBe(40);
  });
});

describe('RRsets', () => {
  test('RFC 1035 4.1.3: the fields of a record, the owner a pointer to the question', () => {
    add(ANSWER, QNAME, 'A', '192.0.2.1', '192.0.2.2');
    writer.finish();
    expect(message().slice(2 * 29)).toBe('c00c000100010000012c0004c0000201' + 'c00c000100010000012c0004c0000202');
  });

  test('sections are counted apart', () => {
    add(ANSWER, QNAME, 'MX', '10 a.example.', '20 b.example.');
    add(AUTHORITY, 'example.', 'NS', 'ns.example.');
    add(ADDITIONAL, 'a.example.', 'A', '192.0.2.1');
    add(ADDITIONAL, 'b.example.', 'AAAA', '2001:db8::1', '2001:db8::2', '2001:db8::3');
    const { answers, authorities, additionals } = finish();
    expect([answers, authorities, additionals].map((section) => section?.length)).toEqual([2, 1, 4]);
    expect(answers).toMatchObject([
      { name: 'www.example', type: 'MX', ttl: 300, class: 'IN', data: { preference: 10, exchange: 'a.example' } },
      { name: 'www.example', type: 'MX', data: { preference: 20, exchange: 'b.example' } },
    ]);
    expect(authorities).toMatchObject([{ name: 'example', type: 'NS', data: 'ns.example' }]);
    expect(additionals?.map(({ name }) => name)).toEqual(['a.example', 'b.example', 'b.example', 'b.example']);
  });

  test('owner, RDATAs and names may lie anywhere in other octets', () => {
    const slab = octets('ffffff', parseName('example.'), rdatas('NS', 'ns1.example.', 'ns2.example.'), 'ff');
    expect(writer.rrset(AUTHORITY, slab, 3, TYPE.NS, 86400, slab, 12, 2)).toBe(true);
    expect(finish().authorities).toMatchObject([
      { name: 'example', ttl: 86400, data: 'ns1.example' },
      { name: 'example', ttl: 86400, data: 'ns2.example' },
    ]);
  });

  test('TTLs up to 2^31 - 1 (RFC 2181 8)', () => {
    writer.rrset(ANSWER, nothing, QNAME, TYPE.A, 0x7fffffff, rdatas('A', '192.0.2.1'), 0, 1);
    expect(finish().answers).toMatchObject([{ ttl: 0x7fffffff }]);
  });

  test('a section before the present one is a mistake of the program', () => {
    add(AUTHORITY, 'example.', 'NS', 'ns.example.');
    expect(() => add(ANSWER, QNAME, 'A', '192.0.2.1')).toThrow(expect.objectContaining({ code: 'ERR_WIRE_SECTION_ORDER' }));
    expect(finish().answers).toEqual([]);
  });

  test('a malformed name is a mistake of the program, and nothing of its RRset stays', () => {
    const malformed = expect.objectContaining({ code: 'ERR_WIRE_NAME_MALFORMED' });
    expect(() => writer.rrset(ANSWER, octets('0361'), 0, TYPE.A, 1, rdatas('A', '192.0.2.1'), 0, 1)).toThrow(malformed);
    const broken = octets(rdatas('NS', 'a.other.', 'b.other.'), '0002 0361');
    expect(() => writer.rrset(ANSWER, nothing, QNAME, TYPE.NS, 1, broken, 0, 3)).toThrow(malformed);
    expect(writer.length).toBe(29);
    add(ANSWER, QNAME, 'NS', 'c.example.', 'b.other.');
    expect(finish().answers?.map((record) => 'data' in record && record.data)).toEqual(['c.example', 'b.other']);
  });

  test('RDATA longer than a loop would copy', () => {
    const text = `"${'x'.repeat(200)}" "${'y'.repeat(200)}"`;
    add(ANSWER, QNAME, 'TXT', text, '"z"');
    expect(decodeMessage(out.slice(0, writer.finish())).answers.map(({ data }) => (data as Buffer[]).join('').length)).toEqual([400, 1]);
  });
});

describe('room', () => {
  test('an RRset that does not fit is not there at all', () => {
    // Header, question, and two records of 16 octets.
    begin({}, 29 + 32);
    expect(add(ANSWER, QNAME, 'A', '192.0.2.1', '192.0.2.2', '192.0.2.3')).toBe(false);
    expect(writer.length).toBe(29);
    expect(add(ANSWER, QNAME, 'A', '192.0.2.1', '192.0.2.2')).toBe(true);
    expect(finish().answers).toHaveLength(2);
  });

  test.each(['A 192.0.2.1', 'SOA ns.other. host.other. 1 2 3 4 5', 'MX 10 mail.other.', 'TXT "text"', 'NS .'])(
    'each octet short of room counts: %s',
    (record) => {
      const [type, text] = [record.slice(0, record.indexOf(' ')), record.slice(record.indexOf(' ') + 1)];
      for (const owner of [QNAME, 'far.away.', '.'] as const) {
        begin();
        add(AUTHORITY, owner, type, text);
        const whole = writer.length;
        for (let limit = 29; limit < whole; limit++) {
          begin({}, limit);
          expect(add(AUTHORITY, owner, type, text)).toBe(false);
          expect([writer.length, writer.finish(), out[limit]]).toEqual([29, 29, 0xee]);
        }
        begin({}, whole);
        expect(add(AUTHORITY, owner, type, text)).toBe(true);
      }
    },
  );

  test('nothing points into what was taken back', () => {
    begin({}, 29 + 40);
    expect(add(ANSWER, QNAME, 'NS', 'a.other.', 'b.other.', 'c.other.')).toBe(false);
    expect(add(ANSWER, QNAME, 'NS', 'c.other.')).toBe(true);
    expect(finish().answers).toMatchObject([{ data: 'c.other' }]);
  });
});

describe('mark, rollback, clearSections', () => {
  test('a rollback takes back records, counts, sections and compression targets, as often as one likes', () => {
    add(ANSWER, QNAME, 'CNAME', 'a.other.');
    const mark = writer.mark();
    const [before, state] = [writer.length, message()];
    for (let i = 0; i < 2; i++) {
      add(ANSWER, 'a.other.', 'A', '192.0.2.1');
      add(AUTHORITY, 'third.', 'NS', 'ns.third.');
      add(ADDITIONAL, 'ns.third.', 'A', '192.0.2.2');
      writer.rollback(mark);
      expect([writer.length, message()]).toEqual([before, state]);
    }
    add(ANSWER, 'ns.third.', 'A', '192.0.2.3');
    expect(finish()).toMatchObject({
      answers: [{ data: 'a.other' }, { name: 'ns.third', data: '192.0.2.3' }],
      authorities: [],
      additionals: [],
    });
  });

  test.each([1, 2, 3] as const)('back into section %s', (section) => {
    for (const before of [ANSWER, AUTHORITY, ADDITIONAL].filter((one) => one <= section)) add(before, QNAME, 'A', '192.0.2.1');
    const mark = writer.mark();
    add(section, QNAME, 'A', '192.0.2.2');
    add(ADDITIONAL, QNAME, 'A', '192.0.2.3', '192.0.2.4');
    writer.rollback(mark);
    const { answers = [], authorities = [], additionals = [] } = finish();
    expect([answers.length, authorities.length, additionals.length]).toEqual([1, section > 1 ? 1 : 0, section > 2 ? 1 : 0]);
  });

  test('marks nest, and are void after a rollback to one before them', () => {
    const outer = writer.mark();
    add(ANSWER, QNAME, 'A', '192.0.2.1');
    const inner = writer.mark();
    add(ANSWER, QNAME, 'A', '192.0.2.2');
    writer.rollback(inner);
    expect(writer.length).toBe(29 + 16);
    writer.rollback(outer);
    expect(writer.length).toBe(29);
    expect(() => writer.rollback(inner)).toThrow(expect.objectContaining({ code: 'ERR_WIRE_SECTION_ORDER' }));
  });

  test('hundreds of marks', () => {
    const marks = Array.from({ length: 500 }, () => [writer.mark(), writer.length, add(ANSWER, QNAME, 'A', '192.0.2.1')] as const);
    for (const [mark, length] of marks.reverse()) {
      writer.rollback(mark);
      expect(writer.length).toBe(length);
    }
  });

  test('clearSections takes back the records only', () => {
    begin({ additionals: [opt()] });
    writer.extendedError(0, 'late');
    writer.authoritative = true;
    add(ADDITIONAL, 'a.other.', 'A', '192.0.2.1');
    writer.clearSections();
    add(ANSWER, 'b.a.other.', 'A', '192.0.2.2');
    expect(finish()).toMatchObject({
      flag_aa: true,
      answers: [{ name: 'b.a.other' }],
      additionals: [{ type: 'OPT', options: [{ code: 15 }] }],
    });
  });

  test('moveTo goes on in another buffer', () => {
    add(ANSWER, QNAME, 'CNAME', 'a.other.');
    const before = out.slice();
    const other = new Uint8Array(512);
    writer.moveTo(other);
    add(ANSWER, 'a.other.', 'CNAME', 'b.a.other.');
    add(ANSWER, 'b.a.other.', 'A', '192.0.2.1');
    const answers = dnsPacket.decode(Buffer.from(other.slice(0, writer.finish()))).answers;
    expect(answers?.map(({ name }) => name)).toEqual(['www.example', 'a.other', 'b.a.other']);
    expect(Buffer.compare(out, before)).toBe(0);
  });
});
