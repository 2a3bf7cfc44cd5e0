import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Different packets of one kind, so that caches of the processor work as they do with real clients. */
const PACKETS = 1000;
const DO = 0x8000;

/**
 * The kinds of answers that are measured: each a function that has the `i`th packet answered and returns the octets of the response.
 *
 * @param {number} [names] - in the zones.
 * @returns {Promise<Map<string, (i: number) => number>>}
 */
export async function kinds(names = 10_000) {
  // What is built, loaded by Node itself: vitest rewrites imports so that each use of one is a property look-up.
  const load = createRequire(import.meta.url);
  const { DnsApp, steer, zoneText } = load('../dist/index.js');
  const { cookies, nsid } = load('../../middleware/dist/index.js');
  const { definePolicy } = load('@dnsteer/steering');
  const { countryCentroid } = load('@dnsteer/geo');
  const { encodeMessage } = load('@dnsteer/wire/records');

  const hosts = Array.from({ length: names }, (_, i) => `h${i} A 192.0.${(i / 250) | 0}.${i % 250}`).join('\n');
  const zone = zoneText(`$TTL 300\n@ SOA ns1 host 1 3600 600 86400 300\n@ NS ns1\nns1 A 127.0.0.1\n${hosts}\n`);
  const pools = [
    ['eu', 'DE'],
    ['us', 'US'],
    ['ap', 'JP'],
  ].map(([name, country], i) => ({
    name,
    location: { country },
    endpoints: [1, 2].map((n) => ({ name: `${name}${n}`, addresses: [`198.51.100.${10 * i + n}`] })),
  }));
  const web = {
    name: 'web',
    pools: ['eu', 'us', 'ap'],
    chain: ['up', 'nearest', { weighted: { sticky: true } }, { first: 1 }],
    ttl: { min: 5, max: 60 },
  };
  const policy = () => steer(definePolicy(web, { pools, centroid: countryCentroid }));
  const keys = mkdtempSync(join(tmpdir(), 'dnsteer-bench-'));
  const clock = { nowSeconds: () => 1_800_000_000 };
  const plain = new DnsApp(clock).zone('bench.test', zone).on('www.bench.test', ['A'], policy());
  const signed = new DnsApp(clock).zone('bench.test', zone, { dnssec: { keys } }).on('www.bench.test', ['A'], policy());
  const extras = new DnsApp(clock).use(nsid('bench'), cookies()).zone('bench.test', zone);
  const handler = new DnsApp(clock).on('*', ({ req, res }) => {
    res.answers.push({ name: req.name, type: 'A', ttl: 30, data: { address: '192.0.2.10' } });
    res.send();
  });
  for (const app of [plain, signed, extras, handler]) await app.prepare();
  rmSync(keys, { recursive: true });

  const ecs = (i) => ({ code: 8, ip: `${1 + ((i * 7919) % 220)}.${(i * 104729) % 256}.${(i * 31) % 256}.0`, sourcePrefixLength: 24 });
  const query = (name, flags, options = []) =>
    encodeMessage({
      id: 1,
      type: 'query',
      questions: [{ name, type: 'A' }],
      additionals: [{ name: '.', type: 'OPT', udpPayloadSize: 1232, flags, options }],
    });
  const hostName = (i) => `h${(i * 7919) % names}.bench.test`;
  const out = new Uint8Array(65535);
  const peers = Array.from({ length: PACKETS }, (_, i) => ({ address: ecs(i).ip, port: 40000, family: 4, transport: 'udp' }));
  const asking = (app, packetOf) => {
    const packets = Array.from({ length: PACKETS }, (_, i) => packetOf(i));
    const { respond } = app;
    return (i) => {
      const at = i % PACKETS;
      return respond(packets[at], packets[at].length, peers[at], out);
    };
  };
  return new Map([
    ['static A', asking(plain, (i) => query(hostName(i), 0))],
    ['NXDOMAIN', asking(plain, (i) => query(`nx${hostName(i)}`, 0))],
    [
      'static A with NSID and a cookie',
      asking(extras, (i) =>
        query(hostName(i), 0, [
          { code: 3, data: Buffer.alloc(0) },
          { code: 10, data: Buffer.alloc(8, i) },
        ]),
      ),
    ],
    ['signed static A, DO', asking(signed, (i) => query(hostName(i), DO))],
    ['signed NXDOMAIN, DO', asking(signed, (i) => query(`nx${hostName(i)}`, DO))],
    ['steered A by ECS', asking(plain, (i) => query('www.bench.test', 0, [ecs(i)]))],
    ['steered A by source address', asking(plain, () => query('www.bench.test', 0))],
    ['steered A by ECS, signed, DO', asking(signed, (i) => query('www.bench.test', DO, [ecs(i)]))],
    ['a synchronous handler', asking(handler, (i) => query(hostName(i), 0))],
  ]);
}
