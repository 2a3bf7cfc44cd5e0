import { readFileSync } from 'node:fs';
import type { Answerer } from '@dnsteer/router';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needing, type Server, startKnot, startNamed, startNsd } from '../../../../tooling/testkit/index.ts';
import { answererOf } from '../zones.ts';
import { differences, type Excuse } from './comparison.ts';
import { type SignedZone, signedBy } from './signed-zones.ts';

// The same zones, signed with NSEC3 by other people's programs, served by other people's servers and by us.

const example = readFileSync(new URL('../fixtures/example.zone', import.meta.url), 'latin1').replace(/^\$ORIGIN.*\n/m, '');
/** Where opting out shows: delegations below names that exist for them alone, beside and above signed ones. */
const optedOut = `
ins       NS     ns.ins
ns.ins    A      192.0.2.101
a.optent  NS     ns1
b.a.deep.optent NS ns1
c.mixent  NS     ns1
d.mixent  A      192.0.2.102
ds.dsent  NS     ns1
ds.dsent  DS     12345 13 2 4950f4c3a3a4f1f0b6dd4b8f6f6dc4fd0f2f4b2f7fe4d0f2ab12ab12ab12ab12
*.wopt    A      192.0.2.103
e.f.wopt  NS     ns1
`;
const text = example + optedOut;
const SIGNED_BY: Readonly<Record<string, string>> = {
  'unsalted.test.': 'dnssec-signzone -3 - -H 0',
  'salted.test.': 'dnssec-signzone -3 aabbccdd -H 5',
  'optout.test.': 'dnssec-signzone -3 - -H 0 -A',
  'saltedoptout.test.': 'dnssec-signzone -3 5a17 -H 5 -A',
  'ldns.test.': 'ldns-signzone -n -t 5 -s aabb',
  'ldnsoptout.test.': 'ldns-signzone -n -t 0 -p',
};
const TYPES = ['A', 'DS', 'TXT'];

const owners = [...new Set([...text.matchAll(/^([^\s;$@]\S*)/gm)].map(([, owner]) => owner))];
const names = [
  ...new Set([
    ...owners.flatMap((owner) => owner.split('.').map((_, i, labels) => labels.slice(i).join('.'))).flatMap((name) => [name, `zz.${name}`]),
    ...owners.flatMap((owner) => [`*.${owner}`, `0${owner}`, `y.zz.${owner}`]),
    'a.b.c.wild',
    'WwW',
  ]),
];

function questionsOf({ origin, text: signed }: SignedZone): string[] {
  // Owners of NSEC3 records, too, which nobody should find.
  const hashes = [...signed.matchAll(/^([0-9A-V]{32})\.\S+\s+\d+\s+IN\s+NSEC3\s/gim)].slice(0, 5).map(([, hash]) => hash);
  return [
    ...[...names, ...hashes, ...hashes.map((hash) => `zz.${hash}`)].flatMap((name) => TYPES.map((type) => `${name}.${origin} ${type}`)),
    ...[...hashes, ...owners.slice(0, 12)].map((name) => `${name}.${origin} NSEC3`),
    ...['A', 'SOA', 'DS', 'DNSKEY', 'NSEC3PARAM', 'NSEC3', 'NSEC', 'TYPE65280'].map((type) => `${origin} ${type}`),
  ];
}

/** Whether a question is for a name that does not exist below an empty non-terminal that was opted out of. */
const isBelowOptedOut = (question: string) => /^(?!ds\.|ns1?\.)\S+\.(optent|f\.wopt)\.\S*optout\.test\. /.test(question);

needing(['named', 'knotd', 'nsd', 'dnssec-verify', 'ldns-verify-zone'], 'NSEC3 as peers have it', () => {
  const zones: SignedZone[] = [];
  const answerers = new Map<string, Answerer>();
  let bind: Server;
  let knot: Server;
  let nsd: Server;
  beforeAll(async () => {
    for (const [origin, command] of Object.entries(SIGNED_BY)) {
      const zone = await signedBy(command, origin, text);
      zones.push(zone);
      answerers.set(origin, answererOf(origin, zone.text));
    }
    [bind, knot, nsd] = await Promise.all([
      startNamed({ zones, config: 'minimal-responses yes;' }),
      startKnot({ zones }),
      startNsd({ zones, config: '  minimal-responses: yes' }),
    ]);
  });
  afterAll(() => Promise.all([bind, knot, nsd].map((server) => server?.stop())));

  const compare = (server: Server, origin: string, isExcused: Excuse) =>
    differences(answerers.get(origin)!, server, questionsOf(zones.find((zone) => zone.origin === origin)!), true, isExcused);

  test('the comparison is of hundreds of questions a zone', () => {
    for (const zone of zones) expect(questionsOf(zone).length).toBeGreaterThan(500);
  });

  test.each(Object.keys(SIGNED_BY))('RFC 5155 7.2: %s as Knot DNS', async (origin) => {
    const isExcused: Excuse = (question) =>
      // *.wopt exists, so no NSEC3 denies it, and Knot 3.2 sends NXDOMAIN with nothing else. We send what can be proven.
      /\.f\.wopt\.\S*optout\.test\. /.test(question);
    expect(await compare(knot, origin, isExcused)).toEqual([]);
  });
  test.each(Object.keys(SIGNED_BY))('RFC 5155 7.2: %s as NSD', async (origin) => {
    const isExcused: Excuse = (question, line) =>
      // RFC 5155 7.2.3: one NSEC3 is enough where the wildcard itself is asked for; NSD adds that of its encloser.
      (question.startsWith('*.') && line.startsWith('- au ')) ||
      // RFC 5155 7.2.8: the owner of an NSEC3 doesn't exist, so it is nobody's closest encloser.
      /^zz\.[0-9A-V]{32}\./i.test(question) ||
      // RFC 5155 7.2.1: NSD looks no further up than the closest encloser, which was opted out of.
      isBelowOptedOut(question) ||
      // RFC 5155 7.2.4: it has one NSEC3 for DS at such a name, without the closest provable encloser.
      (/^(\S*\.)?(optent|f\.wopt)\.\S*optout\.test\. DS$/.test(question) && line.startsWith('+ au ')) ||
      // RFC 1034 3.6.2: a CNAME is the answer for NSEC3 as for any other type.
      question.endsWith(' NSEC3');
    expect(await compare(nsd, origin, isExcused)).toEqual([]);
  });
  test.each(Object.keys(SIGNED_BY))('RFC 5155 7.2: %s as BIND', async (origin) => {
    const isExcused: Excuse = (question, line) =>
      // CNAMEs that lead back to themselves: BIND gives up with SERVFAIL and what Knot and NSD give with NOERROR.
      (/loop|toself/.test(question) && /(servfail|noerror) aa$/.test(line)) ||
      // *.wopt exists, so nothing denies it; BIND sends the NSEC3 that covers the hash of a name further down.
      (/\.f\.wopt\.\S*optout\.test\. /.test(question) && line.startsWith('- au ')) ||
      // Long names: BIND writes some octets fewer, so that it fits where TC is our answer.
      /\.long\./.test(question) ||
      // Additional data is optional (RFC 1034 4.3.2 step 6), and the zone's NS behind an answer nobody's wish.
      / ad /.test(line) ||
      /^- au \w+\.test\. 3600 (ns|rrsig ns) /.test(line);
    expect(await compare(bind, origin, isExcused)).toEqual([]);
  });
});
