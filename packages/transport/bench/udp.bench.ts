import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, bench, describe } from 'vitest';
import { openSend } from '../src/dgram-send.ts';
import { listenUdp, type Respond } from '../src/index.ts';

// 256 round trips over 127.0.0.1, client and server in this thread: the difference between the rows is the listener's.
const ROUND_TRIPS = 256;
const query = Buffer.alloc(40, 1);

const out = Buffer.alloc(4096);

/** What `dgram` costs with nothing around it. */
async function open(send: (socket: Socket, octets: Buffer, port: number, address: string) => unknown): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: (host, _family, done) => done(null, host, 0) });
  socket.on('message', (packet, from) => {
    packet.copy(out);
    send(socket, out.subarray(0, packet.length), from.port, from.address);
  });
  // Its own lookup answers at once, and so does bind.
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

const bare = await open((socket, octets, port, address) => socket.send(octets, port, address));
let direct: ReturnType<typeof openSend> | undefined;
const bareDirect = await open((socket, octets, port, address) => (direct ??= openSend(socket))(octets, port, address));

const respond: Respond = (packet, length, _peer, answer) => {
  answer.set(packet.subarray(0, length));
  return length;
};
const place = { host: '127.0.0.1', port: 0, respond };
const ours = await listenUdp({ ...place, driver: 'dgram' });
const batch = await listenUdp(place);

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
const toBareDirect = await connected(bareDirect.address().port);
const toOurs = await connected(ours.address.port);
const toBatch = await connected(batch.address.port);
afterAll(async () => {
  await Promise.all([ours.close(), batch.close()]);
  for (const socket of [bare, bareDirect, toBare, toBareDirect, toOurs, toBatch]) socket.close();
});

describe(`${ROUND_TRIPS} UDP round trips`, () => {
  bench('bare dgram', () => roundTrips(toBare));
  bench('bare dgram, answers by openSend', () => roundTrips(toBareDirect));
  bench('listenUdp, dgram', () => roundTrips(toOurs));
  bench(`listenUdp, ${batch.driver}`, () => roundTrips(toBatch));
});
