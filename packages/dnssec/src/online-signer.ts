import { TYPE } from '@dnsteer/wire';
import { compareOctets, signedLabels, writeSignedOwner } from './canonical.ts';
import { importKey, type KeyMaterial, keysForType, type SigningKey } from './key.ts';
import type { CryptoProvider } from './provider.ts';
import { type CachedRrsigs, RrsigCache } from './rrsig-cache.ts';
import { type Rrset, rrsigHead, signWithHead } from './sign.ts';
import { signatureTimes } from './signature-times.ts';

const MAX_NAME_OCTETS = 255;
const INSERTION_SORT_LIMIT = 32;

export interface OnlineSignerOptions {
  /** Wire name of the zone's apex. */
  readonly signerName: Uint8Array;
  /** All of the zone's keys. Plain values, so that a worker thread can have them from `workerData`. */
  readonly keys: readonly KeyMaterial[];
  /** The clock: whole seconds since 1970, read at every call. */
  readonly nowSeconds: () => number;
  /** Default: 14 days. */
  readonly validitySeconds?: number;
  /** Bound on the memory of the signatures kept, about. Default: 16 MiB, which is some 15,000 address RRsets. 0: none are kept. */
  readonly cacheOctets?: number;
  readonly provider?: CryptoProvider;
}

/**
 * Signs what is made at the time of the query, synchronously, and keeps the signatures.
 *
 * The TTL that goes out is no part of what is signed, the Original TTL is: an RRset that is answered at a lower TTL of the moment
 * (RFC 4035 5.3.3), or with its records in another order, is found again. For one thread.
 */
export class OnlineSigner {
  readonly #keys: readonly { readonly key: SigningKey; readonly head: Uint8Array }[];
  readonly #options: OnlineSignerOptions;
  readonly #cache: RrsigCache;
  #cacheKey = new Uint8Array(1024);
  #order = new Uint16Array(INSERTION_SORT_LIMIT);
  #made = 0;
  #reused = 0;

  /** @throws DnssecError as `importKey` does. */
  constructor(options: OnlineSignerOptions) {
    const keys = options.keys.map((material) => importKey(material, options.provider));
    // DNSKEY is signed ahead, with the keys that are for it.
    this.#keys = keysForType(keys, TYPE.A).map((key) => ({ key, head: rrsigHead(key, options.signerName) }));
    this.#options = options;
    this.#cache = new RrsigCache(options.cacheOctets ?? 16 * 2 ** 20);
  }

  /** Signatures made since the start: one per RRset and key. */
  get made(): number {
    return this.#made;
  }

  /** Calls that were answered from what is kept. */
  get reused(): number {
    return this.#reused;
  }

  /**
   * @param owner - wire name at or below the apex; octets behind it don't matter.
   * @param rdatas - at least one, in any order; copied where they are kept.
   * @param labels - fewer than `owner` has where it was expanded from a wildcard. All expansions share one signature.
   * @returns RRSIG RDATA, one per key. The array and its octets belong to the signer: read only, valid as long as you hold them.
   * @throws DnssecError ERR_DNSSEC_RRSET, or WireError: see `signRrset`. Nothing of it is kept then.
   */
  sign(
    owner: Uint8Array,
    type: number,
    originalTtlSeconds: number,
    rdatas: readonly Uint8Array[],
    labels = signedLabels(owner),
  ): Uint8Array[] {
    const nowSeconds = this.#options.nowSeconds();
    // Labels that the owner does not have: for signWithHead to refuse.
    const length = labels >= 0 && labels <= signedLabels(owner) ? this.#writeCacheKey(owner, type, originalTtlSeconds, rdatas, labels) : 0;
    const found = this.#cache.find(this.#cacheKey, length);
    if (found !== undefined && isFresh(found, nowSeconds)) {
      this.#reused++;
      return found.rrsigs;
    }
    const entry = this.#sign({ owner, type, originalTtlSeconds, rdatas, labels }, nowSeconds, this.#cacheKey.slice(0, length));
    this.#cache.add(entry);
    return entry.rrsigs;
  }

  #sign(rrset: Rrset, nowSeconds: number, key: Uint8Array): CachedRrsigs {
    const times = signatureTimes({ nowSeconds, owner: rrset.owner, validitySeconds: this.#options.validitySeconds });
    const rrsigs = this.#keys.map((each) => signWithHead(each.head, rrset, each.key, times));
    this.#made += rrsigs.length;
    return { key, rrsigs, inceptionSeconds: times.inceptionSeconds, refreshAtSeconds: times.refreshAtSeconds };
  }

  /** Signed owner | type | Original TTL | count times RDLENGTH, RDATA, sorted. @returns its octets. */
  #writeCacheKey(owner: Uint8Array, type: number, originalTtlSeconds: number, rdatas: readonly Uint8Array[], labels: number): number {
    let room = MAX_NAME_OCTETS + 6;
    for (let i = 0; i < rdatas.length; i++) room += 2 + rdatas[i].length;
    if (room > this.#cacheKey.length) this.#cacheKey = new Uint8Array(room * 2);
    const out = this.#cacheKey;
    let at = writeSignedOwner(out, 0, owner, labels);
    out[at++] = type >>> 8;
    out[at++] = type;
    for (let shift = 24; shift >= 0; shift -= 8) out[at++] = originalTtlSeconds >>> shift;
    this.#sort(rdatas);
    for (let i = 0; i < rdatas.length; i++) {
      const rdata = rdatas[this.#order[i]];
      out[at++] = rdata.length >>> 8;
      out[at++] = rdata.length;
      // Octet by octet: for the few octets of an address that is faster than set().
      for (let j = 0; j < rdata.length; j++) out[at++] = rdata[j];
    }
    return at;
  }

  /** Leaves the indices of `rdatas`, in order, in `#order`. */
  #sort(rdatas: readonly Uint8Array[]): void {
    if (rdatas.length > this.#order.length) this.#order = new Uint16Array(rdatas.length * 2);
    const order = this.#order;
    for (let i = 0; i < rdatas.length; i++) order[i] = i;
    if (rdatas.length > INSERTION_SORT_LIMIT) {
      order.subarray(0, rdatas.length).sort((a, b) => compareOctets(rdatas[a], rdatas[b]));
      return;
    }
    for (let i = 1; i < rdatas.length; i++) {
      let to = i;
      for (; to > 0 && compareOctets(rdatas[order[to - 1]], rdatas[i]) > 0; to--) order[to] = order[to - 1];
      order[to] = i;
    }
  }
}

/** A clock that was set back must not bring signatures that have not begun. */
function isFresh(entry: CachedRrsigs, nowSeconds: number): boolean {
  return nowSeconds >= entry.inceptionSeconds && nowSeconds < entry.refreshAtSeconds;
}
