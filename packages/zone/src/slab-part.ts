/** Where an image lies: alone in its slab, or one of many small ones. */
export interface SlabPart {
  readonly slab: SharedArrayBuffer;
  /** Octets before it: a multiple of 8. */
  readonly at: number;
}

/** A slab, as those look at it who read and write images. */
export interface SlabViews {
  readonly words: Int32Array;
  readonly octets: Uint8Array;
}

const views = new WeakMap<SharedArrayBuffer, SlabViews>();

/** The same for all images of a slab: with thousands of zones, what each has of its own is what falls out of the processor's caches. */
export function slabViews(slab: SharedArrayBuffer): SlabViews {
  let found = views.get(slab);
  if (found === undefined) {
    found = { words: new Int32Array(slab, 0, slab.byteLength >> 2), octets: new Uint8Array(slab) };
    views.set(slab, found);
  }
  return found;
}
