import { HealthError } from './errors.ts';

// Layout, in octets: the header; values and times by slot; prefix lengths by slot; then the figures of networks, by place.
const FORMAT = 0x66_74_62_01;
const HEADER_OCTETS = 16;
const AT_FORMAT = 0;
const AT_CAPACITY = 1;
const AT_PLACES = 2;

/** Prefix lengths that a slot has figures of: one word for IPv4 (/1 to /32), two for IPv6 (/1 to /32, /33 to /64). */
const LENGTH_WORDS = 3;
/** Which network a place has: who (slot + 1, family, prefix length; 0: nobody), and the first 64 bits of its address. */
const KEY_WORDS = 3;
const FAMILY_6 = 1 << 17;
const LENGTH_SHIFT = 18;
/** Places that a network can stand at. */
const WAYS = 8;

const DEFAULT_SLOTS = 65_536;
const DEFAULT_PLACES = 262_144;

/**
 * Figures that come from outside, in shared memory: of a slot (the load of an endpoint, the error rate of a pool), and of a slot for the clients of a network
 * (milliseconds from there). One thread writes, any number read; nothing is allocated. Memory that no figure came to is never touched.
 *
 * Of networks it keeps 262,144 (x slots); where they stand too close together the figure that came first goes.
 */
export class FeedTable {
  readonly shared: SharedArrayBuffer;
  readonly capacity: number;
  /** By slot: the last figure. */
  readonly values: Float64Array;
  /** By slot: when it came, milliseconds since 1970; 0: none has. */
  readonly times: Float64Array;
  /** By place, as `find` gives it. */
  readonly figures: Float32Array;
  /** By place: when it came, seconds since 1970. */
  readonly seconds: Uint32Array;
  /** Bits of the address for which the last `find` holds. */
  prefixLength = 0;
  readonly #lengths: Int32Array;
  readonly #keys: Int32Array;
  readonly #sets: number;

  /**
   * @param shared - the `shared` of another FeedTable (another thread's view of it); left out, a table is made.
   * @param slots, places - of a table that is made: how many figures, and how many of networks (a power of two).
   * @throws HealthError ERR_HEALTH_TABLE_FORMAT when `shared` is no table of this version.
   */
  constructor(shared?: SharedArrayBuffer, slots: number = DEFAULT_SLOTS, places: number = DEFAULT_PLACES) {
    this.shared = shared ?? new SharedArrayBuffer(octetsOf(slots, places));
    if (this.shared.byteLength < HEADER_OCTETS) throw notATable();
    const header = new Int32Array(this.shared, 0, HEADER_OCTETS / 4);
    if (shared === undefined) header.set([FORMAT, slots, places]);
    this.capacity = header[AT_CAPACITY]!;
    const own = header[AT_PLACES]!;
    if (header[AT_FORMAT] !== FORMAT || this.shared.byteLength < octetsOf(this.capacity, own)) throw notATable();
    let at = HEADER_OCTETS;
    const next = (octets: number) => (at += octets) - octets;
    this.values = new Float64Array(this.shared, next(this.capacity * 8), this.capacity);
    this.times = new Float64Array(this.shared, next(this.capacity * 8), this.capacity);
    this.#lengths = new Int32Array(this.shared, next(this.capacity * LENGTH_WORDS * 4), this.capacity * LENGTH_WORDS);
    this.figures = new Float32Array(this.shared, next(own * 4), own);
    this.seconds = new Uint32Array(this.shared, next(own * 4), own);
    this.#keys = new Int32Array(this.shared, next(own * KEY_WORDS * 4), own * KEY_WORDS);
    this.#sets = own / WAYS;
  }

  /** The same table, as the figures of networks are asked for. */
  get networks(): this {
    return this;
  }

  /** @param atMs - when it came, milliseconds since 1970. */
  set(slot: number, figure: number, atMs: number): void {
    this.#check(slot);
    this.values[slot] = figure;
    this.times[slot] = atMs;
  }

