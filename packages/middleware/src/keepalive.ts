import type { Middleware } from '@dnsteer/router';
import { MiddlewareError } from './errors.ts';

const OPTION_TCP_KEEPALIVE = 11;
const UNIT_MS = 100;
const MAX_MS = 0xffff * UNIT_MS;

/**
 * Tells clients that ask how long a TCP connection may be idle (RFC 7828). Over UDP the option says nothing and is not looked at (3.2.1).
 *
 * @param idleTimeoutMs - after so many milliseconds without a query the transport closes: 0-6553500; told in tenths of a second, rounded down.
 * @throws MiddlewareError ERR_MIDDLEWARE_KEEPALIVE.
 */
export function keepalive(idleTimeoutMs: number): Middleware {
  if (!(idleTimeoutMs >= 0 && idleTimeoutMs <= MAX_MS)) {
    throw new MiddlewareError('ERR_MIDDLEWARE_KEEPALIVE', `keepalive: found ${idleTimeoutMs} ms, expected 0 to ${MAX_MS}`);
  }
  const units = Math.floor(idleTimeoutMs / UNIT_MS);
  const timeout = Uint8Array.of(units >> 8, units & 0xff);
  return {
    name: 'keepalive',
    fit({ query, response, peer }) {
      if (query.keepaliveRequested && peer.transport !== 'udp') response.addOption(OPTION_TCP_KEEPALIVE, timeout);
    },
  };
}
