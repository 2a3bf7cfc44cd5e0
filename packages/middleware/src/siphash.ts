/**
 * SipHash-2-4 (the hash of RFC 9018 4.4): 64 bits in 32-bit halves, as JavaScript's integers have no more.
 */
export class SipHash {
  readonly #k = new Int32Array(4);
  /** v0 to v3, low word first. */
  readonly #v = new Int32Array(8);

  /** @param key - 16 octets. */
  constructor(key: Uint8Array) {
    for (let i = 0; i < 4; i++) this.#k[i] = readWord(key, i * 4);
  }

  /**
   * @param octets - the first `length` are hashed.
   * @param out - gets 8 octets at `at`, the low one first.
   */
  hash(octets: Uint8Array, length: number, out: Uint8Array, at: number): void {
    const v = this.#v;
    const k = this.#k;
    // "somepseudorandomlygeneratedbytes", as the authors of SipHash start.
    v[0] = k[0]! ^ 0x70736575;
    v[1] = k[1]! ^ 0x736f6d65;
    v[2] = k[2]! ^ 0x6e646f6d;
    v[3] = k[3]! ^ 0x646f7261;
    v[4] = k[0]! ^ 0x6e657261;
    v[5] = k[1]! ^ 0x6c796765;
    v[6] = k[2]! ^ 0x79746573;
    v[7] = k[3]! ^ 0x74656462;
    const whole = length & ~7;
    for (let i = 0; i < whole; i += 8) this.#compress(readWord(octets, i), readWord(octets, i + 4));
    let low = 0;
    let high = length << 24;
    for (let i = whole; i < length; i++) {
      if (i - whole < 4) low |= octets[i]! << (8 * (i - whole));
      else high |= octets[i]! << (8 * (i - whole - 4));
    }
    this.#compress(low, high);
    v[4] = v[4]! ^ 0xff;
    for (let i = 0; i < 4; i++) round(v);
    writeWord(out, at, v[0]! ^ v[2]! ^ v[4]! ^ v[6]!);
    writeWord(out, at + 4, v[1]! ^ v[3]! ^ v[5]! ^ v[7]!);
  }

  #compress(low: number, high: number): void {
    const v = this.#v;
    v[6] = v[6]! ^ low;
    v[7] = v[7]! ^ high;
    round(v);
    round(v);
    v[0] = v[0]! ^ low;
    v[1] = v[1]! ^ high;
  }
}

function round(v: Int32Array): void {
  add(v, 0, 2);
  rotate(v, 2, 13);
  xor(v, 2, 0);
  swap(v, 0);
  add(v, 4, 6);
  rotate(v, 6, 16);
  xor(v, 6, 4);
  add(v, 0, 6);
  rotate(v, 6, 21);
  xor(v, 6, 0);
  add(v, 4, 2);
  rotate(v, 2, 17);
  xor(v, 2, 4);
  swap(v, 4);
}

function add(v: Int32Array, to: number, from: number): void {
  const low = (v[to]! >>> 0) + (v[from]! >>> 0);
  v[to] = low;
  v[to + 1] = v[to + 1]! + v[from + 1]! + (low > 0xffffffff ? 1 : 0);
}

function xor(v: Int32Array, to: number, from: number): void {
  v[to] = v[to]! ^ v[from]!;
  v[to + 1] = v[to + 1]! ^ v[from + 1]!;
}

/** @param bits - 1 to 31. */
function rotate(v: Int32Array, at: number, bits: number): void {
  const low = v[at]!;
  const high = v[at + 1]!;
  v[at] = (low << bits) | (high >>> (32 - bits));
  v[at + 1] = (high << bits) | (low >>> (32 - bits));
}

/** Rotation by 32 bits. */
function swap(v: Int32Array, at: number): void {
  const low = v[at]!;
  v[at] = v[at + 1]!;
  v[at + 1] = low;
}

function readWord(octets: Uint8Array, at: number): number {
  return octets[at]! | (octets[at + 1]! << 8) | (octets[at + 2]! << 16) | (octets[at + 3]! << 24);
}

function writeWord(out: Uint8Array, at: number, word: number): void {
  for (let i = 0; i < 4; i++) out[at + i] = word >>> (8 * i);
}
