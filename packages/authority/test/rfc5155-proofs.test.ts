import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ALGORITHM, exportKey, generateKey, OnlineSigner, verifyRrset } from '@dnsteer/dnssec';
import type { Answerer } from '@dnsteer/router';
import { equalNames, formatName, formatRdata, parseName, TYPE, typeText } from '@dnsteer/wire';
import { describe, expect, test } from 'vitest';
import { NODATA, type RRsetChooser, type RRsetSigner, zoneAnswerer } from '../src/index.ts';
import { ask, askMessage } from './ask.ts';
import { readRecords } from './describe.ts';
import { answererOf, builderOf } from './zones.ts';

const read = (file: string) => readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'latin1');

/** The RCODE, AA, and every record with all of its RDATA. */
async function answer(zone: Answerer, question: string): Promise<string[]> {
  const { message } = await askMessage(zone, question, { dnssec: true });
  const rcode = { 0: 'NOERROR', 3: 'NXDOMAIN' }[message[3] & 15];
  const records = readRecords(message).filter(({ type }) => typeText(type) !== 'OPT');
  return [
    `${rcode}${(message[2] & 4) !== 0 ? ' aa' : ''}`,
    ...records.map(({ section, owner, type, rdata }) => `${section} ${formatName(owner)} ${typeText(type)} ${formatRdata(type, rdata)}`),
  ];
}

