import { randomBytes } from 'node:crypto';
import { type Exchange, type Middleware, PASS, RESPOND, readPeer } from '@dnsteer/router';
import { RCODE } from '@dnsteer/wire';
import { MiddlewareError } from './errors.ts';
import { SipHash } from './siphash.ts';

const OPTION_COOKIE = 10;
const CLIENT_OCTETS = 8;
const COOKIE_OCTETS = 24;
const SECRET_OCTETS = 16;
const VERSION = 1;
// RFC 9018 4.3: older than an hour or more than five minutes ahead is not valid.
const MAX_AGE_SECONDS = 3600;
const MAX_AHEAD_SECONDS = 300;

export interface CookieOptions {
  /**
   * Hexadecimal, 16 octets each; servers that share them accept each other's cookies (RFC 9018 5). New cookies are made with the first, and cookies
   * made with any are accepted, so that a secret can be replaced. Default: one of its own, made at the start.
   */
  secrets?: readonly string[];
  /** Answers UDP queries without a valid server cookie with BADCOOKIE (RFC 7873 5.2.3); default false. Queries without a COOKIE option are answered. */
  require?: boolean;
}

/**
 * DNS Cookies (RFC 7873) in the form that all servers share (RFC 9018).
 *
 * @throws MiddlewareError ERR_MIDDLEWARE_COOKIE_SECRET.
 */
export function cookies({ secrets, require = false }: CookieOptions = {}): Middleware {
  const hashes = (secrets ?? [randomBytes(SECRET_OCTETS).toString('hex')]).map((secret) => new SipHash(readSecret(secret)));
  if (hashes.length === 0) throw new MiddlewareError('ERR_MIDDLEWARE_COOKIE_SECRET', 'cookies: found no secret, expected at least one');
  const cookie = new Uint8Array(COOKIE_OCTETS);
  const input = new Uint8Array(16 + 16);
  const address = new Uint8Array(16);
  const hashed = new Uint8Array(8);

  /** Hash of RFC 9018 4.4 over client cookie, version, reserved, timestamp (16 octets of `input`) and the client's address. */
  function hashInto(hash: SipHash, exchange: Exchange, out: Uint8Array, at: number): void {
    const length = readPeer(exchange.peer, address) === 4 ? 4 : 16;
    for (let i = 0; i < length; i++) input[16 + i] = address[i]!;
    hash.hash(input, 16 + length, out, at);
  }

  function isValid(exchange: Exchange): boolean {
    const { packet, cookieAt, cookieLength } = exchange.query;
    if (cookieLength !== COOKIE_OCTETS || packet[cookieAt + CLIENT_OCTETS] !== VERSION) return false;
    const age = (exchange.nowSeconds - readTimestamp(packet, cookieAt + 12)) | 0; // serial number arithmetic (RFC 1982)
    if (age > MAX_AGE_SECONDS || -age > MAX_AHEAD_SECONDS) return false;
    for (let i = 0; i < 16; i++) input[i] = packet[cookieAt + i]!;
    for (let secret = 0; secret < hashes.length; secret++) {
      hashInto(hashes[secret]!, exchange, hashed, 0);
      let difference = 0;
      for (let i = 0; i < 8; i++) difference |= hashed[i]! ^ packet[cookieAt + 16 + i]!;
      if (difference === 0) return true;
    }
    return false;
  }

  return {
    name: 'cookies',
    admit(exchange) {
      const { query, response, peer } = exchange;
      // Only a cookie is asked for: one of the server's is judged, none is no fault (RFC 7873 5.4).
      if (!query.hasQuestion && query.cookieAt > 0) {
        if (query.cookieLength > CLIENT_OCTETS && !isValid(exchange)) response.rcode = RCODE.BADCOOKIE;
        return RESPOND;
      }
      if (!require || query.cookieAt === 0 || peer.transport !== 'udp' || isValid(exchange)) return PASS;
      response.rcode = RCODE.BADCOOKIE;
      return RESPOND;
    },
    fit(exchange) {
      const { packet, cookieAt } = exchange.query;
      if (cookieAt === 0) return;
      for (let i = 0; i < CLIENT_OCTETS; i++) cookie[i] = packet[cookieAt + i]!;
      cookie[8] = VERSION;
      cookie[9] = cookie[10] = cookie[11] = 0;
      for (let i = 0; i < 4; i++) cookie[12 + i] = exchange.nowSeconds >>> (24 - 8 * i);
      for (let i = 0; i < 16; i++) input[i] = cookie[i]!;
      hashInto(hashes[0]!, exchange, cookie, 16);
      const { response } = exchange;
      if (response.addOption(OPTION_COOKIE, cookie)) return;
      // A client that sent a cookie drops what comes back without one (RFC 7873 5.3); TC sends it to TCP, where there is room.
      response.clearSections();
      response.truncated = true;
      response.addOption(OPTION_COOKIE, cookie);
    },
  };
}

function readTimestamp(octets: Uint8Array, at: number): number {
  return (octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!;
}

function readSecret(text: string): Uint8Array {
  if (!/^[0-9a-f]{32}$/i.test(text)) {
    throw new MiddlewareError(
      'ERR_MIDDLEWARE_COOKIE_SECRET',
      `cookies: found a secret of ${text.length} characters, expected ${SECRET_OCTETS * 2} hexadecimal digits`,
    );
  }
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
