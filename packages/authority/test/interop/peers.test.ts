import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangeRawUdp, needing, type Server, startKnot, startNamed, startNsd } from '../../../../tooling/testkit/index.ts';
import { zoneAnswerer } from '../../src/index.ts';
import { askMessage, encodeQuery } from '../ask.ts';
import { describeMessage } from '../describe.ts';
import { builderOf } from '../zones.ts';

const fixture = (file: string) => new URL(`../fixtures/${file}`, import.meta.url);
const digits = '01234567890123456789012345678901234567890123456789';

// Every owner name of the zone and names beside, below and between them.
const names = [
  ...new Set(
    readFileSync(fixture('signed.zone'), 'latin1')
      .split('\n')
      .map((line) => line.split(' ')[0])
      .filter((name) => name.endsWith('.')),
  ),
].flatMap((name) => [name, `zz.${name}`, `*.${name}`, `0${name}`]);
const questions = [...names, `${digits}.${digits}.long.example.`, 'a.b.c.wild.example.', 'x.a.wc.example.', 'WwW.eXample.']
  .filter((name) => name.endsWith('example.') && !name.startsWith('0example'))
  .flatMap((name) => ['A', 'MX', 'NS', 'CNAME', 'DS', 'SOA', 'TXT', 'TYPE65280'].map((type) => `${name} ${type}`));
const more = [
  '_s._tcp.example. SRV',
  'svc.example. HTTPS',
  'svc0.example. HTTPS',
  'example. DNSKEY',
  'alias.example. NSEC',
  'dn.example. DNAME',
];

/** A response as a set of lines: order within a section and case mean nothing (RFC 4343), and an Extended DNS Error is for people. */
function linesOf(message: Uint8Array): Set<string> {
  return new Set(
    describeMessage(message)
      .toLowerCase()
      .split('\n')
      .filter((line) => !line.startsWith('ede ')),
  );
}

/** What only they (`-`) and what only we (`+`) answer, by question. */
async function differences(server: Server, dnssec: boolean, isExcused: (question: string, line: string) => boolean): Promise<string[]> {
  const zone = zoneAnswerer(builderOf('example.', readFileSync(fixture('signed.zone'), 'latin1')).build());
  const found: string[] = [];
  for (const question of [...questions, ...more]) {
    const reply = await exchangeRawUdp(server.port, encodeQuery(question, dnssec ? 'do' : 'plain'));
    if (reply === undefined) throw new Error(`no answer to ${question}`);
    const theirs = linesOf(reply);
    const ours = linesOf((await askMessage(zone, question, { dnssec })).message);
    const lines = [
      ...[...theirs].filter((line) => !ours.has(line)).map((line) => `- ${line}`),
      ...[...ours].filter((line) => !theirs.has(line)).map((line) => `+ ${line}`),
    ].filter((line) => !isExcused(question, line));
    if (lines.length > 0) found.push(`${question}\n${lines.join('\n')}`);
  }
  return found;
}

test('the comparison is of hundreds of questions', () => {
  expect(questions.length + more.length).toBeGreaterThan(500);
});

needing(['knotd'], 'as Knot DNS', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startKnot({ zones: [{ origin: 'example.', file: fixture('signed.zone').pathname }] });
  });
  afterAll(() => server?.stop());

  const isExcused = (question: string, line: string) =>
    // A DNAME whose substitution is too long: RFC 6672 3.2 wants YXDOMAIN, Knot 3.2 says NXDOMAIN.
    question.startsWith(digits) ||
    // Glue is for name servers (RFC 1034 4.2.1); Knot has it for MX too.
    (question === 'mx.example. MX' && line.startsWith('- ad ns.sub.example. ')) ||
    // With DO, a wildcard in the additional section would need its proof (RFC 4035 3.1.3.3); Knot leaves that out, we the whole.
    line.startsWith('- ad x.wild.example. ');

  test.each([false, true])('RFC 1034 4.3.2, RFC 4035 3.1: DO %s', async (dnssec) => {
    expect(await differences(server, dnssec, isExcused)).toEqual([]);
  });
});

needing(['nsd'], 'as NSD', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startNsd({ zones: [{ origin: 'example.', file: fixture('signed.zone').pathname }], config: '  minimal-responses: yes' });
  });
  afterAll(() => server?.stop());

  const isExcused = (question: string, line: string) =>
    // Additional data of answers is optional (RFC 1034 4.3.2 step 6), and left out by minimal responses.
    (line.startsWith('+ ad ') && / (MX|SRV|HTTPS)$/.test(question)) ||
    // NXDOMAIN behind a DNAME: NSD has no NSEC for the name at the end (RFC 4035 3.1.3.2).
    (question.startsWith('zz.dn.example.') && line.startsWith('+ au www.target.example. '));

  test.each([false, true])('RFC 1034 4.3.2, RFC 4035 3.1: DO %s', async (dnssec) => {
    expect(await differences(server, dnssec, isExcused)).toEqual([]);
  });
});

needing(['named'], 'as BIND', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startNamed({ zones: [{ origin: 'example.', file: fixture('signed.zone').pathname }] });
  });
  afterAll(() => server?.stop());

  const isExcused = (question: string, line: string) =>
    // The zone's NS RRset with every positive answer: nothing asks for it, and others leave it out.
    /^- au example\. 3600 (ns|rrsig ns) /.test(line) ||
    // Additional data is optional (RFC 1034 4.3.2 step 6) but for glue (RFC 9471 3.1), whose presence the comparison with Knot shows.
    / ad /.test(line) ||
    // BIND tells caches to forget a negative answer to QTYPE SOA at once (zero-no-soa-ttl); RFC 2308 3 has no such exception.
    (question.endsWith(' SOA') && /^(- au example\. 0|\+ au example\. 300) (soa|rrsig soa) /.test(line)) ||
    // CNAMEs that lead back to themselves: BIND gives up with SERVFAIL and what Knot and NSD give with NOERROR.
    (/loop|toself/.test(question) && /(servfail|noerror) aa$/.test(line));

  test.each([false, true])('RFC 1034 4.3.2, RFC 4035 3.1: DO %s', async (dnssec) => {
    expect(await differences(server, dnssec, isExcused)).toEqual([]);
  });
});
