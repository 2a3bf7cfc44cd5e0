import { HealthTable } from '@dnsteer/health';
import type { DnsApp } from '@dnsteer/router';
import { definePolicy, type LocationLike, type PolicyDefinition } from '@dnsteer/steering';
import { parseName } from '@dnsteer/wire';
import { parseZoneText } from '@dnsteer/zone';
import { SharedClock, type Snapshot } from 'dnsteer';
import { describe, expect, test } from 'vitest';
import { createPlane } from '../../../../packages/dnsteer/src/plane.ts';
import { dynamicOwners, type ZonePlan } from '../../src/control/zone-plan.ts';
import { explain } from '../../src/explain/explain.ts';
import { explanationLines } from '../../src/explain/lines.ts';

const ZONE = `$TTL 300
@ SOA ns1 hostmaster 1 3600 600 1209600 60
@ NS ns1
ns1 A 192.0.2.53
static A 192.0.2.80
static A 192.0.2.81
alias CNAME www
alias2 CNAME alias
out CNAME www.example.org.
into CNAME www.other.example.
round CNAME round2
round2 CNAME round
*.wild A 192.0.2.99
closer.wild TXT "here"
deep.empty TXT "there is nothing at empty"
old DNAME wild
sub NS ns.sub
child NS ns1
${Array.from({ length: 17 }, (_, i) => `l${i} CNAME l${i + 1}`).join('\n')}
l17 A 192.0.2.97
ns.sub A 192.0.2.54
`;
const OTHER = `$TTL 300
@ SOA ns1.example.com. hostmaster 1 3600 600 1209600 60
@ NS ns1.example.com.
www A 192.0.2.200
`;

const LOCATION: LocationLike = { country: 'DE', continent: 'EU', latitude: 51, longitude: 10, prefixLength: 16 };
const locator = { locate: () => LOCATION };
const pools = [
  { name: 'eu', location: { lat: 50, lon: 8 }, endpoints: [{ name: 'a', addresses: ['198.51.100.1', '2001:db8::1'] }] },
  { name: 'us', location: { lat: 39, lon: -77 }, endpoints: [{ name: 'b', addresses: ['203.0.113.1'] }] },
];
const DEFINITION: PolicyDefinition = { name: 'web', pools: ['eu', 'us'], chain: ['up', 'nearest', { first: 1 }] };

const policies = new Map([['web', definePolicy(DEFINITION, { pools })]]);
function plan(key: string, steered: readonly string[] = []): ZonePlan {
  const apex = parseName(key);
  return {
    key,
    apex,
    file: key,
    dnssec: undefined,
    steered: steered.map((text) => ({ key: text, owner: parseName(text, apex), policy: 'web' })),
  };
}
const STEERED = ['www', '*.any', 'both'];
const zones = [plan('example.com', STEERED), plan('other.example'), plan('child.example.com')];
const texts: Record<string, string> = { 'example.com': `${ZONE}both TXT "beside"\n`, 'other.example': OTHER, 'child.example.com': OTHER };
const imageOf = (one: ZonePlan) => {
  const builder = parseZoneText(texts[one.key]!, { origin: one.apex });
  for (const { owner, types, dynamicId, maxTtlSeconds } of dynamicOwners(one, policies))
    builder.addDynamic(owner, types, dynamicId, maxTtlSeconds);
  return builder.build();
};
const ask = (name: string, type: string, client = '192.0.2.0/24') =>
  explain({ zones, imageOf, policies }, { name, type, client }, { locator });

/** What answers in the worker. */
function server(): DnsApp {
  const clock = new SharedClock();
  clock.start();
  clock.stop();
  const snapshot: Snapshot = {
    epoch: 1,
    zones: zones.map((one) => ({ apex: one.apex, slab: imageOf(one).shared, policies: one.steered.map(() => 'web'), keys: [] })),
    pools,
    policies: [DEFINITION],
    slots: { 'eu/a': 0, 'us/b': 1 },
    health: new HealthTable().shared,
    clock: clock.shared,
    geo: [],
    geoVersion: 1,
    clientSubnet: 'all',
    maxUdpPayload: 1232,
  };
  return createPlane(snapshot, locator, ({ message }) => expect.fail(message)) as DnsApp;
}