describe('RFC 5155 appendix B', () => {
  const text = read('rfc5155-example.zone');
  const zone = answererOf('example.', text);
  const rrsig = (type: string, labels: number, signature: string) =>
    `RRSIG ${type} 7 ${labels} 3600 20150420235959 20051021000000 40430 example. ${signature}`;
  const soa = [
    'au example. SOA ns1.example. bugs.x.w.example. 1 3600 300 3600000 3600',
    `au example. ${rrsig('SOA', 1, 'Hu25UIyNPmvPIVBrldN+9Mlp9Zql39qaUd8iq4ZLlYWfUUbbAS41pG+68z81q1xhkYAcEyHdVI2LmKusbZsT0Q==')}`,
  ];
  /** An NSEC3 with its RRSIG. */
  const nsec3 = (hash: string, next: string, types: string, signature: string) => [
    `au ${hash}.example. NSEC3 1 1 12 AABBCCDD ${next.toUpperCase()} ${types}`.trimEnd(),
    `au ${hash}.example. ${rrsig('NSEC3', 2, signature)}`,
  ];
  const apex = nsec3(
    '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom',
    '2t7b4g4vsa5smi47k61mv5bv1a22bojr',
    'NS SOA MX RRSIG DNSKEY NSEC3PARAM',
    'OSgWSm26B+cS+dDL8b5QrWr/dEWhtCsKlwKLIBHYH6blRxK9rC0bMJPwQ4mLIuw85H2EY762BOCXJZMnpuwhpA==',
  );
  const a = nsec3(
    '35mthgpgcu1qg68fab165klnsnk3dpvl',
    'b4um86eghhds6nea196smvmlo4ors995',
    'NS DS RRSIG',
    'g6jPUUpduAJKRljUsN8gB4UagAX0NxY9shwQAynzo8EUWH+z6hEIBlUTPGj15eZll6VhQqgZXtAIR3chwgW+SA==',
  );
  const xw = nsec3(
    'b4um86eghhds6nea196smvmlo4ors995',
    'gjeqe526plbf1g8mklp59enfd789njgi',
    'MX RRSIG',
    'ZkPG3M32lmoHM6pa3D6gZFGB/rhL//Bs3Omh5u4m/CUiwtblEVOaAKKZd7S959OeiX43aLX3pOv0TSTyiTxIZg==',
  );
  const w = nsec3(
    'k8udemvp1j2f7eg6jebps17vp3n8i58h',
    'kohar7mbb8dc2ce8a9qvl8hon4k53uhi',
    '',
    'FtXGbvF0+wf8iWkyo73enAuVx03klN+pILBKS6qCcftVtfH4yVzsEZquJ27NHR7ruxJWDNMtOtx7w9WfcIg62A==',
  );
  const ns2 = nsec3(
    'q04jkcevqvmu85r014c7dkba38o0ji5r',
    'r53bq7cc2uvmubfu5ocmm6pers9tk9en',
    'A RRSIG',
    'hV5I89b+4FHJDATp09g4bbN0R1F845CaXpL3ZxlMKimoPAyqletMlEWwLfFia7sdpSzn+ZlNNlkxWcLsIlMmUg==',
  );
  const wildcard = nsec3(
    'r53bq7cc2uvmubfu5ocmm6pers9tk9en',
    't644ebqk9bibcna874givr6joj62mlhv',
    'MX RRSIG',
    'aupviViruXs4bDg9rCbezzBMf9h1ZlDvbW/CZFKulIGXXLj8B/fsDJarXVDA9bnUoRhEbKp+HF1FWKW7RIJdtQ==',
  );
  const ns1 = nsec3(
    '2t7b4g4vsa5smi47k61mv5bv1a22bojr',
    '2vptu5timamqttgl4luu9kg21e0aor3s',
    'A RRSIG',
    'OmBvJ1Vgg1hCKMXHFiNeIYHK9XVW0iLDLwJN4TFoNxZuP03gAXEI634YwOc4YBNITrj413iqNI6mRk/r1dOSUw==',
  );
  const yw = nsec3(
    'ji6neoaepv8b5o6k4ev33abha8ht9fgc',
    'k8udemvp1j2f7eg6jebps17vp3n8i58h',
    '',
    'gPkFp1s2QDQ6wQzcg1uSebZ61W33rUBDcTj72F3kQ490fEdp7k1BUIfbcZtPbX3YCpE+sIt0MpzVSKfTwx4uYA==',
  );

  test.each([
    ['B.1: Name Error', 'a.c.x.w.example. A', ['NXDOMAIN aa', ...soa, ...xw, ...apex, ...a]],
    ['B.2: No Data Error', 'ns1.example. MX', ['NOERROR aa', ...soa, ...ns1]],
    ['B.2.1: No Data Error, Empty Non-Terminal', 'y.w.example. A', ['NOERROR aa', ...soa, ...yw]],
    [
      'B.3: Referral to an Opt-Out Unsigned Zone',
      'mc.c.example. MX',
      [
        'NOERROR',
        'au c.example. NS ns1.c.example.',
        'au c.example. NS ns2.c.example.',
        ...apex,
        ...a,
        'ad ns1.c.example. A 192.0.2.7',
        'ad ns2.c.example. A 192.0.2.8',
      ],
    ],
    [
      'B.4: Wildcard Expansion, but for the NS records that nobody needs',
      'a.z.w.example. MX',
      [
        'NOERROR aa',
        'an a.z.w.example. MX 1 ai.example.',
        `an a.z.w.example. ${rrsig('MX', 2, 'CikebjQwGQPwijVcxgcZcSJKtfynugtlBiKb9FcBTrmOoyQ4InoWVudhCWsh/URX3lc4WRUMivEBP6+4KS3ldA==')}`,
        ...ns2,
        'ad ai.example. A 192.0.2.9',
        `ad ai.example. ${rrsig('A', 2, 'hVe+wKYMlObTRPhX0NL67GxeZfdxqr/QeR6FtfdAj5+FgYxyzPEjIzvKWy00hWIl6wD3Vws+rznEn8sQ64UdqA==')}`,
        'ad ai.example. AAAA 2001:db8::f00:baa9',
        `ad ai.example. ${rrsig('AAAA', 2, 'LcdxKaCB5bGZwPDg+3JJ4O02zoMBrjxqlf6WuaHQZZfTUpb9Nf2nxFGe2XRPfR5tpJT6GdRGcHueLuXkMjBArQ==')}`,
      ],
    ],
    ['B.5: Wildcard No Data Error', 'a.z.w.example. AAAA', ['NOERROR aa', ...soa, ...ns2, ...w, ...wildcard]],
    ['B.6: DS Child Zone No Data Error', 'example. DS', ['NOERROR aa', ...soa, ...apex]],
  ])('%s', async (_, question, expected) => {
    expect(await answer(zone, question)).toEqual(expected);
  });

  test('7.2.8: the owner of an NSEC3 is answered as if that were not there', async () => {
    const hash = 'b4um86eghhds6nea196smvmlo4ors995.example.';
    for (const type of ['NSEC3', 'RRSIG', 'ANY', 'A']) expect((await answer(zone, `${hash} ${type}`))[0]).toBe('NXDOMAIN aa');
    expect((await answer(zone, `x.${hash} NSEC3`))[0]).toBe('NXDOMAIN aa');
  });

  test('7.2.8: unless it exists for other records', async () => {
    const hash = '2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.';
    expect(await answer(zone, `${hash} A`)).toEqual(['NOERROR aa', `an ${hash} A 192.0.2.127`]);
    expect((await answer(zone, `${hash} NSEC3`)).slice(0, 4)).toEqual([
      'NOERROR aa',
      ...soa,
      'au kohar7mbb8dc2ce8a9qvl8hon4k53uhi.example. NSEC3 1 1 12 AABBCCDD Q04JKCEVQVMU85R014C7DKBA38O0JI5R A RRSIG',
    ]);
  });

  test('4.2: NSEC3PARAM is asked for like any type', async () => {
    expect(await answer(zone, 'example. NSEC3PARAM')).toEqual(['NOERROR aa', 'an example. NSEC3PARAM 1 0 12 AABBCCDD']);
  });

  test('7.2.9: a name that does not exist, and whose hash is in the chain, is SERVFAIL', async () => {
    const stale = answererOf('example.', text.replace(/^(xx|\*\.w) .*\n(\s.*\n)*/gm, ''));
    const failure = 'SERVFAIL\nede 0 the NSEC3 chain has a name that the zone lacks';
    // The name itself, and the wildcard; not where neither is needed.
    expect(await ask(stale, 'xx.example. A', { dnssec: true })).toBe(failure);
    expect(await ask(stale, 'b.xx.example. A', { dnssec: true })).toBe(failure);
    expect(await ask(stale, 'z.w.example. A', { dnssec: true })).toBe(failure);
    expect(await ask(stale, 'z.x.w.example. A', { dnssec: true })).toMatch(/^NXDOMAIN aa/);
    expect(await ask(stale, 'xx.example. A')).toMatch(/^NXDOMAIN aa/);
    const closer = answererOf('example.', text.replace(/^x\.y\.w .*\n/gm, ''));
    expect(await ask(closer, 'y.w.example. MX', { dnssec: true })).toBe(failure);
  });

  test('RFC 3225 3: without DO nothing of it is sent', async () => {
    for (const question of ['a.c.x.w.example. A', 'ns1.example. MX', 'mc.c.example. MX', 'a.z.w.example. AAAA']) {
      expect(await ask(zone, question)).not.toMatch(/NSEC3|RRSIG/);
    }
  });
});

