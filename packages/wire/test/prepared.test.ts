import { describe, expect, test } from 'vitest';
import {
  PARSE,
  type PreparedRecords,
  parseName,
  parseQuery,
  parseRdata,
  QNAME,
  QueryView,
  ResponseWriter,
  SECTION,
  typeCode,
} from '../src/index.ts';
import { octets, query, u16 } from './packets.ts';
import { hex, tokens } from './vector.ts';

const { AUTHORITY, ADDITIONAL } = SECTION;
const nothing = new Uint8Array(0);

class Message {
  readonly out = new Uint8Array(4096);
  readonly view = new QueryView();
  readonly writer = new ResponseWriter();

  begin(name: string, limit = 4096): void {
    const packet = query({ name });
    if (parseQuery(packet, packet.length, this.view) !== PARSE.PARSED) throw new Error('a query of the test does not parse');
    this.writer.begin(this.view, this.out, limit);
  }

  add(section: 1 | 2 | 3, owner: string | typeof QNAME, type: string, text: string): boolean {
    const rdata = parseRdata(typeCode(type)!, tokens(text));
    const name = owner === QNAME ? nothing : parseName(owner);
    return this.writer.rrset(section, name, owner === QNAME ? QNAME : 0, typeCode(type)!, 300, octets(u16(rdata.length), rdata), 0, 1);
  }

  get text(): string {
    return hex(this.out.slice(0, this.writer.finish()));
  }
}

function prepare(apex: string, soa: string): PreparedRecords {
  const message = new Message();
  message.begin(apex);
  if (!message.add(AUTHORITY, apex, 'SOA', soa)) throw new Error('no room');
  return message.writer.prepare()!;
}

const NUMBERS = '1 3600 600 86400 300';
const APEXES = ['.', 'test.', 'bench.test.', 'a.bench.test.'];
const LABELS = ['', 'a.', 'A.', 'ns1.', 'x.ns1.', 'host.', 'mail.host.', `${'l'.repeat(63)}.`];
const SERVERS = ['ns1.', 'NS1.', 'x.ns1.', 'host.', ''];
const below = (label: string, apex: string) => (apex === '.' ? label || '.' : label + apex);

describe('records that were prepared are written as any others are', () => {
  for (const apex of APEXES) {
    test(`RFC 1035 4.1.4: the SOA of ${apex} has the same octets, and so has what follows it`, () => {
      const zoneNames = SERVERS.map((label) => below(label, apex));
      let copies = 0;
      for (const server of [...zoneNames, 'ns.other.test.', 'ns1.x.', '.']) {
        for (const mailbox of [...zoneNames, 'host.ns1.test.', `host.${server === '.' ? '' : server}`]) {
          const soa = `${server} ${mailbox} ${NUMBERS}`;
          const prepared = prepare(apex, soa);
          for (const label of LABELS) {
            const qname = below(label, apex);
            const [copied, written] = [new Message(), new Message()];
            copied.begin(qname);
            if (copied.writer.prepared(AUTHORITY, prepared)) copies++;
            else copied.add(AUTHORITY, apex, 'SOA', soa);
            written.begin(qname);
            written.add(AUTHORITY, apex, 'SOA', soa);
            expect([soa, qname, copied.text]).toEqual([soa, qname, written.text]);
            for (const message of [copied, written]) {
              message.add(ADDITIONAL, server, 'A', '192.0.2.1');
              message.add(ADDITIONAL, mailbox, 'MX', `10 ${below('x.ns1.', apex)}`);
            }
            expect([soa, qname, copied.text]).toEqual([soa, qname, written.text]);
          }
        }
      }
      expect(copies).toBeGreaterThan(100);
    });
  }
});

describe('where a copy would not do, nothing is written', () => {
  const prepared = prepare('test.', `ns1.test. host.test. ${NUMBERS}`);
  const message = new Message();
  const untouched = (name: string, limit?: number) => {
    message.begin(name, limit);
    const { length } = message.writer;
    expect(message.writer.prepared(AUTHORITY, prepared)).toBe(false);
    expect(message.writer.length).toBe(length);
  };

  test('RFC 1035 4.1.4: the question has more of a name in the records than their apex, and that in any case', () => {
    untouched('ns1.test.');
    untouched('x.NS1.test.');
    untouched('HOST.test.');
  });

  test('there is no room, to the octet', () => {
    message.begin('y.test.');
    expect(message.writer.prepared(AUTHORITY, prepared)).toBe(true);
    const { length } = message.writer;
    untouched('y.test.', length - 1);
    message.begin('y.test.', length);
    expect(message.writer.prepared(AUTHORITY, prepared)).toBe(true);
  });

  test('records stand behind the question already, or the class is another', () => {
    message.begin('y.test.');
    message.add(SECTION.ANSWER, QNAME, 'A', '192.0.2.1');
    expect(message.writer.prepared(AUTHORITY, prepared)).toBe(false);
    message.begin('y.test.');
    message.writer.recordClass = 3;
    expect(message.writer.prepared(AUTHORITY, prepared)).toBe(false);
  });
});

test('a rollback takes prepared records back with the names in them', () => {
  const prepared = prepare('test.', `ns1.test. host.test. ${NUMBERS}`);
  const [message, fresh] = [new Message(), new Message()];
  message.begin('y.test.');
  const mark = message.writer.mark();
  expect(message.writer.prepared(AUTHORITY, prepared)).toBe(true);
  message.add(ADDITIONAL, 'ns1.test.', 'A', '192.0.2.1');
  message.writer.rollback(mark);
  fresh.begin('y.test.');
  for (const one of [message, fresh]) one.add(ADDITIONAL, 'ns1.test.', 'A', '192.0.2.1');
  expect(message.text).toBe(fresh.text);
});

test('a rollback to behind prepared records keeps them', () => {
  const prepared = prepare('test.', `ns1.test. host.test. ${NUMBERS}`);
  const [message, fresh] = [new Message(), new Message()];
  for (const one of [message, fresh]) {
    one.begin('y.test.');
    expect(one.writer.prepared(AUTHORITY, prepared)).toBe(true);
  }
  const mark = message.writer.mark();
  message.add(ADDITIONAL, 'mx.test.', 'A', '192.0.2.1');
  message.writer.rollback(mark);
  for (const one of [message, fresh]) one.add(ADDITIONAL, 'x.host.test.', 'A', '192.0.2.1');
  expect(message.text).toBe(fresh.text);
});

test('what looks like a pointer in RDATA without names stays as it is', () => {
  const message = new Message();
  message.begin('test.');
  message.add(AUTHORITY, 'test.', 'A', '192.12.192.12');
  const prepared = message.writer.prepare()!;
  const [copied, written] = [new Message(), new Message()];
  for (const one of [copied, written]) one.begin('a.b.c.test.');
  expect(copied.writer.prepared(AUTHORITY, prepared)).toBe(true);
  written.add(AUTHORITY, 'test.', 'A', '192.12.192.12');
  expect(copied.text).toBe(written.text);
});
