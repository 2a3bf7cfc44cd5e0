// Cases whose figure is the CPU time of an answered query.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asked, compileLoad, dnsperf } from './load.mjs';
import { addressFor } from './probe.mjs';
import { atMost, ratioOf, rowsOf, together } from './run.mjs';
import * as servers from './servers.mjs';
import * as zones from './zones.mjs';

const NAMES = 10_000;
const CPU = { key: 'cpu', unit: 'us of CPU per answered query', base: 'knot' };
export const COLUMNS = [
  ['cpu', 'CPU us/query', 2],
  ['user', 'user', 2],
  ['sys', 'sys', 2],
  ['ratio', 'x Knot', 2],
  ['low', 'least', 2],
  ['high', 'most', 2],
  ['queriesPerSecond', 'queries/s', 0],
  ['latencyUs', 'mean latency us', 0],
  ['lost', 'lost', 0],
];
const batch = (more = {}) => servers.dnsteer({ server: 'udpDriver: batch', ...more });
const peers = () => [servers.knot(), servers.nsd(), servers.named(), servers.pdns(), servers.gdnsd()];

const result = (samples, goals, { base = 'knot', columns = COLUMNS, note } = {}) => ({
  rows: rowsOf(samples, { base, key: 'cpu' }),
  columns,
  goals,
  note,
});

/** All of `list` with the zone of 10,000 names, loaded by dnsperf as `load` says. */
function withStaticZone(context, list, load) {
  const zone = { origin: zones.ORIGIN, file: zones.zoneOf(context.directory, NAMES) };
  const entries = list.map((server) => ({ server, zones: [zone], name: `h5.${zones.ORIGIN}` }));
  return together(context, entries, (server) => dnsperf(server, { seconds: context.seconds, ...load }));
}

const timesKnot = (samples, name, limit, key = 'cpu') =>
  atMost(`${name} by Knot`, limit, 'x', ratioOf(samples, name, 'knot', key), { server: name, base: 'knot' });

