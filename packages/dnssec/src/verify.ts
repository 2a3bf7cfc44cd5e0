import { checkRdata, equalNames, isSubdomain, lowerCaseName, nameLength, TYPE } from '@dnsteer/wire';
import { canonicalRdatas, signedLabels, signedOctets, signedOwner } from './canonical.ts';
import { keyTag } from './key-tag.ts';
import { nodeProvider } from './node-provider.ts';
import type { CryptoProvider } from './provider.ts';
import { RRSIG_FIXED_OCTETS, type Rrset } from './sign.ts';

const ZONE_KEY = 0x0100;
const DNSSEC_PROTOCOL = 3;

export interface VerifyOptions {
  /** Wire name of the zone: the owner of the DNSKEY. */
  readonly signerName: Uint8Array;
  /** Seconds since 1970. */
  readonly nowSeconds: number;
  readonly provider?: CryptoProvider;
}

/**
 * Whether `rrsigRdata`, made by `dnskeyRdata`, is a valid signature over an RRset (RFC 4035 5.3.1-5.3.3).
 *
 * The TTL signed is the one in the RRSIG. That an owner expanded from a wildcard does not exist itself (5.3.4) is for the caller to prove.
 *
 * @param rrset - class IN. Its RDATA must fit its type.
 * @returns false for whatever is malformed, of another key or zone, of an algorithm that isn't supported, or out of its time.
 */
export function verifyRrset(
  rrset: Pick<Rrset, 'owner' | 'type' | 'rdatas'>,
  rrsigRdata: Uint8Array,
  dnskeyRdata: Uint8Array,
  options: VerifyOptions,
): boolean {
  if (!checkRdata(TYPE.RRSIG, rrsigRdata, 0, rrsigRdata.length) || dnskeyRdata.length < 4) return false;
  const fields = new DataView(rrsigRdata.buffer, rrsigRdata.byteOffset);
  const key = new DataView(dnskeyRdata.buffer, dnskeyRdata.byteOffset);
  const labels = rrsigRdata[3];
  const headLength = RRSIG_FIXED_OCTETS + nameLength(rrsigRdata, RRSIG_FIXED_OCTETS);
  const holds =
    rrset.rdatas.length > 0 &&
    fields.getUint16(0) === rrset.type &&
    (key.getUint16(0) & ZONE_KEY) !== 0 &&
    dnskeyRdata[2] === DNSSEC_PROTOCOL &&
    dnskeyRdata[3] === rrsigRdata[2] &&
    fields.getUint16(16) === keyTag(dnskeyRdata) &&
    equalNames(rrsigRdata, options.signerName, RRSIG_FIXED_OCTETS, 0) &&
    isSubdomain(rrset.owner, options.signerName) &&
    labels <= signedLabels(rrset.owner) &&
    isWithin(options.nowSeconds, fields.getUint32(12), fields.getUint32(8));
  if (!holds) return false;
  const head = rrsigRdata.slice(0, headLength);
  head.set(lowerCaseName(options.signerName), RRSIG_FIXED_OCTETS);
  const rdatas = canonicalRdatas(rrset.type, rrset.rdatas);
  const signed = signedOctets(head, signedOwner(rrset.owner, labels), rrset.type, fields.getUint32(4), rdatas);
  return (options.provider ?? nodeProvider).verify(dnskeyRdata[3], dnskeyRdata.subarray(4), signed, rrsigRdata.subarray(headLength));
}

/** Both ends included; serial number arithmetic (RFC 1982, RFC 4034 3.1.5). */
function isWithin(nowSeconds: number, inceptionSeconds: number, expirationSeconds: number): boolean {
  return ((nowSeconds - inceptionSeconds) | 0) >= 0 && ((expirationSeconds - nowSeconds) | 0) >= 0;
}
