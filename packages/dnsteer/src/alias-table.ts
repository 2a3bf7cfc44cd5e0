import { DnsteerError } from './errors.ts';

// Layout of a slot, in 32-bit words, for each family: sequence (odd while it is written), state, count, then as seconds since 1970 until when the addresses
// may be kept and until when they may be answered at all, then the addresses.
const AT_SEQUENCE = 0;
const AT_STATE = 1;
const AT_COUNT = 2;
const AT_FRESH_UNTIL = 3;
const AT_STALE_UNTIL = 4;
const HEAD_WORDS = 5;
const MOST_ADDRESSES = 64;
const FAMILY_WORDS = HEAD_WORDS + MOST_ADDRESSES * 4;
const SLOT_WORDS = 2 * FAMILY_WORDS;

const UNRESOLVED = 0;
const RESOLVED = 1;

type Family = 4 | 6;

/** What was resolved, as a reader has copied it. */
export interface ResolvedAddresses {
  /** Another number when anything has changed. */
  readonly sequence: number;
  /** Nothing was ever resolved: then the rest says nothing. */
  readonly isUnresolved: boolean;
  /** RDATA of A or AAAA; may be empty. */
  readonly rdatas: readonly Uint8Array[];
  /** Seconds since 1970. */
  readonly freshUntilSeconds: number;
  readonly staleUntilSeconds: number;
}

/** Addresses of names that others answer for, in shared memory: control writes, any number of threads read. */
export class AliasTable {
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #octets: Uint8Array;

  /** @param slots - of a table that is made. @param shared - another thread's. */
  constructor(slots: number, shared = new SharedArrayBuffer(slots * SLOT_WORDS * 4)) {
    this.shared = shared;
    this.#words = new Int32Array(shared);
    this.#octets = new Uint8Array(shared);
  }

  get slots(): number {
    return this.#words.length / SLOT_WORDS;
  }

  /** What is there now changes by this number: to be compared with what was read before. */
  sequence(slot: number, family: Family): number {
    return Atomics.load(this.#words, atOf(slot, family) + AT_SEQUENCE);
  }

  /** @throws DnsteerError ERR_DNSTEER_WORKER where the writer stops in the middle. */
  read(slot: number, family: Family): ResolvedAddresses {
    const at = atOf(slot, family);
    const words = this.#words;
    const length = family === 4 ? 4 : 16;
    for (let tries = 0; tries < 10_000; tries++) {
      const sequence = Atomics.load(words, at + AT_SEQUENCE);
      if ((sequence & 1) === 1) continue;
      const rdatas = Array.from({ length: words[at + AT_COUNT]! }, (_, i) => {
        const from = (at + HEAD_WORDS) * 4 + i * length;
        return this.#octets.slice(from, from + length);
      });
      const [fresh, stale, state] = [words[at + AT_FRESH_UNTIL]!, words[at + AT_STALE_UNTIL]!, words[at + AT_STATE]!];
      if (Atomics.load(words, at + AT_SEQUENCE) !== sequence) continue;
      return { sequence, isUnresolved: state === UNRESOLVED, rdatas, freshUntilSeconds: fresh >>> 0, staleUntilSeconds: stale >>> 0 };
    }
    throw new DnsteerError('ERR_DNSTEER_WORKER', 'the table of aliases is being written for too long');
  }

  /** @param rdatas - at most 64 count. */
  write(slot: number, family: Family, rdatas: readonly Uint8Array[], freshUntilSeconds: number, staleUntilSeconds: number): void {
    const at = atOf(slot, family);
    const words = this.#words;
    const kept = rdatas.slice(0, MOST_ADDRESSES);
    const sequence = words[at + AT_SEQUENCE]!;
    Atomics.store(words, at + AT_SEQUENCE, sequence + 1);
    for (const [i, rdata] of kept.entries()) this.#octets.set(rdata, (at + HEAD_WORDS) * 4 + i * rdata.length);
    words[at + AT_COUNT] = kept.length;
    words[at + AT_FRESH_UNTIL] = freshUntilSeconds | 0;
    words[at + AT_STALE_UNTIL] = staleUntilSeconds | 0;
    words[at + AT_STATE] = RESOLVED;
    Atomics.store(words, at + AT_SEQUENCE, sequence + 2);
  }
}

function atOf(slot: number, family: Family): number {
  return slot * SLOT_WORDS + (family === 6 ? FAMILY_WORDS : 0);
}
