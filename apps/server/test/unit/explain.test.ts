import { HealthTable } from '@dnsteer/health';
import type { DnsApp } from '@dnsteer/router';
import { definePolicy, type LocationLike, type PolicyDefinition, type Pool } from '@dnsteer/steering';
import { formatRdata, parseName, typeCode } from '@dnsteer/wire';
import { encodeRdata, type OptRecord, type ResourceRecord } from '@dnsteer/wire/records';
import { parseZoneText, type ZoneImage } from '@dnsteer/zone';
import { SharedClock, type Snapshot } from 'dnsteer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPlane } from '../../../../packages/dnsteer/src/plane.ts';
import { dynamicOwners, type ZonePlan } from '../../src/control/zone-plan.ts';
import { type Explanation, explain } from '../../src/explain/explain.ts';
import { explanationLines } from '../../src/explain/lines.ts';

const ZONE = `$TTL 300
@ SOA ns1 hostmaster 1 3600 600 1209600 60
@ NS ns1
@ MX 10 www
ns1 A 192.0.2.53
static A 192.0.2.80
static A 192.0.2.81
text TXT "a \\"quoted\\" text"
service HTTPS 1 . alpn=h2 ipv4hint=192.0.2.80
unknown TYPE65280 \\# 3 010203
alias CNAME www
alias2 CNAME alias
toDead CNAME dead
out CNAME www.example.org.
into CNAME www.other.example.
round CNAME round2
round2 CNAME round
self CNAME self
*.wild A 192.0.2.99
closer.wild TXT "here"
*.star CNAME www
deep.empty TXT "there is nothing at empty"
old DNAME wild
twice DNAME old
away DNAME example.org.
tooLong DNAME ${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}
sub NS ns.sub
child NS ns1
${Array.from({ length: 17 }, (_, i) => `l${i} CNAME l${i + 1}`).join('\n')}
l17 A 192.0.2.97
ns.sub A 192.0.2.54
both TXT "beside"
dead TXT "d"
`;
const OTHER = `$TTL 300
@ SOA ns1.example.com. hostmaster 1 3600 600 1209600 7
@ NS ns1.example.com.
www A 192.0.2.200
back CNAME www.example.com.
`;
const TEXTS: Readonly<Record<string, string>> = { 'example.com': ZONE, 'other.example': OTHER, 'child.example.com': OTHER };

const LOCATION: LocationLike = { country: 'DE', continent: 'EU', latitude: 51, longitude: 10, prefixLength: 16 };
/** One half of the addresses is in Germany, the other in the United States. */
const locator = {
  locate: ([first = 0]: Uint8Array): LocationLike =>
    first >= 128 ? LOCATION : { country: 'US', continent: 'NA', latitude: 40, longitude: -100, prefixLength: 9 },
};
const POOLS: readonly Pool[] = [
  { name: 'eu', location: { lat: 50, lon: 8 }, endpoints: [{ name: 'a', addresses: ['198.51.100.1', '2001:db8::1'] }] },
  { name: 'us', location: { lat: 39, lon: -77 }, endpoints: [{ name: 'b', addresses: ['203.0.113.1'] }] },
  {
    name: 'many',
    endpoints: [
      { name: 'c', addresses: ['198.51.100.7', '198.51.100.8', '2001:db8::7'] },
      { name: 'd', addresses: ['203.0.113.7', '2001:db8::8'], weight: 3 },
    ],
  },
];
const SLOTS: Readonly<Record<string, number>> = { 'eu/a': 0, 'us/b': 1, 'many/c': 2, 'many/d': 3 };
const DEFINITIONS: readonly PolicyDefinition[] = [
  { name: 'web', pools: ['eu', 'us'], chain: ['up', 'nearest', { first: 1 }] },
  { name: 'none', pools: ['eu', 'us'], chain: ['up', 'nearest'], allDown: 'none', ttl: { min: 20, max: 40 } },
  { name: 'sticky', pools: ['many'], chain: ['up', { weighted: { sticky: true } }], allDown: 'none' },
  { name: 'bySource', pools: ['eu', 'us'], chain: ['nearest', { first: 1 }], client: { prefer: 'source' } },
  { name: 'v4', pools: ['us'], chain: ['up'], allDown: { pool: 'eu' } },
];
const slotOf = (pool: string, endpoint: string) => SLOTS[`${pool}/${endpoint}`] ?? -1;
const policies = new Map(DEFINITIONS.map((definition) => [definition.name, definePolicy(definition, { pools: POOLS, slotOf })]));