export const CPU_CASES = [
  {
    id: 'static',
    title: 'Static zone of 10,000 names, UDP',
    ...CPU,
    needs: ['dnsperf'],
    async run(context) {
      const list = [batch(), servers.dnsteer({ label: 'dnsteer, dgram', server: 'udpDriver: dgram' }), ...peers()];
      const samples = await withStaticZone(context, list, { queries: zones.queriesFor(context.directory, NAMES) });
      return result(samples, [timesKnot(samples, 'dnsteer', 0.95), timesKnot(samples, 'dnsteer, dgram', 1.85)]);
    },
  },
  {
    id: 'nxdomain',
    title: 'Names that do not exist, UDP',
    ...CPU,
    needs: ['dnsperf'],
    async run(context) {
      const samples = await withStaticZone(context, [batch(), ...peers()], { queries: zones.missingNames(context.directory) });
      return result(samples, [timesKnot(samples, 'dnsteer', 0.95)]);
    },
  },
  {
    id: 'tcp',
    title: 'TCP, 20 connections, 200 queries outstanding',
    ...CPU,
    needs: ['dnsperf'],
    async run(context) {
      const load = { queries: zones.queriesFor(context.directory, NAMES), tcp: true };
      const samples = await withStaticZone(context, [batch(), ...peers()], load);
      return result(samples, [timesKnot(samples, 'dnsteer', 0.7)]);
    },
  },
  {
    id: 'tcp-one',
    title: 'TCP, 20 connections with one query outstanding each',
    ...CPU,
    needs: ['gcc'],
    async run(context) {
      const load = { program: await compileLoad(context.directory), queries: zones.binaryQueries(context.directory, NAMES) };
      const zone = { origin: zones.ORIGIN, file: zones.zoneOf(context.directory, NAMES) };
      const entries = [batch(), ...peers()].map((server) => ({ server, zones: [zone], name: `h5.${zones.ORIGIN}` }));
      const samples = await together(context, entries, (server) =>
        asked(server, { ...load, seconds: context.seconds, connections: 20, tcp: true }),
      );
      const columns = [...COLUMNS.slice(0, 7), ['p50Us', 'median latency us', 0], ['lost', 'lost', 0]];
      return result(samples, [timesKnot(samples, 'dnsteer', 1.5)], { columns });
    },
  },
  {
    id: 'steered',
    title: 'Steered name, asked from 100,000 client subnets',
    ...CPU,
    base: 'gdnsd, geoip',
    needs: ['dnsperf'],
    run: runSteered,
  },
  {
    id: 'handler',
    title: 'Handlers of createServer, UDP',
    ...CPU,
    needs: ['dnsperf'],
    async run(context) {
      const list = [servers.handler('handler', 'sync.mjs'), servers.handler('handler that awaits', 'awaits.mjs'), servers.knot()];
      const samples = await withStaticZone(context, list, { queries: zones.queriesFor(context.directory, NAMES) });
      return result(samples, [timesKnot(samples, 'handler', 1.35), timesKnot(samples, 'handler that awaits', 2)]);
    },
  },
  {
    id: 'signed',
    title: 'DO=1, the same zone signed ahead by dnssec-signzone',
    ...CPU,
    needs: ['dnsperf', 'dnssec-keygen', 'dnssec-signzone'],
    async run(context) {
      const zone = { origin: zones.ORIGIN, file: await zones.signedZone(context.directory, NAMES) };
      const list = [batch(), servers.knot(), servers.nsd(), servers.named()];
      const entries = list.map((server) => ({ server, zones: [zone], name: `h5.${zones.ORIGIN}` }));
      const queries = zones.queriesFor(context.directory, NAMES);
      const samples = await together(context, entries, (server) => dnsperf(server, { queries, seconds: context.seconds, dnssecOk: true }));
      return result(samples, [timesKnot(samples, 'dnsteer', 1.05)]);
    },
  },
  {
    id: 'online',
    title: 'DO=1, signatures made online, ours from its cache',
    ...CPU,
    needs: ['dnsperf'],
    async run(context) {
      const zone = { origin: zones.ORIGIN, file: steeredZone(context) };
      const ours = batch({ sections: STEERING, zone: 'steer: { www: web }, dnssec: { keys: ./keys }' });
      const list = [ours, servers.knot({ label: 'knot, onlinesign', zoneLines: '    module: mod-onlinesign\n' })];
      const entries = list.map((server) => ({ server, zones: [zone], name: `www.${zones.ORIGIN}` }));
      const queries = zones.subnetQueries(context.directory, `www.${zones.ORIGIN}`, 100_000, { dnssecOk: true });
      const load = { queries, binary: true, seconds: context.seconds };
      const samples = await together(context, entries, (server) => dnsperf(server, load));
      return result(samples, [], {
        base: 'knot, onlinesign',
        note: 'Our steered name, signed when first asked for; Knot with mod-onlinesign. For comparison; no goal.',
      });
    },
  },
  {
    id: 'many-zones',
    title: '10,000 zones of 10 names, and one zone of 100,000 names',
    ...CPU,
    base: 'one zone',
    needs: ['dnsperf'],
    async run(context) {
      const [count, names] = [10_000, 10];
      const one = {
        server: batch({ label: 'one zone' }),
        zones: [{ origin: zones.ORIGIN, file: zones.zoneOf(context.directory, count * names) }],
        name: `h5.${zones.ORIGIN}`,
        queries: zones.queriesFor(context.directory, count * names),
      };
      const many = {
        server: batch({ label: '10,000 zones' }),
        zones: zones.manyZones(context.directory, count, names),
        name: `h5.z${count - 1}.test`,
        queries: zones.manyZonesQueries(context.directory, count, names),
      };
      const samples = await together(context, [one, many], (server, { queries }) => dnsperf(server, { queries, seconds: context.seconds }));
      const goal = atMost('10,000 zones by one zone', 1.1, 'x', ratioOf(samples, '10,000 zones', 'one zone', 'cpu'), {
        server: '10,000 zones',
        base: 'one zone',
      });
      return result(samples, [goal], { base: 'one zone', columns: ratioTo('x one zone') });
    },
  },
  {
    id: 'two-workers',
    title: 'Two workers and one, on one core, 64 clients',
    ...CPU,
    base: 'one worker',
    needs: ['dnsperf'],
    async run(context) {
      const list = [
        batch({ label: 'one worker', server: 'udpDriver: batch, workers: 1' }),
        batch({ label: 'two workers', server: 'udpDriver: batch, workers: 2' }),
      ];
      const load = { queries: zones.queriesFor(context.directory, NAMES), clients: 64 };
      const samples = await withStaticZone(context, list, load);
      const goal = atMost('two workers by one', 1.1, 'x', ratioOf(samples, 'two workers', 'one worker', 'cpu'), {
        server: 'two workers',
        base: 'one worker',
      });
      return result(samples, [goal], { base: 'one worker', columns: ratioTo('x one worker') });
    },
  },
  {
    id: 'rtt',
    title: 'One query at a time, UDP: median round trip',
    key: 'p50Us',
    unit: 'us, median round trip',
    base: 'knot',
    needs: ['gcc'],
    async run(context) {
      const load = { program: await compileLoad(context.directory), queries: zones.binaryQueries(context.directory, NAMES) };
      const zone = { origin: zones.ORIGIN, file: zones.zoneOf(context.directory, NAMES) };
      const entries = [batch(), ...peers()].map((server) => ({ server, zones: [zone], name: `h5.${zones.ORIGIN}` }));
      const samples = await together(context, entries, (server) => asked(server, { ...load, seconds: context.seconds }));
      const columns = [
        ['p50Us', 'median us', 1],
        ['p99Us', '99 % us', 1],
        ['ratio', 'x Knot', 2],
        ['cpu', 'CPU us/query', 2],
        ['lost', 'lost', 0],
      ];
      const rows = rowsOf(samples, { base: 'knot', key: 'p50Us' });
      return { rows, columns, goals: [timesKnot(samples, 'dnsteer', 1.2, 'p50Us')] };
    },
  },
];

