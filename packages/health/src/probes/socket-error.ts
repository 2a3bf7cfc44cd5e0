import { failure, inconclusive, type ProbeOutcome } from './probe.ts';

// `%` stands for the peer. What isn't here is told by the error's own message.
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused by %',
  ECONNRESET: 'connection reset by %',
  EPIPE: 'connection closed by %',
  EHOSTUNREACH: 'no route to host %',
  EHOSTDOWN: 'host is down: %',
  ENETUNREACH: 'network unreachable: %',
  EAFNOSUPPORT: 'no route to the address family of %',
  ETIMEDOUT: 'connection to % timed out',
  EACCES: 'a local rule forbids connections to %',
  EPERM: 'a local rule forbids connections to %',
  UND_ERR_SOCKET: 'connection closed by % before the answer was complete',
  UND_ERR_HEADERS_OVERFLOW: 'answer headers of % are too long',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'body from % is shorter than its Content-Length',
  CERT_HAS_EXPIRED: 'certificate of % has expired',
  CERT_NOT_YET_VALID: 'certificate of % is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate of % is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate of % comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate of % comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate of % comes without the chain to an authority',
  ERR_SSL_WRONG_VERSION_NUMBER: '% does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: '% does not speak TLS',
};

/** Our own want, no fact about the endpoint: descriptors, memory, local ports. */
const OURS = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);

/**
 * What an error of a socket, of TLS or of undici says about the endpoint.
 *
 * @param peer - '127.0.0.1:18081', for the reason.
 */
export function outcomeOfError(error: unknown, peer: string): ProbeOutcome {
  const code = codeOf(error);
  if (OURS.has(code))
    return inconclusive(`the prober is out of ${code === 'EADDRNOTAVAIL' ? 'local ports or addresses' : 'resources'} (${code})`);
  const reason = REASONS[code];
  if (reason !== undefined) return failure(reason.replace('%', peer));
  if (error instanceof Error && error.name === 'HTTPParserError') return failure(`answer of ${peer} is not valid HTTP`);
  const message = error instanceof Error ? error.message : String(error);
  return failure(`${message.split('\n', 1)[0]} (${peer})`);
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}
