import type { Middleware } from '@dnsteer/router';
import { MiddlewareError } from './errors.ts';

const OPTION_PADDING = 12;
const OPTION_HEADER_OCTETS = 4;
const MAX_BLOCK_OCTETS = 4096;

/**
 * Pads responses to queries that were padded (RFC 7830 4), on encrypted transports only: in the clear the length hides nothing, and over UDP it would
 * help an attacker to amplify. To be used last: what is added behind it is not counted.
 *
 * @param blockOctets - responses get a multiple of so many octets: 1-4096, default 468 (RFC 8467 4.1).
 * @throws MiddlewareError ERR_MIDDLEWARE_PADDING.
 */
export function padding(blockOctets = 468): Middleware {
  if (!(Number.isInteger(blockOctets) && blockOctets >= 1 && blockOctets <= MAX_BLOCK_OCTETS)) {
    throw new MiddlewareError('ERR_MIDDLEWARE_PADDING', `padding: found ${blockOctets} octets, expected 1 to ${MAX_BLOCK_OCTETS}`);
  }
  const zeros = new Uint8Array(blockOctets);
  return {
    name: 'padding',
    fit({ query, response, peer }) {
      if (!query.isPadded || peer.transport === 'udp' || peer.transport === 'tcp') return;
      const over = (response.messageOctets + OPTION_HEADER_OCTETS) % blockOctets;
      response.addOption(OPTION_PADDING, zeros.subarray(0, over === 0 ? 0 : blockOctets - over));
    },
  };
}
