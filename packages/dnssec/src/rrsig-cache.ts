/** Objects, array headers, map slot and allocator of an entry, besides its octets. Measured on Node 20: 600 on V8's heap, the rest outside. */
const ENTRY_OVERHEAD_OCTETS = 1000;

export interface CachedRrsigs {
  /** What was signed, octet for octet. */
  readonly key: Uint8Array;
  /** RDATA, one per signing key. */
  readonly rrsigs: Uint8Array[];
  readonly inceptionSeconds: number;
  readonly refreshAtSeconds: number;
}

/**
 * Signatures by what they sign, in bounded memory.
 *
 * Two generations stand in for a list by age: what is found in the old one moves to the young one, and when the young one holds half of
 * the bound, the old one is dropped. A hit moves nothing else and allocates nothing.
 */
export class RrsigCache {
  readonly #generationOctets: number;
  #young = new Map<number, CachedRrsigs>();
  #old = new Map<number, CachedRrsigs>();
  #youngOctets = 0;

  /** @param maxOctets - about; of all entries together. 0 keeps nothing. */
  constructor(maxOctets: number) {
    this.#generationOctets = maxOctets / 2;
  }

  /** @param key - the caller's buffer, of which `length` octets count. */
  find(key: Uint8Array, length: number): CachedRrsigs | undefined {
    const hash = hashOctets(key, length);
    const young = this.#young.get(hash);
    if (young !== undefined) return isKey(young, key, length) ? young : undefined;
    const old = this.#old.get(hash);
    if (old === undefined || !isKey(old, key, length)) return undefined;
    this.#add(hash, old);
    return old;
  }

  /** @param entry - kept; its key is the entry's own. What has the same hash is replaced: a cache may forget. */
  add(entry: CachedRrsigs): void {
    this.#add(hashOctets(entry.key, entry.key.length), entry);
  }

  #add(hash: number, entry: CachedRrsigs): void {
    const octets = octetsOf(entry);
    if (octets > this.#generationOctets) return;
    if (this.#youngOctets + octets > this.#generationOctets) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngOctets = 0;
    }
    const replaced = this.#young.get(hash);
    if (replaced !== undefined) this.#youngOctets -= octetsOf(replaced);
    this.#young.set(hash, entry);
    this.#youngOctets += octets;
  }
}

function octetsOf(entry: CachedRrsigs): number {
  return ENTRY_OVERHEAD_OCTETS + entry.key.length + entry.rrsigs.reduce((sum, rrsig) => sum + rrsig.length, 0);
}

function isKey(entry: CachedRrsigs, key: Uint8Array, length: number): boolean {
  if (entry.key.length !== length) return false;
  for (let i = 0; i < length; i++) if (entry.key[i] !== key[i]) return false;
  return true;
}

/** FNV-1a, as an int32. */
export function hashOctets(octets: Uint8Array, length: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ octets[i], 0x01000193);
  return hash;
}