const ratioTo = (title) => COLUMNS.map(([key, name, digits]) => [key, key === 'ratio' ? title : name, digits]);

// Probes that never come again, and endpoints that three failures would take down: up, and nothing happens during the run.
const CHECK = 'check: { type: tcp, address: 127.0.0.1, port: 9, interval: 24h, fall: 100, initial: up }';
const POOLS = { eu: ['DE', '198.51.100'], us: ['US', '203.0.113'], ap: ['JP', '192.0.2'] };
const STEERING = `pools:
${Object.entries(POOLS)
  .map(([pool, [country, net]]) => {
    const endpoints = `[{ name: a, addresses: [${net}.20], weight: 3 }, { name: b, addresses: [${net}.21], weight: 1 }]`;
    return `  ${pool}: { location: { country: ${country} }, endpoints: ${endpoints}, ${CHECK} }`;
  })
  .join('\n')}
policies:
  web: { pools: [eu, us, ap], chain: [up, nearest, { weighted: { sticky: true } }, { first: 1 }], ttl: { min: 5, max: 60 } }`;

function steeredZone(context) {
  const file = join(context.directory, 'steered.zone');
  if (!existsSync(file)) {
    const apex = '@ SOA ns1 host 1 3600 600 86400 300\n@ NS ns1\n@ NS ns2\nns1 A 127.0.0.1\nns2 A 127.0.0.2\n';
    writeFileSync(file, `$ORIGIN ${zones.ORIGIN}.\n$TTL 300\n${apex}www A 192.0.2.1\nstatic A 192.0.2.1\n`);
  }
  return file;
}

// Each pool by weights; which pools, by the client's network.
const GEOIP = `plugins => {
  weighted => {
    multi = false
${Object.entries(POOLS)
  .map(([pool, [, net]]) => `    ${pool} => { a => [ ${net}.20, 3 ], b => [ ${net}.21, 1 ] }`)
  .join('\n')}
  }
  geoip => {
    maps => { world => { datacenters => [ eu, us, ap ], nets => world.nets } }
    resources => { www => { map => world, dcmap => { eu => "%weighted!eu", us => "%weighted!us", ap => "%weighted!ap" } } }
  }
}
`;
const NEAREST = {
  EU: 'eu, us, ap',
  AF: 'eu, us, ap',
  NA: 'us, eu, ap',
  SA: 'us, eu, ap',
  AS: 'ap, us, eu',
  OC: 'ap, us, eu',
  AN: 'ap, us, eu',
};

