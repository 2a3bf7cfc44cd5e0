import { formatName } from '@dnsteer/wire';
import { builderFromImage } from './builder-from-image.ts';
import { checkPlan } from './change-check.ts';
import { ChangePlan, type Complain, octetsOf } from './change-plan.ts';
import type { ChangeSet } from './change-set.ts';
import { ZoneError, type ZoneProblem, zoneError } from './errors.ts';
import { ZoneImage } from './image.ts';
import { KnownNames } from './known-names.ts';
import { DELEGATION_POINT, HEADER, HEADER_WORDS } from './layout.ts';
import { NsecOrder } from './nsec-order.ts';
import { factsOf, hashKey, OverlaySlots, plannedOctets, TailWriter } from './overlay-writer.ts';
import { checkChain, checkSignatures, ownsNsec } from './signed-check.ts';

/** A rebuild is due when an overlay has so much of its image, in names or octets. */
const DUE_SHARE = 1 / 16;
/** A zone of few names is not built anew for each of them. */
const LEAST_DUE_NAMES = 256;
const LEAST_DUE_OCTETS = 1 << 16;
/** Behind an image that is moved there is room for more than is due, so that changes go on while a rebuild is under way. */
const ROOM_SHARE = 1 / 8;
const LEAST_ROOM_OCTETS = 1 << 18;
const MAX_PROBLEMS = 100;

export interface ZoneMemory {
  /** Gives at least so many octets of shared memory; what they hold doesn't matter. Default: a new SharedArrayBuffer. */
  readonly allocate?: (octets: number) => SharedArrayBuffer;
  /** Is told of what versions from now on don't look at. Older ones still do: for a SlabPool, retire it with the epoch of the next snapshot. */
  readonly release?: (shared: SharedArrayBuffer) => void;
}

/**
 * A zone that changes. Each change set makes a version: a `ZoneImage` of its own, that any thread can read (`new ZoneImage(image.shared, image.overlay)`),
 * for as long as it likes. The cost of a change set is that of the names it changes, and a copy of 8 to 24 octets for each name that has changed since the
 * zone was built; 1/16 of the zone at most, when `isRebuildDue` is heeded.
 */
export class Zone {
  readonly #memory: Required<ZoneMemory>;
  #base!: ZoneImage;
  #image!: ZoneImage;
  #known = new KnownNames();
  #slots = new OverlaySlots();
  #order!: NsecOrder;
  /** The memory that this zone writes behind the image of. */
  #owned: SharedArrayBuffer | undefined;
  /** The next free octet behind the image. */
  #at = 0;
  /** What came since `beginRebuild`. */
  #sinceRebuild: ChangeSet[] | undefined;

