import type { Fields } from '../fields.ts';
import { dial, peerText, type TlsTerms } from './dial.ts';
import type { Probe } from './probe.ts';
import { outcomeOfError } from './socket-error.ts';
import { type ExpectStatus, readStatusSet } from './status.ts';

export interface HttpFields {
  /** Default 80, for https 443. */
  port?: number;
  /** Request target with its query; default '/'. */
  path?: string;
  /** The Host header as it goes out, with its port where one is wanted; default: the address, and the port unless it is the scheme's. */
  host?: string;
  /** Default 200. */
  expectStatus?: ExpectStatus;
}

/** GET over a new connection; up when the status is accepted and the body complete in time. */
export function httpProbe(fields: Fields): Probe {
  return probeHttp(fields, 80);
}

/** What http and https share. @param tls - the terms, once the Host is known; without them plain HTTP. */
export function probeHttp(fields: Fields, schemePort: number, tls?: (host: string) => TlsTerms): Probe {
  const port = fields.integer('port', 1, 65_535, schemePort);
  const path = fields.text('path', /^\/[\x21-\x7e]*$/, "a path like '/healthz'", '/');
  const host = fields.text('host', /^(?:[\w.~-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/, "a host name or address, with or without ':port'", '');
  const expectStatus = readStatusSet(fields, 'expectStatus');
  const terms = tls?.(host);
  return async (address, run) => {
    const peer = peerText(address, port);
    try {
      // With the first probe: an HTTP client is much to load for who only wants to start.
      const { exchangeHttp } = await import('./exchange.ts');
      const socket = await dial(address, port, terms, run);
      const defaultHost = port === schemePort ? peer.slice(0, peer.lastIndexOf(':')) : peer;
      return await exchangeHttp(socket, { path, host: host === '' ? defaultHost : host, expectStatus, peer }, run);
    } catch (error) {
      return outcomeOfError(error, peer);
    }
  };
}
