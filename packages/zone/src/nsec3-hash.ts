/** Words of a hash: SHA-1 makes 20 octets (RFC 5155 11). */
export const HASH_WORDS = 5;

const BLOCK_WORDS = 16;
const SCHEDULE_WORDS = 80;
/** A name and a salt of 255 octets each, the padding and the length: nine blocks. */
const NAME_WORDS = 9 * BLOCK_WORDS;
/** Octets behind the message: the one that ends it, and its length in bits. */
const TAIL_OCTETS = 9;

// Constants of the third and fourth twenty rounds, as the int32 that they are added as.
const K60 = 0x8f1bbcdc | 0;
const K80 = 0xca62c1d6 | 0;

const words = new Int32Array(NAME_WORDS);
const schedule = new Int32Array(SCHEDULE_WORDS);

/**
 * Hashes owner names as one NSEC3 chain does (RFC 5155 5): SHA-1 over the name in lower case and the salt, and over the hash and the salt again as
 * often as `iterations` says.
 *
 * Names that don't exist are hashed while somebody waits, so this is SHA-1 for that one purpose: it makes no garbage, and what the iterations hash is
 * laid out beforehand but for the five words that change.
 */
export class Nsec3Hash {
  /** The hash of the name at last, most significant word first. */
  readonly hash = new Int32Array(HASH_WORDS);
  readonly #salt: Uint8Array;
  readonly #iterations: number;
  /** What an iteration hashes: room for a hash, the salt, padding and length. */
  readonly #repeated: Int32Array;

  /** @param salt - 0 to 255 octets; copied. */
  constructor(iterations: number, salt: Uint8Array) {
    this.#iterations = iterations;
    this.#salt = salt.slice();
    const octets = HASH_WORDS * 4 + salt.length;
    this.#repeated = new Int32Array(blockWords(octets));
    for (let i = 0; i < salt.length; i++) putOctet(this.#repeated, HASH_WORDS * 4 + i, salt[i]);
    endMessage(this.#repeated, octets);
  }

  /**
   * Hashes a name into `hash`.
   *
   * @param octets - hold an uncompressed wire name at `at`, in any case.
   * @param isWildcard - hashes `*.<name>` instead.
   */
  set(octets: Uint8Array, at: number, isWildcard: boolean): void {
    words.fill(0);
    let length = 0;
    if (isWildcard) {
      putOctet(words, length++, 1);
      putOctet(words, length++, 0x2a);
    }
    for (let left = octets[at]; left > 0; left = octets[at]) {
      putOctet(words, length++, left);
      for (at++; left > 0; left--, at++) {
        const octet = octets[at];
        putOctet(words, length++, (octet - 0x41) >>> 0 < 26 ? octet + 0x20 : octet);
      }
    }
    // The root octet is there already.
    length++;
    const salt = this.#salt;
    for (let i = 0; i < salt.length; i++) putOctet(words, length++, salt[i]);
    endMessage(words, length);
    const { hash } = this;
    digest(words, blockWords(length), hash);
    const repeated = this.#repeated;
    for (let left = this.#iterations; left > 0; left--) {
      for (let i = 0; i < HASH_WORDS; i++) repeated[i] = hash[i];
      digest(repeated, repeated.length, hash);
    }
  }
}

/** Words of the blocks that a message of so many octets takes (FIPS 180-4 5.1.1). */
function blockWords(octets: number): number {
  return Math.ceil((octets + TAIL_OCTETS) / 64) * BLOCK_WORDS;
}

function putOctet(message: Int32Array, at: number, octet: number): void {
  message[at >> 2] |= octet << (24 - 8 * (at & 3));
}

function endMessage(message: Int32Array, octets: number): void {
  putOctet(message, octets, 0x80);
  message[blockWords(octets) - 1] = octets * 8;
}

/** SHA-1 of whole blocks (FIPS 180-4 6.1.2). */
function digest(message: Int32Array, count: number, hash: Int32Array): void {
  let h0 = 0x67452301;
  let h1 = 0xefcdab89 | 0;
  let h2 = 0x98badcfe | 0;
  let h3 = 0x10325476;
  let h4 = 0xc3d2e1f0 | 0;
  for (let block = 0; block < count; block += BLOCK_WORDS) {
    for (let t = 0; t < BLOCK_WORDS; t++) schedule[t] = message[block + t];
    for (let t = BLOCK_WORDS; t < SCHEDULE_WORDS; t++) {
      const word = schedule[t - 3] ^ schedule[t - 8] ^ schedule[t - 14] ^ schedule[t - 16];
      schedule[t] = (word << 1) | (word >>> 31);
    }
    let a = h0;
    let b = h1;
    let c = h2;
    let d = h3;
    let e = h4;
    for (let t = 0; t < 20; t++) {
      const next = (((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + schedule[t]) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    for (let t = 20; t < 40; t++) {
      const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + schedule[t]) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    for (let t = 40; t < 60; t++) {
      const next = (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + K60 + schedule[t]) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    for (let t = 60; t < 80; t++) {
      const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + K80 + schedule[t]) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    h0 = (h0 + a) | 0;
    h1 = (h1 + b) | 0;
    h2 = (h2 + c) | 0;
    h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0;
  }
  hash[0] = h0;
  hash[1] = h1;
  hash[2] = h2;
  hash[3] = h3;
  hash[4] = h4;
}
