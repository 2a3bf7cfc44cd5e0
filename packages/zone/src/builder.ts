import { checkRdata, TYPE, typeText } from '@dnsteer/wire';
import { checkZone } from './check.ts';
import { isMetaType } from './dynamic-table.ts';
import { ZoneError, type ZoneProblem, type ZoneWarning, zoneError } from './errors.ts';
import { ZoneImage } from './image.ts';
import { writeImage } from './image-writer.ts';
import { DELEGATION_POINT, MAX_TTL_SECONDS, OCCLUDED } from './layout.ts';
import { OwnerRrsets } from './owner-rrsets.ts';
import type { SlabPart } from './slab-part.ts';
import type { SourceText } from './source-text.ts';
import { warnOfZone } from './warn.ts';
import { ZoneStore } from './zone-store.ts';

/** One RRset of a zone, or one dynamic type, as {@link ZoneBuilder.rrsets} hands it out. Octets are views: copy what you keep. */
export interface ZoneRrset {
  /** Wire name in the case it was given in. */
  owner: Uint8Array;
  type: number;
  /** The highest TTL when the type is dynamic. */
  ttlSeconds: number;
  /** Empty when the type is dynamic. */
  rdatas: readonly Uint8Array[];
  /** RRSIG RDATAs that cover this RRset. */
  rrsigs: readonly Uint8Array[];
  /** -1 when the RRset is static. */
  dynamicId: number;
  /** All dynamic types of the owner. */
  dynamicTypes: readonly number[];
  /** The owner is a delegation point. */
  isDelegation: boolean;
  /** The owner is below a delegation point or a DNAME. */
  isOccluded: boolean;
  /** Whether the RRset is this zone's own, so that it is signed: not occluded, and at a delegation point DS and NSEC only (RFC 4035 2.2, 2.3). */
  isAuthoritative: boolean;
}

/** What a builder collects, for the readers of this package. */
export let storeOf: (builder: ZoneBuilder) => ZoneStore;

/**
 * Collects the records of one zone and makes an image of them. Records go into typed arrays: no object stays behind for one.
 */
export class ZoneBuilder {
  readonly #store: ZoneStore;

  static {
    storeOf = (builder) => builder.#store;
  }

  /**
   * @param apex - wire name of the zone.
   * @param sourceText - of those that read zone files: what {@link check} and {@link warnings} look columns up in.
   * @throws ZoneError ERR_ZONE_NAME.
   */
  constructor(apex: Uint8Array, sourceText?: SourceText) {
    this.#store = new ZoneStore(apex);
    this.#store.sourceText = sourceText;
  }

  /** Wire name of the zone. */
  get apex(): Uint8Array {
    return this.#store.apex;
  }

  /** Says where the records come from that are added next, for {@link check}; line 0 when they stand in no file. */
  setPlace(file: string, line: number): void {
    this.#store.setPlace(file, line);
  }

  /**
   * Adds a record of class IN. Duplicates are dropped, and an RRset gets its least TTL (RFC 2181 5), when the zone is built.
   *
   * @param owner - wire name at or below the apex, at the start of an array that may be longer. The first mention decides its case.
   * @param ttlSeconds - 0 to 2147483647.
   * @param rdata - uncompressed. Both are copied.
   * @throws ZoneError ERR_ZONE_NAME, ERR_ZONE_OUT_OF_ZONE, ERR_ZONE_TTL, ERR_ZONE_TYPE, ERR_ZONE_RDATA. The zone is then as before.
   */
  add(owner: Uint8Array, type: number, ttlSeconds: number, rdata: Uint8Array): void {
    if (isMetaType(type) || type > 0xffff) throw zoneError('ERR_ZONE_TYPE', `expected a type of record, found ${typeText(type)}`);
    checkTtl(ttlSeconds);
    if (!checkRdata(type, rdata, 0, rdata.length)) throw zoneError('ERR_ZONE_RDATA', `octets that are not the RDATA of ${typeText(type)}`);
    this.#store.addRecord(this.#store.intern(owner), type, ttlSeconds, rdata);
  }

