import { listenTcp, listenUdp, type Respond, type TcpListener, type UdpListener } from '@dnsteer/transport';
import { DnsteerError } from './errors.ts';

/** Where UDP and TCP are listened on. */
export interface ListenAddress {
  readonly host: string;
  /** 0: a free one, the same for UDP and TCP. */
  readonly port: number;
}

export interface TcpLimits {
  readonly maxConnections?: number;
  readonly idleTimeoutMs?: number;
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

/** Listens on UDP and TCP of one address; when TCP can't, UDP is given back. */
export async function listenOn(
  address: ListenAddress,
  respond: Respond,
  onError: (error: unknown) => void,
  tcp: TcpLimits = {},
): Promise<Listening> {
  const { host } = address;
  const udp: UdpListener = await listenUdp({ host, port: address.port, respond, onError });
  const { port } = udp.address;
  let stream: TcpListener;
  try {
    stream = await listenTcp({ host, port, respond, onError, ...tcp });
  } catch (error) {
    await udp.close(0);
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