/** RFC 5155 5, with one iteration and the salt `ab`. */
function hashOf(name: string): string {
  let hash = Buffer.from(parseName(name));
  for (let i = 0; i < 2; i++) hash = createHash('sha1').update(hash).update(Buffer.of(0xab)).digest();
  const bits = [...hash].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => '0123456789abcdefghijklmnopqrstuv'[Number.parseInt(five, 2)]!);
}

describe('RFC 5155 7.1: what is opted out of', () => {
  const SIGNED = ['example.', '*.w.example.', 'w.example.', 'mixed.example.', 's.mixed.example.'];
  const chain = SIGNED.map(hashOf).sort();
  const zone = answererOf(
    'example.',
    `$TTL 300
@ SOA ns1 host 1 3600 600 86400 300
@ RRSIG SOA 13 1 300 20600101000000 20240101000000 1 example. AAAA
@ NS ns1.test.
@ NSEC3PARAM 1 0 1 ab
d NS ns.test.
a.b.ent NS ns.test.
d.mixed NS ns.test.
s.mixed A 192.0.2.1
*.w A 192.0.2.1
d.e.w NS ns.test.
${chain.map((hash, i) => `${hash} NSEC3 1 1 1 ab ${chain[(i + 1) % chain.length]} A`).join('\n')}
`,
  );
  /** Names whose NSEC3 records are in the authority section: `= name` matches it, `< name` covers it. */
  const proof = async (question: string, ...candidates: string[]) => {
    const [status, ...lines] = (await ask(zone, question, { dnssec: true })).split('\n');
    const hashes = lines.filter((line) => / NSEC3 /.test(line)).map((line) => line.split(' ')[1].split('.')[0]);
    const found = candidates.map((candidate) => {
      const name = candidate.slice(2);
      const covering = chain.filter((hash) => hash < hashOf(name)).at(-1) ?? chain.at(-1)!;
      return candidate.startsWith('=') ? hashOf(name) : covering;
    });
    expect([...new Set(hashes)].sort(), question).toEqual([...new Set(found)].sort());
    expect(hashes).toHaveLength(new Set(hashes).size);
    return status;
  };

  test('7.2.7: a referral proves the closest provable encloser, and the next closer name below it', async () => {
    expect(await proof('x.d.example. A', '= example.', '< d.example.')).toBe('NOERROR');
    expect(await proof('x.a.b.ent.example. A', '= example.', '< ent.example.')).toBe('NOERROR');
    expect(await proof('x.d.mixed.example. A', '= mixed.example.', '< d.mixed.example.')).toBe('NOERROR');
  });

  test('7.2.4: no DS is proven the same way', async () => {
    expect(await proof('d.example. DS', '= example.', '< d.example.')).toBe('NOERROR aa');
    expect(await proof('a.b.ent.example. DS', '= example.', '< ent.example.')).toBe('NOERROR aa');
  });

  test('7.2.3, erratum 3441: so is NODATA of an empty non-terminal that exists for such delegations only', async () => {
    expect(await proof('b.ent.example. A', '= example.', '< ent.example.')).toBe('NOERROR aa');
    expect(await proof('ent.example. A', '= example.', '< ent.example.')).toBe('NOERROR aa');
    expect(await proof('mixed.example. A', '= mixed.example.')).toBe('NOERROR aa');
  });

  test('7.2.2: NXDOMAIN below such a name denies the wildcard at the encloser that is proven', async () => {
    expect(await proof('x.b.ent.example. A', '= example.', '< ent.example.', '< *.example.')).toBe('NXDOMAIN aa');
    expect(await proof('x.y.mixed.example. A', '= mixed.example.', '< y.mixed.example.', '< *.mixed.example.')).toBe('NXDOMAIN aa');
  });

  test('and not one that exists there', async () => {
    expect(await proof('x.e.w.example. A', '= w.example.', '< e.w.example.')).toBe('NXDOMAIN aa');
  });

  test('7.2.6, 7.2.5: a wildcard beside it', async () => {
    expect(await proof('x.y.w.example. A', '< y.w.example.')).toBe('NOERROR aa');
    expect(await proof('x.y.w.example. TXT', '= w.example.', '< y.w.example.', '= *.w.example.')).toBe('NOERROR aa');
  });
});

