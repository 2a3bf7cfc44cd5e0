import { createServer, type Server } from 'node:http';

/** What stands behind an endpoint of the demo. POST /fail and /heal make /healthz say 503 and 200. */
export function startBackend(id: string, address: string, port: number): Server {
  let isWell = true;
  const server = createServer((request, response) => {
    const { method, url } = request;
    const isKnown = method === 'POST' ? url === '/fail' || url === '/heal' : url === '/healthz' || url === '/';
    if (method === 'POST' && isKnown) isWell = url === '/heal';
    const status = !isKnown ? 404 : isWell || method === 'POST' ? 200 : 503;
    response.writeHead(status, { 'content-type': 'text/plain' });
    response.end(isKnown ? `${id} is ${isWell ? 'well' : 'not well'}\n` : 'expected GET /healthz, POST /fail or POST /heal\n');
  });
  server.prependOnceListener('error', (error: NodeJS.ErrnoException) => {
    error.message = `the HTTP server of ${id} can't listen on ${address}:${port} (${error.code}): stop what uses the port, another demo perhaps`;
  });
  return server.listen(port, address);
}