function plan(key: string, steered: Readonly<Record<string, string>> = {}): ZonePlan {
  const apex = parseName(key);
  const owners = Object.entries(steered).map(([text, policy]) => ({ key: text, owner: parseName(text, apex), policy }));
  return { key, apex, file: key, dnssec: undefined, steered: owners, aliases: [] };
}
const STEERED = { www: 'web', '*.any': 'sticky', both: 'web', dead: 'none', 'x.sub2': 'v4', many: 'sticky', source: 'bySource' };
const ZONES = [plan('example.com', STEERED), plan('other.example', { steered: 'none' }), plan('child.example.com')];

/** Zones to explain, and the server that has the same ones. */
interface World {
  ask(name: string, type: string, client?: string, source?: string): Promise<Explanation>;
  readonly server: DnsApp;
}

/** @param down - slot and family of endpoints that probes found down. */
function worldOf(
  zones: readonly ZonePlan[],
  texts: Readonly<Record<string, string>>,
  down: readonly (readonly [number, 4 | 6])[] = [],
): World {
  const images = new Map<ZonePlan, ZoneImage>();
  for (const one of zones) {
    const builder = parseZoneText(texts[one.key]!, { origin: one.apex });
    for (const { owner, types, dynamicId, maxTtlSeconds } of dynamicOwners(one, policies))
      builder.addDynamic(owner, types, dynamicId, maxTtlSeconds);
    images.set(one, builder.build());
  }
  const health = new HealthTable();
  for (const slot of Object.values(SLOTS)) for (const family of [4, 6] as const) health.publish(slot, family, 'up', 30);
  for (const [slot, family] of down) health.publish(slot, family, 'down', 25);
  const clock = new SharedClock();
  clock.start();
  clock.stop();
  const snapshot: Snapshot = {
    epoch: 1,
    zones: zones.map((one) => ({
      apex: one.apex,
      slab: images.get(one)!.shared,
      policies: one.steered.map(({ policy }) => policy),
      keys: [],
    })),
    pools: POOLS,
    policies: DEFINITIONS,
    slots: SLOTS,
    health: health.shared,
    clock: clock.shared,
    geo: [],
    geoVersion: 1,
    clientSubnet: 'all',
    maxUdpPayload: 1232,
  };
  return {
    ask: (name, type, client = '192.0.2.0/24', source = undefined) =>
      explain(
        { zones, imageOf: (one) => images.get(one)!, policies, pools: POOLS, clientSubnet: ['10.0.0.0/8'] },
        { name, type, client, source },
        { locator, health },
      ),
    // What answers in the worker.
    server: createPlane(snapshot, locator, ({ message }) => expect.fail(message)) as DnsApp,
  };
}

const allUp = worldOf(ZONES, TEXTS);
const allDown = worldOf(
  ZONES,
  TEXTS,
  Object.values(SLOTS).flatMap((slot) => [[slot, 4] as const, [slot, 6] as const]),
);
const ask = (...question: Parameters<World['ask']>) => allUp.ask(...question);

const isOpt = (record: ResourceRecord | OptRecord): record is OptRecord => record.type === 'OPT';
const rdataText = ({ type, data }: ResourceRecord) => formatRdata(typeCode(type)!, encodeRdata(typeCode(type)!, data));

