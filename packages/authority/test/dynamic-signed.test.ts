import { ALGORITHM, exportKey, generateKey, OnlineSigner, verifyRrset } from '@dnsteer/dnssec';
import { equalNames, parseName, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { CHOSEN, NODATA, type RRsetChooser, type RRsetSigner } from '../src/index.ts';
import { ask, askMessage } from './ask.ts';
import { readRecords, type TestRecord } from './describe.ts';
import { signedExample, steerExample } from './zones.ts';

const NOW_SECONDS = 1_800_000_000;
const apex = parseName('example.');
const key = generateKey(ALGORITHM.ED25519);
const signer = new OnlineSigner({ signerName: apex, keys: [exportKey(key)], nowSeconds: () => NOW_SECONDS });

const addresses: RRsetChooser = {
  choose(_id, _type, _exchange, choice) {
    choice.rdatas.push(Uint8Array.of(198, 51, 100, 9), Uint8Array.of(198, 51, 100, 1));
    choice.ttlSeconds = 30;
    return CHOSEN;
  },
};
const nodata: RRsetChooser = {
  choose(_id, _type, _exchange, choice) {
    choice.ttlSeconds = 5;
    return NODATA;
  },
};

const zoneOf = (dynamic: RRsetChooser, sign: RRsetSigner = signer) => signedExample(steerExample, { dynamic, sign });

/** RRsets of this type in the response that the test's own key has signed validly. */
async function verified(dynamic: RRsetChooser, question: string, type: number): Promise<string[]> {
  const { message } = await askMessage(zoneOf(dynamic), question, { dnssec: true });
  const records = readRecords(message);
  return records
    .filter((rrsig) => rrsig.type === TYPE.RRSIG && rrsig.rdata[1] === type)
    .filter((rrsig) =>
      verifyRrset(covered(records, rrsig, type), rrsig.rdata, key.dnskeyRdata, { signerName: apex, nowSeconds: NOW_SECONDS }),
    )
    .map((rrsig) => `${rrsig.section} ${rrsig.ttlSeconds}`);
}

function covered(records: readonly TestRecord[], rrsig: TestRecord, type: number) {
  const rrset = records.filter((record) => record.type === type && equalNames(record.owner, rrsig.owner));
  return { owner: rrsig.owner, type, rdatas: rrset.map(({ rdata }) => rdata) };
}

test('RFC 4035 5.3.3: signed with the highest TTL, sent at that of the moment', async () => {
  expect(await ask(zoneOf(addresses), 'steer.example. A', { dnssec: true })).toBe(
    `NOERROR aa
an steer.example. 30 A 198.51.100.9
an steer.example. 30 A 198.51.100.1
an steer.example. 30 RRSIG A 2 60`,
  );
  expect(await verified(addresses, 'steer.example. A', TYPE.A)).toEqual(['an 30']);
});

test('RFC 4035 5.3.2: what is synthesised from a dynamic wildcard is signed as the wildcard, with proof that there is no closer match', async () => {
  expect(await ask(zoneOf(addresses), 'a.b.cdn.example. A', { dnssec: true })).toBe(
    `NOERROR aa
an a.b.cdn.example. 30 A 198.51.100.9
an a.b.cdn.example. 30 A 198.51.100.1
an a.b.cdn.example. 30 RRSIG A 2 60
au *.cdn.example. 300 NSEC dn.example. A AAAA RRSIG NSEC
au *.cdn.example. 300 RRSIG NSEC 2 300`,
  );
  expect(await verified(addresses, 'a.b.cdn.example. A', TYPE.A)).toEqual(['an 30']);
});

test('RFC 4034 3.1.3: the wildcard’s own name has a label less in its RRSIG', async () => {
  expect(await ask(zoneOf(addresses), '*.cdn.example. A', { dnssec: true })).toMatch(/\nan \*\.cdn\.example\. 30 RRSIG A 2 60$/);
  expect(await verified(addresses, '*.cdn.example. A', TYPE.A)).toEqual(['an 30']);
});

test('RFC 4035 3.1.1: without DO nothing is signed', async () => {
  const zone = zoneOf(addresses, { sign: () => expect.fail('signed for a client that did not ask') });
  expect(await ask(zone, 'steer.example. A')).not.toContain('RRSIG');
});

test('RFC 4035 3.1.3.1: a dynamic NODATA has an NSEC without the type, for as long as the choice holds', async () => {
  expect(await ask(zoneOf(nodata), 'steer.example. A', { dnssec: true })).toBe(
    `NOERROR aa
au example. 5 SOA ns1.example. host.example. 1 3600 600 86400 300
au example. 5 RRSIG SOA 1 3600
au steer.example. 5 NSEC sub.example. TXT AAAA RRSIG NSEC
au steer.example. 5 RRSIG NSEC 2 300`,
  );
  expect(await verified(nodata, 'steer.example. A', TYPE.NSEC)).toEqual(['au 5']);
});

test('RFC 4035 5.4: a NODATA of what may be an alias, and is none now, names what it has in its place', async () => {
  const insteadOfAlias: RRsetChooser = {
    choose(_id, _type, _exchange, choice) {
      choice.ttlSeconds = 5;
      choice.typesNow = [TYPE.MX, TYPE.TXT];
      return NODATA;
    },
  };
  expect(await ask(zoneOf(insteadOfAlias), 'steer.example. A', { dnssec: true })).toContain(
    'au steer.example. 5 NSEC sub.example. MX TXT AAAA RRSIG NSEC\n',
  );
  expect(await verified(insteadOfAlias, 'steer.example. A', TYPE.NSEC)).toEqual(['au 5']);
});

test('a chooser may choose another type than the one it was asked for: it is signed as that', async () => {
  const other: RRsetChooser = {
    choose(_id, _type, _exchange, choice) {
      choice.rdatas.push(parseName('www.example.net'));
      choice.type = TYPE.CNAME;
      choice.ttlSeconds = 30;
      return CHOSEN;
    },
  };
  expect(await ask(zoneOf(other), 'steer.example. A', { dnssec: true })).toBe(
    `NOERROR aa
an steer.example. 30 CNAME www.example.net.
an steer.example. 30 RRSIG CNAME 2 60`,
  );
  expect(await verified(other, 'steer.example. A', TYPE.CNAME)).toEqual(['an 30']);
});

test('RFC 4035 3.1.3.4: a dynamic NODATA of a wildcard: one NSEC without the type proves both', async () => {
  expect(await ask(zoneOf(nodata), 'x.cdn.example. AAAA', { dnssec: true })).toBe(
    `NOERROR aa
au example. 5 SOA ns1.example. host.example. 1 3600 600 86400 300
au example. 5 RRSIG SOA 1 3600
au *.cdn.example. 5 NSEC dn.example. A RRSIG NSEC
au *.cdn.example. 5 RRSIG NSEC 2 300`,
  );
  expect(await verified(nodata, 'x.cdn.example. AAAA', TYPE.NSEC)).toEqual(['au 5']);
});

test('RFC 8482 4.1: ANY of a dynamic wildcard that has nothing now is NODATA with its proof, no bare NSEC', async () => {
  expect(await ask(zoneOf(nodata), 'x.cdn.example. ANY', { dnssec: true })).toBe(
    `NOERROR aa
au example. 5 SOA ns1.example. host.example. 1 3600 600 86400 300
au example. 5 RRSIG SOA 1 3600
au *.cdn.example. 5 NSEC dn.example. A RRSIG NSEC
au *.cdn.example. 5 RRSIG NSEC 2 300`,
  );
  expect(await verified(nodata, 'x.cdn.example. ANY', TYPE.NSEC)).toEqual(['au 5']);
  expect(await ask(zoneOf(nodata), 'x.cdn.example. ANY')).not.toContain('NSEC');
});

test('RFC 4035 3.1.3.3: ANY of a wildcard whose dynamic type has nothing now: its static RRset, with proof that there is no closer match', async () => {
  const zone = signedExample((builder) => builder.addDynamic(parseName('*.wild.example.'), [TYPE.AAAA], 9, 60), {
    dynamic: nodata,
    sign: signer,
  });
  expect(await ask(zone, 'zz.wild.example. ANY', { dnssec: true })).toBe(
    `NOERROR aa
an zz.wild.example. 3600 A 192.0.2.8
an zz.wild.example. 3600 RRSIG A 2 3600
au deep.wild.example. 300 NSEC WWW.example. A RRSIG NSEC
au deep.wild.example. 300 RRSIG NSEC 3 300`,
  );
});

test('RFC 8914 2: SERVFAIL when no signature can be made', async () => {
  expect(await ask(zoneOf(addresses, { sign: () => [] }), 'steer.example. A', { dnssec: true })).toBe(
    'SERVFAIL\nede 0 no signature could be made in time',
  );
  expect(await ask(zoneOf(nodata, { sign: () => [] }), 'steer.example. A', { dnssec: true })).toMatch(/^SERVFAIL\n/);
});

test('RFC 4035 3.1.1: a choice whose RRSIG does not fit is left out with it', async () => {
  expect(await ask(zoneOf(addresses), 'steer.example. A', { dnssec: true, limitOctets: 120 })).toBe('NOERROR aa tc');
});
