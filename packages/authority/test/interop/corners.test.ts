import { readFileSync } from 'node:fs';
import { DnsApp } from '@dnsteer/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangeRawUdp, needing, type Server, startKnot, startNamed, startNsd } from '../../../../tooling/testkit/index.ts';
import { zoneAnswerer } from '../../src/index.ts';
import { encodeQuery } from '../ask.ts';
import { describeMessage } from '../describe.ts';
import { builderOf } from '../zones.ts';

// Several zones on one server, and names where the rules of RFC 1034 4.3.2 meet: parent and child both served, chains from zone to zone, wildcards
// beside cuts, DNAMEs that are passed twice.
const zones = ['p.test', 'c.p.test', 'gg.c2.p.test', 'o.test', 'd.test'].map((origin) => ({
  origin: `${origin}.`,
  file: new URL(`../fixtures/corners/${origin}.zone`, import.meta.url).pathname,
}));

const inParent = `x.c g.c a.g.c c gg.c2 x.gg.c2 c2 deep.u x.deep.u u self x.self cutcn x.cutcn
*.wdn x.wdn a.x.wdn x.*.wdn a.x.*.wdn wdn x.wcn a.b.wcn *.wcn x.wcn2 x.wcut x.wd
x.went b.went x.b.went a.b.went *.went x.went2 *.went2 a.*.went2 x.*.went2 a.x.went2
x.abv cut.abv x.cut.abv *.cut.abv *.abv q.c dn x.dn a.x.dn x.d2 d2 tw a.r.rec cyc a.cycd lp a.lp a.sw a.b.sw
cx cxn cxd cnc cnca cng c1 c2x e ent.e *.ws wstar.*.ws x.ws MIXED.case mcn nx a.nx`.split(/\s+/);
const questions = [
  ...inParent.map((name) => `${name}.p.test.`),
  ...['d.test.', 'x.d.test.', 'a.x.d.test.', 'o.test.', 'a.o.test.', 'x.ddn.o.test.', 'y.cut.o.test.', 'test.', '.', 'p.test.'],
].flatMap((name) => ['A', 'NS', 'DS', 'CNAME', 'DNAME', 'TXT', 'SOA', 'TYPE65280'].map((type) => `${name} ${type}`));

/**
 * What a response says, without what the peers do each in their own way: the zone's NS records and additional data beside an answer, and the TTL that BIND
 * gives to the SOA of a negative answer to QTYPE SOA.
 */
function gistOf(message: Uint8Array): string {
  const [status, ...lines] = describeMessage(message).toLowerCase().split('\n');
  const isAnswer = lines.some((line) => line.startsWith('an '));
  const kept = lines
    .filter(
      (line) =>
        !line.startsWith('ede ') &&
        !(isAnswer && (line.startsWith('ad ') || (/ ns /.test(line) && status.endsWith(' aa') && !isReferral(lines)))),
    )
    .map((line) => line.replace(/^(au \S+) 0 soa/, '$1 60 soa'));
  return [status, ...kept.sort()].join('\n');
}

/** Whether a chain ends at a cut: then its NS records are not those of the zone that the chain began in. */
function isReferral(lines: readonly string[]): boolean {
  const cuts = ['c.p.test.', 'deep.u.p.test.', 'cut.o.test.', 'self.p.test.', 'cut.abv.p.test.', 'cutcn.p.test.'];
  return lines.some((line) => cuts.some((cut) => line.startsWith(`au ${cut} `) && line.includes(' ns ')));
}

needing(['named', 'knotd', 'nsd'], 'as BIND, Knot DNS and NSD', () => {
  let servers: Server[] = [];
  beforeAll(async () => {
    servers = await Promise.all([startNamed({ zones }), startKnot({ zones }), startNsd({ zones, config: '  minimal-responses: yes' })]);
  });
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  test('RFC 1034 4.3.2, 4592, 6604, 6672: where they agree, we agree; where they do not, we are with one of them', async () => {
    const app = new DnsApp();
    for (const { origin, file } of zones) app.mount(zoneAnswerer(builderOf(origin, readFileSync(file, 'latin1')).build()));
    const out = new Uint8Array(65_535);
    const alone: string[] = [];
    let agreed = 0;
    for (const question of questions) {
      const packet = encodeQuery(question, 'none');
      const replies = await Promise.all(servers.map(({ port }) => exchangeRawUdp(port, packet)));
      const theirs = replies.map((reply) => gistOf(reply ?? expect.fail(`no answer to ${question}`)));
      const octets = app.respond(packet, packet.length, { address: '127.0.0.1', port: 1, family: 4, transport: 'udp' }, out) as number;
      const ours = gistOf(out.subarray(0, octets));
      if (new Set(theirs).size === 1) agreed++;
      // Names that grow without end: every server gives up after its own number of links.
      if (question.startsWith('a.lp.p.test.')) continue;
      if (!theirs.includes(ours)) alone.push(`${question}\n${ours}\nBIND: ${theirs[0]}\nKnot DNS: ${theirs[1]}\nNSD: ${theirs[2]}`);
    }
    expect(alone).toEqual([]);
    expect(agreed).toBeGreaterThan(questions.length / 2);
  });
});
