import { exportKey, generateKey, importKey, verifyRrset } from '@dnsteer/dnssec';
import { canonicalRdata, compareNames, decodeTypeBitmap, formatName, nameLength, parseName, TYPE, typeText } from '@dnsteer/wire';
import type { ZoneBuilder, ZoneRrset } from '@dnsteer/zone';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signZone } from '../src/index.ts';
import { hex, MIXED_ZONE, name, textOf, zoneOf } from './presentation.ts';

const NOW = 1_700_000_000;
const DAY = 86_400;
const key = generateKey(15);
const SOA = 'example. 3600 SOA ns.example. host.example. 1 3600 600 86400 60';

const signed = (lines: readonly string[] = MIXED_ZONE, apex = 'example.') => {
  const builder = zoneOf(apex, lines);
  signZone(builder, [key], { nowSeconds: NOW });
  return builder;
};
const find = (builder: ZoneBuilder, owner: string, type: string) =>
  textOf(builder).find((each) => each.owner === owner && each.type === type);
const nsecOf = (builder: ZoneBuilder, owner: string) => find(builder, owner, 'NSEC')?.rdatas;

describe('the chain', () => {
  test('RFC 4035 2.3: NSEC at names with authoritative data or a delegation, in canonical order and back to the apex', () => {
    const nsecs = textOf(signed()).filter((each) => each.type === 'NSEC');
    expect(nsecs.map(({ owner, rdatas }) => `${owner} ${rdatas}`)).toEqual([
      'example. alias.example. NS SOA RRSIG NSEC DNSKEY',
      'alias.example. a.b.c.example. CNAME RRSIG NSEC',
      'a.b.c.example. d.example. A AAAA RRSIG NSEC',
      'd.example. mail.example. DNAME RRSIG NSEC',
      'mail.example. ns1.example. A RRSIG NSEC',
      'Ns1.example. secure.example. A RRSIG NSEC',
      'secure.example. sub.example. NS DS RRSIG NSEC',
      'sub.example. u.example. NS RRSIG NSEC',
      'u.example. *.w.example. RRSIG NSEC TYPE65280',
      '*.w.example. www.example. MX RRSIG NSEC',
      'WWW.example. example. A RRSIG NSEC',
    ]);
  });

  test('RFC 9077 3.1: the TTL of NSEC is the lesser of the TTL and the MINIMUM of the SOA', () => {
    expect(find(signed(), 'example.', 'NSEC')?.ttlSeconds).toBe(60);
    const short = signed([SOA.replace('3600', '30'), 'example. NS ns.example.', 'ns.example. A 192.0.2.1']);
    expect(find(short, 'ns.example.', 'NSEC')?.ttlSeconds).toBe(30);
  });

  test('a zone of one name points to itself', () => {
    expect(nsecOf(signed([SOA, 'example. NS ns.elsewhere.']), 'example.')).toEqual(['example. NS SOA RRSIG NSEC DNSKEY']);
  });

  test('the root is a zone too', () => {
    const root = signed(['. 3600 SOA a.root. b.root. 1 3600 600 86400 60', '. NS a.root.', 'a.root. A 192.0.2.1'], '.');
    expect([nsecOf(root, '.'), nsecOf(root, 'a.root.')]).toEqual([['a.root. NS SOA RRSIG NSEC DNSKEY'], ['. A RRSIG NSEC']]);
  });

  test('dynamic types stand in the bitmap, alone or with static ones, and have no signature made ahead', () => {
    const builder = zoneOf('example.', [SOA, 'example. NS ns.elsewhere.', 'www.example. A 192.0.2.1', 'www.example. 3601 TXT static']);
    builder.addDynamic(name('www.example.'), [TYPE.A, TYPE.AAAA], 7, 60);
    builder.addDynamic(name('*.geo.example.'), [TYPE.A], 8, 60);
    signZone(builder, [key], { nowSeconds: NOW });
    expect(nsecOf(builder, 'www.example.')).toEqual(['example. A TXT AAAA RRSIG NSEC']);
    expect(nsecOf(builder, '*.geo.example.')).toEqual(['www.example. A RRSIG NSEC']);
    expect(find(builder, 'www.example.', 'TXT')?.rrsigs.length).toBe(1);
    const dynamic = [...builder.rrsets()].filter(({ dynamicId }) => dynamicId >= 0);
    expect(dynamic.map(({ type, rrsigs }) => [typeText(type), rrsigs.length])).toEqual([
      ['A', 0],
      ['A', 0],
      ['AAAA', 0],
    ]);
  });

  test('RFC 4034 6.1, 4035 2.3: for any names, the chain is one closed circle in canonical order over the names that need one', () => {
    const label = fc.oneof(fc.constantFrom('a', 'B', '*', '\\000', 'z', 'a\\.b'), fc.stringMatching(/^[a-z]{1,3}$/));
    const record = fc.tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.constantFrom('A 192.0.2.1', 'NS ns.elsewhere.', 'TXT x'));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 25 }), (records) => {
        const lines = records.map(([labels, rest]) => `${labels.join('.')}.example. ${rest}`);
        const builder = signed([SOA, 'example. NS ns.elsewhere.', ...lines]);
        const rrsets = copies(builder);
        const nsecs = rrsets.filter(({ type }) => type === TYPE.NSEC);
        const needed = namesThatNeedNsec(builder.apex, rrsets);
        expect(new Set(nsecs.map(({ owner }) => lowerText(owner)))).toEqual(needed);

        const nextOf = new Map(nsecs.map(({ owner, rdatas }) => [lowerText(owner), lowerText(rdatas[0])]));
        let wraps = 0;
        let at = 'example.';
        for (let steps = 0; steps < nsecs.length; steps++) {
          const next = nextOf.get(at)!;
          if (compareNames(parseName(next), parseName(at)) <= 0) wraps++;
          at = next;
          expect(at === 'example.').toBe(steps === nsecs.length - 1);
        }
        expect(wraps).toBe(1);
        for (const { owner, rdatas } of nsecs) {
          const here = rrsets.filter((each) => lowerText(each.owner) === lowerText(owner));
          const isCut = here.some(({ isDelegation }) => isDelegation);
          const types = here.map(({ type }) => type).filter((type) => !isCut || type === TYPE.NS || type === TYPE.NSEC);
          expect(decodeTypeBitmap(rdatas[0].subarray(nameLength(rdatas[0])))).toEqual([...types, TYPE.RRSIG].sort((x, y) => x - y));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the signatures', () => {
  test('RFC 4035 2.2: every authoritative RRset has a valid one; delegation NS, glue and what is below a cut or DNAME have none', () => {
    const builder = signed([...MIXED_ZONE, 'x.d.example. A 192.0.2.66']);
    for (const { owner, type, rdatas, rrsigs } of builder.rrsets()) {
      const what = `${formatName(owner)} ${typeText(type)}`;
      const isUnsigned = /^(sub|secure)\.example\. NS$|^sub\.example\. A|\.sub\.|^x\.d/.test(what);
      expect([what, rrsigs.length]).toEqual([what, isUnsigned ? 0 : 1]);
      const options = { signerName: builder.apex, nowSeconds: NOW };
      for (const rrsig of rrsigs) expect(verifyRrset({ owner, type, rdatas }, rrsig, key.dnskeyRdata, options)).toBe(true);
    }
  });

  test('RFC 4034 3: the TTL of an RRSIG, and its Original TTL, is that of what it covers', () => {
    const image = signed().build();
    const aaaa = find(signed(), 'a.b.c.example.', 'AAAA');
    expect(aaaa?.rrsigs[0]).toMatch(/^AAAA 15 4 600 /);
    expect(image.isSigned).toBe(true);
  });

  test('RFC 4034 3.1.3: a wildcard counts one label less', () => {
    expect(find(signed(), '*.w.example.', 'MX')?.rrsigs[0]).toMatch(/^MX 15 2 300 /);
  });

  test('RFC 4035 2.2: of two algorithms each signs everything; a KSK signs DNSKEY alone where there is a ZSK', () => {
    const builder = zoneOf('example.', MIXED_ZONE);
    const keys = [key, generateKey(13), generateKey(13, { flags: 256 })];
    const { signatureCount } = signZone(builder, keys, { nowSeconds: NOW });
    let rrsets = 0;
    for (const { type, rrsigs } of builder.rrsets()) {
      const tags = rrsigs.map((rrsig) => (rrsig[16] << 8) | rrsig[17]).sort();
      const expected = [key.keyTag, (type === TYPE.DNSKEY ? keys[1] : keys[2]).keyTag].sort();
      if (rrsigs.length > 0) expect(tags).toEqual(expected);
      if (rrsigs.length > 0) rrsets++;
    }
    expect(signatureCount).toBe(2 * rrsets);
    expect(find(builder, 'example.', 'DNSKEY')).toMatchObject({ ttlSeconds: 3600, rdatas: { length: 3 } });
  });

  test('two keys give signatures by both, and the zone has both DNSKEYs, beside one that it brought', () => {
    const other = generateKey(15);
    const builder = zoneOf('example.', MIXED_ZONE);
    builder.add(builder.apex, TYPE.DNSKEY, 3600, generateKey(15).dnskeyRdata);
    signZone(builder, [key, other], { nowSeconds: NOW });
    expect(find(builder, 'example.', 'DNSKEY')?.rdatas.length).toBe(3);
    expect(find(builder, 'example.', 'SOA')?.rrsigs.length).toBe(2);
  });

  test('a key that went through a worker signs the same zone', () => {
    const builder = zoneOf('example.', MIXED_ZONE);
    signZone(builder, [importKey(structuredClone(exportKey(key)))], { nowSeconds: NOW });
    expect(textOf(builder).map(({ rrsigs }) => rrsigs)).toEqual(textOf(signed()).map(({ rrsigs }) => rrsigs));
  });
});

describe('the times', () => {
  test('a zone is to be signed anew a week before its first signature expires, up to a day earlier', () => {
    const builder = zoneOf('example.', MIXED_ZONE);
    const { refreshAtSeconds, expirationSeconds } = signZone(builder, [key], { nowSeconds: NOW });
    const expirations = [...builder.rrsets()].flatMap(({ rrsigs }) => rrsigs).map((rrsig) => Buffer.from(rrsig).readUInt32BE(8));
    expect(expirationSeconds).toBe(Math.min(...expirations));
    expect(Math.max(...expirations)).toBeLessThanOrEqual(NOW + 14 * DAY);
    expect(refreshAtSeconds).toBeLessThanOrEqual(expirationSeconds - 7 * DAY);
    expect(refreshAtSeconds).toBeGreaterThanOrEqual(NOW + 5 * DAY);
  });

  test('zones that are signed together are not refreshed together', () => {
    const hours = new Set<number>();
    for (let i = 0; i < 16; i++) {
      const apex = `zone${i}.example.`;
      // With many names the earliest expiration of all is nearly the same in every zone.
      const names = Array.from({ length: 40 }, (_, j) => `host${j}.${apex} A 192.0.2.1`);
      const lines = [`${apex} 3600 SOA ns.elsewhere. host.elsewhere. 1 3600 600 86400 60`, `${apex} NS ns.elsewhere.`, ...names];
      hours.add(Math.floor(signZone(zoneOf(apex, lines), [key], { nowSeconds: NOW }).refreshAtSeconds / 3600));
    }
    expect(hours.size).toBeGreaterThan(8);
  });

  test('the validity can be given', () => {
    const builder = zoneOf('example.', MIXED_ZONE);
    const times = signZone(builder, [key], { nowSeconds: NOW, validitySeconds: 3600 });
    expect(times.expirationSeconds).toBeLessThanOrEqual(NOW + 3600);
    expect(times.refreshAtSeconds).toBeGreaterThan(NOW);
  });
});

describe('refused', () => {
  const refused = (lines: readonly string[], code: string, keys = [key]) =>
    expect(() => signZone(zoneOf('example.', lines), keys, { nowSeconds: NOW })).toThrow(expect.objectContaining({ code }));

  test('a zone that is signed already, of which an old NSEC would stay', () => {
    refused([...MIXED_ZONE, 'a.example. NSEC b.example. A'], 'ERR_SIGNER_ALREADY_SIGNED');
    expect(() => signZone(signed(), [key], { nowSeconds: NOW })).toThrow(expect.objectContaining({ code: 'ERR_SIGNER_ALREADY_SIGNED' }));
  });

  test('no SOA, no keys, a denial that is not there', () => {
    refused(['example. NS ns.elsewhere.'], 'ERR_SIGNER_SOA_MISSING');
    refused(MIXED_ZONE, 'ERR_SIGNER_NO_KEYS', []);
    const denial = 'nsec3' as 'nsec';
    expect(() => signZone(zoneOf('example.', MIXED_ZONE), [key], { nowSeconds: NOW, denial })).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNER_DENIAL' }),
    );
  });
});

