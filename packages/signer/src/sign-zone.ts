import { keysForType, nsecRdata, type SigningKey, signatureTimes, signRrset } from '@dnsteer/dnssec';
import { formatName, TYPE, typeText } from '@dnsteer/wire';
import type { ZoneBuilder, ZoneRrset } from '@dnsteer/zone';
import { SignerError } from './errors.ts';

const DAY = 86_400;

/** Types that a signer makes; a zone that brings them was signed by another. */
const SIGNED_ZONE_TYPES: ReadonlySet<number> = new Set([TYPE.RRSIG, TYPE.NSEC, TYPE.NSEC3, TYPE.NSEC3PARAM]);

export interface SignZoneOptions {
  /** Seconds since 1970. */
  readonly nowSeconds: number;
  /** How names are denied. The only one yet. */
  readonly denial?: 'nsec';
  /** How long a signature holds, at most. Default: 14 days. */
  readonly validitySeconds?: number;
}

export interface SignedZone {
  /** When to sign the zone anew, from its records: half a validity before the first signature expires, or up to 1/14 of it earlier, by the zone's name. */
  readonly refreshAtSeconds: number;
  /** When the first signature expires. */
  readonly expirationSeconds: number;
  readonly signatureCount: number;
}

/**
 * Signs a zone: adds its DNSKEYs, an NSEC chain and RRSIGs to `builder`. Synchronous, some 40 us a signature.
 *
 * Signed is what the zone is authoritative for: at a delegation point DS and NSEC, and nothing below it or below a DNAME (RFC 4035 2.2). Dynamic types
 * stand in the bitmaps; their RRsets are signed when they are made.
 *
 * @param builder - all records and dynamic types of the zone. What it holds after an error is not fit for use.
 * @throws SignerError ERR_SIGNER_NO_KEYS, ERR_SIGNER_DENIAL, ERR_SIGNER_SOA_MISSING, ERR_SIGNER_ALREADY_SIGNED; DnssecError ERR_DNSSEC_TIMES.
 */
export function signZone(builder: ZoneBuilder, keys: readonly SigningKey[], options: SignZoneOptions): SignedZone {
  const { denial = 'nsec', nowSeconds, validitySeconds = 14 * DAY } = options;
  if (keys.length === 0) throw new SignerError('ERR_SIGNER_NO_KEYS', `${formatName(builder.apex)} can't be signed without a key`);
  if (denial !== 'nsec') throw new SignerError('ERR_SIGNER_DENIAL', `denial ${denial}: expected nsec`);
  const soa = readSoa(builder);
  for (const key of keys) builder.add(builder.apex, TYPE.DNSKEY, soa.ttlSeconds, key.dnskeyRdata);

  const pass = new SigningPass(builder, keys, nowSeconds, validitySeconds);
  const chain: ChainLink[] = [];
  for (const rrset of builder.rrsets()) {
    refuseSignedRrset(rrset);
    const isCut = rrset.isDelegation && rrset.type === TYPE.NS;
    if (rrset.isAuthoritative || isCut) link(chain, rrset);
    if (rrset.isAuthoritative && rrset.rdatas.length > 0) pass.sign(rrset);
  }
  chain.forEach(({ owner, types }, i) => {
    const next = chain[(i + 1) % chain.length].owner;
    const rdata = nsecRdata(next, [...types, TYPE.NSEC, TYPE.RRSIG]);
    builder.add(owner, TYPE.NSEC, soa.denialTtlSeconds, rdata);
    pass.sign({ owner, type: TYPE.NSEC, ttlSeconds: soa.denialTtlSeconds, rdatas: [rdata] });
  });
  return pass.finish();
}

/** An owner of the NSEC chain and what it has. */
interface ChainLink {
  readonly owner: Uint8Array;
  readonly types: number[];
}

function link(chain: ChainLink[], rrset: ZoneRrset): void {
  const last = chain.at(-1);
  // The RRsets of an owner come one after the other.
  if (last !== undefined && Buffer.compare(last.owner, rrset.owner) === 0) last.types.push(rrset.type);
  else chain.push({ owner: rrset.owner.slice(), types: [rrset.type] });
}

