import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acl, cookies, nsid } from '@dnsteer/middleware';
import type { Report } from '@dnsteer/router';
import { definePolicy, type PolicyDefinition } from '@dnsteer/steering';
import { DnsApp } from '../../src/app.ts';
import { steer } from '../../src/steer.ts';
import { zoneText } from '../../src/zone-source.ts';

const SOA = '@ SOA ns1 host 1 3600 600 86400 300\n@ NS ns1\nns1 A 192.0.2.53\nns1 AAAA 2001:db8::53\n';

export const PLAIN = `$TTL 300
${SOA}@ MX 10 mail
mail A 192.0.2.25
www A 192.0.2.80
big TXT ${Array.from({ length: 12 }, (_, i) => `"${String.fromCharCode(97 + i).repeat(200)}"`).join(' ')}
big A 192.0.2.1
${Array.from({ length: 60 }, (_, i) => `big AAAA 2001:db8::${i.toString(16)}`).join('\n')}
svc HTTPS 1 . alpn=h2 ipv4hint=192.0.2.1
_sip._udp SRV 1 2 5060 www
${Array.from({ length: 20 }, (_, i) => `chain${i} CNAME chain${i + 1}`).join('\n')}
loop1 CNAME loop2
loop2 CNAME loop1
dname DNAME www.signed.test.
away CNAME elsewhere.example.
`;

export const SIGNED = `$TTL 300
${SOA}a.ent A 192.0.2.2
*.wild A 192.0.2.3
*.wild TXT "from a wildcard"
*.alias CNAME extra.open.test.
cut NS ns.cut
ns.cut A 192.0.2.4
`;

const web: PolicyDefinition = {
  name: 'web',
  pools: ['eu', 'us'],
  chain: [
    'up',
    { geotarget: { countries: { DE: ['eu'], US: ['us'] }, default: ['eu', 'us'] } },
    { weighted: { sticky: true } },
    { first: 1 },
  ],
  ttl: { min: 5, max: 60 },
};
const pools = ['eu', 'us'].map((name, i) => ({
  name,
  endpoints: [1, 2].map((n) => ({ name: `${name}${n}`, addresses: [`198.51.100.${i * 10 + n}`, `2001:db8:${i}::${n}`] })),
}));
// What it says depends on all octets of the address, so that a client mixed up with another shows.
const COUNTRIES = ['DE', 'US', 'JP'] as const;
const locator = {
  locate: (address: Uint8Array) => ({
    country: COUNTRIES[address.reduce((sum, octet) => sum + octet, 0) % 3]!,
    prefixLength: address.length === 4 ? 20 : 48,
  }),
};

export interface Subject {
  readonly app: DnsApp;
  readonly reports: Report[];
  close(): void;
}

/**
 * A server with all that answers: a plain and a signed zone, a policy, handlers, patterns and middleware. The same query, the same answer.
 *
 * @param signs - false leaves signed.test unsigned too.
 */
export async function everyKind(signs = true): Promise<Subject> {
  const keys = mkdtempSync(join(tmpdir(), 'dnsteer-fuzz-'));
  const reports: Report[] = [];
  const app = new DnsApp({ report: (report) => reports.push(report), nowSeconds: () => 1_800_000_000 })
    .use(nsid('fuzzed'), acl({ deny: ['203.0.113.0/24'], action: 'drop' }), cookies({ secrets: ['00112233445566778899aabbccddeeff'] }))
    .zone('plain.test', zoneText(PLAIN))
    .zone('signed.test', zoneText(SIGNED), signs ? { dnssec: { keys } } : {})
    .on('www.signed.test', ['A', 'AAAA'], steer(definePolicy(web, { pools }), { locator }))
    .on('hello.signed.test', ['A', 'TXT'], (c) => {
      if (c.type === 'TXT') c.answer({ type: 'TXT', ttl: 5, data: [`hello ${c.req.client.address}/${c.req.client.prefixLength}`] });
    })
    .on('late.signed.test', ['A'], async (c) => {
      await undefined;
      c.res.ecsScope = 24;
      c.answer({ type: 'A', ttl: 5, data: '192.0.2.77' });
    })
    .on(':shard.cdn.test', ['A', 'ANY'], (c) => c.answer({ type: 'A', ttl: 30, data: `192.0.2.${c.params['shard']?.length}` }))
    .on('*.open.test', (c) => {
      // Every property is read, and the name is written again from its text.
      const { name, type, class: rclass, remoteAddress, remotePort, transport, client, dnssecOk, edns } = c.req;
      const facts = JSON.stringify({ type, rclass, remoteAddress, remotePort, transport, client, dnssecOk, edns, labels: c.params['*'] });
      c.answer({ name, type: 'TXT', ttl: 1, data: [facts.slice(0, 255)] });
      c.res.authorities.push({ name: 'open.test.', type: 'NS', ttl: 1, data: 'ns.open.test.' });
      c.res.additionals.push({ name: 'ns.open.test.', type: 'A', ttl: 1, data: '192.0.2.54' });
    })
    .on('wait.test', async (c) => {
      await undefined;
      const { name, edns, client } = c.req;
      c.answer({ name, type: 'TXT', ttl: 1, data: [JSON.stringify({ edns, client })] });
    })
    .on('quiet.test', () => {})
    .on('boom.test', () => {
      throw new Error('boom');
    });
  await app.prepare();
  return { app, reports, close: () => rmSync(keys, { recursive: true }) };
}
