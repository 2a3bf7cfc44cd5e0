import { createRequire } from 'node:module';
import { bench, describe } from 'vitest';

// npx tsc -b packages/router && npx vitest bench --run --project unit packages/router
// What is built, loaded by Node itself: vitest rewrites imports so that each use of one is a property look-up.
const load = createRequire(import.meta.url);
const { DnsApp } = load('../dist/index.js') as typeof import('../src/index.ts');
const { readAddress } = load('../dist/client.js') as typeof import('../src/client.ts');
const { encodeMessage } = load('@dnsteer/wire/records') as typeof import('@dnsteer/wire/records');

const BATCH = 1000;
const A = { type: 'A', ttl: 30, data: { address: '192.0.2.10' } };
const app = new DnsApp({ nowSeconds: () => 0 })
  .on('www.test', (c) => c.answer(A))
  .on('named.test', (c) => c.answer({ name: c.name, ...A }))
  .on(':shard.cdn.test', (c) => c.answer({ ...A, ttl: c.params['shard']!.length }))
  .on('alias.test', (c) => c.answer({ type: 'CNAME', ttl: 30, data: 'www.test' }));

const peer = { address: '192.0.2.1', port: 53, family: 4 as const, transport: 'udp' as const };
const out = new Uint8Array(1232);
const octets = new Uint8Array(16);

function asking(name: string, damage: (packet: Uint8Array) => Uint8Array = (packet) => packet) {
  const packet = damage(
    encodeMessage({ id: 1, type: 'query', questions: [{ name, type: 'A' }], additionals: [{ name: '.', type: 'OPT' }] }),
  );
  return () => {
    for (let i = 0; i < BATCH; i++) app.respond(packet, packet.length, peer, out);
  };
}

describe('a thousand queries, from octets to octets', () => {
  bench(
    'malformed: FORMERR',
    asking('www.test', (packet) => packet.subarray(0, packet.length - 1)),
  );
  bench('a name of nobody: REFUSED', asking('www.example'));
  bench('a handler', asking('www.test'));
  bench('a handler that names its record', asking('named.test'));
  bench('a pattern with a parameter', asking('s7.cdn.test'));
  bench('a CNAME into another handler', asking('alias.test'));
});

describe('a thousand addresses', () => {
  for (const text of ['198.51.100.253', '2001:db8:1:2::ff', '::ffff:198.51.100.253']) {
    bench(text, () => {
      for (let i = 0; i < BATCH; i++) readAddress(text, octets);
    });
  }
});
