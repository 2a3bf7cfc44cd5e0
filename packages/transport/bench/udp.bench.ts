import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, bench, describe } from 'vitest';
import { listenUdp } from '../src/index.ts';

// 256 round trips over 127.0.0.1, client and server in this thread: the difference between the rows is the listener's.
const ROUND_TRIPS = 256;
const query = Buffer.alloc(40, 1);

const bare = createSocket('udp4');
const out = Buffer.alloc(4096);
bare.on('message', (packet, from) => {
  packet.copy(out);
  bare.send(out, 0, packet.length, from.port, from.address);
});
bare.bind(0, '127.0.0.1');
await once(bare, 'listening');

const ours = await listenUdp({
  host: '127.0.0.1',
  port: 0,
  respond: (packet, length, _peer, answer) => {
    (packet as Buffer).copy(answer);
    return length;
  },
});

async function connected(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

function roundTrips(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    let left = ROUND_TRIPS;
    const onMessage = () => {
      if (--left > 0) return socket.send(query);
      socket.off('message', onMessage);
      resolve();
    };
    socket.on('message', onMessage);
    socket.send(query);
  });
}

const toBare = await connected(bare.address().port);
const toOurs = await connected(ours.address.port);
afterAll(async () => {
  await ours.close();
  for (const socket of [bare, toBare, toOurs]) socket.close();
});

describe(`${ROUND_TRIPS} UDP round trips`, () => {
  bench('bare dgram', () => roundTrips(toBare));
  bench('listenUdp', () => roundTrips(toOurs));
});
