import { ALGORITHM, SECRET_OCTETS } from './algorithm.ts';
import { DnssecError } from './errors.ts';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;

const octetsOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** AlgorithmIdentifier in DER: id-ecPublicKey with prime256v1 (RFC 5480 2.1.1), id-Ed25519 without parameters (RFC 8410 3). */
const IDENTIFIERS: Readonly<Record<number, Uint8Array>> = {
  [ALGORITHM.ECDSAP256SHA256]: octetsOf('301306072a8648ce3d020106082a8648ce3d030107'),
  [ALGORITHM.ED25519]: octetsOf('300506032b6570'),
};

/** The scalar or seed in a PrivateKeyInfo (RFC 5208 5), for where there is no node:crypto to read it. Optional trailing fields are skipped. */
export function secretFromPkcs8(algorithm: number, pkcs8: Uint8Array): Uint8Array {
  const info = element(pkcs8, 0, SEQUENCE);
  const version = element(info.content, 0, INTEGER);
  const identifier = element(info.content, version.next, SEQUENCE);
  if (!sameOctets(info.content.subarray(version.next, identifier.next), IDENTIFIERS[algorithm])) {
    throw new DnssecError('ERR_DNSSEC_PRIVATE_KEY', `the private key is not one that algorithm ${algorithm} takes`);
  }
  const { content } = element(info.content, identifier.next, OCTET_STRING);
  return algorithm === ALGORITHM.ED25519 ? secretOf(content, 0) : scalarOf(content);
}

/** @returns PrivateKeyInfo in DER, octet for octet as OpenSSL writes it. */
export function secretToPkcs8(algorithm: number, secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const version = Uint8Array.of(INTEGER, 1, 0);
  const secretString = der(OCTET_STRING, secret);
  const key = algorithm === ALGORITHM.ED25519 ? secretString : ecPrivateKey(secretString, publicKey);
  return der(SEQUENCE, version, IDENTIFIERS[algorithm], der(OCTET_STRING, key));
}

/** ECPrivateKey with the public key as field [1], a BIT STRING of an uncompressed point (RFC 5915 3). */
function ecPrivateKey(scalarString: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return der(SEQUENCE, Uint8Array.of(INTEGER, 1, 1), scalarString, der(0xa1, der(0x03, Uint8Array.of(0x00, 0x04), publicKey)));
}

function scalarOf(octets: Uint8Array): Uint8Array {
  const { content } = element(octets, 0, SEQUENCE);
  return secretOf(content, element(content, 0, INTEGER).next);
}

function secretOf(octets: Uint8Array, at: number): Uint8Array {
  const { content } = element(octets, at, OCTET_STRING);
  if (content.length !== SECRET_OCTETS) throw unreadable();
  return content.slice();
}

function element(octets: Uint8Array, at: number, tag: number): { content: Uint8Array; next: number } {
  if (octets[at] !== tag) throw unreadable();
  let length = octets[at + 1];
  let from = at + 2;
  if (length === 0x81) length = octets[from++];
  if (!(length < 0x100) || length === 0x80 || from + length > octets.length) throw unreadable();
  return { content: octets.subarray(from, from + length), next: from + length };
}

function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = length < 0x80 ? [tag, length] : [tag, 0x81, length];
  const octets = new Uint8Array(head.length + length);
  octets.set(head);
  let at = head.length;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}

function unreadable(): DnssecError {
  return new DnssecError('ERR_DNSSEC_PRIVATE_KEY', 'the private key is not readable as PKCS#8 in DER');
}
