import type { SlabPart } from './slab-part.ts';

/** Fewer images have a slab each: it has room to grow, and comes back by itself when its zone is gone. */
const LEAST_IMAGES = 64;
const SHARED_SLAB_OCTETS = 1 << 18;
/** A larger image has a slab of its own. */
const MOST_OCTETS = SHARED_SLAB_OCTETS >> 3;
/** A line of the processor's cache. */
const ALIGNMENT = 64;

/** Puts small images side by side, where there are many: `part` is for `ZoneBuilder.build`. */
export class SlabPacker {
  readonly #allocate: (octets: number) => SharedArrayBuffer;
  readonly #packs: boolean;
  #slab: SharedArrayBuffer | undefined;
  #end = 0;

  /**
   * @param allocate - gives a slab of at least so many octets.
   * @param images - how many will be placed.
   */
  constructor(allocate: (octets: number) => SharedArrayBuffer, images: number) {
    this.#allocate = allocate;
    this.#packs = images >= LEAST_IMAGES;
  }

  /** @param octets - of one image. */
  part(octets: number): SlabPart {
    if (!this.#packs || octets > MOST_OCTETS) return { slab: this.#allocate(octets), at: 0 };
    if (this.#slab === undefined || this.#end + octets > this.#slab.byteLength) {
      this.#slab = this.#allocate(SHARED_SLAB_OCTETS);
      this.#end = 0;
    }
    const at = this.#end;
    this.#end = Math.ceil((at + octets) / ALIGNMENT) * ALIGNMENT;
    return { slab: this.#slab, at };
  }
}
