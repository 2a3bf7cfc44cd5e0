import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

// Runs in a Node of its own, since the test runner makes garbage of its own. A young generation of 1 MiB is full after
// half an octet of garbage for each answer.
const program = `
  import { encodeMessage } from '@dnsteer/wire/records';
  import { parseName, parseQuery, parseRdata, QNAME, QueryView, ResponseWriter, SECTION } from '@dnsteer/wire';
  const words = (text) => text.split(' ').map((word) => ({ text: word, quoted: false }));
  const framed = (rdata) => Uint8Array.from([0, rdata.length, ...rdata]);
  const option = { code: 8, ip: '81.2.69.0', sourcePrefixLength: 24 };
  const packet = encodeMessage({ questions: [{ name: 'www.example.com', type: 'A' }], additionals: [{ name: '.', type: 'OPT', options: [option] }] });
  const [view, writer, out] = [new QueryView(), new ResponseWriter(), new Uint8Array(1232)];
  const apex = parseName('example.com.');
  const address = framed(parseRdata(1, words('192.0.2.1')));
  const soa = framed(parseRdata(6, words('ns1.example.com. host.example.com. 1 2 3 4 5')));
  function answer() {
    parseQuery(packet, packet.length, view);
    writer.begin(view, out, 1232);
    const mark = writer.mark();
    writer.rrset(SECTION.ANSWER, apex, QNAME, 1, 300, address, 0, 1);
    writer.rollback(mark);
    writer.rrset(SECTION.ANSWER, apex, QNAME, 1, 300, address, 0, 1);
    writer.rrset(SECTION.AUTHORITY, apex, 0, 6, 300, soa, 0, 1);
    writer.scopePrefix = 20;
    return writer.finish();
  }
  // Long enough for the optimising compiler to be done.
  let octets = 0;
  for (let i = 0; i < 1_000_000; i++) octets += answer();
  for (let round = 0; round < 4; round++) {
    console.log('begin');
    for (let i = 0; i < 2_000_000; i++) octets += answer();
    console.log('end', octets);
  }
`;

test('parseQuery, begin, rrset and finish make no garbage', () => {
  const args = ['--trace-gc', '--max-semi-space-size=1', '--input-type=module', '--eval', program];
  const lines = execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' }).split('\n');
  // What the compiler leaves when it is late is not in every round; what an answer leaves is.
  const rounds = lines.join('\n').split('begin').slice(1);
  expect(rounds).toHaveLength(4);
  expect(Math.min(...rounds.map((round) => round.slice(0, round.indexOf('end')).match(/Scavenge|Mark-/g)?.length ?? 0))).toBe(0);
});
