import { HealthError } from './errors.ts';
import type { HealthState } from './state.ts';

/** What the operator says: it stands above what the probes say. */
export type HealthOverride = 'up' | 'down' | 'none';

type Family = 4 | 6;

// Layout in 32-bit words: header, then of each (slot, family) one verdict word, one TTL cap, and (two words) since when it is down.
// New parallel arrays go behind these; FORMAT changes with the layout.
const FORMAT = 0x68_74_62_03;
const HEADER_WORDS = 4;
const AT_FORMAT = 0;
const AT_CAPACITY = 1;
const AT_GENERATION = 2;
const AT_REVISION = 3;

// The verdict word. All zeros, the content of fresh memory: unknown, not probed, no override, full weight.
const STATE = 0b11;
const STATE_DOWN = 2;
const FORCED = 0b1100;
const FORCED_UP = 1 << 2;
const FORCED_DOWN = 2 << 2;
const PROBED = 1 << 4;
const RESTART = 1 << 5;
const WEIGHT_SHIFT = 8;
const WEIGHT = 0x7f << WEIGHT_SHIFT;

// By the number in their bits.
const STATES: readonly HealthState[] = ['unknown', 'up', 'down'];
const OVERRIDES: readonly HealthOverride[] = ['none', 'up', 'down'];

const DEFAULT_CAPACITY = 65_536;

/**
 * Verdicts of all endpoints in shared memory: one slot per endpoint, in it one word per address family.
 * Control writes, any number of threads read; every access is one atomic operation.
 *
 * A slot outside 0 to capacity - 1 is a programming error (RangeError).
 */
export class HealthTable {
  readonly shared: SharedArrayBuffer;
  readonly capacity: number;
  readonly #header: Int32Array;
  readonly #verdicts: Int32Array;
  readonly #ttlCaps: Uint32Array;
  readonly #downSince: Float64Array;

