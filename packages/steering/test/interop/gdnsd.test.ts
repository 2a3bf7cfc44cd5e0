import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DigReply, digAll, needing, recordLines, type Server, startGdnsd } from '../../../../tooling/testkit/index.ts';
import { GeoDatabase } from '../../../geo/src/index.ts';
import { writeMmdb } from '../../../geo/test/fixtures/mmdb-writer.ts';
import { Atlas, definePolicy, seededRandom } from '../../src/index.ts';
import { type DecisionCase, sites } from '../cases/decision-case.ts';
import { GDNSD_NETS } from '../cases/gdnsd-nets.ts';
import { GDNSD_THRESHOLDS } from '../cases/gdnsd-thresholds.ts';

// What the cases say that gdnsd decides, asked of gdnsd itself; and maps that no manual has.

const ORIGIN = 'example.com';
const MAPS = 40;
const CLIENTS = 25;
const DATACENTERS = ['dc01', 'dc02', 'dc03'];

interface NetMap {
  readonly networks: Readonly<Record<string, string[]>>;
  readonly clients: readonly string[];
}

/** Networks of all lengths that lie in one another and side by side, and clients at their edges. */
function randomMap(seed: number): NetMap {
  const random = seededRandom(seed);
  const below = (count: number) => random() % count;
  const networks: Record<string, string[]> = {};
  const clients: string[] = [];
  const base = random();
  for (let i = 0; i < 12; i++) {
    const bits = 4 + below(29);
    const near = (base ^ (random() & (0xffff_ffff >>> below(24)))) >>> 0;
    const first = (near & (0xffff_ffff << (32 - bits))) >>> 0;
    // That of clients in no network is among them: whose list is the same has one scope with them.
    const list = below(4) === 0 ? DATACENTERS : [DATACENTERS[below(3)]!];
    networks[`${dotted(first)}/${bits}`] = list;
    const last = (first | (bits === 32 ? 0 : 0xffff_ffff >>> bits)) >>> 0;
    clients.push(dotted(first), dotted(last), dotted((first - 1) >>> 0), dotted((last + 1) >>> 0));
  }
  return { networks, clients: clients.slice(0, CLIENTS) };
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

const PLACES = [
  ['EU', 'DE'],
  ['EU', 'FR'],
  ['EU', 'CH'],
  ['NA', 'US'],
  ['NA', 'CA'],
  ['AS', 'JP'],
] as const;
// By country alone: a list of ours gives way to that of the continent, which gdnsd's does not.
const GEOTARGET = { countries: { CH: ['dc03'], US: ['dc03'], DE: ['dc02'], FR: ['dc02'], CA: ['dc01'] }, default: DATACENTERS };
const mmdb = (() => {
  const networks = Array.from({ length: MAPS }, (_, seed) => Object.keys(randomMap(seed + 100).networks)).flat();
  const byLength = networks.sort((a, b) => Number(a.split('/')[1]) - Number(b.split('/')[1]));
  return writeMmdb(
    byLength.map((network, i) => {
      const [continent, country] = PLACES[(i * 7) % PLACES.length]!;
      return [network, { continent: { code: continent }, country: { iso_code: country } }] as const;
    }),
    { databaseType: 'GeoIP2-Country' },
  );
})();
const placeClients = Array.from({ length: MAPS }, (_, seed) => randomMap(seed + 100).clients).flat();

const thresholdCases = GDNSD_THRESHOLDS.map((one, i) => ({ one, name: `t${i}`, address: (id: string) => `10.1.${i}.${id.split('/')[1]}` }));
const randomMaps = Array.from({ length: MAPS }, (_, seed) => randomMap(seed));
const netCases = [...new Set(GDNSD_NETS.map(({ source }) => source))].map((source) => GDNSD_NETS.filter((one) => one.source === source));

function thresholdConfig(): { multifo: string; states: string } {
  let multifo = '';
  let states = '';
  for (const { one, name, address } of thresholdCases) {
    const [pool] = one.pools;
    const addresses = pool!.endpoints.map((endpoint) => `e${endpoint.name} => ${address(`p/${endpoint.name}`)}`);
    multifo += `${name} => { service_types => ext, up_thresh => ${Number.parseInt(String(pool!.minHealthy), 10) / 100}, ${addresses.join(', ')} }\n`;
    const health = (one.circumstances?.health ?? {}) as Record<string, string>;
    for (const { name: id } of pool!.endpoints) states += `${address(`p/${id}`)} => ${health[`p/${id}`] === 'down' ? 'DOWN' : 'UP'}\n`;
  }
  return { multifo, states };
}

const netsOf = (networks: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(networks)
    .map(([network, pools]) => `"${network}" => [ ${pools.join(', ')} ]`)
    .join('\n');

/** The parameters of the only filter of these cases. */
function cidrOf(one: DecisionCase): { networks: Record<string, string[]>; default: string[] } {
  return (one.policy.chain[0] as { cidr: { networks: Record<string, string[]>; default: string[] } }).cidr;
}

function geoConfig(database: string): string {
  const maps: string[] = [];
  const resources: string[] = [];
  const add = (name: string, datacenters: readonly string[], networks: Readonly<Record<string, readonly string[]>>) => {
    maps.push(`${name} => { datacenters => [ ${datacenters.join(', ')} ], nets => {\n${netsOf(networks)}\n} }`);
    resources.push(
      `${name} => { map => ${name}, dcmap => { ${datacenters.map((dc) => `${dc} => 192.0.2.${Number(dc.slice(2))}`).join(', ')} } }`,
    );
  };
  for (const [i, cases] of netCases.entries()) add(`n${i}`, DATACENTERS.slice(0, 2), cidrOf(cases[0]!).networks);
  for (const [i, { networks }] of randomMaps.entries()) add(`m${i}`, DATACENTERS, networks);
  add('places', DATACENTERS, {});
  const ofPlaces = 'map => { EU => { CH => [ dc03 ], DE => [ dc02 ], FR => [ dc02 ] }, NA => { US => [ dc03 ], CA => [ dc01 ] } }';
  maps.push(maps.pop()!.replace(/nets => \{\s*\}/, `geoip2_db => "${database}", ${ofPlaces}`));
  return `geoip => { maps => {\n${maps.join('\n')}\n} resources => {\n${resources.join('\n')}\n} }`;
}

function zone(): string {
  const lines = thresholdCases.map(({ name }) => `${name} 60 DYNA multifo!${name}`);
  for (const i of netCases.keys()) lines.push(`n${i} 60 DYNA geoip!n${i}`);
  for (const i of randomMaps.keys()) lines.push(`m${i} 60 DYNA geoip!m${i}`);
  lines.push('places 60 DYNA geoip!places');
  return `@ 60 SOA ns1 host 1 3600 600 86400 60\n@ 60 NS ns1\nns1 60 A 127.0.0.1\n${lines.join('\n')}\n`;
}

const answerOf = (reply: DigReply | undefined) => recordLines(reply!.answer).map((line) => line.split(' ').at(-1)!);
const scopeOf = (reply: DigReply | undefined) => reply!.edns!.clientSubnet!.scopePrefix;

needing(['gdnsd', 'dig'], 'gdnsd', () => {
  let server: Server;
  const directory = mkdtempSync(join(tmpdir(), 'places-'));

  beforeAll(async () => {
    const { multifo, states } = thresholdConfig();
    const file = join(directory, 'places.mmdb');
    writeFileSync(file, mmdb);
    server = await startGdnsd({
      zones: { [ORIGIN]: zone() },
      config: `service_types => { ext => { plugin => extfile, file => states, direct => true } }\nplugins => {\nmultifo => {\n${multifo}}\n${geoConfig(file)}\n}`,
      state: { 'extfile/states': states },
    });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true });
  });

  test('multifo: every line of its table of thresholds', async () => {
    const replies = await digAll(
      server,
      thresholdCases.map(({ name }) => `${name}.${ORIGIN} A`),
    );
    for (const [i, { one, address }] of thresholdCases.entries()) {
      const policy = definePolicy({ name: 'case', pools: ['p'], ...one.policy }, { pools: one.pools });
      const { endpoints } = policy.decide({ client: '192.0.2.1', type: 'A' }, one.circumstances);
      expect([one.rule, answerOf(replies[i]).sort()]).toEqual([one.rule, endpoints.map(address).sort()]);
    }
  });

  test('geoip: the networks of its own tests, with scopes', async () => {
    for (const [i, cases] of netCases.entries()) {
      const same = cases.filter(({ differs }) => differs === undefined);
      const replies = await digAll(
        server,
        same.map(({ question }) => `n${i}.${ORIGIN} A +subnet=${question!.client}`),
      );
      for (const [j, one] of same.entries()) {
        const { pools } = one.expect as { pools: string[] };
        expect([one.rule, answerOf(replies[j]), scopeOf(replies[j])]).toEqual([
          one.rule,
          [`192.0.2.${Number(pools[0]!.slice(2))}`],
          one.scope,
        ]);
      }
    }
  });

  test.each(randomMaps.map((map, i) => [i, map] as const))(
    'geoip: networks of seed %i, at their edges',
    async (i, { networks, clients }) => {
      const pools = sites(Object.fromEntries(DATACENTERS.map((name) => [name, null])));
      const chain = [{ cidr: { networks, default: DATACENTERS } }];
      const policy = definePolicy({ name: 'random', pools: DATACENTERS, chain }, { pools });
      const replies = await digAll(
        server,
        clients.map((client) => `m${i}.${ORIGIN} A +subnet=${client}/32`),
      );
      for (const [j, client] of clients.entries()) {
        const { endpoints, ecsScope } = policy.decide({ client: `${client}/32`, type: 'A' });
        const theirs = DATACENTERS[Number(answerOf(replies[j])[0]!.split('.')[3]) - 1];
        expect([client, endpoints[0], ecsScope]).toEqual([client, `${theirs}/1`, scopeOf(replies[j])]);
      }
    },
  );

  test('geoip: places of a database, at the edges of its networks: the same verdicts, for the same scopes', async () => {
    const pools = sites(Object.fromEntries(DATACENTERS.map((name) => [name, null])));
    const policy = definePolicy({ name: 'places', pools: DATACENTERS, chain: [{ geotarget: GEOTARGET }] }, { pools });
    const locator = new GeoDatabase([mmdb]);
    policy.useScopes(locator, policy.scopeTable(Atlas.of(locator)!));
    const replies = await digAll(
      server,
      placeClients.map((client) => `places.${ORIGIN} A +subnet=${client}/32`),
    );
    for (const [j, client] of placeClients.entries()) {
      const { endpoints, ecsScope } = policy.decide({ client: `${client}/32`, type: 'A' }, { locator });
      const theirs = DATACENTERS[Number(answerOf(replies[j])[0]!.split('.')[3]) - 1];
      expect([client, endpoints[0], ecsScope]).toEqual([client, `${theirs}/1`, scopeOf(replies[j])]);
    }
  });
});
