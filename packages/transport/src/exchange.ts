import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { TransportError } from './errors.ts';
import { FrameReader } from './frames.ts';
import { checkNumber, checkPlace } from './listener.ts';

export interface ExchangeOptions {
  /** The server's IP address. */
  host: string;
  /** Default 53. */
  port?: number | undefined;
  /** For the whole exchange. Default 2000. */
  timeoutMs?: number | undefined;
}

const HEADER_OCTETS = 12;
const QR = 0x80;

/**
 * Sends `query` as one datagram from a port that the system draws, and waits for the response from that server with that ID.
 * Other datagrams are passed over. It sends once: sending again, asking over TCP when TC is set, and comparing the question
 * are the caller's.
 *
 * @param query - a whole message, 12-65507 octets, with an ID that can't be guessed; not changed, not kept.
 * @returns the response, at least 12 octets.
 * @throws TransportError (the promise rejects) ERR_TRANSPORT_TIMEOUT, _REFUSED (nobody listens there), _UNREACHABLE or _BAD_OPTION.
 */
export function exchangeUdp(query: Uint8Array, options: ExchangeOptions): Promise<Uint8Array> {
  return exchange(query, 65507, options, (host, port, family, settle) => {
    const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6' });
    socket.on('error', settle);
    // Connected: the kernel passes on what comes from there only, and tells of a closed port.
    socket.connect(port, host);
    socket.on('connect', () => {
      const server = socket.remoteAddress();
      socket.on('message', (packet, from) => {
        // What came between bind and connect may be anybody's.
        const isServer = from.port === server.port && from.address === server.address;
        if (isServer && isResponse(packet, query)) settle(undefined, packet);
      });
      socket.send(query, (error) => {
        if (error !== null) settle(error);
      });
    });
    return () => socket.close();
  });
}

/**
 * Sends `query` over a TCP connection of its own and waits for the response with its ID; other messages are passed over.
 *
 * @param query - a whole message, 12-65535 octets; not changed, not kept.
 * @returns the response, at least 12 octets.
 * @throws TransportError (the promise rejects) ERR_TRANSPORT_TIMEOUT, _REFUSED, _UNREACHABLE, _CLOSED (the server closed without an
 * answer) or _BAD_OPTION.
 */
export function exchangeTcp(query: Uint8Array, options: ExchangeOptions): Promise<Uint8Array> {
  return exchange(query, 65535, options, (host, port, _family, settle) => {
    const frames = new FrameReader(65535);
    const message = Buffer.allocUnsafe(65535);
    const socket = connect({ host, port, noDelay: true });
    socket.on('error', settle);
    socket.on('close', () =>
      settle(new TransportError('ERR_TRANSPORT_CLOSED', `${at('TCP', host, port)} closed the connection without an answer`)),
    );
    socket.on('data', (chunk: Buffer) => {
      frames.push(chunk);
      for (let octets = frames.next(message); octets >= 0; octets = frames.next(message)) {
        if (isResponse(message.subarray(0, octets), query)) settle(undefined, message.subarray(0, octets));
      }
    });
    // Length and message in one write (RFC 7766 8).
    const frame = Buffer.allocUnsafe(2 + query.length);
    frame.writeUInt16BE(query.length);
    frame.set(query, 2);
    socket.write(frame);
    return () => socket.destroy();
  });
}

type Settle = (error?: Error, response?: Uint8Array) => void;

function exchange(
  query: Uint8Array,
  mostOctets: number,
  { host, port = 53, timeoutMs = 2000 }: ExchangeOptions,
  start: (host: string, port: number, family: 4 | 6, settle: Settle) => () => void,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const family = checkPlace(host, port, 1);
    checkNumber('octets of the query', query.length, HEADER_OCTETS, mostOctets);
    checkNumber('timeoutMs', timeoutMs, 1, 2 ** 30);
    const protocol = mostOctets === 65535 ? 'TCP' : 'UDP';
    let settled = false;
    const settle: Settle = (error, response) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      stop();
      if (response === undefined) reject(clientError(error, protocol, host, port));
      else resolve(new Uint8Array(response));
    };
    const timer = setTimeout(() => {
      settle(new TransportError('ERR_TRANSPORT_TIMEOUT', `${at(protocol, host, port)} did not answer within ${timeoutMs} ms`));
    }, timeoutMs);
    const stop = start(host, port, family, settle);
  });
}

function isResponse(message: Uint8Array, query: Uint8Array): boolean {
  return message.length >= HEADER_OCTETS && message[0] === query[0] && message[1] === query[1] && (message[2]! & QR) !== 0;
}

function at(protocol: string, host: string, port: number): string {
  return `${protocol} port ${port} on ${host}`;
}

function clientError(cause: NodeJS.ErrnoException | undefined, protocol: string, host: string, port: number): Error {
  if (cause === undefined || cause instanceof TransportError) return cause ?? new Error('no answer');
  if (cause.code === 'ECONNREFUSED') {
    return new TransportError('ERR_TRANSPORT_REFUSED', `nobody listens on ${at(protocol, host, port)}: check address and port`, { cause });
  }
  if (cause.code === 'ECONNRESET' || cause.code === 'EPIPE') {
    return new TransportError('ERR_TRANSPORT_CLOSED', `${at(protocol, host, port)} reset the connection without an answer`, { cause });
  }
  return new TransportError('ERR_TRANSPORT_UNREACHABLE', `${at(protocol, host, port)} can't be reached: ${cause.message}`, { cause });
}