  /** There is no figure of the slot any more, nor one for a network. */
  reset(slot: number): void {
    this.#check(slot);
    this.times[slot] = 0;
    const lengths = this.#lengths.subarray(slot * LENGTH_WORDS, (slot + 1) * LENGTH_WORDS);
    if (lengths.every((word) => word === 0)) return;
    lengths.fill(0);
    for (let at = 0; at < this.#keys.length; at += KEY_WORDS) {
      if ((this.#keys[at]! & (FAMILY_6 - 1)) === slot + 1) Atomics.store(this.#keys, at, 0);
    }
  }

  /**
   * @param address - 4 or 16 octets at least, by `family`; bits past the prefix don't count.
   * @param prefixLength - 1-32, or 1-64: of IPv6 what is longer is no network of clients.
   */
  setNetwork(slot: number, address: Uint8Array, family: 4 | 6, prefixLength: number, figure: number, atMs: number): void {
    this.#check(slot);
    if (!(prefixLength >= 1 && prefixLength <= (family === 4 ? 32 : 64)))
      throw new RangeError(`prefix length ${prefixLength} of IPv${family}`);
    const high = wordOf(address, 0) & maskOf(prefixLength);
    const low = family === 4 ? 0 : wordOf(address, 4) & maskOf(prefixLength - 32);
    const who = whoOf(slot, family, prefixLength);
    const start = this.#setOf(who, high, low);
    let place = this.#placeIn(start, who, high, low);
    if (place < 0) {
      place = this.#oldestIn(start);
      // Nobody's, while it is written.
      Atomics.store(this.#keys, place * KEY_WORDS, 0);
      this.#keys[place * KEY_WORDS + 1] = high;
      this.#keys[place * KEY_WORDS + 2] = low;
    }
    this.figures[place] = figure;
    this.seconds[place] = Math.floor(atMs / 1000);
    Atomics.store(this.#keys, place * KEY_WORDS, who);
    const bit = 1 << ((prefixLength - 1) & 31);
    Atomics.or(this.#lengths, slot * LENGTH_WORDS + lengthWord(family, prefixLength), bit);
  }

  /** The place of the figure of the longest network that holds the address, in `figures` and `seconds`; -1: there is none. Sets `prefixLength`. */
  find(slot: number, address: Uint8Array, family: 4 | 6): number {
    this.prefixLength = 0;
    if (family === 4) return this.#findIn(slot, address, family, 0, 0);
    const place = this.#findIn(slot, address, family, 2, 32);
    return place >= 0 ? place : this.#findIn(slot, address, family, 1, 0);
  }

  /** @param word - of the slot's lengths; its first bit is for the length `base` + 1. */
  #findIn(slot: number, address: Uint8Array, family: 4 | 6, word: number, base: number): number {
    let lengths = this.#lengths[slot * LENGTH_WORDS + word]!;
    if (lengths === 0) return -1;
    const high = wordOf(address, 0);
    const low = family === 4 ? 0 : wordOf(address, 4);
    while (lengths !== 0) {
      const bit = 31 - Math.clz32(lengths);
      lengths ^= 1 << bit;
      const prefixLength = base + bit + 1;
      // What a longer network would say holds for as many bits, whether or not it is there.
      if (this.prefixLength === 0) this.prefixLength = prefixLength;
      const ownHigh = high & maskOf(prefixLength);
      const ownLow = low & maskOf(prefixLength - 32);
      const who = whoOf(slot, family, prefixLength);
      const place = this.#placeIn(this.#setOf(who, ownHigh, ownLow), who, ownHigh, ownLow);
      if (place >= 0) return place;
    }
    return -1;
  }

  #placeIn(start: number, who: number, high: number, low: number): number {
    const keys = this.#keys;
    for (let place = start; place < start + WAYS; place++) {
      const at = place * KEY_WORDS;
      if (keys[at] === who && keys[at + 1] === high && keys[at + 2] === low) return place;
    }
    return -1;
  }

  #oldestIn(start: number): number {
    let oldest = start;
    for (let place = start; place < start + WAYS; place++) {
      if (this.#keys[place * KEY_WORDS] === 0) return place;
      if (this.seconds[place]! < this.seconds[oldest]!) oldest = place;
    }
    return oldest;
  }

  #setOf(who: number, high: number, low: number): number {
    let h = Math.imul(who ^ 0x9e3779b1, 0x85ebca6b);
    h = Math.imul(h ^ high ^ (h >>> 15), 0xc2b2ae35);
    h = Math.imul(h ^ low ^ (h >>> 13), 0x27d4eb2f);
    return ((h ^ (h >>> 15)) & (this.#sets - 1)) * WAYS;
  }

  #check(slot: number): void {
    if (!(slot >= 0 && slot < this.capacity)) throw new RangeError(`slot ${slot}, of 0 to ${this.capacity - 1}`);
  }
}

function octetsOf(slots: number, places: number): number {
  const octets = HEADER_OCTETS + slots * (16 + LENGTH_WORDS * 4) + places * (8 + KEY_WORDS * 4);
  return Math.ceil(octets / 8) * 8;
}

function whoOf(slot: number, family: 4 | 6, prefixLength: number): number {
  return (slot + 1) | (family === 6 ? FAMILY_6 : 0) | (prefixLength << LENGTH_SHIFT);
}

function lengthWord(family: 4 | 6, prefixLength: number): number {
  return family === 4 ? 0 : prefixLength <= 32 ? 1 : 2;
}

/** The first bits of a word: none for 0 and less, all for 32 and more. */
function maskOf(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits);
}

function wordOf(address: Uint8Array, at: number): number {
  return (address[at]! << 24) | (address[at + 1]! << 16) | (address[at + 2]! << 8) | address[at + 3]!;
}

function notATable(): HealthError {
  return new HealthError('ERR_HEALTH_TABLE_FORMAT', 'the shared memory is not a table of figures of this version');
}
