import { isIP } from 'node:net';
import { TransportError } from './errors.ts';

/** Who asks. For UDP one object serves many packets: its fields hold during the call of `Respond` only. */
export interface Peer {
  /** As text, without an IPv6 zone: '192.0.2.7', '2001:db8::7'. Some drivers make it when it is asked for. */
  readonly address: string;
  /** The same in 16 octets, IPv4 in the first 4; left out where the driver has the text only. */
  readonly octets?: Uint8Array;
  readonly port: number;
  readonly family: 4 | 6;
  readonly transport: 'udp' | 'tcp' | 'tls' | 'https';
}

/**
 * Answers one message.
 *
 * @param packet - the query in octets 0 to `length` - 1; the listener's, reused after the call: copy what is needed later.
 * @param peer - see {@link Peer}.
 * @param out - the listener's buffer for the answer; its length is the most that the answer may have.
 * @returns octets written into `out`, 0 for silence; or a promise of octets of its own, which the listener sends as they
 *   are and which must not change afterwards (`undefined` or none: silence).
 *
 * What it throws, or its promise rejects with, goes to `onError`; that query stays without an answer.
 */
export type Respond = (packet: Uint8Array, length: number, peer: Peer, out: Uint8Array) => number | Promise<Uint8Array | undefined>;

export interface ListenerOptions {
  /** An IP address of this machine. '0.0.0.0' is all of IPv4, '::' all of IPv6 and of IPv6 only. */
  host: string;
  /** 0-65535; 0 lets the system choose (see `address.port`). */
  port: number;
  respond: Respond;
  /** Told of what `respond` throws and of errors of the socket. Without it they become process warnings. */
  onError?: ((error: unknown) => void) | undefined;
}

/** Where a listener listens, once it does. */
export interface ListenAddress {
  readonly address: string;
  readonly port: number;
  readonly family: 4 | 6;
  readonly transport: 'udp' | 'tcp';
}

/** @throws TransportError ERR_TRANSPORT_BAD_OPTION for a host that is no IP address or a port out of range. */
export function checkPlace(host: string, port: number, leastPort: 0 | 1): 4 | 6 {
  const family = typeof host === 'string' ? isIP(host) : 0;
  if (family === 0)
    throw new TransportError('ERR_TRANSPORT_BAD_OPTION', `host must be an IP address such as 127.0.0.1 or ::1, not '${host}'`);
  if (!Number.isInteger(port) || port < leastPort || port > 65535) {
    throw new TransportError('ERR_TRANSPORT_BAD_OPTION', `port must be a whole number from ${leastPort} to 65535, not ${port}`);
  }
  return family as 4 | 6;
}

/** @throws TransportError ERR_TRANSPORT_BAD_OPTION unless `value` is a whole number from `least` to `most`. */
export function checkNumber(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new TransportError('ERR_TRANSPORT_BAD_OPTION', `${name} must be a whole number from ${least} to ${most}, not ${value}`);
  }
  return value;
}

/** True for what `respond` may write: 0 to `most` octets. Reports anything else. */
export function isAnswerLength(octets: number, most: number, report: (error: unknown) => void): boolean {
  if (octets >= 0 && octets <= most) return true;
  report(
    new TransportError('ERR_TRANSPORT_ANSWER_SIZE', `respond returned ${octets} octets, but an answer has 0 to ${most}: check its length`),
  );
  return false;
}

/**
 * An `onError` that does not throw where it is called: in the midst of a batch, that would cost others the octets that were read for them. What it throws
 * is thrown to the process a little later.
 */
export function apart(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      onError(error);
    } catch (thrown) {
      setImmediate(() => {
        throw thrown;
      });
    }
  };
}

export function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

/** One turn of the event loop: what the kernel had received before is delivered when it resolves. */
export function turn(): Promise<void> {
  // From inside an immediate the next one comes after a whole poll phase.
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Longest time that `close` waits for answers by default. */
export const GRACE_MS = 5000;
