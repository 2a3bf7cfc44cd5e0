import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { type CheckDefinition, type HealthChange, HealthTable, Prober } from '../src/index.ts';
import { closedPort, listening, speaking, until } from './servers.ts';

/** Probes one endpoint on 127.0.0.1 until its state has changed, and tells how. */
async function firstChange(definition: CheckDefinition): Promise<HealthChange> {
  const table = new HealthTable(undefined, 1);
  const prober = new Prober({ table });
  const changes: HealthChange[] = [];
  prober.on('change', (change) => changes.push(change));
  prober.apply([{ id: 'eu/fra1', slot: 0, family: 4, address: '127.0.0.1', check: { intervalMs: 100, timeoutMs: 60, ...definition } }]);
  prober.start();
  await until(() => changes.length > 0);
  await prober.stop();
  return changes[0]!;
}

describe('the ways in which an endpoint dies, by real sockets and real time', () => {
  test('closed port', async () => {
    const port = await closedPort();
    expect(await firstChange({ type: 'http', port })).toMatchObject({ to: 'down', reason: `connection refused by 127.0.0.1:${port}` });
  });

  test('500', async () => {
    const { port } = await listening(createServer((_request, response) => response.writeHead(500).end()));
    expect(await firstChange({ type: 'http', port })).toMatchObject({ to: 'down', reason: 'HTTP 500, expected 200' });
  });

  test('hang after accept', async () => {
    const { port, open } = await speaking((socket) => socket.resume());
    expect(await firstChange({ type: 'http', port })).toMatchObject({ to: 'down', reason: 'no answer in 60 ms' });
    await until(() => open.size === 0);
  });

  test('slow body: octets keep coming, the whole does not come in time', async () => {
    const { port, open } = await speaking((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
        const dripping = setInterval(() => socket.write('.'), 5);
        socket.once('close', () => clearInterval(dripping));
      });
    });
    expect(await firstChange({ type: 'http', port })).toMatchObject({ to: 'down', reason: 'no complete answer in 60 ms' });
    await until(() => open.size === 0);
  });

  test('hang before the TLS handshake', async () => {
    const { port, open } = await speaking((socket) => socket.resume());
    expect(await firstChange({ type: 'https', port })).toMatchObject({
      to: 'down',
      reason: `no TLS handshake with 127.0.0.1:${port} in 60 ms`,
    });
    await until(() => open.size === 0);
  });

  test('and one that lives, whatever else is configured by default', async () => {
    const { port } = await listening(createServer((_request, response) => response.end()));
    expect(await firstChange({ type: 'http', port, timeoutMs: 100 })).toMatchObject({
      id: 'eu/fra1',
      from: 'unknown',
      to: 'up',
      reason: 'HTTP 200',
    });
  });

  test('down while it fails, up again when it recovers', async () => {
    let status = 200;
    const { port } = await listening(createServer((_request, response) => response.writeHead(status).end()));
    const table = new HealthTable(undefined, 1);
    const prober = new Prober({ table });
    const seen: string[] = [];
    prober.on('change', ({ to, reason }) => {
      seen.push(`${to}: ${reason}`);
      status = to === 'up' && status === 200 ? 503 : 200;
    });
    prober.apply([
      {
        id: 'eu/fra1',
        slot: 0,
        family: 4,
        address: '127.0.0.1',
        check: { type: 'http', port, intervalMs: 50, timeoutMs: 50, rise: 2, fall: 2 },
      },
    ]);
    prober.start();
    await until(() => seen.length >= 3);
    await prober.stop();
    expect(seen.slice(0, 3)).toEqual(['up: HTTP 200', 'down: HTTP 503, expected 200', 'up: HTTP 200']);
  });
});
