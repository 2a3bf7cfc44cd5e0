import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dig, freePort, needing, type Started, start } from '../../../../tooling/testkit/index.ts';
import { answererOf } from '../zones.ts';
import { serve } from './serve.ts';
import { type SignedZone, signedBy } from './signed-zones.ts';

// A validating resolver of other people believes what we serve: AD where it is signed, no SERVFAIL where it was opted out of.

const plain = readFileSync(new URL('../fixtures/example.zone', import.meta.url), 'latin1').replace(/^\$ORIGIN.*\n/m, '');
const optedOut = `
a.optent  NS     ns1
c.mixent  NS     ns1
d.mixent  A      192.0.2.102
`;

needing(['unbound', 'dig', 'dnssec-verify', 'ldns-verify-zone'], 'unbound validates NSEC3', () => {
  const port = { authority: 0, resolver: 0 };
  let zones: SignedZone[];
  let close: () => void;
  let unbound: Started;
  let directory: string;
  beforeAll(async () => {
    zones = await Promise.all([
      signedBy('dnssec-signzone -3 aabb -H 5', 'bind.test.', plain + optedOut),
      signedBy('ldns-signzone -n -t 5 -s aabb', 'ldns.test.', plain + optedOut),
      signedBy('dnssec-signzone -3 - -A', 'optout.test.', plain + optedOut),
      signedBy('dnssec-signzone -3 -', 'broken.test.', plain + optedOut),
    ]);
    port.authority = await freePort();
    close = await serve(
      port.authority,
      zones.map(({ origin, text }) =>
        answererOf(origin, origin === 'broken.test.' ? text.replace(/^.*\sNSEC3\s(?!.*SOA).*\n/gm, '') : text),
      ),
    );
    port.resolver = await freePort();
    directory = await mkdtemp(join(tmpdir(), 'dnsteer-unbound-'));
    const config = `server:
  interface: 127.0.0.1@${port.resolver}
  directory: "${directory}"
  pidfile: "${directory}/pid"
  username: ""
  chroot: ""
  use-syslog: no
  do-daemonize: no
  do-ip6: no
  num-threads: 1
  do-not-query-localhost: no
  qname-minimisation: no
  local-zone: "test." nodefault
  aggressive-nsec: no
  prefetch: no
${zones.map(({ origin, dnskey }) => `  trust-anchor: "${origin} DNSKEY ${dnskey}"`).join('\n')}
remote-control:
  control-enable: no
${zones.map(({ origin }) => `stub-zone:\n  name: "${origin}"\n  stub-addr: 127.0.0.1@${port.authority}`).join('\n')}
`;
    await writeFile(join(directory, 'unbound.conf'), config);
    unbound = await start('unbound', ['-d', '-c', join(directory, 'unbound.conf')], {
      cwd: directory,
      ready: async () => (await dig({ port: port.resolver }, 'bind.test.', 'SOA').catch(() => undefined))?.rcode === 'NOERROR',
    });
  });
  afterAll(async () => {
    await unbound?.stop();
    close?.();
    await rm(directory, { recursive: true, force: true });
  });

  /** RCODE, and whether the resolver found it authentic. */
  const resolve = async (name: string, type: string) => {
    const { rcode, flags } = await dig({ port: port.resolver }, name, type, '+dnssec');
    return `${rcode}${flags.includes('ad') ? ' ad' : ''}`;
  };

  const SIGNED: readonly (readonly [rule: string, name: string, type: string, verdict: string])[] = [
    ['RFC 5155 7.2.2: NXDOMAIN', 'nx', 'A', 'NXDOMAIN ad'],
    ['RFC 5155 7.2.2: NXDOMAIN far below its closest encloser', 'x.y.z.ent', 'A', 'NXDOMAIN ad'],
    ['RFC 5155 7.2.2: NXDOMAIN behind a DNAME', 'nx.dn', 'A', 'NXDOMAIN ad'],
    ['RFC 5155 7.2.3: NODATA', 'mail', 'AAAA', 'NOERROR ad'],
    ['RFC 5155 7.2.3: NODATA of an empty non-terminal', 'ent', 'A', 'NOERROR ad'],
    ['RFC 5155 7.2.5: wildcard NODATA', 'zz.wild', 'AAAA', 'NOERROR ad'],
    ['RFC 5155 7.2.6: a wildcard', 'zz.wild', 'A', 'NOERROR ad'],
    ['RFC 5155 7.2.6: a wildcard CNAME to a wildcard', 'a.wc', 'A', 'NOERROR ad'],
    ['RFC 5155 7.2.4: DS', 'sec', 'DS', 'NOERROR ad'],
    ['RFC 5155 7.2.4: no DS', 'sib', 'DS', 'NOERROR ad'],
  ];
  test.each(SIGNED.flatMap(([rule, name, ...rest]) => ['bind', 'ldns'].map((zone) => [rule, `${name}.${zone}.test`, ...rest] as const)))(
    '%s: %s %s',
    async (_, name, type, verdict) => {
      expect(await resolve(name, type)).toBe(verdict);
    },
  );

  // RFC 5155 9.2: what an opt-out span denies is not authentic, and not bogus either.
  test.each([
    ['RFC 5155 7.2.2: NXDOMAIN', 'nx', 'A', 'NXDOMAIN'],
    ['RFC 5155 7.2.2: NXDOMAIN below a name that was opted out of', 'x.optent', 'A', 'NXDOMAIN'],
    ['RFC 5155 7.2.3: an empty non-terminal that was opted out of', 'optent', 'A', 'NOERROR'],
    ['RFC 5155 7.2.3: one that was not', 'mixent', 'A', 'NOERROR ad'],
    ['RFC 5155 7.2.4: no DS', 'a.optent', 'DS', 'NOERROR'],
    ['RFC 5155 7.2.4: no DS beside a signed name', 'c.mixent', 'DS', 'NOERROR'],
    ['RFC 5155 7.2.6: a wildcard', 'zz.wild', 'A', 'NOERROR'],
    ['RFC 5155 7.2.5: wildcard NODATA', 'zz.wild', 'AAAA', 'NOERROR'],
    ['RFC 5155 7.2.3: NODATA', 'mail', 'AAAA', 'NOERROR ad'],
  ])('opt-out: %s: %s %s', async (_, name, type, verdict) => {
    expect(await resolve(`${name}.optout.test`, type)).toBe(verdict);
  });

  test('a wrong proof is seen: of this chain only the NSEC3 of the apex is left', async () => {
    expect(await resolve('mail.broken.test', 'A')).toBe('NOERROR ad');
    expect(await resolve('nx.broken.test', 'A')).toBe('SERVFAIL');
    expect(await resolve('mail.broken.test', 'AAAA')).toBe('SERVFAIL');
  });
});
