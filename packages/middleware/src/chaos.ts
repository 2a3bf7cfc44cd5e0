import { type Middleware, PASS, RESPOND } from '@dnsteer/router';
import { CLASS, formatName, QNAME, SECTION, TYPE } from '@dnsteer/wire';
import { MiddlewareError } from './errors.ts';

const MAX_OCTETS = 255;

export interface ChaosOptions {
  /** Answers `version.bind` and `version.server`. 1-255 octets of UTF-8; left out: REFUSED. */
  version?: string;
  /** Answers `id.server` (RFC 4892) and `hostname.bind`. 1-255 octets of UTF-8; left out: REFUSED. */
  id?: string;
}

/**
 * Says what this server runs and which one it is, as TXT of class CH (RFC 4892). Without it, and for all other names, class CH is REFUSED.
 *
 * @throws MiddlewareError ERR_MIDDLEWARE_CHAOS.
 */
export function chaos({ version, id }: ChaosOptions): Middleware {
  const texts = new Map<string, Uint8Array>();
  const say = (text: string | undefined, ...names: readonly string[]) => {
    if (text !== undefined) for (const name of names) texts.set(name, characterString(text));
  };
  say(version, 'version.bind.', 'version.server.');
  say(id, 'id.server.', 'hostname.bind.');
  return {
    name: 'chaos',
    admit({ query, response }) {
      const { qclass, qtype, qname, tsigAt } = query;
      if (qclass !== CLASS.CH || (qtype !== TYPE.TXT && qtype !== TYPE.ANY) || tsigAt !== 0) return PASS;
      const rdata = texts.get(formatName(qname.octets));
      if (rdata === undefined) return PASS;
      response.recordClass = CLASS.CH;
      // TTL 0: caches have no use for it (RFC 4892 4). No zone is served there, so AA is not set, as with Knot DNS and NSD.
      response.rrset(SECTION.ANSWER, rdata, QNAME, TYPE.TXT, 0, rdata, 0, 1);
      return RESPOND;
    },
  };
}

/** A TXT RDATA of one string, behind its RDLENGTH. */
function characterString(text: string): Uint8Array {
  const octets = new TextEncoder().encode(text);
  if (octets.length === 0 || octets.length > MAX_OCTETS) {
    throw new MiddlewareError('ERR_MIDDLEWARE_CHAOS', `chaos: found a text of ${octets.length} octets, expected 1 to ${MAX_OCTETS}`);
  }
  return Uint8Array.from([0, octets.length + 1, octets.length, ...octets]);
}
