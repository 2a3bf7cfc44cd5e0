import { createSecureContext, type SecureContext } from 'node:tls';
import type { Fields } from '../fields.ts';
import { type HttpFields, probeHttp } from './http.ts';
import type { Probe } from './probe.ts';

export interface HttpsFields extends HttpFields {
  /** Default true: the certificate must be valid, trusted, and for `host` (or for the address where no host is given). */
  verifyCertificate?: boolean;
  /** PEM text of the authorities to trust in place of the system's. */
  ca?: string;
}

let systemTrust: SecureContext | undefined;

/** As `http`, over TLS, with a full handshake each time: a resumed session would not show the certificate. */
export function httpsProbe(fields: Fields): Probe {
  const verify = fields.boolean('verifyCertificate', true);
  const ca = fields.text('ca', /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/, 'certificates in PEM', '');
  const context = ca === '' ? (systemTrust ??= createSecureContext()) : trust(ca, fields);
  return probeHttp(fields, 443, (host) => ({ name: nameIn(host), verify, context }));
}

function trust(ca: string, fields: Fields): SecureContext {
  try {
    return createSecureContext({ ca });
  } catch {
    throw fields.expected('ca', 'certificates in PEM');
  }
}

/** The name or address in a Host header: without port and brackets. */
function nameIn(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
