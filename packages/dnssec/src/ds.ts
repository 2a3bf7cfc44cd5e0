import { lowerCaseName } from '@dnsteer/wire';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { DnssecError } from './errors.ts';
import { keyTag } from './key-tag.ts';

const DIGESTS: Readonly<Record<number, (octets: Uint8Array) => Uint8Array>> = { 2: sha256, 4: sha384 };

/**
 * The RDATA of the DS that the parent publishes for a DNSKEY (RFC 4034 5.1.4).
 *
 * @param owner - wire name of the DNSKEY's owner, any case.
 * @param dnskeyRdata - of any algorithm.
 * @param digestType - 2: SHA-256 (RFC 4509); 4: SHA-384 (RFC 6605 2).
 * @throws DnssecError ERR_DNSSEC_DIGEST_TYPE for any other, SHA-1 included (RFC 8624 3.3: must not be made).
 */
export function dsRdata(owner: Uint8Array, dnskeyRdata: Uint8Array, digestType = 2): Uint8Array {
  const hash = DIGESTS[digestType];
  if (hash === undefined)
    throw new DnssecError('ERR_DNSSEC_DIGEST_TYPE', `digest type ${digestType} is not one of 2 (SHA-256) and 4 (SHA-384)`);
  const name = lowerCaseName(owner);
  const hashed = new Uint8Array(name.length + dnskeyRdata.length);
  hashed.set(name);
  hashed.set(dnskeyRdata, name.length);
  const digest = hash(hashed);
  const tag = keyTag(dnskeyRdata);
  const rdata = new Uint8Array(4 + digest.length);
  rdata.set([tag >> 8, tag & 0xff, dnskeyRdata[3], digestType]);
  rdata.set(digest, 4);
  return rdata;
}