function lowerText(owner: Uint8Array): string {
  return formatName(canonicalRdata(TYPE.NS, owner.slice(0, nameLength(owner))));
}

function copies(builder: ZoneBuilder): Pick<ZoneRrset, 'owner' | 'type' | 'rdatas' | 'isDelegation'>[] {
  return Array.from(builder.rrsets(), ({ owner, type, rdatas, isDelegation }) => {
    return { owner: owner.slice(), type, rdatas: rdatas.map((rdata) => rdata.slice()), isDelegation };
  });
}

/** By RFC 4035 2.3 alone: owners with records, none of whose proper ancestors below the apex has NS. */
function namesThatNeedNsec(apex: Uint8Array, rrsets: readonly Pick<ZoneRrset, 'owner' | 'type'>[]): Set<string> {
  const cuts = new Set(
    rrsets.filter(({ owner, type }) => type === TYPE.NS && hex(owner) !== hex(apex)).map(({ owner }) => lowerText(owner)),
  );
  const isBelowCut = (owner: Uint8Array) => {
    for (let at = owner[0] + 1; at < owner.length; at += owner[at] + 1) if (cuts.has(lowerText(owner.subarray(at)))) return true;
    return false;
  };
  return new Set(rrsets.filter(({ owner }) => !isBelowCut(owner)).map(({ owner }) => lowerText(owner)));
}