/** Holds what is explained against what the server says. */
async function expectSame({ ask: explained, server }: World, name: string, type: string, client: string): Promise<void> {
  const question = `${name} ${type} for ${client}`;
  const { answer, links, decision, denied, policy } = await explained(name, type, client);
  const message = await server.query(name, type, { client, transport: 'tcp' });
  const options = message.additionals.find(isOpt)?.options ?? [];
  const data = message.answers.map((record) => `${record.ttl} ${record.type} ${rdataText(record)}`);
  const soa = message.authorities.find((record) => record.type === 'SOA');
  const last = links.at(-1)!;
  const isReferral = last.found === 'referral';
  const isChosen = decision?.status === 'chosen';
  const told = {
    question,
    answer,
    // Link by link it is the same answer, and none but the last one answers.
    records: links.filter((link) => !isReferral || link !== last).flatMap(({ records }) => records),
    aliases: links.filter(({ found }) => found === 'alias').length,
    negativeTtlSeconds: last.negativeTtlSeconds,
    referral: isReferral ? last.records : [],
    // The reasons are those of that answer.
    policy,
    denials: denied.map(({ decision: { status } }) => status),
    decided: decision?.answers.map((address) => `${decision.ttl} ${last.steered!.type} ${address}`),
    // Of a prefix of length 0 the scope is 0, whatever the policy looked at (RFC 7871 7.2.1).
    ecsScope: isChosen && !client.endsWith('/0') ? decision.ecsScope : answer.scopePrefix,
    endpoints: [...new Set(decision?.answerEndpoints)],
  };
  expect(told).toEqual({
    question,
    answer: {
      rcode: message.rcode,
      records: message.answers.map((record, i) => `${record.name === '.' ? '' : record.name}. ${data[i]}`),
      scopePrefix: options.find(({ scopePrefixLength }) => scopePrefixLength !== undefined)?.scopePrefixLength,
      extendedErrors: options.filter(({ infoCode }) => infoCode !== undefined).map(({ infoCode }) => ({ code: infoCode, text: '' })),
    },
    records: data,
    aliases: links.length - (last.found === 'alias' ? 0 : 1),
    negativeTtlSeconds: soa?.ttl,
    referral: soa === undefined ? message.authorities.map((record) => `${record.ttl} ${record.type} ${rdataText(record)}`) : [],
    policy: last.steered?.policy,
    denials: type === 'ANY' ? denied.map(() => 'none') : [],
    decided: last.found === 'steered' ? last.records : undefined,
    ecsScope: answer.scopePrefix,
    endpoints: decision?.endpoints ?? [],
  });
}

const CLIENTS = ['192.0.2.0/24', '2001:db8::/48', '12.34.56.0/21', '0.0.0.0/0'];

