import { afterEach, expect, test } from 'vitest';
import { exchangeTcp, exchangeUdp, listenTcp, listenUdp, type Peer, sharedPortError } from '../src/index.ts';
import { echo, message } from './sockets.ts';

// Node's own sockets, on Linux. Those of the add-on are with its other tests.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
/** `reusePort` came to dgram and net with 22.12 and 23.1 (their documentation). */
const isKnown = major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

test('dgram shares a port where Node knows the option; elsewhere it says from which version on', async () => {
  const counts = [0, 0];
  const counting = (i: number) => (packet: Uint8Array, length: number, peer: Peer, out: Uint8Array) => {
    counts[i]!++;
    return echo(packet, length, peer, out);
  };
  const udp = (i: number, port: number) => listenUdp({ host: '127.0.0.1', port, driver: 'dgram', reusePort: true, respond: counting(i) });
  const tcp = (i: number, port: number) => listenTcp({ host: '127.0.0.1', port, driver: 'net', reusePort: true, respond: counting(i) });
  if (!isKnown) {
    expect(sharedPortError('dgram')?.message).toContain('expected Node 22.12 on Linux, or the driver batch');
    await expect(udp(0, 0)).rejects.toMatchObject({ code: 'ERR_TRANSPORT_BAD_OPTION' });
    return;
  }
  expect(sharedPortError('dgram')).toBeUndefined();
  for (const [listen, exchange] of [
    [udp, exchangeUdp],
    [tcp, exchangeTcp],
  ] as const) {
    counts.fill(0);
    const first = await listen(0, 0);
    open.push(first);
    const { port } = first.address;
    open.push(await listen(1, port));
    for (let id = 0; id < 64; id++) await exchange(message(id), { host: '127.0.0.1', port });
    expect(counts[0]! + counts[1]!).toBe(64);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  }
});
