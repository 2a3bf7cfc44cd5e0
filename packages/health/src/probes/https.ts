import { X509Certificate } from 'node:crypto';
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

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;
const CERTIFICATES = new RegExp(CERTIFICATE, 'g');

let systemTrust: SecureContext | undefined;

/** As `http`, over TLS, with a full handshake each time: a resumed session would not show the certificate. */
export function httpsProbe(fields: Fields): Probe {
  const verify = fields.boolean('verifyCertificate', true);
  const ca = fields.text('ca', CERTIFICATE, 'certificates in PEM', '');
  const context = ca === '' ? (systemTrust ??= createSecureContext()) : trust(ca, fields);
  return probeHttp(fields, 443, (host) => ({ name: nameIn(host), verify, context }));
}

function trust(ca: string, fields: Fields): SecureContext {
  try {
    // createSecureContext passes over what it can't read, and would trust nobody.
    for (const [certificate] of ca.matchAll(CERTIFICATES)) new X509Certificate(certificate);
    return createSecureContext({ ca });
  } catch {
    throw fields.expected('ca', 'certificates in PEM');
  }
}

/** The name or address in a Host header: without port and brackets. */
function nameIn(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