  /**
   * @param shared - the `shared` of another HealthTable (another thread's view of it); left out, a table is made.
   * @param capacity - slots of a table that is made; an existing one knows its own.
   * @throws HealthError ERR_HEALTH_TABLE_FORMAT when `shared` is no table of this version.
   */
  constructor(shared?: SharedArrayBuffer, capacity: number = DEFAULT_CAPACITY) {
    this.shared = shared ?? new SharedArrayBuffer((HEADER_WORDS + capacity * 8) * 4);
    if (this.shared.byteLength < HEADER_WORDS * 4) throw notATable();
    this.#header = new Int32Array(this.shared, 0, HEADER_WORDS);
    if (shared === undefined) {
      this.#header[AT_CAPACITY] = capacity;
      Atomics.store(this.#header, AT_FORMAT, FORMAT);
    }
    this.capacity = this.#header[AT_CAPACITY]!;
    if (Atomics.load(this.#header, AT_FORMAT) !== FORMAT) throw notATable();
    const words = this.capacity * 2;
    if (this.shared.byteLength < (HEADER_WORDS + words * 4) * 4) throw notATable();
    this.#verdicts = new Int32Array(this.shared, HEADER_WORDS * 4, words);
    this.#ttlCaps = new Uint32Array(this.shared, (HEADER_WORDS + words) * 4, words);
    this.#downSince = new Float64Array(this.shared, (HEADER_WORDS + words * 2) * 4, words);
  }

  /** The verdict that answers follow: the override if there is one, else the state; unknown counts as up. */
  isUp(slot: number, family: Family): boolean {
    return isUpWord(Atomics.load(this.#verdicts, indexOf(slot, family)));
  }

  /**
   * Seconds in which nothing that is known of could change the verdict. 0 when it is overridden: the operator's word may be taken back at any
   * moment, and an endpoint without a check changes with it. Infinity when it is neither overridden nor probed.
   */
  ttlCapSeconds(slot: number, family: Family): number {
    const index = indexOf(slot, family);
    if ((Atomics.load(this.#verdicts, index) & FORCED) !== 0) return 0;
    return Atomics.load(this.#ttlCaps, index) || Infinity;
  }

  /**
   * When probes took it down, in milliseconds of the prober's monotonic clock: only differences mean something. 0 when they did not, or when it is the operator
   * who says that it is down.
   */
  downSinceMs(slot: number, family: Family): number {
    const index = indexOf(slot, family);
    return (Atomics.load(this.#verdicts, index) & FORCED) === FORCED_DOWN ? 0 : this.#downSince[index]!;
  }

  /** What the probes say, whatever the operator says. */
  state(slot: number, family: Family): HealthState {
    return STATES[Atomics.load(this.#verdicts, indexOf(slot, family)) & STATE]!;
  }

  overrideOf(slot: number, family: Family): HealthOverride {
    return OVERRIDES[(Atomics.load(this.#verdicts, indexOf(slot, family)) & FORCED) >> 2]!;
  }

  /** Share of its configured weight that the endpoint gets now, 0-100; 100 unless set. */
  weightPercent(slot: number, family: Family): number {
    return 100 - ((Atomics.load(this.#verdicts, indexOf(slot, family)) & WEIGHT) >> WEIGHT_SHIFT);
  }

  /** Rises by one whenever a verdict or a weight has changed: what was derived before is out of date. TTL caps don't count. */
  generation(): number {
    return Atomics.load(this.#header, AT_GENERATION);
  }

  /** As `generation`, but TTL caps count as well: with the same revision, every reader's question has the same answer. */
  revision(): number {
    return Atomics.load(this.#header, AT_REVISION);
  }

  /**
   * The operator's word. Clearing 'down' from an endpoint that is probed leaves it down until `rise` probes in a row,
   * begun after the clearing, have succeeded: why it was taken down is not known here, so it proves itself again.
   */
  override(slot: number, family: Family, override: HealthOverride): void {
    const forced = OVERRIDES.indexOf(override) << 2;
    this.#update(indexOf(slot, family), (word) => {
      const next = (word & ~FORCED) | forced;
      const mustProve = (word & FORCED) === FORCED_DOWN && forced === 0 && (word & PROBED) !== 0;
      return mustProve ? (next & ~STATE) | STATE_DOWN | RESTART : next;
    });
  }

  /** @param percent - whole number 0-100. */
  setWeightPercent(slot: number, family: Family, percent: number): void {
    const step = Math.min(100, Math.max(0, 100 - Math.trunc(percent)));
    this.#update(indexOf(slot, family), (word) => (word & ~WEIGHT) | (step << WEIGHT_SHIFT));
  }

  /**
   * A prober's verdict; the endpoint counts as probed from now on.
   *
   * @param capSeconds - whole seconds from 1 in which the state can't change.
   * @param nowMs - of the prober's monotonic clock.
   * @returns false, and nothing written, when it must first be restarted (see takeRestart).
   */
  publish(slot: number, family: Family, state: HealthState, capSeconds: number, nowMs = 0): boolean {
    const index = indexOf(slot, family);
    // Before the word, so that who sees the word sees the time.
    if (state !== 'down') this.#downSince[index] = 0;
    else if (this.state(slot, family) !== 'down') this.#downSince[index] = nowMs;
    const bits = STATES.indexOf(state) | PROBED;
    const published = this.#update(index, (word) => (word & ~STATE) | bits, RESTART);
    if (published) this.#storeCap(index, capSeconds);
    return published;
  }

  /** Whether a cleared override asks the prober to forget what it has counted; asked once, answered once. */
  takeRestart(slot: number, family: Family): boolean {
    return (Atomics.and(this.#verdicts, indexOf(slot, family), ~RESTART) & RESTART) !== 0;
  }

  /** No longer probed: state unknown, no TTL cap. The operator's override and the weight stay. */
  forget(slot: number, family: Family): void {
    const index = indexOf(slot, family);
    this.#update(index, (word) => word & ~(STATE | PROBED | RESTART));
    this.#downSince[index] = 0;
    this.#storeCap(index, 0);
  }

  /** Both families as in a new table; for a slot that another endpoint gets. */
  reset(slot: number): void {
    for (const family of [4, 6] as const) {
      const index = indexOf(slot, family);
      this.#update(index, () => 0);
      this.#downSince[index] = 0;
      this.#storeCap(index, 0);
    }
  }

  /** A probe that only confirms what was known leaves the revision as it is, so that what was derived lasts. */
  #storeCap(index: number, capSeconds: number): void {
    if (Atomics.exchange(this.#ttlCaps, index, capSeconds) !== capSeconds) Atomics.add(this.#header, AT_REVISION, 1);
  }

  /** @returns false, and nothing written, when the word held a bit of `unless`. */
  #update(index: number, change: (word: number) => number, unless = 0): boolean {
    let word = Atomics.load(this.#verdicts, index);
    for (;;) {
      if ((word & unless) !== 0) return false;
      const next = change(word);
      const seen = Atomics.compareExchange(this.#verdicts, index, word, next);
      if (seen === word) {
        // After the word, so that who sees the new generation sees the new word.
        if (isUpWord(word) !== isUpWord(next) || ((word ^ next) & WEIGHT) !== 0) Atomics.add(this.#header, AT_GENERATION, 1);
        if (word !== next) Atomics.add(this.#header, AT_REVISION, 1);
        return true;
      }
      word = seen;
    }
  }
}

function indexOf(slot: number, family: Family): number {
  return slot * 2 + (family === 6 ? 1 : 0);
}

function isUpWord(word: number): boolean {
  const forced = word & FORCED;
  return forced === 0 ? (word & STATE) !== STATE_DOWN : forced === FORCED_UP;
}

function notATable(): HealthError {
  return new HealthError('ERR_HEALTH_TABLE_FORMAT', 'the shared memory is not a health table of this version');
}