describe('RFC 5155 7.2.3: a type that is chosen, and lacks for the moment', () => {
  const nowSeconds = 1_800_000_000;
  const apex = parseName('example.');
  const key = generateKey(ALGORITHM.ED25519);
  const sign = new OnlineSigner({ signerName: apex, keys: [exportKey(key)], nowSeconds: () => nowSeconds });
  const nodata: RRsetChooser = {
    choose(_id, _type, _exchange, choice) {
      choice.ttlSeconds = 5;
      choice.typesNow = typesNow;
      return NODATA;
    },
  };
  /** What the owner has in place of the type, should that be an alias. */
  let typesNow: readonly number[] = [];
  const chain = ['example.', 'steer.example.', '*.cdn.example.', 'cdn.example.'].map(hashOf).sort();
  const next = (hash: string) => chain[(chain.indexOf(hash) + 1) % chain.length].toUpperCase();
  const zoneOf = (signer: RRsetSigner) => {
    const builder = builderOf(
      'example.',
      `$TTL 300
@ SOA ns1 host 1 3600 600 86400 300
@ RRSIG SOA 13 1 300 20600101000000 20240101000000 1 example. AAAA
@ NS ns1.test.
@ NSEC3PARAM 1 0 1 ab
${chain.map((hash) => `${hash.toUpperCase()} NSEC3 1 0 1 ab ${next(hash)} A AAAA RRSIG`).join('\n')}
`,
    );
    builder.addDynamic(parseName('steer.example.'), [TYPE.A, TYPE.AAAA], 7, 60);
    builder.addDynamic(parseName('*.cdn.example.'), [TYPE.A, TYPE.AAAA], 8, 60);
    return zoneAnswerer(builder.build(), { dynamic: nodata, sign: signer });
  };
  const minted = async (question: string) => {
    const records = readRecords((await askMessage(zoneOf(sign), question, { dnssec: true })).message);
    const rrsigs = records.filter(({ type, rdata }) => type === TYPE.RRSIG && rdata[1] === TYPE.NSEC3);
    const owners = rrsigs
      .map(({ owner, rdata }) => {
        const rdatas = records
          .filter((record) => record.type === TYPE.NSEC3 && equalNames(record.owner, owner))
          .map((record) => record.rdata);
        return verifyRrset({ owner, type: TYPE.NSEC3, rdatas }, rdata, key.dnskeyRdata, { signerName: apex, nowSeconds })
          ? owner
          : undefined;
      })
      .map((owner) => owner && formatName(owner));
    const lines = records
      .filter(({ type }) => type === TYPE.NSEC3)
      .map(({ owner, ttlSeconds, rdata }) => `${formatName(owner)} ${ttlSeconds} ${formatRdata(TYPE.NSEC3, rdata)}`);
    return { owners, lines };
  };

  test('RFC 4035 5.4: and with what the owner has in its place', async () => {
    const hash = hashOf('steer.example.');
    typesNow = [TYPE.TXT];
    const { lines, owners } = await minted('steer.example. A');
    typesNow = [];
    expect(lines).toEqual([`${hash}.example. 5 1 0 1 AB ${next(hash)} TXT AAAA RRSIG`]);
    expect(owners).toEqual([`${hash}.example.`]);
  });

  test('its NSEC3 is made without it, signed, and kept for as long as the choice holds', async () => {
    const hash = hashOf('steer.example.');
    expect(await minted('steer.example. A')).toEqual({
      owners: [`${hash}.example.`],
      lines: [`${hash}.example. 5 1 0 1 AB ${next(hash)} AAAA RRSIG`],
    });
  });

  test('RFC 5155 7.2.5: that of a wildcard comes with the proof that nothing is closer', async () => {
    const hash = hashOf('*.cdn.example.');
    const { owners, lines } = await minted('x.cdn.example. AAAA');
    expect(owners).toEqual([`${hash}.example.`]);
    expect(lines).toContain(`${hash}.example. 5 1 0 1 AB ${next(hash)} A RRSIG`);
    expect(lines.some((line) => line.toLowerCase().startsWith(hashOf('cdn.example.')))).toBe(true);
    const names = lines.map((line) => line.split(' ')[0].toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  test('without a signature there is no answer', async () => {
    expect(await ask(zoneOf({ sign: () => [] }), 'steer.example. A', { dnssec: true })).toMatch(/^SERVFAIL/);
  });
});
