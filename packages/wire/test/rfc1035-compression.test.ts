import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { formatName, parseName, parseQuery, parseRdata, QNAME, QueryView, ResponseWriter, SECTION, TYPE, typeCode } from '../src/index.ts';
import { decodeMessage } from '../src/records.ts';
import { octets, query, u16 } from './packets.ts';
import { hex, tokens } from './vector.ts';

const out = new Uint8Array(65535);
const view = new QueryView();
const writer = new ResponseWriter();

function begin(name: string): void {
  const packet = query({ name });
  parseQuery(packet, packet.length, view);
  writer.begin(view, out, 65535);
}

function add(owner: string | typeof QNAME, type: string, text: string): string {
  const rdata = parseRdata(typeCode(type)!, tokens(text));
  const start = writer.length;
  const ownerOctets = owner === QNAME ? new Uint8Array(0) : parseName(owner);
  writer.rrset(SECTION.ANSWER, ownerOctets, owner === QNAME ? QNAME : 0, typeCode(type)!, 0, octets(u16(rdata.length), rdata), 0, 1);
  return hex(out.slice(start, writer.length));
}
const fixed = (type: string) => `${hex(u16(typeCode(type)!))}000100000000`;

beforeEach(() => begin('www.example.'));

describe('RFC 1035 4.1.4: compression', () => {
  test('the longest suffix that is there is a pointer', () => {
    // The question: 12 www, 16 example, 24 root.
    expect(add('mail.www.example.', 'A', '192.0.2.1')).toBe(`046d61696cc00c${fixed('A')}0004c0000201`);
    expect(add('example.', 'A', '192.0.2.1')).toBe(`c010${fixed('A')}0004c0000201`);
    expect(add('mail.www.example.', 'A', '192.0.2.1')).toBe(`c01d${fixed('A')}0004c0000201`);
    expect(add('a.mail.www.example.', 'A', '192.0.2.1')).toBe(`0161c01d${fixed('A')}0004c0000201`);
    expect(add('com.', 'A', '192.0.2.1')).toBe(`03636f6d00${fixed('A')}0004c0000201`);
  });

  test('the root is one octet, and never a pointer', () => {
    expect(add('.', 'NS', '.')).toBe(`00${fixed('NS')}000100`);
    begin('.');
    expect(add(QNAME, 'NS', 'a.')).toBe(`00${fixed('NS')}0003016100`);
  });

  test('the case of what is written first stays', () => {
    begin('wWw.ExAmPlE.');
    expect(add('www.example.', 'A', '192.0.2.1')).toBe(`c00c${fixed('A')}0004c0000201`);
    expect(add('NEW.example.', 'A', '192.0.2.1')).toBe(`034e4557c010${fixed('A')}0004c0000201`);
  });

  test('names of SOA, MX, NS, CNAME and PTR are compressed', () => {
    expect(add(QNAME, 'SOA', 'ns.example. host.ns.example. 1 2 3 4 5')).toBe(
      `c00c${fixed('SOA')}0020026e73c01004686f7374c029${'0000000100000002000000030000000400000005'}`,
    );
    expect(add(QNAME, 'MX', '10 ns.example.')).toBe(`c00c${fixed('MX')}0004000ac029`);
    for (const type of ['NS', 'CNAME', 'PTR']) expect(add(QNAME, type, 'ns.example.')).toBe(`c00c${fixed(type)}0002c029`);
  });

  test('RFC 3597 4: names of later types are not, and are no targets either', () => {
    expect(add(QNAME, 'SRV', '1 2 3 x.example.')).toBe(`c00c${fixed('SRV')}00110001000200030178076578616d706c6500`);
    expect(add(QNAME, 'DNAME', 'x.example.')).toContain('0178076578616d706c6500');
    expect(add(QNAME, 'NSEC', 'x.example. A')).toContain('0178076578616d706c6500');
    expect(add(QNAME, 'RRSIG', 'A 13 2 0 0 0 0 x.example. AA==')).toContain('0178076578616d706c6500');
    expect(add(QNAME, 'HTTPS', '1 x.example.')).toContain('0178076578616d706c6500');
    expect(add('x.example.', 'A', '192.0.2.1')).toBe(`0178c010${fixed('A')}0004c0000201`);
  });

  test('no pointer reaches past 16383; names from there on are written again', () => {
    const filler = `"${'x'.repeat(255)}"`;
    while (writer.length <= 0x3fff) add(QNAME, 'TXT', filler);
    const record = `${fixed('A')}0004c0000201`;
    for (let i = 0; i < 2; i++) expect(add('far.example.', 'A', '192.0.2.1')).toBe(`03666172c010${record}`);
    const rdata = octets('0004 c0000201 0004 c0000202');
    const start = writer.length;
    expect(writer.rrset(SECTION.ANSWER, parseName('new.'), 0, TYPE.A, 0, rdata, 0, 2)).toBe(true);
    expect(hex(out.slice(start, writer.length))).toBe(`036e657700${record}036e657700${fixed('A')}0004c0000202`);
  });

  test('more names than there is room for targets', () => {
    const names = Array.from({ length: 2000 }, (_, i) => `n${i}.example.`);
    for (const name of names) add(name, 'A', '192.0.2.1');
    const message = decodeMessage(out.slice(0, writer.finish()));
    expect(message.answers.map(({ name }) => `${name}.`)).toEqual(names);
  });

  test('whatever is written is read as it was, and never longer than uncompressed', () => {
    const label = fc.constantFrom('a', 'b', 'A', 'xyz', '\\000', '\\.', 'n1');
    const name = fc.array(label, { maxLength: 5 }).map((labels) => (labels.length === 0 ? '.' : `${labels.join('.')}.`));
    const steps = fc.array(fc.tuple(name, name, fc.boolean()), { maxLength: 30 });
    fc.assert(
      fc.property(name, steps, (qname, records) => {
        begin(qname);
        let uncompressed = writer.length;
        const kept: [string, string][] = [];
        for (const [owner, target, isKept] of records) {
          const mark = writer.mark();
          add(owner, 'NS', target);
          if (isKept) {
            kept.push([owner, target]);
            uncompressed += parseName(owner).length + 10 + parseName(target).length;
          } else writer.rollback(mark);
        }
        const { answers } = decodeMessage(out.slice(0, writer.finish()));
        const read = answers.map(({ name: owner, data }) =>
          [owner, data].map((text) => formatName(parseName(text as string)).toLowerCase()),
        );
        expect(read).toEqual(kept.map((texts) => texts.map((text) => text.toLowerCase())));
        expect(writer.length).toBeLessThanOrEqual(uncompressed);
      }),
      { numRuns: 300 },
    );
  });
});
