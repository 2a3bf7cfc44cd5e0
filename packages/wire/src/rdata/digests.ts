import { parseHex } from './encodings.ts';
import { hexRest, unsigned } from './fields.ts';
import { type Presentation, sequence } from './form.ts';

/** Octets of a digest by its type, for DS and its kin (RFC 4509, 5933, 6605, 9558, 9563 and the registry "Digest Algorithms"). */
export const DS_DIGEST_OCTETS: Readonly<Record<number, number>> = { 1: 20, 2: 32, 3: 32, 4: 48, 5: 32, 6: 32 };

/** Octets of a fingerprint by its type (RFC 4255 3.1.2, RFC 6594 2). */
export const SSHFP_FINGERPRINT_OCTETS: Readonly<Record<number, number>> = { 1: 20, 2: 32 };

/** Octets of a zone's digest by its hash algorithm (RFC 8976 2.2.3); 12 at least of others (2.2.4). */
export const ZONEMD_DIGEST_OCTETS: Readonly<Record<number, number>> = { 1: 48, 2: 64 };
export const ZONEMD_LEAST_DIGEST_OCTETS = 12;

/**
 * A digest's type, as a number, and the digest, in hexadecimal to the end.
 *
 * @param lengths - by type, the octets of those digests that have a fixed length.
 * @param least - octets of a digest of another type.
 */
export function typedDigest(typeWhat: string, what: string, lengths: Readonly<Record<number, number>>, least = 1): Presentation {
  const type = unsigned(1, typeWhat);
  return {
    ...sequence(type, hexRest(what)),
    parse(tokens, out) {
      const length = lengths[Number(tokens.peek()?.text)];
      type.parse(tokens, out);
      const octets = parseHex(tokens.joinRest(what));
      if (octets === undefined) throw tokens.wrong(`${what} in hexadecimal, two digits an octet`);
      if (length !== undefined && octets.length !== length) throw tokens.wrong(`${what} of ${length} octets`);
      if (octets.length < least) throw tokens.wrong(`${what} of at least ${least} octets`);
      out.append(octets);
    },
  };
}
