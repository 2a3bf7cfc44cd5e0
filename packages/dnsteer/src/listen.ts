import { listenTcp, listenUdp, type Respond, type TcpListener, type TcpOptions, TransportError, type UdpOptions } from '@dnsteer/transport';
import { DnsteerError } from './errors.ts';

/** Where UDP and TCP are listened on. */
export interface ListenAddress {
  readonly host: string;
  /** 0: a free one, the same for UDP and TCP. */
  readonly port: number;
}

/** Limits of TCP connections: see `listenTcp` of @dnsteer/transport. */
export type TcpLimits = Pick<TcpOptions, 'maxConnections' | 'idleTimeoutMs' | 'maxPipelined' | 'maxQueryOctets'>;

/** How packets are read and sent. */
export interface ListenLimits extends TcpLimits {
  /** See `listenUdp` of @dnsteer/transport; default 'auto'. TCP has the like: 'batch' by the add-on, 'dgram' by Node's own sockets. */
  readonly udpDriver?: UdpOptions['driver'];
  /** Whether other threads listen at the same addresses. */
  readonly reusePort?: boolean;
}

export interface Listening extends ListenAddress {
  close(graceMs?: number): Promise<void>;
}

/**
 * Reads '127.0.0.1:5300', '[::1]:5300' or '127.0.0.1' (port 53).
 *
 * @throws DnsteerError ERR_DNSTEER_LISTEN.
 */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[3] ?? 53);
  if (match === null || port > 65535) {
    throw new DnsteerError(
      'ERR_DNSTEER_LISTEN',
      `listen: found ${JSON.stringify(text)}, expected an address and a port such as "127.0.0.1:5300" or "[::1]:5300"`,
    );
  }
  return { host: match[1] ?? match[2]!, port };
}

/** With port 0, the port that UDP got may be taken for TCP: another is drawn. */
const FREE_PORT_TRIES = 8;

/**
 * Listens on UDP and TCP of one address; when TCP can't, UDP is given back.
 *
 * @throws TransportError (rejects).
 */
export async function listenOn(
  address: ListenAddress,
  respond: Respond,
  onError: (error: unknown) => void,
  limits: ListenLimits = {},
  tries = FREE_PORT_TRIES,
): Promise<Listening> {
  const { host } = address;
  const { udpDriver, reusePort, ...tcp } = limits;
  const udp = await listenUdp({ host, port: address.port, respond, onError, driver: udpDriver, reusePort });
  const { port } = udp.address;
  let stream: TcpListener;
  try {
    stream = await listenTcp({ host, port, respond, onError, driver: udpDriver === 'dgram' ? 'net' : udpDriver, reusePort, ...tcp });
  } catch (error) {
    await udp.close(0);
    const taken = error instanceof TransportError && error.code === 'ERR_TRANSPORT_PORT_IN_USE';
    if (address.port === 0 && taken && tries > 1) return listenOn(address, respond, onError, limits, tries - 1);
    throw error;
  }
  return {
    host,
    port,
    close: async (graceMs) => {
      await Promise.all([udp.close(graceMs), stream.close(graceMs)]);
    },
  };
}