/** Makes the signatures of one zone, and adds them when the walk over it is over. */
class SigningPass {
  readonly #builder: ZoneBuilder;
  readonly #keys: readonly SigningKey[];
  readonly #nowSeconds: number;
  readonly #validitySeconds: number;
  readonly #rrsigs: { readonly owner: Uint8Array; readonly ttlSeconds: number; readonly rdata: Uint8Array }[] = [];
  #expirationSeconds = Number.POSITIVE_INFINITY;

  constructor(builder: ZoneBuilder, keys: readonly SigningKey[], nowSeconds: number, validitySeconds: number) {
    this.#builder = builder;
    this.#keys = keys;
    this.#nowSeconds = nowSeconds;
    this.#validitySeconds = validitySeconds;
  }

  sign({ owner, type, ttlSeconds, rdatas }: Pick<ZoneRrset, 'owner' | 'type' | 'ttlSeconds' | 'rdatas'>): void {
    const times = this.#timesOf(owner);
    this.#expirationSeconds = Math.min(this.#expirationSeconds, times.expirationSeconds);
    for (const key of keysForType(this.#keys, type)) {
      const rdata = signRrset({ owner, type, originalTtlSeconds: ttlSeconds, rdatas }, key, { signerName: this.#builder.apex, ...times });
      this.#rrsigs.push({ owner: owner.slice(), ttlSeconds, rdata });
    }
  }

  finish(): SignedZone {
    for (const { owner, ttlSeconds, rdata } of this.#rrsigs) this.#builder.add(owner, TYPE.RRSIG, ttlSeconds, rdata);
    // The owners' jitter spreads nothing here, since a zone is signed as a whole: the apex's spreads the zones of a server.
    const earlierSeconds = this.#nowSeconds + this.#validitySeconds - this.#timesOf(this.#builder.apex).expirationSeconds;
    return {
      refreshAtSeconds: this.#expirationSeconds - Math.floor(this.#validitySeconds / 2) - earlierSeconds,
      expirationSeconds: this.#expirationSeconds,
      signatureCount: this.#rrsigs.length,
    };
  }

  #timesOf(owner: Uint8Array) {
    return signatureTimes({ owner, nowSeconds: this.#nowSeconds, validitySeconds: this.#validitySeconds });
  }
}

function readSoa(builder: ZoneBuilder): { ttlSeconds: number; denialTtlSeconds: number } {
  for (const { type, ttlSeconds, rdatas } of builder.rrsets()) {
    if (type !== TYPE.SOA || rdatas.length === 0) continue;
    const minimumSeconds = Buffer.from(rdatas[0]).readUInt32BE(rdatas[0].length - 4);
    // The TTL of NSEC is that of a negative answer (RFC 9077 3.1, RFC 2308 5).
    return { ttlSeconds, denialTtlSeconds: Math.min(ttlSeconds, minimumSeconds) };
  }
  throw new SignerError('ERR_SIGNER_SOA_MISSING', `${formatName(builder.apex)} has no SOA`);
}

/**
 * Whether a zone is one that can be signed; `signZone` looks for itself.
 *
 * @throws SignerError ERR_SIGNER_ALREADY_SIGNED when the zone has signatures or proofs of denial.
 */
export function refuseSigned(builder: ZoneBuilder): void {
  for (const rrset of builder.rrsets()) refuseSignedRrset(rrset);
}

function refuseSignedRrset({ owner, type, rrsigs }: ZoneRrset): void {
  if (rrsigs.length === 0 && !SIGNED_ZONE_TYPES.has(type)) return;
  const found = rrsigs.length > 0 ? 'RRSIG' : typeText(type);
  throw new SignerError(
    'ERR_SIGNER_ALREADY_SIGNED',
    `${formatName(owner)} has ${found}: the zone is signed already; take RRSIG, NSEC, NSEC3 and NSEC3PARAM out of it, or don't sign it`,
  );
}
