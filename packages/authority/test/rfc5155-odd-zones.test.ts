import { createHash } from 'node:crypto';
import { parseName, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { CHOSEN, NODATA, type RRsetChooser, zoneAnswerer } from '../src/index.ts';
import { ask } from './ask.ts';
import { builderOf } from './zones.ts';

const DIGITS = '0123456789abcdefghijklmnopqrstuv';
const NOT_PROVEN = 'SERVFAIL\nede 0 the NSEC3 chain has a name that the zone lacks';

/** RFC 5155 5, without further iterations and with the salt `ab`, as a number. */
function hashNumber(name: string): bigint {
  const digest = createHash('sha1').update(parseName(name)).update(Buffer.of(0xab)).digest('hex');
  return BigInt(`0x${digest}`);
}

/** In base32hex (RFC 4648 7). */
function hashText(hash: bigint): string {
  return Array.from({ length: 32 }, (_, i) => DIGITS[Number((hash >> BigInt(5 * (31 - i))) & 31n)]).join('');
}

/** `= name` matches the name, `< name` covers it and hardly anything else. */
const hashOf = (entry: string) => hashText(hashNumber(entry.slice(2)) - (entry.startsWith('<') ? 1n : 0n));

const ENTRIES = [
  '= example.',
  '= w.example.',
  '= s.example.',
  '= y.s.example.',
  '= steer.example.',
  '< ent.example.',
  '< b.ent.example.',
  '< a.b.ent.example.',
  '< x.w.example.',
  '< *.w.example.',
  '< lone.example.',
  '= plain.example.',
  '< x.plain.example.',
];
const chain = ENTRIES.map(hashOf).sort();
const MANY_TYPES = Array.from({ length: 120 }, (_, i) => `TYPE${256 * (i + 130)}`).join(' ');

const nodata: RRsetChooser = {
  choose(_id, _type, _exchange, choice) {
    choice.ttlSeconds = 5;
    return NODATA;
  },
};

/** Signed as far as an answerer looks; `steer`, `lone` and `*.s` are dynamic. Delegations are opted out of, and so is what exists for them only. */
function zoneOf(dynamic: RRsetChooser, signed: number[] = []) {
  const builder = builderOf(
    'example.',
    `$TTL 300
@ SOA ns1 host 1 3600 600 86400 300
@ RRSIG SOA 13 1 300 20600101000000 20240101000000 1 example. AAAA
@ NS ns1.test.
@ NSEC3PARAM 1 0 0 ab
a.b.ent NS ns.test.
d.*.w NS ns.test.
plain NS ns.test.
*.s TXT s
${chain.map((hash, i) => `${hash} NSEC3 1 1 0 ab ${chain[(i + 1) % chain.length]} A AAAA ${MANY_TYPES}`).join('\n')}
`,
  );
  builder.addDynamic(parseName('steer.example.'), [TYPE.A], 1, 60);
  builder.addDynamic(parseName('lone.example.'), [TYPE.A], 2, 60);
  builder.addDynamic(parseName('*.s.example.'), [TYPE.A], 3, 60);
  const sign = {
    sign(_owner: Uint8Array, type: number, _ttl: number, _rdatas: readonly Uint8Array[], labels: number) {
      signed.push(labels);
      return [Uint8Array.of(0, type, 13, labels, 0, 0, 0, 60)];
    },
  };
  return zoneAnswerer(builder.build(), { dynamic, sign });
}

/** The entries of the chain that are in the authority section. */
async function proof(question: string): Promise<string[]> {
  const lines = (await ask(zoneOf(nodata), question, { dnssec: true })).split('\n').filter((line) => / NSEC3 /.test(line));
  return lines.map((line) => ENTRIES.find((entry) => line.split(' ')[1]?.startsWith(hashOf(entry))) ?? line).sort();
}

test('RFC 5155 7.2.3, 7.2.7: the next closer name is that below the closest provable encloser, however deep the name is', async () => {
  for (const question of ['x.a.b.ent.example. A', 'a.b.ent.example. DS', 'b.ent.example. A', 'ent.example. A']) {
    expect(await proof(question), question).toEqual(['< ent.example.', '= example.']);
  }
});

test('RFC 5155 7.2.7: the NSEC3 of a delegation is all that its referral needs, whatever name below it was asked for', async () => {
  expect(await proof('x.plain.example. A')).toEqual(['= plain.example.']);
});

test('RFC 5155 7.2.5: the NSEC3 of a wildcard proves that a type lacks, also where its hash is the first of all', async () => {
  const label = Array.from({ length: 100 }, (_, i) => `n${i}`).find((name) =>
    ['example.', `${name}.example.`, `y.${name}.example.`].every((other) => hashNumber(`*.${name}.example.`) < hashNumber(other)),
  );
  const names = [`= *.${label}.example.`, '= example.', `= ${label}.example.`];
  const hashes = names.map(hashOf).sort();
  const records = hashes.map((hash, i) => `${hash} NSEC3 1 0 0 ab ${hashes[(i + 1) % hashes.length]} A\n`).join('');
  const soa = '@ SOA ns1 host 1 3600 600 86400 300\n@ RRSIG SOA 13 1 300 20600101000000 20240101000000 1 example. AAAA\n';
  const text = `$TTL 300\n${soa}@ NS ns1.test.\n@ NSEC3PARAM 1 0 0 ab\n*.${label} A 192.0.2.1\n${records}`;
  const response = await ask(zoneAnswerer(builderOf('example.', text).build()), `y.${label}.example. TXT`, { dnssec: true });
  expect(response).toContain(`\nau ${hashes[0]}.example. 300 NSEC3 `);
  expect(hashes[0]).toBe(hashOf(`= *.${label}.example.`));
});

test('RFC 5155 7.2.5, 7.1: a wildcard that exists for an opted-out delegation only is covered', async () => {
  expect(await proof('x.w.example. A')).toEqual(['< *.w.example.', '< x.w.example.', '= w.example.']);
});

test('RFC 5155 7.2.3: the NSEC3 of a type that lacks for the moment keeps all others, twice alike, signed at its own name', async () => {
  const signed: number[] = [];
  const zone = zoneOf(nodata, signed);
  const hash = hashOf('= steer.example.');
  const next = chain[(chain.indexOf(hash) + 1) % chain.length]!.toUpperCase();
  const first = await ask(zone, 'steer.example. A', { dnssec: true });
  expect(first.split('\n').slice(3)).toEqual([
    `au ${hash}.example. 5 NSEC3 1 1 0 AB ${next} AAAA ${MANY_TYPES}`,
    `au ${hash}.example. 5 RRSIG NSEC3 2 60`,
  ]);
  expect(await ask(zone, 'steer.example. A', { dnssec: true })).toBe(first);
  expect(signed).toEqual([2, 2]);
});

test('RFC 5155 7.2.3: without an NSEC3 to make it of, such a NODATA is not proven, so it is SERVFAIL', async () => {
  expect(await ask(zoneOf(nodata), 'lone.example. A', { dnssec: true })).toBe('SERVFAIL\nede 0 no signature could be made in time');
});

test('RFC 5155 7.2.9: where the chain has the name, what a wildcard gives is SERVFAIL: chosen, with ANY, and from the zone', async () => {
  const chooses: RRsetChooser = {
    choose(_id, _type, _exchange, choice) {
      choice.rdatas.push(Uint8Array.of(192, 0, 2, 1));
      choice.ttlSeconds = 5;
      return CHOSEN;
    },
  };
  expect(await ask(zoneOf(chooses), 'y.s.example. A', { dnssec: true })).toBe(NOT_PROVEN);
  expect(await ask(zoneOf(nodata), 'y.s.example. ANY', { dnssec: true })).toBe(NOT_PROVEN);
  expect(await ask(zoneOf(nodata), 'y.s.example. TXT', { dnssec: true })).toBe(NOT_PROVEN);
  expect(await ask(zoneOf(chooses), 'z.s.example. A', { dnssec: true })).toMatch(/^NOERROR aa\nan z.s.example. 5 A 192.0.2.1\n/);
  expect(await ask(zoneOf(nodata), 'y.s.example. ANY')).toBe('NOERROR aa\nan y.s.example. 300 TXT "s"');
});