  /**
   * Makes an owner answer some types by choice at query time. They replace what the zone has of these types there.
   *
   * @param owner - wire name at or below the apex; may be a wildcard.
   * @param dynamicId - 0 to 2147483647; what the image gives back.
   * @param maxTtlSeconds - the highest TTL any choice will have.
   * @throws ZoneError ERR_ZONE_NAME, ERR_ZONE_OUT_OF_ZONE, ERR_ZONE_TTL, ERR_ZONE_DYNAMIC_TYPE.
   */
  addDynamic(owner: Uint8Array, types: readonly number[], dynamicId: number, maxTtlSeconds: number): void {
    checkTtl(maxTtlSeconds);
    this.#store.addDynamic(owner, types, dynamicId, maxTtlSeconds);
  }

  /** What is wrong with the zone as a whole; empty when {@link build} would go through. Up to 100 errors, and no warnings. */
  check(): ZoneProblem[] {
    this.#store.arrange();
    return checkZone(this.#store);
  }

  /**
   * What is likely not meant, though {@link build} goes through: up to 100, in the order of the zone file.
   *
   * @param nowSeconds - since 1970, for the signatures that the zone has.
   */
  warnings(nowSeconds: number): ZoneWarning[] {
    this.#store.arrange();
    return warnOfZone(this.#store, nowSeconds);
  }

  /** All RRsets and dynamic types in canonical order of their owners, those of one owner by type, static ones first. The zone must stay as it is meanwhile. */
  *rrsets(): Generator<ZoneRrset, void, undefined> {
    const store = this.#store;
    store.arrange();
    const { flags } = store.facts();
    const sets = new OwnerRrsets(store);
    for (const name of store.order()) {
      const offset = store.names.offset(name);
      const owner = store.names.chunk(name).subarray(offset, offset + store.names.length(name));
      const isDelegation = (flags[name] & DELEGATION_POINT) !== 0;
      const isOccluded = (flags[name] & OCCLUDED) !== 0;
      const dynamics = store.dynamics.of(name);
      const facts = { owner, dynamicTypes: dynamics.map(({ type }) => type), isDelegation, isOccluded };
      sets.load(name);
      for (let i = 0; i < sets.count; i++) {
        const type = sets.types[i];
        const isAuthoritative = !isOccluded && (!isDelegation || type === TYPE.DS || type === TYPE.NSEC);
        const rdatas = this.#rdatas(sets.firstRecords[i], sets.recordCounts[i]);
        const rrsigs = this.#rdatas(sets.firstSignature(i), sets.signatureCount(i));
        yield {
          ...facts,
          type,
          ttlSeconds: store.records.ttlSeconds(sets.firstRecords[i]),
          rdatas,
          rrsigs,
          dynamicId: -1,
          isAuthoritative,
        };
      }
      for (const { type, dynamicId, maxTtlSeconds } of dynamics) {
        yield {
          ...facts,
          type,
          ttlSeconds: maxTtlSeconds,
          rdatas: [],
          rrsigs: [],
          dynamicId,
          isAuthoritative: !isOccluded && !isDelegation,
        };
      }
    }
  }

  /**
   * Makes the image.
   *
   * @param allocate - gives the shared memory, a slab or a part of one: at least as many octets as it is asked for, for instance from a SlabPool. What it holds
   *   doesn't matter. Small images do well to share a slab, whose views they share then.
   * @throws ZoneError with all that {@link check} finds; ERR_ZONE_IMAGE_OCTETS.
   */
  build(allocate: (octets: number) => SharedArrayBuffer | SlabPart = (octets) => new SharedArrayBuffer(octets)): ZoneImage {
    const [first, ...others] = this.check();
    if (first !== undefined) throw new ZoneError([first, ...others]);
    const { slab, at } = writeImage(this.#store, allocate);
    return new ZoneImage(slab, undefined, at);
  }

  #rdatas(record: number, count: number): Uint8Array[] {
    const { records } = this.#store;
    const rdatas: Uint8Array[] = [];
    for (; count > 0; count--, record = records.next(record)) rdatas.push(records.rdata(record));
    return rdatas;
  }
}

function checkTtl(ttlSeconds: number): void {
  if (Number.isInteger(ttlSeconds) && ttlSeconds >= 0 && ttlSeconds <= MAX_TTL_SECONDS) return;
  throw zoneError('ERR_ZONE_TTL', `expected a TTL of 0 to ${MAX_TTL_SECONDS} seconds, found ${ttlSeconds}`);
}