describe('what explain says is what is answered', () => {
  const labels =
    '@ www static text service unknown alias alias2 todead out into round self x.wild closer.wild y.closer.wild wild a.star star empty deep.empty nope x.any y.x.any *.any any old x.old y.x.old closer.old x.twice x.away toolong aa.toolong sub x.sub ns.sub child www.child back.child many both dead x.dead x.sub2 sub2 l0 l1 l2 l17';
  const elsewhere = 'other.example www.other.example back.other.example steered.other.example nope.other.example www.example.org com .';
  const names = [
    ...labels.split(' ').map((label) => (label === '@' ? 'example.com' : `${label}.example.com`)),
    `${'d'.repeat(63)}.toolong.example.com`,
    ...elsewhere.split(' '),
  ];
  const types = 'A AAAA ANY CNAME DNAME NS SOA DS TXT HTTPS RRSIG TYPE65280'.split(' ');
  const worlds = {
    'all is up': allUp,
    'all is down': allDown,
    'IPv4 is down': worldOf(
      ZONES,
      TEXTS,
      [0, 1, 2, 3].map((slot) => [slot, 4] as const),
    ),
    'eu/a is down': worldOf(ZONES, TEXTS, [
      [0, 4],
      [0, 6],
    ]),
  };

  test.each(Object.entries(worlds))(
    '%s: every name, type and client',
    async (_, world) => {
      const clients = world === allUp ? CLIENTS : CLIENTS.slice(0, 2);
      for (const name of names) for (const type of types) for (const client of clients) await expectSame(world, name, type, client);
    },
    30_000,
  );

  test('of any zone', async () => {
    const owners = ['a', 'b', 'a.b', 'c.a', '*', '*.a', '*.b', 'c.a.b'];
    const targets = [...owners.filter((owner) => !owner.startsWith('*')), 'x.a', 'x.b', 'deep.x.a', 'other.example.', 'www.example.org.'];
    const has = fc.oneof(
      fc.constantFrom('', 'A 192.0.2.1', 'TXT "t"', 'NS ns.b', 'steered by web', 'steered by none', 'TXT "t" steered by none'),
      fc.tuple(fc.constantFrom('CNAME', 'DNAME'), fc.constantFrom(...targets)).map(([type, target]) => `${type} ${target}`),
    );
    const down = fc.subarray([0, 1].flatMap((slot) => [[slot, 4] as const, [slot, 6] as const]));
    let served = 0;
    await fc.assert(
      fc.asyncProperty(fc.tuple(...owners.map(() => has)), down, fc.constantFrom(...CLIENTS), async (contents, downs, client) => {
        const rows = contents.flatMap((content, i) => {
          const standing = content.replace(/ ?steered by .*/, '');
          return standing === '' ? [] : [`${owners[i]} 300 ${standing}`];
        });
        const steered = contents.flatMap((content, i) => {
          const [, policy] = content.split('steered by ');
          return policy === undefined ? [] : [[owners[i]!, policy] as const];
        });
        const text = ['@ 300 SOA ns hostmaster 1 2 3 4 30', '@ 300 NS ns', 'ns 300 A 192.0.2.2', ...rows].join('\n');
        let world: World;
        try {
          world = worldOf(
            [plan('example.com', Object.fromEntries(steered)), plan('other.example')],
            { ...TEXTS, 'example.com': text },
            downs,
          );
        } catch {
          return; // No zone: a wildcard DNAME, something below a cut that is steered.
        }
        served++;
        for (const owner of [...owners, 'x', 'x.a', 'y.x.a', 'x.b', 'x.c.a.b', '@'])
          for (const type of ['A', 'AAAA', 'ANY', 'CNAME', 'TXT'])
            await expectSame(world, owner === '@' ? 'example.com' : `${owner}.example.com`, type, client);
      }),
      { numRuns: 100 },
    );
    expect(served).toBeGreaterThan(10);
  }, 30_000);
});

test('RFC 8482 4.1: ANY of a name whose policy has nothing left is what stands there, and explain says why', async () => {
  const explanation = await allDown.ask('dead.example.com', 'ANY');
  expect(explanation).toMatchObject({
    links: [{ found: 'records', records: ['300 TXT "d"'] }],
    answer: { rcode: 'NOERROR', records: ['dead.example.com. 300 TXT "d"'], scopePrefix: 0 },
    policy: undefined,
    decision: undefined,
    denied: [
      { policy: 'none', type: 'A', decision: { status: 'none' } },
      { policy: 'none', type: 'AAAA', decision: { status: 'none' } },
    ],
  });
  const lines = explanationLines(explanation);
  expect(lines.filter((line) => /^\S/.test(line))).toEqual([
    'dead.example.com. ANY for 192.0.2.0/24',
    'zone      example.com.',
    'policy    none',
    'client    192.0.2.0/24: the query named it (ECS)',
    'location  DE, EU, 51.0 10.0, for a /16',
    'A',
    'AAAA',
    'answer    what the zone has',
    'scope     0: no record was chosen for the client',
  ]);
  expect(lines).toContain('          300 TXT "d"');
  expect((await allDown.ask('todead.example.com', 'A')).links.map(({ found }) => found)).toEqual(['alias', 'steered']);
});

