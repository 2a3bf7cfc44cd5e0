import { zoneError } from './errors.ts';

/** The smallest slab. */
const MIN_SLAB_OCTETS = 1024;
/** A slab of more than this many times what is asked for is left for something larger. */
const MAX_TIMES = 2;
/** A free slab whose size is within this factor of what is asked for is taken for an outgrown slab of the same zone. */
const OUTGROWN_TIMES = 4;
/** Free slabs may have this many times the octets of those in use. */
const USEFUL_TIMES = 1.25;

interface RetiredSlab {
  slab: SharedArrayBuffer;
  epoch: number;
}

/**
 * A set of shared buffers that are used again and again: V8 does not free a shared buffer that a quiet worker has seen until that worker happens
 * to collect garbage, so reloads must not make new ones.
 *
 * One zone that is reloaded over and over settles at two slabs, as long as its image grows by less than about 1/16 in all.
 *
 *     acquire -> (image built, snapshot published) -> retire(old, epoch of the new snapshot) -> reclaim(least epoch of all readers) -> free
 */
export class SlabPool {
  readonly #limit: number;
  readonly #inUse = new Set<SharedArrayBuffer>();
  readonly #retired: RetiredSlab[] = [];
  readonly #free: SharedArrayBuffer[] = [];

  /** @param options.slabs - the most slabs, in use, retired and free together; no limit by default. */
  constructor(options: { slabs?: number } = {}) {
    this.#limit = options.slabs ?? Number.POSITIVE_INFINITY;
  }

  /** Slabs that the pool holds: in use, retired and free. */
  get slabCount(): number {
    return this.#inUse.size + this.#retired.length + this.#free.length;
  }

  get freeCount(): number {
    return this.#free.length;
  }

  /** Octets of all slabs that the pool holds. */
  get octets(): number {
    let octets = sumOctets(this.#free) + sumOctets(this.#inUse);
    for (const { slab } of this.#retired) octets += slab.byteLength;
    return octets;
  }

  /**
   * A slab of at least `octets`, a free one where one fits. Its old content is still there.
   *
   * @throws ZoneError ERR_ZONE_SLABS_IN_USE when the limit is reached and no free slab fits.
   */
  acquire(octets: number): SharedArrayBuffer {
    const slab = this.#takeFree(octets) ?? this.#allocate(octets);
    this.#inUse.add(slab);
    return slab;
  }

  /**
   * Says that no reader that has reached `epoch` looks at `slab` any more: `epoch` is that of the snapshot that replaced it.
   *
   * With epoch 0 the slab is free at the next `reclaim`: for an image that was never published. A slab that isn't in use is left alone.
   */
  retire(slab: SharedArrayBuffer, epoch: number): void {
    if (this.#inUse.delete(slab)) this.#retired.push({ slab, epoch });
  }

  /**
   * Makes the slabs free that nobody reads any more.
   *
   * @param minEpoch - the least epoch that any live reader or pending answer is at.
   */
  reclaim(minEpoch: number): void {
    for (let i = this.#retired.length - 1; i >= 0; i--) {
      if (this.#retired[i].epoch > minEpoch) continue;
      this.#free.push(this.#retired[i].slab);
      this.#retired.splice(i, 1);
    }
    this.#free.sort((a, b) => a.byteLength - b.byteLength);
    // As much again as is in use is what a reload of everything needs. Much more than that is left over from zones that shrank or went away.
    const useful = sumOctets(this.#inUse) * USEFUL_TIMES;
    while (this.#free.length > 0 && sumOctets(this.#free) > useful) this.#free.pop();
  }

  /** The smallest free slab that fits without being far too large. */
  #takeFree(octets: number): SharedArrayBuffer | undefined {
    const index = this.#free.findIndex((slab) => slab.byteLength >= octets);
    if (index < 0 || this.#free[index].byteLength > Math.max(octets * MAX_TIMES, MIN_SLAB_OCTETS)) return undefined;
    return this.#free.splice(index, 1)[0];
  }

  #allocate(octets: number): SharedArrayBuffer {
    // What was outgrown would never be asked for again; dropping it keeps the number of slabs.
    const outgrown = this.#free.findLastIndex(
      (slab) => slab.byteLength * OUTGROWN_TIMES >= octets && slab.byteLength <= octets * OUTGROWN_TIMES,
    );
    if (outgrown >= 0) this.#free.splice(outgrown, 1);
    while (this.slabCount >= this.#limit && this.#free.length > 0) this.#free.pop();
    if (this.slabCount >= this.#limit) {
      throw zoneError('ERR_ZONE_SLABS_IN_USE', `all ${this.#limit} slabs are in use; none is free for an image of ${octets} octets`);
    }
    return new SharedArrayBuffer(slabOctets(octets));
  }
}

/** Room for the image to grow by 1/16, rounded up to a multiple of 1024. Memory that is never touched costs nothing. */
function slabOctets(octets: number): number {
  const roomy = octets + Math.floor(octets / 16);
  return Math.max(MIN_SLAB_OCTETS, Math.ceil(roomy / MIN_SLAB_OCTETS) * MIN_SLAB_OCTETS);
}

function sumOctets(slabs: Iterable<SharedArrayBuffer>): number {
  let octets = 0;
  for (const slab of slabs) octets += slab.byteLength;
  return octets;
}
