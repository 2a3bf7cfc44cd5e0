// A health-aware answer: the regions that are up, by HTTP probes.
// Three small HTTP servers stand for the regions; POST /down and POST /up to one of them makes it ill and well.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HealthTable, Prober } from '@dnsteer/health';
import { createServer } from 'dnsteer';

const regions = {
  eu: { slot: 0, A: '198.51.100.20', AAAA: '2001:db8:20::20' },
  us: { slot: 1, A: '203.0.113.20', AAAA: '2001:db8:30::20' },
  ap: { slot: 2, A: '192.0.2.20', AAAA: '2001:db8:40::20' },
};

const health = new HealthTable();
const prober = new Prober({ table: health });
prober.on('change', ({ id, from, to, reason }) => console.log(`${id}: ${from} -> ${to} (${reason})`));

export const server = createServer((req, res) => {
  if (req.name !== 'www.example.com.') return res.refuse();

  const all = Object.values(regions);
  const up = all.filter(({ slot }) => health.isUp(slot, 4));
  // With all of them down, an answer that may work is better than none.
  for (const { slot, A, AAAA } of up.length > 0 ? up : all) {
    // No longer than the state of the region is sure to last.
    const ttl = Math.min(60, health.ttlCapSeconds(slot, 4));
    if (req.type === 'A' || req.type === 'ANY') res.answers.push({ name: req.name, type: 'A', ttl, data: { address: A } });
    if (req.type === 'AAAA' || req.type === 'ANY') res.answers.push({ name: req.name, type: 'AAAA', ttl, data: { address: AAAA } });
  }
  res.send();
});

/** A server whose /healthz says 200 or 503. */
async function startRegion(): Promise<number> {
  let status = 200;
  const endpoint = createHttpServer((request, response) => {
    if (request.method === 'POST') status = request.url === '/down' ? 503 : 200;
    response.writeHead(status).end();
  });
  await once(endpoint.listen(0, '127.0.0.1'), 'listening');
  return (endpoint.address() as AddressInfo).port;
}

const ports = await Promise.all(Object.keys(regions).map(startRegion));
prober.apply(
  Object.entries(regions).map(([id, { slot }], i) => ({
    id,
    slot,
    // One probe decides for both address families here.
    family: 4,
    address: '127.0.0.1',
    check: { type: 'http', port: ports[i], path: '/healthz', intervalMs: 500, timeoutMs: 250, rise: 2, fall: 2 },
  })),
);
prober.start();

const { host, port } = await server.listen({ host: process.env.HOST ?? '127.0.0.1', port: Number(process.env.PORT ?? 5300) });
console.log(`listening on ${host}:${port}, try

  dig @${host} -p ${port} www.example.com A
${Object.keys(regions)
  .map((id, i) => `  curl -X POST http://127.0.0.1:${ports[i]}/down    # ${id}; and /up`)
  .join('\n')}
`);