/** The IPv4 networks of the database that ships with @dnsteer/geo, which gdnsd can't read itself (it knows MaxMind's own kinds), as its `nets`. */
async function writeNets(file) {
  if (existsSync(file)) return file;
  const { continentOf, openDatabase } = await import('../../../packages/geo/dist/index.js');
  const database = await openDatabase();
  const lines = [];
  const address = Buffer.alloc(4);
  for (let at = 2 ** 24; at < 224 * 2 ** 24; ) {
    address.writeUInt32BE(at);
    const { country, prefixLength } = database.locate(address);
    const continent = country === undefined ? undefined : continentOf(country);
    if (continent !== undefined) lines.push(`${[...address].join('.')}/${prefixLength} => [ ${NEAREST[continent]} ]\n`);
    const size = 2 ** (32 - prefixLength);
    at = (Math.floor(at / size) + 1) * size;
  }
  writeFileSync(file, lines.join(''));
  return file;
}

async function runSteered(context) {
  const file = steeredZone(context);
  const theirs = join(context.directory, 'geoip.zone');
  writeFileSync(
    theirs,
    `$TTL 300\n@ SOA ns1 host 1 3600 600 86400 300\n@ NS ns1\n@ NS ns2\nns1 A 127.0.0.1\nns2 A 127.0.0.2\nwww 60 DYNA geoip!www\n`,
  );
  const www = zones.subnetQueries(context.directory, `www.${zones.ORIGIN}`, 100_000);
  const geoip = servers.gdnsd({
    label: 'gdnsd, geoip',
    plugins: GEOIP,
    files: { 'geoip/world.nets': await writeNets(join(context.directory, 'world.nets')) },
  });
  const ours = { zones: [{ origin: zones.ORIGIN, file }], name: `www.${zones.ORIGIN}` };
  const plain = { zones: [{ origin: zones.ORIGIN, file: zones.zoneOf(context.directory, NAMES) }], name: `h5.${zones.ORIGIN}` };
  const entries = [
    { server: batch({ label: 'dnsteer, steered', sections: STEERING, zone: 'steer: { www: web }' }), ...ours, queries: www, binary: true },
    { server: batch({ label: 'dnsteer, static' }), ...plain, queries: zones.queriesFor(context.directory, NAMES) },
    { server: geoip, zones: [{ origin: zones.ORIGIN, file: theirs }], name: `www.${zones.ORIGIN}`, queries: www, binary: true },
  ];
  const samples = await together(context, entries, async (server, { name, queries, binary }) => {
    if (binary) await checkSteering(server, name);
    return dnsperf(server, { queries, binary, seconds: context.seconds });
  });
  const by = (base) => ratioOf(samples, 'dnsteer, steered', base, 'cpu');
  const goals = [
    atMost('steered by our static', 1.15, 'x', by('dnsteer, static'), { server: 'dnsteer, steered', base: 'dnsteer, static' }),
    atMost("steered by gdnsd's geoip plugin", 1.2, 'x', by('gdnsd, geoip'), { server: 'dnsteer, steered', base: 'gdnsd, geoip' }),
  ];
  return result(samples, goals, {
    base: 'gdnsd, geoip',
    columns: ratioTo('x geoip'),
    note: 'Three pools, health, weights, sticky; clients by EDNS Client Subnet. The pools that clients of six networks get are compared before each round.',
  });
}

/** Networks of Deutsche Telekom, the BBC, AT&T, the University of Michigan, NTT and the University of Tokyo: who serves their pool? */
const CLIENTS = {
  eu: [
    [80, 128, 0],
    [132, 185, 0],
  ],
  us: [
    [12, 0, 1],
    [141, 211, 1],
  ],
  ap: [
    [61, 112, 1],
    [133, 11, 1],
  ],
};

/** A server that steers nobody, or elsewhere, would be no comparison. */
async function checkSteering(server, name) {
  for (const [pool, subnets] of Object.entries(CLIENTS)) {
    for (const subnet of subnets) {
      const address = await addressFor(server, name, subnet);
      const expected = POOLS[pool][1];
      if (!address.startsWith(`${expected}.`))
        throw new Error(`${server.name}: clients of ${subnet.join('.')}.0/24 get ${address}, expected ${expected}.x`);
    }
  }
}