test('whom the policy went by, and why: the source, where it prefers that, or where the resolver is not trusted with ECS', async () => {
  const client = '192.0.2.0/24';
  const lineOf = (explanation: Explanation, key: string) => explanationLines(explanation).find((line) => line.startsWith(key));
  expect(lineOf(await ask('www.example.com', 'A', client, '10.0.0.1'), 'client')).toBe('client    192.0.2.0/24: the query named it (ECS)');
  const preferred = await ask('source.example.com', 'A', client, '10.0.0.1');
  expect(lineOf(preferred, 'client')).toBe(
    'client    10.0.0.1/32: the source address: the policy prefers it to what a query says of its client',
  );
  expect(lineOf(preferred, 'location')).toMatch(/^location {2}US/);
  expect(preferred.answer.scopePrefix).toBe(0);
  // Nobody said who asks: the client itself.
  expect(lineOf(await ask('source.example.com', 'A', client), 'client')).toMatch(/^client {4}192\.0\.2\.0\/32: the source address/);
  const untrusted = await ask('www.example.com', 'A', client, '11.0.0.1');
  expect(lineOf(untrusted, 'client')).toBe('client    11.0.0.1/32: the source address: the query named no client (ECS) that counts');
});

test('RFC 8482 4.1: ANY of a name whose A is denied is its AAAA', async () => {
  const { ask: asked } = worldOf(ZONES, TEXTS, [
    [0, 4],
    [1, 4],
  ]);
  const explanation = await asked('dead.example.com', 'ANY');
  expect(explanation).toMatchObject({
    links: [{ found: 'steered', steered: { policy: 'none', type: 'AAAA' } }],
    decision: { status: 'chosen', answers: ['2001:db8::1'] },
    denied: [{ type: 'A', decision: { status: 'none' } }],
  });
  const lines = explanationLines(explanation);
  expect(lines.indexOf('A')).toBeLessThan(lines.indexOf('AAAA'));
  expect(lines).toContain('answer    2001:db8::1 (eu/a)');
});

test('an alias that leads out of our zones ends there; one that leads back ends where it has been; a chain has 16 links at most', async () => {
  const found = async (name: string) => (await ask(name, 'A')).links.map((link) => [link.name, link.found]);
  expect(await found('out.example.com')).toEqual([
    ['out.example.com.', 'alias'],
    ['www.example.org.', 'outside'],
  ]);
  expect(await found('round.example.com')).toEqual([
    ['round.example.com.', 'alias'],
    ['round2.example.com.', 'alias'],
  ]);
  expect((await found('l1.example.com')).map(([, own]) => own)).toEqual([...new Array(16).fill('alias'), 'records']);
  expect((await found('l0.example.com')).map(([, own]) => own)).toEqual(new Array(16).fill('alias'));
});

test('ANY of a steered name is its first type', async () => {
  expect((await ask('www.example.com', 'ANY')).decision?.answers).toEqual(['198.51.100.1']);
});

test('an image that can not be made is an error, and no answer', async () => {
  const imageOf = () => {
    throw new Error('no such file');
  };
  const question = { name: 'www.example.com', type: 'A', client: '192.0.2.0/24' };
  await expect(explain({ zones: ZONES, imageOf, policies, pools: POOLS }, question, { locator })).rejects.toThrow('no such file');
});

