import { createRequire } from 'node:module';
import dnsPacket from 'dns-packet';
import { bench, describe } from 'vitest';

// pnpm build && npx vitest bench --run --project unit packages/wire
// What is built, loaded by Node itself: vitest rewrites imports so that each use of one is a property look-up.
const load = createRequire(import.meta.url);
const { hashName, parseName, parseQuery, parseRdata, QNAME, QueryView, ResponseWriter, SECTION, TYPE } = load(
  '../dist/index.js',
) as typeof import('../src/index.ts');
const { decodeMessage, encodeMessage } = load('../dist/records.js') as typeof import('../src/records.ts');

const BATCH = 1000;
const out = new Uint8Array(65535);
const view = new QueryView();
const writer = new ResponseWriter();
const none = new Uint8Array(0);
const question = { name: 'www.example.com', type: 'A' as const };
const plain = encodeMessage({ id: 1, flags: 0x0100, questions: [question] });
const ecs = { code: 8, ip: '81.2.69.0', sourcePrefixLength: 24 };
const withEdns = encodeMessage({ id: 1, questions: [question], additionals: [{ name: '.', type: 'OPT', flag_do: true, options: [ecs] }] });

function framed(type: number, text: string): Uint8Array {
  const rdata = parseRdata(
    type,
    text.split(' ').map((word) => ({ text: word, quoted: false })),
  );
  return Uint8Array.from([rdata.length >> 8, rdata.length & 0xff, ...rdata]);
}
const address = framed(TYPE.A, '192.0.2.1');
const soa = framed(TYPE.SOA, 'ns1.example.com. hostmaster.example.com. 1 2 3 4 5');
const apex = parseName('example.com.');

function answer(packet: Uint8Array): void {
  parseQuery(packet, packet.length, view);
  writer.begin(view, out, 1232);
  writer.authoritative = true;
  writer.rrset(SECTION.ANSWER, none, QNAME, TYPE.A, 300, address, 0, 1);
  writer.finish();
}

function negative(): void {
  parseQuery(plain, plain.length, view);
  writer.begin(view, out, 1232);
  writer.rcode = 3;
  writer.rrset(SECTION.AUTHORITY, apex, 0, TYPE.SOA, 300, soa, 0, 1);
  writer.finish();
}

const times = (run: () => void) => () => {
  for (let i = 0; i < BATCH; i++) run();
};

describe(`${BATCH} times`, () => {
  bench(
    'parseQuery',
    times(() => parseQuery(plain, plain.length, view)),
  );
  bench(
    'query to answer: one A',
    times(() => answer(plain)),
  );
  bench(
    'query to answer: one A, with EDNS and client subnet',
    times(() => answer(withEdns)),
  );
  bench('query to answer: NXDOMAIN with SOA', times(negative));
  bench(
    'hashName',
    times(() => hashName(apex)),
  );
  bench(
    'objects: decode the query, encode the answer',
    times(() => {
      const { id, questions } = decodeMessage(plain);
      encodeMessage({ id, type: 'response', questions, answers: [{ ...question, ttl: 300, data: '192.0.2.1' }] });
    }),
  );
  bench(
    'the same with dns-packet alone',
    times(() => {
      const { id, questions } = dnsPacket.decode(Buffer.from(plain));
      dnsPacket.encode({ id, type: 'response', questions, answers: [{ ...question, ttl: 300, data: '192.0.2.1' }] });
    }),
  );
});
