import { createServer, type Server } from 'node:http';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import pc from 'picocolors';
import { loadConfig } from '../config/load.ts';
import { serve } from './serve.ts';

const CONFIG = fileURLToPath(new URL('../../demo/dnsteer.yaml', import.meta.url));
const CLI = fileURLToPath(new URL('../../bin/dnsteer.js', import.meta.url));

/** The reference server with a demo: behind each endpoint stands a small HTTP server, which is really probed. */
export async function demo(): Promise<void> {
  const backends = await startBackends();
  try {
    const { control, addresses, stopped } = await serve(CONFIG);
    const { port } = addresses[0]!;
    process.stdout.write(`${guide(port, control.composition.zones[0]!.key).join('\n')}\n`);
    await stopped;
  } finally {
    for (const backend of backends) backend.close();
  }
  process.exit(0);
}

/** An HTTP server per endpoint, at the address and port of its check. POST /fail and /heal make /healthz say 503 and 200. */
async function startBackends(): Promise<Server[]> {
  const { config } = loadConfig(CONFIG);
  const endpoints = Object.entries(config.pools).flatMap(([pool, { endpoints: own }]) =>
    own.map(({ name, check }) => ({ id: `${pool}/${name}`, ...check })),
  );
  return Promise.all(
    endpoints.map(
      ({ id, address, port }) =>
        new Promise<Server>((resolve, reject) => {
          let healthy = true;
          const server = createServer((request, response) => {
            if (request.method === 'POST') healthy = request.url === '/heal';
            response.writeHead(healthy || request.method === 'POST' ? 200 : 503, { 'content-type': 'text/plain' });
            response.end(`${id} ${healthy ? 'is well' : 'is not well'}\n`);
          });
          server.on('error', (error: NodeJS.ErrnoException) =>
            reject(
              new Error(
                `demo: the HTTP server of ${id} can't listen on ${address}:${port} (${error.code}): stop what uses the port, another demo perhaps`,
              ),
            ),
          );
          server.listen(port, address, () => resolve(server));
        }),
    ),
  );
}

function guide(port: number, zone: string): string[] {
  const at = `@127.0.0.1 -p ${port}`;
  const cli = `node ${relative(process.cwd(), CLI)}`;
  const config = `-c ${relative(process.cwd(), CONFIG)}`;
  const name = `www.${zone}`;
  const anchor = `/tmp/dnsteer-${zone}.key`;
  return [
    '',
    pc.bold(`dnsteer answers for ${zone} on 127.0.0.1:${port}. To try, in another terminal:`),
    '',
    pc.dim('# three clients, three pools'),
    `dig ${at} ${name} A +subnet=88.198.0.0/24     ${pc.dim('# Germany')}`,
    `dig ${at} ${name} A +subnet=12.0.0.0/24       ${pc.dim('# United States')}`,
    `dig ${at} ${name} A +subnet=133.11.0.0/24     ${pc.dim('# Japan')}`,
    `${cli} query ${name} A --client 88.198.0.0/24   ${pc.dim('# without dig')}`,
    '',
    pc.dim('# signed, with the key of the zone as trust anchor'),
    `${cli} keys anchor ${zone} ${config} > ${anchor}`,
    `delv ${at} -a ${anchor} +root=${zone} ${name} A`,
    '',
    pc.dim('# take a pool down, see who answers and why, and let it come back'),
    `${cli} pool eu down ${config}`,
    `${cli} explain ${name} A --client 88.198.0.0/24 --live ${config}`,
    `${cli} pool eu up ${config}`,
    '',
    pc.dim('# or break an endpoint for real, and mend it: its probes find out'),
    'curl -X POST http://127.0.0.1:18081/fail',
    'curl -X POST http://127.0.0.1:18081/heal',
    `${cli} health ${config}`,
    '',
    pc.dim('Ctrl-C stops it.'),
    '',
  ];
}
