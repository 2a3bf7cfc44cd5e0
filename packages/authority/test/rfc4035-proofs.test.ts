import { verifyRrset } from '@dnsteer/dnssec';
import { equalNames, parseName, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { ask, askMessage } from './ask.ts';
import { readRecords } from './describe.ts';
import { plainExample, signedExample } from './zones.ts';

const zone = signedExample();
const soa = `au example. 300 SOA ns1.example. host.example. 1 3600 600 86400 300
au example. 300 RRSIG SOA 1 3600`;
/** An NSEC with its RRSIG, as they stand in the authority section. */
const nsec = (owner: string, next: string, types: string, labels: number) =>
  `au ${owner} 300 NSEC ${next} ${types} RRSIG NSEC\nau ${owner} 300 RRSIG NSEC ${labels} 300`;
const apexNsec = 'au example. 300 NSEC _s._tcp.example. NS SOA MX RRSIG NSEC DNSKEY\nau example. 300 RRSIG NSEC 1 300';

test.each([
  [
    'RFC 4035 3.1.1: the RRSIG follows its RRset',
    'mail.example. A',
    'NOERROR aa\nan mail.example. 3600 A 192.0.2.2\nan mail.example. 3600 RRSIG A 2 3600',
  ],
  [
    'RFC 4035 3.1.3.1: NODATA has the NSEC of the name',
    'mail.example. AAAA',
    `NOERROR aa\n${soa}\n${nsec('mail.example.', 'mx.example.', 'A', 2)}`,
  ],
  [
    'RFC 4035 3.1.3.1: an empty non-terminal is proven by the NSEC whose next name is below it',
    'ent.example. A',
    `NOERROR aa\n${soa}\n${nsec('dno.example.', 'a.b.ent.example.', 'DNAME', 2)}`,
  ],
  [
    'RFC 4035 3.1.3.2: NXDOMAIN has one NSEC for the name and one for the wildcard',
    'nx.example. A',
    `NXDOMAIN aa\n${soa}\n${nsec('ns1.example.', 'sec.example.', 'A AAAA', 2)}\n${apexNsec}`,
  ],
  [
    'RFC 4035 3.1.3.2: one NSEC that proves both is there once',
    'zz.deep.wild.example. A',
    `NXDOMAIN aa\n${soa}\n${nsec('deep.wild.example.', 'WWW.example.', 'A', 3)}`,
  ],
  [
    'RFC 4035 3.1.3.3: a wildcard answer proves that there is no closer match',
    'zz.wild.example. A',
    `NOERROR aa
an zz.wild.example. 3600 A 192.0.2.8
an zz.wild.example. 3600 RRSIG A 2 3600
${nsec('deep.wild.example.', 'WWW.example.', 'A', 3)}`,
  ],
  [
    'RFC 4035 3.1.3.3: no proof for the wildcard’s own name',
    '*.wild.example. A',
    'NOERROR aa\nan *.wild.example. 3600 A 192.0.2.8\nan *.wild.example. 3600 RRSIG A 2 3600',
  ],
  [
    'RFC 4035 3.1.3.4: wildcard NODATA proves both',
    'zz.wild.example. AAAA',
    `NOERROR aa
${soa}
${nsec('deep.wild.example.', 'WWW.example.', 'A', 3)}
${nsec('*.wild.example.', 'deep.wild.example.', 'A TXT', 2)}`,
  ],
  [
    'RFC 4035 3.1.3.4: one NSEC that proves both is there once',
    'a.wild.example. AAAA',
    `NOERROR aa\n${soa}\n${nsec('*.wild.example.', 'deep.wild.example.', 'A TXT', 2)}`,
  ],
  [
    'RFC 4592 2.2.2: a wildcard that is an empty non-terminal is NODATA, its NSEC ends below it',
    'zz.went.example. A',
    `NOERROR aa\n${soa}\n${nsec('a.*.went.example.', '*.wild.example.', 'A', 4)}\n${nsec('*.wcnx.example.', 'a.*.went.example.', 'CNAME', 2)}`,
  ],
  [
    'RFC 4035 3.1.4: a referral to an unsigned zone proves that there is no DS',
    'a.sib.example. A',
    `NOERROR
au sib.example. 3600 NS ns.sib.example.
${nsec('sib.example.', 'steer.example.', 'NS', 2)}
ad ns.sib.example. 3600 A 192.0.2.6`,
  ],
  [
    'RFC 4035 3.1.4: a referral to a signed zone has the DS',
    'a.sec.example. A',
    `NOERROR
au sec.example. 3600 NS ns.sec.example.
au sec.example. 3600 DS 12345 13 2 4950F4C3A3A4F1F0B6DD4B8F6F6DC4FD0F2F4B2F7FE4D0F2AB12AB12AB12AB12
au sec.example. 3600 RRSIG DS 2 3600
ad ns.sec.example. 3600 A 192.0.2.7`,
  ],
  [
    'RFC 4035 3.1.4.1: no DS at the parent side of a cut',
    'sib.example. DS',
    `NOERROR aa\n${soa}\n${nsec('sib.example.', 'steer.example.', 'NS', 2)}`,
  ],
  [
    'RFC 4035 3.1.3.3: the proof of a wildcard CNAME stays when the chain goes on',
    'a.wc.example. A',
    `NOERROR aa
an a.wc.example. 3600 CNAME x.wild.example.
an a.wc.example. 3600 RRSIG CNAME 2 3600
an x.wild.example. 3600 A 192.0.2.8
an x.wild.example. 3600 RRSIG A 2 3600
${nsec('*.wc.example.', '*.wcloop.example.', 'CNAME', 2)}
${nsec('deep.wild.example.', 'WWW.example.', 'A', 3)}`,
  ],
  [
    'RFC 6604 3: and when it ends in NXDOMAIN',
    'a.wcnx.example. A',
    `NXDOMAIN aa
an a.wcnx.example. 3600 CNAME nx.example.
an a.wcnx.example. 3600 RRSIG CNAME 2 3600
${soa}
${nsec('*.wcnx.example.', 'a.*.went.example.', 'CNAME', 2)}
${nsec('ns1.example.', 'sec.example.', 'A AAAA', 2)}
${apexNsec}`,
  ],
  [
    'RFC 4035 3.1.3.3: the proofs of two links of a loop, each once',
    'a.wcloop.example. A',
    `NOERROR aa
an a.wcloop.example. 3600 CNAME y.wcloop.example.
an a.wcloop.example. 3600 RRSIG CNAME 2 3600
an y.wcloop.example. 3600 CNAME y.wcloop.example.
an y.wcloop.example. 3600 RRSIG CNAME 2 3600
${nsec('*.wcloop.example.', '*.wcnx.example.', 'CNAME', 2)}`,
  ],
  [
    'RFC 4035 3.1.3.1: NSEC is asked for like any type',
    'alias.example. NSEC',
    'NOERROR aa\nan alias.example. 300 NSEC alias2.example. CNAME RRSIG NSEC\nan alias.example. 300 RRSIG NSEC 2 300',
  ],
])('%s', async (_, question, response) => {
  expect(await ask(zone, question, { dnssec: true })).toBe(response);
});

test('RFC 3225 3: without DO nothing of DNSSEC is sent', async () => {
  for (const question of ['mail.example. A', 'nx.example. A', 'zz.wild.example. A', 'a.sib.example. A', 'www.dn.example. A']) {
    expect(await ask(zone, question)).toBe(await ask(plainExample(), question));
  }
});

test('RFC 4035 5.3: every signature fits the records that went out', async () => {
  const dnskey = readRecords((await askMessage(zone, 'example. DNSKEY')).message)[0].rdata;
  const questions =
    'mail.example. A|x.wild.example. A|*.wild.example. TXT|a.wcnx.example. A|x.dn.example. MX|nx.example. A|sub.example. A|sec.example. A';
  let verified = 0;
  for (const question of questions.split('|')) {
    const records = readRecords((await askMessage(zone, question, { dnssec: true })).message);
    for (const rrsig of records.filter(({ type }) => type === TYPE.RRSIG)) {
      const type = (rrsig.rdata[0] << 8) | rrsig.rdata[1];
      const rdatas = records.filter((record) => record.type === type && equalNames(record.owner, rrsig.owner)).map(({ rdata }) => rdata);
      const options = { signerName: parseName('example.'), nowSeconds: 1_800_000_000 };
      expect(verifyRrset({ owner: rrsig.owner, type, rdatas }, rrsig.rdata, dnskey, options), `${question} ${type}`).toBe(true);
      verified++;
    }
  }
  expect(verified).toBe(20);
});