  /**
   * @param image - as a ZoneBuilder built it. Where its slab has room behind it, changed names go there; nobody else may write there. Else the first
   * change set moves it to memory with room.
   * @throws ZoneError ERR_ZONE_IMAGE for a version that another Zone made, and for an image that shares its slab: build it anew first (`builderFromImage`).
   */
  constructor(image: ZoneImage, memory: ZoneMemory = {}) {
    this.#memory = {
      allocate: memory.allocate ?? ((octets) => new SharedArrayBuffer(octets)),
      release: memory.release ?? (() => undefined),
    };
    if (image.overlay !== undefined)
      throw zoneError('ERR_ZONE_IMAGE', 'expected an image as it was built, found a version with an overlay');
    if (image.at !== 0) throw zoneError('ERR_ZONE_IMAGE', `expected an image with a slab of its own, found one at octet ${image.at}`);
    this.#begin(image);
  }

  /** The newest version. */
  get image(): ZoneImage {
    return this.#image;
  }

  /** Whether 1/16 of the names or octets have changed since the zone was built: then it is to be built anew, by `rebuild`, or aside. */
  get isRebuildDue(): boolean {
    const { nodeCount, imageOctets } = this.#base;
    return (
      this.#known.size >= Math.max(nodeCount * DUE_SHARE, LEAST_DUE_NAMES) ||
      this.#at - imageOctets >= Math.max(imageOctets * DUE_SHARE, LEAST_DUE_OCTETS)
    );
  }

  /**
   * Makes the next version: all changes of the set, or none.
   *
   * @returns it; `image` from now on. Versions before it stay as they are.
   * @throws ZoneError with every problem, up to 100: ERR_ZONE_CHANGE_RECORD, ERR_ZONE_CHANGE_SERIAL, ERR_ZONE_CHANGE_UNSIGNED, ERR_ZONE_CHANGE_NSEC3,
   * ERR_ZONE_OUT_OF_ZONE, and what else no zone may have. What `allocate` throws.
   */
  apply(changeSet: ChangeSet): ZoneImage {
    const plan = new ChangePlan(this.#image, this.#base, this.#known);
    refuse(
      problemsOf((complain) => {
        plan.take(changeSet.changes, complain);
        checkPlan(plan, changeSet.changes, complain);
        checkSignatures(plan, complain);
      }),
    );

    // Until it is published, what is written lies where no version looks.
    const shared = this.#withRoom(plannedOctets(plan));
    try {
      return this.#write(plan, shared, changeSet);
    } catch (error) {
      if (shared !== this.#base.shared) this.#memory.release(shared);
      throw error;
    }
  }

  /** Builds the newest version anew, here and now. */
  rebuild(): ZoneImage {
    this.beginRebuild();
    return this.finishRebuild(builderFromImage(this.#image).build(this.#memory.allocate));
  }

  /** The version that is to be built anew, by `builderFromImage`, in this thread or another one. Change sets go on; `finishRebuild` has them, too. */
  beginRebuild(): ZoneImage {
    this.#sinceRebuild = [];
    return this.#image;
  }

  /**
   * Goes on from what was built of what `beginRebuild` gave.
   *
   * @returns the newest version.
   */
  finishRebuild(rebuilt: ZoneImage): ZoneImage {
    const { shared, overlay } = this.#image;
    const since = this.#sinceRebuild ?? [];
    this.#sinceRebuild = undefined;
    this.#begin(rebuilt);
    this.#memory.release(shared);
    if (overlay !== undefined) this.#memory.release(overlay);
    for (const changeSet of since) this.apply(changeSet);
    return this.#image;
  }

  #begin(image: ZoneImage): void {
    this.#base = image;
    this.#image = image;
    this.#known = new KnownNames();
    this.#slots = new OverlaySlots();
    this.#order = new NsecOrder(image);
    this.#at = image.imageOctets;
  }

  #write(plan: ChangePlan, shared: SharedArrayBuffer, changeSet: ChangeSet): ZoneImage {
    const tail = new TailWriter(plan, shared, this.#at);
    tail.write();
    // Rows have the same numbers in every version.
    const rows = new ZoneImage(shared, this.#image.overlay);
    const order = this.#orderOf(plan, tail.written, rows);
    refuse(problemsOf((complain) => checkChain(plan, tail.written, rows, order, complain)));
    const orderWords = order.words();
    let added = 0;
    for (const key of tail.written.keys()) if (this.#known.get(key) === undefined) added++;
    const overlay = this.#allocate(this.#slots.overlayOctets(added, orderWords));

    for (const [key, node] of tail.written) {
      const { imageNode, isAlive } = plan.names.get(key)!;
      this.#slots.set(hashKey(key), this.#known.get(key)?.node ?? 0, node);
      this.#known.set(key, imageNode, isAlive, node);
    }
    this.#slots.write(overlay, orderWords, factsOf(plan, tail.written, rows));
    const before = this.#image;
    this.#order = order;
    this.#at = tail.at;
    this.#image = new ZoneImage(shared, overlay);
    if (shared !== before.shared) {
      this.#base = new ZoneImage(shared);
      this.#memory.release(before.shared);
    }
    this.#owned = shared;
    if (before.overlay !== undefined) this.#memory.release(before.overlay);
    this.#sinceRebuild?.push(changeSet);
    return this.#image;
  }

  /** The memory of the image, or what it was copied to, with so many octets behind what is written already. */
  #withRoom(octets: number): SharedArrayBuffer {
    const { shared, imageOctets } = this.#base;
    if (this.#at + octets <= shared.byteLength && this.#mayWriteBehind(shared)) return shared;
    const room = Math.max(Math.ceil(imageOctets * ROOM_SHARE), LEAST_ROOM_OCTETS, octets);
    const moved = this.#allocate(this.#at + room);
    new Uint8Array(moved).set(new Uint8Array(shared, 0, this.#at));
    new Int32Array(moved, 0, HEADER_WORDS)[HEADER.TAIL_TAKEN] = 1;
    return moved;
  }

  #allocate(octets: number): SharedArrayBuffer {
    const shared = this.#memory.allocate(octets);
    if (shared.byteLength >= octets) return shared;
    throw zoneError('ERR_ZONE_IMAGE_OCTETS', `the change needs ${octets} octets; the slab has ${shared.byteLength}`);
  }

  /** One Zone only, whatever its thread, has what is behind an image. */
  #mayWriteBehind(shared: SharedArrayBuffer): boolean {
    if (this.#owned === shared) return true;
    const isFree = Atomics.compareExchange(new Int32Array(shared, 0, HEADER_WORDS), HEADER.TAIL_TAKEN, 0, 1) === 0;
    if (isFree) this.#owned = shared;
    return isFree;
  }

  #orderOf(plan: ChangePlan, nodes: ReadonlyMap<string, number>, image: ZoneImage): NsecOrder {
    const order = this.#order.copy();
    for (const planned of plan.names.values()) {
      const isCut = planned.isAlive && (plan.flags(planned.key) & DELEGATION_POINT) !== 0;
      if (isCut) order.hideBelow(octetsOf(planned.key));
    }
    for (const planned of plan.names.values()) {
      const node = nodes.get(planned.key)!;
      order.set(octetsOf(planned.key), planned.imageNode, ownsNsec(plan, planned, image, node) ? node : -1);
    }
    return order;
  }
}

function problemsOf(check: (complain: Complain) => void): ZoneProblem[] {
  const problems: ZoneProblem[] = [];
  check((code, key, message) => {
    const owner = formatName(octetsOf(key));
    if (problems.length < MAX_PROBLEMS) problems.push({ code, message: `${owner}: ${message}`, file: '', line: 0, column: 0, owner });
  });
  return problems;
}

/** @throws ZoneError with the problems, if there are any. */
function refuse([first, ...others]: readonly ZoneProblem[]): void {
  if (first !== undefined) throw new ZoneError([first, ...others]);
}