describe('the lines', () => {
  test.each([
    [
      'www.example.com',
      'A',
      [
        /^policy {4}web$/,
        /^location {2}DE, EU, 51\.0 10\.0, for a \/16$/,
        /^ {2}nearest +eu\/a us\/b -> eu\/a \| us\/b$/,
        /^answer {4}198\.51\.100\.1 \(eu\/a\)$/,
        /^ttl {7}30 s: the health of pool eu may change in 30 s$/,
        /^scope {5}\/16: nearest/,
      ],
    ],
    [
      'alias2.example.com',
      'A',
      [
        /^alias {5}alias2\.example\.com\. 300 CNAME alias\.example\.com\.$/,
        /^alias {5}alias\.example\.com\. 300 CNAME www\.example\.com\.$/,
        /^answer {4}198\.51\.100\.1/,
      ],
    ],
    [
      'static.example.com',
      'A',
      [
        /^answer {4}what the zone has$/,
        /^ {10}300 A 192\.0\.2\.80$/,
        /^ {10}300 A 192\.0\.2\.81$/,
        /^scope {5}0: the same for every client$/,
      ],
    ],
    ['x.sub.example.com', 'A', [/^answer {4}a referral/, /^ {10}300 NS ns\.sub\.example\.com\.$/]],
    ['nope.example.com', 'A', [/^answer {4}NXDOMAIN/, /^ttl {7}60$/, /^scope {5}0/]],
    ['static.example.com', 'MX', [/^answer {4}NODATA/, /^ttl {7}60$/]],
    ['www.example.org', 'A', [/^answer {4}REFUSED: no zone of ours encloses that name$/, /^error {5}20 NOT_AUTHORITATIVE$/]],
    ['www.example.com', 'AXFR', [/^answer {4}REFUSED: such questions are not answered here$/, /^error {5}21 NOT_SUPPORTED$/]],
    [
      'x.old.example.com',
      'A',
      [
        /^alias {5}old\.example\.com\. 300 DNAME wild\.example\.com\.$/,
        /^alias {5}x\.old\.example\.com\. 300 CNAME x\.wild\.example\.com\.$/,
      ],
    ],
    [`${'d'.repeat(63)}.toolong.example.com`, 'A', [/^alias {5}toolong\.example\.com\. 300 DNAME /, /^answer {4}YXDOMAIN: /]],
    ['many.example.com', 'A', [/^answer {4}203\.0\.113\.7 \(many\/d\), 198\.51\.100\.7 \(many\/c\), 198\.51\.100\.8 \(many\/c\)$/]],
    ['out.example.com', 'A', [/^alias {5}out/, /^answer {4}the alias: where it leads to, others answer$/]],
    ['round.example.com', 'A', [/^answer {4}the aliases: they lead on and on/]],
  ] as const)('%s %s', async (name, type, expected) => {
    const lines = explanationLines(await ask(name, type));
    expect(lines[0]).toBe(`${name}. ${type} for 192.0.2.0/24`);
    for (const line of expected) expect(lines).toContainEqual(expect.stringMatching(line));
  });
});

test('a query that says nothing of its client gets scope 0, and is told why', async () => {
  const lines = explanationLines(await ask('www.example.com', 'A', '0.0.0.0/0'));
  expect(lines).toContain('scope     /0: the query says nothing of its client, so its answer has no other scope (RFC 7871 7.2.1)');
});

test('RFC 2308 5: a choice of nothing is kept for no longer than the zone has its denials kept', async () => {
  const lines = explanationLines(await allDown.ask('steered.other.example', 'A'));
  expect(lines).toContain('answer    NODATA');
  expect(lines).toContain("ttl       7 s: the zone's negative TTL, less than 20 s: nothing to answer, so ttl.min");
});

test('what is no name, no type or no client is told', async () => {
  await expect(ask('a..b', 'A')).rejects.toThrow(/a\.\.b/);
  await expect(ask('www.example.com', 'AAA')).rejects.toThrow('found type "AAA", expected a mnemonic such as A, or TYPE65280');
  await expect(ask('www.example.com', 'A', '192.0.2.0/40')).rejects.toThrow(/client: found "192\.0\.2\.0\/40", expected an address/);
});
