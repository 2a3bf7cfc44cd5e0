import type { Exchange } from '@dnsteer/router';
import { RCODE } from '@dnsteer/wire';
import { dropRepetitions, RdataList } from './rdata-list.ts';
import type { KeptSignatures } from './sign-made.ts';

/** The choice holds at least one RDATA. */
export const CHOSEN = 0;
/** The owner has no RRset of this type for this client now; `ttlSeconds` says for how long at most. */
export const NODATA = 1;
/** There is no answer: `rcode` and the Extended DNS Error say why. */
export const ERROR = 2;

/** What became of a choice: CHOSEN, NODATA or ERROR. */
export type ChoiceStatus = typeof CHOSEN | typeof NODATA | typeof ERROR;

/** RDATAs that are brought into the form of a response once, for an answer that is given again and again. */
export class PreparedRdatas {
  readonly rdatas: readonly Uint8Array[];
  /** `count` times [u16 RDLENGTH][RDATA]. */
  readonly octets: Uint8Array;
  readonly count: number;
  /** What was last signed of it; the authority's. */
  signatures: KeptSignatures | undefined = undefined;

  /** @param rdatas - at least one, as `DynamicChoice.rdatas`; what stands there twice is left out. Not to be changed any more. */
  constructor(rdatas: readonly Uint8Array[]) {
    const distinct = [...rdatas];
    dropRepetitions(distinct);
    const list = new RdataList();
    list.fill(distinct);
    this.rdatas = distinct;
    this.octets = list.octets.slice(0, list.length);
    this.count = list.count;
  }
}

const NO_TYPES: readonly number[] = [];

/** What a chooser fills in. Reused: `reset` stands before each choice; a chooser that answers later may keep it until then. */
export class DynamicChoice {
  readonly #own: Uint8Array[] = [];
  /**
   * RDATA in wire form, names uncompressed, in the order of the answer. The octets must stay as they are until the response is finished. A chooser
   * that answers at once may put a list of its own here, which is read until then, and shortened by what stands in it twice.
   */
  rdatas: Uint8Array[];
  /**
   * The type of what was chosen, where that is another than the one that was asked of the chooser: an alias (CNAME) in place of a type; or, of an owner whose dynamic type is
   * CNAME, the RRset that it has in place of an alias now. 0: the one that was asked.
   */
  type = 0;
  /** With NODATA, of an owner whose dynamic type is CNAME: the types that it has in place of an alias now, for the proof. */
  typesNow: readonly number[] = NO_TYPES;
  /** Instead of `rdatas`. */
  prepared: PreparedRdatas | undefined = undefined;
  /** TTL of the answer, or the longest that a NODATA may be kept. What exceeds the owner's maximum is lowered to it. */
  ttlSeconds = 0;
  /** The ECS scope that the choice holds for, in bits; 0: for everyone. Counts with CHOSEN only. */
  scopePrefix = 0;
  /** With ERROR. */
  rcode: number = RCODE.SERVFAIL;
  /** With ERROR: INFO-CODE of RFC 8914 4, or -1 to say nothing. */
  extendedErrorCode = -1;
  extendedErrorText = '';

  constructor() {
    this.rdatas = this.#own;
  }

  reset(): void {
    this.rdatas = this.#own;
    // An array that is emptied loses its room, so it is left alone where it is empty.
    if (this.rdatas.length > 0) this.rdatas.length = 0;
    this.type = 0;
    this.typesNow = NO_TYPES;
    this.prepared = undefined;
    this.ttlSeconds = 0;
    this.scopePrefix = 0;
    this.rcode = RCODE.SERVFAIL;
    this.extendedErrorCode = -1;
    this.extendedErrorText = '';
  }
}

/** Says what a dynamic owner (steered, or with a handler) answers now. */
export interface RRsetChooser {
  /**
   * Fills `choice` for the owner that the image knows by `dynamicId`.
   *
   * @param type - one of the owner's dynamic types.
   * @param exchange - who asks (`client`), and when (`nowSeconds`). To be read only.
   * @returns a promise only where something has to be waited for; `exchange` and `choice` are the chooser's until it settles.
   */
  choose(dynamicId: number, type: number, exchange: Exchange, choice: DynamicChoice): ChoiceStatus | Promise<ChoiceStatus>;
}

/** Signs what is not in the image: chosen RRsets, and the NSEC that denies one of them. */
export interface RRsetSigner {
  /**
   * @param ownerName - lower-case wire name that ends at its root octet; the buffer may be longer, and is reused.
   * @param originalTtlSeconds - the same for every choice of one owner, so that a signature can be kept.
   * @param rdatas - no two alike, in the order of the answer: the signer brings them into canonical form and order (RFC 4034 6.2, 6.3). Reused.
   * @param labels - as the RRSIG says it (RFC 4034 3.1.3): fewer than `ownerName` has when the answer is synthesised from a wildcard, whose name is
   * signed then (RFC 4035 5.3.2).
   * @returns RRSIG RDATA, one for each key; none when it can't sign now, which makes the answer a SERVFAIL.
   */
  sign(
    ownerName: Uint8Array,
    type: number,
    originalTtlSeconds: number,
    rdatas: readonly Uint8Array[],
    labels: number,
  ): readonly Uint8Array[];
}
