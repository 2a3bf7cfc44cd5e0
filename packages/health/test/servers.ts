import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { type CheckDefinition, defineCheck, type ProbeOutcome } from '../src/index.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

export interface Listening {
  port: number;
  /** Connections that are open at the server's end. */
  open: Set<Socket>;
  /** All connections there ever were. */
  accepted(): number;
}

/** Listens on a free port of loopback until the test ends. */
export async function listening(server: Server, host = '127.0.0.1'): Promise<Listening> {
  const open = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket) => {
    accepted++;
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
  });
  server.listen(0, host);
  await once(server, 'listening');
  closers.push(async () => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, open, accepted: () => accepted };
}

/** A TCP server that does this with each connection. */
export function speaking(onConnection: (socket: Socket) => void, host?: string): Promise<Listening> {
  return listening(createTcpServer(onConnection), host);
}

/** A port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** One probe without a prober around it: nobody takes the time. */
export function probeOnce(
  definition: CheckDefinition,
  address = '127.0.0.1',
  signal = new AbortController().signal,
): Promise<ProbeOutcome> {
  return defineCheck(definition).probe(address, { signal, waitingFor: '' });
}

export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
