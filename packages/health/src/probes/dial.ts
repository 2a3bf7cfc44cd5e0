import { connect, isIP, isIPv6, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type SecureContext } from 'node:tls';
import type { ProbeRun } from './probe.ts';

/** How to take up TLS on a connection. */
export interface TlsTerms {
  /** Name or address that the certificate must be for; a name goes out as SNI too. Empty: the dialled address. */
  readonly name: string;
  readonly verify: boolean;
  readonly context: SecureContext;
}

/** '127.0.0.1:80', '[::1]:80'. */
export function peerText(address: string, port: number): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * A new connection to exactly this address: no name is looked up and nothing is reused, since an old connection can
 * outlive its listener.
 *
 * @returns a connected socket, TLS done where asked for; the caller destroys it. It is destroyed too when the run
 *   aborts, and its errors stay heard. Rejects with the socket's error.
 */
export function dial(address: string, port: number, tls: TlsTerms | undefined, run: ProbeRun): Promise<Socket> {
  const peer = peerText(address, port);
  run.waitingFor = `connection to ${peer}`;
  const socket = tls === undefined ? connect({ host: address, port, noDelay: true }) : dialTls(address, port, tls);
  if (tls !== undefined) {
    socket.once('connect', () => {
      run.waitingFor = `TLS handshake with ${peer}`;
    });
  }
  return new Promise((resolve, reject) => {
    const abort = () => socket.destroy();
    run.signal.addEventListener('abort', abort, { once: true });
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => resolve(socket));
    // For the socket's whole life: an error event that nobody hears would end the process.
    socket.on('error', reject);
    socket.once('close', () => {
      run.signal.removeEventListener('abort', abort);
      reject(new Error('connection closed'));
    });
    if (run.signal.aborted) abort();
  });
}

function dialTls(address: string, port: number, { name, verify, context }: TlsTerms): Socket {
  const expected = name === '' ? address : name;
  const socket = connectTls({
    host: address,
    port,
    secureContext: context,
    rejectUnauthorized: verify,
    ALPNProtocols: ['http/1.1'],
    checkServerIdentity: (_host, certificate) => checkServerIdentity(expected, certificate),
    // SNI carries names only (RFC 6066 3).
    ...(isIP(expected) === 0 ? { servername: expected } : {}),
  });
  return socket.setNoDelay(true);
}