describe('what explain says is what is answered', () => {
  const names = [
    'www',
    'static',
    'alias',
    'alias2',
    'into',
    'x.wild',
    'closer.wild',
    'empty',
    'nope',
    'x.any',
    'y.x.any',
    'any',
    'x.old',
    'sub',
    'x.sub',
    'both',
  ];
  const questions = [
    ...names.flatMap((name) => ['A', 'AAAA', 'TXT', 'MX'].map((type) => [`${name}.example.com`, type] as const)),
    ['example.com', 'SOA'],
    ['www.other.example', 'A'],
    ['www.example.org', 'A'],
    ['child.example.com', 'DS'],
    ['www.child.example.com', 'A'],
    ['x.old.example.com', 'CNAME'],
    ['round.example.com', 'A'],
    ['l0.example.com', 'A'],
    ['l1.example.com', 'A'],
  ] as const;

  test.each(questions)('%s %s', async (name, type) => {
    const { links, decision } = ask(name, type);
    const reply = await server().query(name, type, { client: '192.0.2.0/24' });
    const last = links.at(-1)!;
    const aliases = links.filter(({ found }) => found === 'alias');
    const isSynthesised = aliases.some(({ records }) => records[0]!.includes(' DNAME '));
    const data = [...aliases.map(({ records }) => records[0]!.split(' ')[1]), ...answerTypes(last, decision?.answers.length ?? 0)];
    expect(reply.answers.filter(({ type: own }) => own !== 'CNAME' || !isSynthesised).map(({ type: own }) => own)).toEqual(data);
    expect(reply.rcode).toBe(
      last.found === 'no name' ? 'NXDOMAIN' : last.found === 'outside' && links.length === 1 ? 'REFUSED' : 'NOERROR',
    );
    expect(reply.authorities.map(({ type: own }) => own)).toEqual(
      { 'no name': ['SOA'], 'no data': ['SOA'], referral: ['NS'] }[last.found as string] ?? [],
    );
    if (decision !== undefined) {
      const steeredAnswers = reply.answers.filter(({ type: own }) => own === 'A' || own === 'AAAA').map(({ data: address }) => address);
      expect(decision.answers).toEqual(steeredAnswers);
    }
  });

  function answerTypes(
    { found, records, steered }: { found: string; records: readonly string[]; steered?: { type: string } },
    chosen: number,
  ) {
    if (found === 'records') return records.map((record) => record.split(' ')[1]);
    return found === 'steered' ? Array.from({ length: chosen }, () => steered!.type) : [];
  }
});

test('an alias that leads out of our zones ends there; one that leads back ends where it has been; a chain has 16 links at most', () => {
  expect(ask('out.example.com', 'A').links.map(({ name, found }) => [name, found])).toEqual([
    ['out.example.com.', 'alias'],
    ['www.example.org.', 'outside'],
  ]);
  expect(ask('round.example.com', 'A').links.map(({ name, found }) => [name, found])).toEqual([
    ['round.example.com.', 'alias'],
    ['round2.example.com.', 'alias'],
  ]);
  expect(ask('l1.example.com', 'A').links.map(({ found }) => found)).toEqual([...new Array(16).fill('alias'), 'records']);
  expect(ask('l0.example.com', 'A').links.map(({ found }) => found)).toEqual(new Array(16).fill('alias'));
});

test('ANY of a steered name is its first type', () => {
  expect(ask('www.example.com', 'ANY').decision?.answers).toEqual(['198.51.100.1']);
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
        /^ttl {7}60 s/,
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
    ['www.example.org', 'A', [/^answer {4}REFUSED: no zone of ours encloses that name$/]],
    ['out.example.com', 'A', [/^alias {5}out/, /^answer {4}the alias: where it leads to, others answer$/]],
    ['round.example.com', 'A', [/^answer {4}the aliases: they lead on and on/]],
  ] as const)('%s %s', (name, type, expected) => {
    const lines = explanationLines(ask(name, type));
    expect(lines[0]).toBe(`${name}. ${type} for 192.0.2.0/24`);
    for (const line of expected) expect(lines).toContainEqual(expect.stringMatching(line));
  });
});

test('what is no name, no type or no client is told', () => {
  expect(() => ask('a..b', 'A')).toThrow(/a\.\.b/);
  expect(() => ask('www.example.com', 'AAA')).toThrow('found type "AAA", expected a mnemonic such as A, or TYPE65280');
  expect(() => ask('www.example.com', 'A', '192.0.2.0/40')).toThrow(/client: found "192\.0\.2\.0\/40", expected an address/);
});
