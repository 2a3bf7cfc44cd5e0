import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { delv, freePort, needing } from '../../../../tooling/testkit/index.ts';
import { zoneAnswerer } from '../../src/index.ts';
import { answererOf, builderOf } from '../zones.ts';
import { serve } from './serve.ts';
import { type SignedZone, signedBy } from './signed-zones.ts';

const text = readFileSync(new URL('../fixtures/signed.zone', import.meta.url), 'latin1');
const dnskey = / DNSKEY (257 .*)/.exec(text)![1];
const zone = zoneAnswerer(builderOf('example.', text).build());

needing(['delv'], 'delv validates', () => {
  let port: number;
  let close: () => void;
  beforeAll(async () => {
    port = await freePort();
    close = await serve(port, [zone]);
  });
  afterAll(() => close());

  test.each([
    ['RFC 4035 3.1.1: an A', 'mail.example', 'A'],
    ['RFC 4035 3.1.1: a CNAME chain', 'alias2.example', 'A'],
    ['RFC 6672 5.3.1: a DNAME', 'www.dn.example', 'A'],
    ['RFC 4035 3.1.3.1: NODATA', 'mail.example', 'AAAA'],
    ['RFC 4035 3.1.3.1: NODATA of an empty non-terminal', 'ent.example', 'A'],
    ['RFC 4035 3.1.3.2: NXDOMAIN', 'nx.example', 'A'],
    ['RFC 4035 3.1.3.3: a wildcard', 'zz.wild.example', 'A'],
    ['RFC 4035 3.1.3.3: a wildcard CNAME to a wildcard', 'a.wc.example', 'A'],
    ['RFC 4035 3.1.3.4: wildcard NODATA', 'zz.wild.example', 'AAAA'],
    ['RFC 4592 2.2.2: NODATA of a wildcard that is an empty non-terminal', 'zz.went.example', 'A'],
    ['RFC 4035 3.1.4.1: DS', 'sec.example', 'DS'],
    ['RFC 4035 3.1.4.1: no DS', 'sib.example', 'DS'],
    ['RFC 8482 4.1: ANY', 'www.example', 'ANY'],
  ])('%s', async (_, name, type) => {
    const reply = await delv({ port }, { zone: 'example', dnskey }, name, type);
    expect(reply.fullyValidated, reply.text).toBe(true);
  });
});

needing(['delv', 'dnssec-verify', 'ldns-verify-zone'], 'delv validates NSEC3', () => {
  const zones = new Map<string, SignedZone>();
  let port: number;
  let close: () => void;
  beforeAll(async () => {
    const plain = readFileSync(new URL('../fixtures/example.zone', import.meta.url), 'latin1').replace(/^\$ORIGIN.*\n/m, '');
    zones.set('bind', await signedBy('dnssec-signzone -3 aabb -H 5', 'bind.test.', plain));
    zones.set('ldns', await signedBy('ldns-signzone -n', 'ldns.test.', plain));
    zones.set('optout', await signedBy('dnssec-signzone -3 - -A', 'optout.test.', `${plain}a.optent NS ns1\n`));
    port = await freePort();
    close = await serve(
      port,
      [...zones.values()].map(({ origin, text: signed }) => answererOf(origin, signed)),
    );
  });
  afterAll(() => close?.());

  const validate = (zoneName: string, name: string, type: string) => {
    const { origin, dnskey: anchor } = zones.get(zoneName)!;
    return delv({ port }, { zone: origin, dnskey: anchor }, name === '' ? origin : `${name}.${origin}`, type);
  };

  describe.each(['bind', 'ldns', 'optout'])('%s', (zoneName) => {
    test.each([
      ['RFC 5155 7.2.3: NODATA', 'mail', 'AAAA'],
      ['RFC 5155 7.2.3: NODATA of an empty non-terminal', 'b.ent', 'A'],
      ['RFC 5155 7.2.3: NODATA at the apex', '', 'AAAA'],
      ['RFC 5155 7.2.5: wildcard NODATA', 'zz.wild', 'AAAA'],
      ['RFC 5155 7.2.5: NODATA of a wildcard that is an empty non-terminal', 'zz.went', 'A'],
      ['RFC 5155 7.2.4: DS', 'sec', 'DS'],
      ['RFC 5155 7.2: NSEC3PARAM', '', 'NSEC3PARAM'],
    ])('%s', async (_, name, type) => {
      const reply = await validate(zoneName, name, type);
      expect(reply.fullyValidated, reply.text).toBe(true);
    });
  });

  describe.each(['bind', 'ldns'])('%s', (zoneName) => {
    test.each([
      ['RFC 5155 7.2.2: NXDOMAIN', 'nx', 'A'],
      ['RFC 5155 7.2.2: NXDOMAIN far below its closest encloser', 'x.y.z.ent', 'A'],
      ['RFC 5155 7.2.2: NXDOMAIN below a name with records', 'x.mail', 'A'],
      ['RFC 5155 7.2.2: NXDOMAIN behind a CNAME', 'tonx', 'A'],
      ['RFC 5155 7.2.4: no DS', 'sib', 'DS'],
      ['RFC 5155 7.2.6: a wildcard', 'zz.wild', 'A'],
      ['RFC 5155 7.2.6: a wildcard CNAME to a wildcard', 'a.wc', 'A'],
    ])('%s', async (_, name, type) => {
      const reply = await validate(zoneName, name, type);
      expect(reply.fullyValidated, reply.text).toBe(true);
    });
  });

  test.each([
    ['RFC 5155 9.2: NXDOMAIN in a span that is opted out of is not more than unsigned', 'nx', 'A'],
    ['RFC 5155 7.2.4: no DS at a delegation that was opted out of', 'a.optent', 'DS'],
    ['RFC 5155 7.2.3: an empty non-terminal that exists for it only', 'optent', 'A'],
  ])('%s', async (_, name, type) => {
    const reply = await validate('optout', name, type);
    expect(reply.status, reply.text).toMatch(/unsigned|fully validated/);
  });
});
