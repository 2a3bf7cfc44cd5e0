import type { Middleware } from '@dnsteer/router';
import { MiddlewareError } from './errors.ts';

const OPTION_NSID = 3;
const MAX_OCTETS = 128;

/**
 * Says which server answered, to those who ask (RFC 5001).
 *
 * @param identifier - any text; 1-128 octets of UTF-8.
 * @throws MiddlewareError ERR_MIDDLEWARE_NSID.
 */
export function nsid(identifier: string): Middleware {
  const octets = new TextEncoder().encode(identifier);
  if (octets.length === 0 || octets.length > MAX_OCTETS) {
    throw new MiddlewareError('ERR_MIDDLEWARE_NSID', `nsid: found ${octets.length} octets, expected 1 to ${MAX_OCTETS}`);
  }
  return {
    name: 'nsid',
    fit(exchange) {
      if (exchange.query.nsidRequested) exchange.response.addOption(OPTION_NSID, octets);
    },
  };
}
